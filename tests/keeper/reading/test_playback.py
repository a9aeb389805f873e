"""Test playback: any range equals the exported file's, only for those allowed."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.handlers.calls.calls import Calls
from appliance.keeper.reading.playback import MOST_BYTES, MOST_OPEN
from appliance.link.handlers import handlers_of
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    OpenPlayback,
    Range,
    ReadPlayback,
    ShowCall,
)
from appliance.model.records import RecordingMark, Verdict
from tests.keeper.office import OFFICER, Office, make_office, read_wav
from tests.model.refusals import refuses
from tests.vaults import change


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str, str, bytes]]:
    """A recording that is being listened to, and its whole file."""
    office = make_office(tmp_path_factory.mktemp("office") / "data")
    rid = office.record(seconds=2.3, channels=2)
    office.unlock()
    playback = office.ask(OpenPlayback(rid, "training")).playback
    yield office, rid, playback, office.ask_bytes(ExportCall(rid))
    office.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 73_643), length=st.integers(1, 80_000))
def test_any_range_is_that_of_the_whole_file(
    talk: tuple[Office, str, str, bytes], start: int, length: int
) -> None:
    office, _, playback, whole = talk
    assert len(whole) == 73_644
    raw = office.ask_bytes(ReadPlayback(playback, start, length))
    assert raw == whole[start : start + length]


def test_the_file_is_what_was_sealed(talk: tuple[Office, str, str, bytes]) -> None:
    office, rid, _, whole = talk
    sound = read_wav(whole)
    assert np.array_equal(sound, office.sounds[rid])


@pytest.mark.parametrize(("start", "length"), [(-1, 5), (73_644, 1), (0, 0), (0, -3)])
def test_a_range_that_is_not_there_is_refused(
    talk: tuple[Office, str, str, bytes], start: int, length: int
) -> None:
    office, _, playback, _ = talk
    with pytest.raises(Refused) as refusal:
        office.ask(ReadPlayback(playback, start, length))
    assert refusal.value.code == "no_range"


def test_the_reply_says_what_follows(talk: tuple[Office, str, str, bytes]) -> None:
    office, rid, playback, whole = talk
    answer = handlers_of(Calls(office.records))[ReadPlayback](
        ReadPlayback(playback, 40, 10), OFFICER
    )
    assert answer == (Range(40, 10, 73_644), whole[40:50])
    opened = office.ask(OpenPlayback(rid, "training"))
    assert (opened.bytes, opened.seconds, opened.content_type) == (73_644, 2.3, "audio/wav")


def test_another_session_cannot_read_it(talk: tuple[Office, str, str, bytes]) -> None:
    office, _, playback, _ = talk
    for name, who in [(playback, replace(OFFICER, session="f" * 16)), ("guess", OFFICER)]:
        with pytest.raises(Refused) as refusal:
            office.ask(ReadPlayback(name, 0, 10), who)
        assert refusal.value.code == "playback_over"


def test_at_most_a_mebibyte_is_given(office: Office) -> None:
    rid = office.record(seconds=70)
    office.unlock()
    opened = office.ask(OpenPlayback(rid, "training"))
    assert opened.bytes > MOST_BYTES
    raw = office.ask_bytes(ReadPlayback(opened.playback, 1, 10**8))
    assert len(raw) == MOST_BYTES
    assert raw == office.ask_bytes(ExportCall(rid))[1 : MOST_BYTES + 1]


def test_marks_and_gaps_are_silence_of_their_true_length(office: Office) -> None:
    """A pause is sealed as silence; a gap has no frames at all."""
    rid = office.seal(seconds=1.0, keep_open=True)
    file = office.writers.pop()
    file.mark(RecordingMark(kind="gap", sample=8000, samples=16_000))
    file.audio(24_000, bytes([0x12] * 800))
    file.close()
    office.records.take_up()
    office.unlock()
    sound = read_wav(office.ask_bytes(ExportCall(rid)))
    assert sound.shape == (1, 24_800)
    assert np.array_equal(sound[:, :8000], office.sounds[rid])
    assert not sound[:, 8000:24_000].any()
    assert (sound[:, 24_000:] != 0).all()
    detail = office.ask(ShowCall(rid))
    assert [(mark.kind, mark.samples) for mark in detail.marks] == [("gap", 16_000)]
    assert detail.call.verdict is Verdict.CUT


def test_locking_and_erasing_end_a_playback(office: Office) -> None:
    first, second = office.record(), office.record()
    office.unlock()
    playing = office.ask(OpenPlayback(first, "training")).playback
    other = office.ask(OpenPlayback(second, "training")).playback
    office.ask(EraseCall(first, Ground.UNLAWFUL, "Error"))
    with refuses("playback_over"):
        office.ask(ReadPlayback(playing, 0, 10))
    assert len(office.ask_bytes(ReadPlayback(other, 0, 10))) == 10
    office.records.lock()
    office.unlock()
    with refuses("playback_over"):
        office.ask(ReadPlayback(other, 0, 10))


def test_the_oldest_playback_gives_way(office: Office) -> None:
    rid = office.record(seconds=0.1)
    office.unlock()
    first = office.ask(OpenPlayback(rid, "training")).playback
    for _ in range(MOST_OPEN):
        newest = office.ask(OpenPlayback(rid, "training")).playback
    with refuses("playback_over"):
        office.ask(ReadPlayback(first, 0, 10))
    assert office.ask_bytes(ReadPlayback(newest, 0, 4)) == b"RIFF"


def test_whoever_plays_names_a_purpose_that_is_still_open(office: Office) -> None:
    rid = office.record(purposes=(("training", 30), ("service", 90)))
    office.unlock()
    assert office.ask(ShowCall(rid)).open_purposes == ("training", "service")
    for purpose, code in (("marketing", "purpose_closed"), ("", "no_purpose")):
        with refuses(code):
            office.ask(OpenPlayback(rid, purpose))
    office.clock.advance(30 * DAY)
    assert office.ask(OpenPlayback(rid, "training")).bytes > 44
    office.clock.advance(DAY)
    assert office.ask(ShowCall(rid)).open_purposes == ("service",)
    with refuses("purpose_closed"):
        office.ask(OpenPlayback(rid, "training"))


def test_a_held_recording_may_be_heard_for_what_it_is_held_for(office: Office) -> None:
    rid = office.record(purposes=(("training", 30),))
    office.unlock()
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))
    office.clock.advance(60 * DAY)
    assert office.ask(ShowCall(rid)).open_purposes == ("claims",)
    assert office.ask(OpenPlayback(rid, "claims")).seconds == 1.0


def test_a_restricted_recording_is_only_kept(office: Office) -> None:
    rid = office.record()
    change(office.keyring, rid, restricted=True)
    office.unlock()
    assert office.ask(ListCalls()).calls[0].restricted
    with refuses("restricted"):
        office.ask(OpenPlayback(rid, "training"))
    with refuses("restricted"):
        office.ask(ExportCall(rid))


def test_a_recording_that_was_tampered_with_is_blocked(office: Office) -> None:
    rid = office.record(seconds=2.0)
    path = office.file(rid)
    path.write_bytes(path.read_bytes()[: 4096 * 5])
    office.unlock()
    detail = office.ask(ShowCall(rid))
    assert detail.call.verdict is Verdict.TAMPERED
    assert office.ask(ListCalls()).calls[0].verdict is Verdict.TAMPERED
    with refuses("tampered"):
        office.ask(OpenPlayback(rid, "training"))
    with refuses("tampered"):
        office.ask(ExportCall(rid))


def test_the_file_name_tells_nobody_who_called(office: Office) -> None:
    rid = office.record()
    office.unlock()
    for form, content in [("wav", "audio/wav"), ("flac", "audio/flac")]:
        asked = ExportCall(rid, form)  # type: ignore[arg-type]  # a literal by name
        reply, raw = office.ask(asked), office.ask_bytes(asked)
        assert (reply.start, reply.total) == (0, len(raw) if form == "wav" else None)
        assert reply.content_type == content
        assert reply.filename.startswith("call-2026-09-")
        assert reply.filename.endswith(f"-{rid[:8]}.{form}")
