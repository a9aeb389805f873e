"""Whole calls in real time through the recorder's real drivers: PyAudio and a serial port.

At the other end of both cables sits the exchange, outside every process of the box. One box goes
through everything on the V/I tap: both cables are pulled out first, each during a recording, so
that the whole call afterwards shows as well that nothing of it is left.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from appliance.model.policy import PromptKind
from appliance.model.records import CallRecord, Verdict
from tests.rig.calls import NUMBER, refused_call, short_call
from tests.rig.hearing import place_in, read_wav, voices_in, words_in
from tests.rig.pulled import BACK_SECONDS, check_back, check_cut, recording_for
from tests.rig.rig import CARD, Rig, running_rig
from tests.rig.undisturbed import CALL_SECONDS, comes_to, whole_call

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

RECORDED_SECONDS = 2.5
"""A recording must hold at least a second to be kept."""


@pytest.fixture(scope="module")
def tap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A box behind a stereo adapter: voltage and current."""
    with running_rig(tmp_path_factory.mktemp("tap") / "data", short=True) as rig:
        rig.box.wait_ready()
        yield rig


@pytest.fixture(scope="module")
def mono(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A box behind a mono adapter, calibrated."""
    data = tmp_path_factory.mktemp("mono") / "data"
    with running_rig(data, stereo=False, short=True) as rig:
        rig.box.wait_ready()
        yield rig


def check_sound(rig: Rig, call: CallRecord, *, said: PromptKind) -> None:
    """See that a recording holds both voices from after the box's words, and nothing from before.

    And that it is the line, sample for sample: one stretch of it, with nothing lost or put in.
    """
    sound = read_wav(rig.box.export(call.recording))
    heard = voices_in(sound)
    assert min(heard.caller, heard.office) > 0.7, heard
    assert max(heard.caller_greeting, heard.office_greeting) < 0.5, heard
    assert words_in(sound, rig.words(said)) < 0.5
    thirds = [place_in(rig.line.stood(), part) for part in np.array_split(sound, 3)]
    assert min(like for like, _ in thirds) > 0.95, thirds
    steps = np.diff([at for _, at in thirds]) - sound.size / 3
    assert np.abs(steps).max() <= 2, thirds


def test_sound_pulled_out_while_recording(tap: Rig) -> None:
    place = recording_for(tap, RECORDED_SECONDS)
    before = tap.line.stood()
    tap.server.unplug(CARD)
    tap.box.news.wait_state("fault", BACK_SECONDS, place)
    assert tap.line.wait_unplugged(BACK_SECONDS)
    check_cut(tap, place, before)
    assert tap.box.news.state == "fault"
    tap.server.plug(CARD)
    tap.plug_sound()
    check_back(tap)


def test_serial_pulled_out_while_recording(tap: Rig) -> None:
    place = recording_for(tap, RECORDED_SECONDS)
    before = tap.line.stood()
    tap.line.hook.unplug()
    tap.box.news.wait_state("fault", BACK_SECONDS, place)
    check_cut(tap, place, before)
    assert tap.box.news.state == "fault"
    tap.line.hook.plug()
    check_back(tap)


def test_then_an_agreed_call_is_recorded_whole_with_the_best_grade(tap: Rig) -> None:
    call = whole_call(tap, short_call("1", rings=2))
    assert (call.verdict, call.ended) == (Verdict.COMPLETE, "hung_up")
    assert call.unreal == "virtual", "its card is a null sink, and its port a pseudo terminal"
    assert call.receipt is not None
    assert (call.receipt.outcome, call.receipt.key, call.receipt.grade) == ("agreed", "1", "A")
    assert call.meta.number == NUMBER  # told between the rings, as tones
    assert 3.0 < call.seconds < 8.0
    assert [what for _, what in tap.line.far_end.heard][-2:] == ["question", "confirmation"]
    check_sound(tap, call, said=PromptKind.QUESTION)


def test_a_refused_call_leaves_nothing(tap: Rig) -> None:
    before = tap.box.recordings()
    since = tap.box.news.place()
    place = comes_to(tap, refused_call(), "refused")
    status = tap.box.news.wait_state("idle", CALL_SECONDS, place + 1)
    tap.box.news.wait(lambda news: news.kind == "noted", CALL_SECONDS, place)
    assert status.outcome == "unrecorded"
    assert not [news for news in tap.box.news.after(since, 0.0) if news.kind == "opened"]
    assert tap.box.recordings() == before


@pytest.mark.faults  # a calibrated line at speed: tests/recorder/calibration
def test_an_agreed_call_is_recorded_on_one_channel_where_phones_are_enrolled(mono: Rig) -> None:
    call = whole_call(mono, short_call("1"))
    assert (call.verdict, call.ended) == (Verdict.COMPLETE, "hung_up")
    assert call.receipt is not None
    assert (call.receipt.outcome, call.receipt.key, call.receipt.grade) == ("agreed", "1", "B")
    assert [what for _, what in mono.line.far_end.heard][-2:] == ["question", "confirmation"]
    check_sound(mono, call, said=PromptKind.QUESTION)
