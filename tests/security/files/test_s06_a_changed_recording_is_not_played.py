"""A recording that was changed after it was sealed is neither played nor handed over."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from appliance.errors import FileFormatError, Refused, Tampered
from appliance.link.requests.calls import (
    ExportCall,
    ListCalls,
    OpenPlayback,
    ReadPlayback,
    ShowCall,
)
from appliance.model.records import Verdict
from appliance.model.sentences.refusals import REFUSALS
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES
from appliance.vault.opening.checked import CheckedReader
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.pool import Pool, PoolKey
from tests.commands.served import Served
from tests.keeper.office import OFFICER, Office, make_office, read_wav
from tests.model.refusals import refuses
from tests.planted import Planted, plant
from tests.web.conftest import Panel, serve, set_up_box

SECONDS = 13.0
"""30 frames: META, CONSENT, RULE, 26 of sound, FINAL."""

TOLD = "This recording is not the one that was sealed"


@dataclass
class Sealed:
    """A recording that nobody has looked at, and what an attacker kept of its public key."""

    office: Office
    rid: str
    key: PoolKey

    @property
    def path(self) -> Path:
        return self.office.file(self.rid)

    def forged(self) -> bytes:
        """Another whole file, sealed to the same public keys."""
        made = self.office.folders.new / self.rid
        made.touch()
        plant(self.office.folders, self.office.clock.now(), Planted(blocks=26), key=self.key)
        raw = made.read_bytes()
        made.unlink()
        return raw


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Sealed]:
    office = make_office(tmp_path / "data")
    key = Pool(office.folders.pool, office.folders.new).take_key()
    rid = office.record(seconds=SECONDS)
    assert rid == key.rid
    yield Sealed(office, rid, key)
    office.close()


def flip(path: Path, at: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)


def frame(index: int) -> int:
    """Return the place of a byte inside a frame."""
    return HEADER_BYTES + index * FRAME_BYTES + 100


def cut(sealed: Sealed) -> None:
    raw = sealed.path.read_bytes()
    assert len(raw) == HEADER_BYTES + 30 * FRAME_BYTES
    sealed.path.write_bytes(raw[: HEADER_BYTES + 12 * FRAME_BYTES])


def cut_and_padded(sealed: Sealed) -> None:
    raw = sealed.path.read_bytes()
    kept = raw[: HEADER_BYTES + 12 * FRAME_BYTES]
    sealed.path.write_bytes(kept.ljust(len(raw), b"\0"))


def cut_in_the_middle(sealed: Sealed) -> None:
    """Take sound out and move FINAL up to it, with zeros behind."""
    raw = sealed.path.read_bytes()
    kept = raw[: HEADER_BYTES + 12 * FRAME_BYTES] + raw[-FRAME_BYTES:]
    sealed.path.write_bytes(kept.ljust(len(raw), b"\0"))


def swapped(sealed: Sealed) -> None:
    forged = sealed.forged()
    assert len(forged) == sealed.path.stat().st_size
    sealed.path.write_bytes(forged)


def header_swapped(sealed: Sealed) -> None:
    forged, raw = sealed.forged(), sealed.path.read_bytes()
    sealed.path.write_bytes(forged[:HEADER_BYTES] + raw[HEADER_BYTES:])


def header_changed(sealed: Sealed) -> None:
    flip(sealed.path, 60)


def longer(sealed: Sealed) -> None:
    with sealed.path.open("ab") as file:
        file.write(bytes(FRAME_BYTES))


def a_little_longer(sealed: Sealed) -> None:
    with sealed.path.open("ab") as file:
        file.write(b"x")


def end_changed(sealed: Sealed) -> None:
    flip(sealed.path, frame(29))


BEFORE: dict[str, Callable[[Sealed], None]] = {
    change.__name__: change
    for change in (
        cut, cut_and_padded, cut_in_the_middle, swapped, header_swapped, header_changed, longer,
        a_little_longer, end_changed,
    )
}  # fmt: skip
"""Changes that show before the first byte."""


def refused(office: Office, operation: Any) -> None:
    with refuses("tampered"):
        office.ask(operation)


@pytest.mark.parametrize("name", BEFORE)
def test_it_is_refused_before_the_first_byte(sealed: Sealed, name: str) -> None:
    """Listed while it was whole, so that the change alone is what is seen."""
    office, rid = sealed.office, sealed.rid
    office.unlock()
    BEFORE[name](sealed)
    refused(office, OpenPlayback(rid, "training"))
    assert office.ask(ListCalls()).calls[0].verdict is Verdict.TAMPERED
    refused(office, ExportCall(rid))
    refused(office, ExportCall(rid, "flac"))
    assert office.ask(ShowCall(rid)).call.verdict is Verdict.TAMPERED


@pytest.mark.parametrize("form", ["wav", "flac"])
@pytest.mark.parametrize("name", [*BEFORE, "one bit"])
def test_the_first_export_of_it_gives_nothing(sealed: Sealed, name: str, form: Any) -> None:
    """Each as the first thing that anybody does with it: no verdict is known yet."""
    office, rid = sealed.office, sealed.rid
    office.unlock()
    if name == "one bit":
        flip(sealed.path, frame(21))
    else:
        BEFORE[name](sealed)
    refused(office, ExportCall(rid, form))


@pytest.mark.parametrize("name", ["cut", "swapped"])
def test_a_file_changed_while_the_box_was_locked_gives_nothing_either(
    sealed: Sealed, name: str
) -> None:
    """It is listed by what it says of itself, and it is not played."""
    BEFORE[name](sealed)
    sealed.office.unlock()
    refused(sealed.office, OpenPlayback(sealed.rid, "training"))


def test_one_changed_bit_stops_the_sound_where_it_lies(sealed: Sealed) -> None:
    office, rid = sealed.office, sealed.rid
    office.unlock()
    flip(sealed.path, frame(21))
    playing = office.ask(OpenPlayback(rid, "training")).playback
    before = office.ask_bytes(ReadPlayback(playing, 44, 17 * 8000))
    assert np.array_equal(np.frombuffer(before, "<i2"), office.sounds[rid][0, : 17 * 4000])
    refused(office, ReadPlayback(playing, 44 + 18 * 8000, 8000))
    assert office.ask(ListCalls()).calls[0].verdict is Verdict.TAMPERED
    assert [entry.detail for entry in office.audit.of_recording(rid)][-1] == "tampered"
    with refuses("playback_over"):
        office.ask(ReadPlayback(playing, 0, 100))
    refused(office, OpenPlayback(rid, "training"))


@pytest.mark.parametrize("change", [cut, longer, end_changed, lambda s: flip(s.path, frame(10))])
def test_a_file_changed_while_it_plays_stops_or_plays_what_was_sealed(
    sealed: Sealed, change: Callable[[Sealed], None]
) -> None:
    office, rid = sealed.office, sealed.rid
    office.unlock()
    playing = office.ask(OpenPlayback(rid, "training")).playback
    heard = office.ask_bytes(ReadPlayback(playing, 44, 8000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "write_bytes", overwrite)
        change(sealed)
    heard += b"".join(rest_of(office, playing, len(heard), 2 * office.sounds[rid].size))
    true = office.sounds[rid].T.astype("<i2").tobytes()
    assert true.startswith(heard)


def rest_of(office: Office, playback: str, at: int, size: int) -> Iterator[bytes]:
    """Yield what is still played, until the end or a refusal."""
    with contextlib.suppress(Refused):
        while at < size:
            piece = office.ask_bytes(ReadPlayback(playback, 44 + at, 8000))
            at += len(piece)
            yield piece


def overwrite(path: Path, raw: bytes) -> int:
    """Change a file in place: whoever has it open sees it."""
    with path.open("r+b") as file:
        file.truncate(len(raw))
        return file.write(raw)


@pytest.mark.parametrize("form", ["wav", "flac"])
def test_a_file_changed_while_it_is_handed_over_ends_the_file(tmp_path: Path, form: Any) -> None:
    office = make_office(tmp_path / "data")
    rid = office.record(seconds=300)
    office.unlock()
    answers: Any = office.answer(ExportCall(rid, form))
    got = b""
    for answer in answers:
        if answer is not None:
            got += answer[1]
            if len(got) > 44:
                break
    flip_in_place(office.file(rid), frame(500))
    pieces: list[bytes] = []
    rest = (answer[1] for answer in answers if answer is not None)
    with refuses("tampered"):
        pieces.extend(rest)
    got += b"".join(pieces)
    if form == "wav":
        true = office.sounds[rid].T.astype("<i2").tobytes()
        assert true.startswith(got[44:])
        assert len(got) < len(true)
    assert office.ask(ListCalls()).calls[0].verdict is Verdict.TAMPERED
    office.close()


def flip_in_place(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def test_a_hole_that_was_sealed_plays_as_silence(sealed: Sealed) -> None:
    office = sealed.office
    rid = office.seal(seconds=SECONDS)
    flip(office.file(rid), frame(21))
    office.records.take_up()
    office.unlock()
    expected = office.sounds[rid].copy()
    expected[0, 18 * 4000 : 19 * 4000] = 0
    playing = office.ask(OpenPlayback(rid, "training"))
    assert np.array_equal(read_wav(whole(office, playing.playback, playing.bytes)), expected)
    assert np.array_equal(read_wav(office.ask_bytes(ExportCall(rid))), expected)
    assert office.ask(ShowCall(rid)).call.verdict is Verdict.DAMAGED


def whole(office: Office, playback: str, size: int) -> bytes:
    got = b""
    while len(got) < size:
        got += office.ask_bytes(ReadPlayback(playback, len(got), 100_000))
    return got


def test_a_second_hole_is_not_taken_for_the_first(sealed: Sealed) -> None:
    office = sealed.office
    rid = office.seal(seconds=SECONDS)
    path = office.file(rid)
    flip(path, frame(11))
    office.records.take_up()
    office.unlock()
    playing = office.ask(OpenPlayback(rid, "training"))
    office.ask_bytes(ReadPlayback(playing.playback, 0, 100_000))
    flip_in_place(office.file(rid), frame(21))
    with refuses("tampered"):
        whole(office, playing.playback, playing.bytes)


@pytest.mark.parametrize("junk", [b"", bytes(100), bytes(FRAME_BYTES + 100)])
def test_a_recording_that_was_cut_when_it_was_sealed_plays(sealed: Sealed, junk: bytes) -> None:
    office = sealed.office
    rid = office.seal(seconds=SECONDS, ended=None)
    path = office.file(rid)
    with path.open("ab") as file:
        file.write(junk)
    office.records.take_up()
    office.unlock()
    assert np.array_equal(read_wav(office.ask_bytes(ExportCall(rid))), office.sounds[rid])
    path = office.file(rid)
    path.write_bytes(path.read_bytes()[: -FRAME_BYTES - len(junk)])
    refused(office, OpenPlayback(rid, "training"))


def test_what_the_audit_does_not_know_is_not_played(sealed: Sealed) -> None:
    office, keys = sealed.office, sealed.office.keyring
    with pytest.raises(Tampered, match="does not know this recording as sealed"):
        CheckedReader.open(
            sealed.path, office.reading_key(), keys.private(sealed.rid), AuditFacts()
        )


def test_an_entry_of_an_earlier_version_names_no_header_and_the_whole_file_is_digested(
    sealed: Sealed,
) -> None:
    office, known = sealed.office, sealed.office.facts(sealed.rid)
    older = AuditFacts(known.sealed_frames, known.sealed_sha256)
    keys = (office.reading_key(), office.keyring.private(sealed.rid))
    CheckedReader.open(sealed.path, *keys, older).close()
    for change in (header_changed, swapped):
        raw = sealed.path.read_bytes()
        change(sealed)
        with pytest.raises(FileFormatError, match=TOLD):
            CheckedReader.open(sealed.path, *keys, older)
        sealed.path.write_bytes(raw)


def test_the_sealed_entry_names_the_header(sealed: Sealed) -> None:
    (entry,) = [e for e in sealed.office.audit.of_recording(sealed.rid) if e.type == "sealed"]
    assert entry.head == sealed.office.facts(sealed.rid).sealed_head
    assert len(entry.head or "") == 64


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    yield from serve(set_up_box(tmp_path))


def test_the_panel_says_so_in_a_sentence(panel: Panel) -> None:
    rid = panel.record(seconds=40)
    browser = panel.log_in()
    path = panel.box.folders.recordings / rid
    path.chmod(0o600)
    playing = browser.send(f"/calls/{rid}/listen", purpose="training").headers["Location"]
    sound = f"/playback/{playing.split('/')[-1].split('#')[0]}.wav"
    flip_in_place(path, frame(151))
    assert browser.get(sound, Range="bytes=0-99").status_code == 206
    answer = browser.get(sound, Range=f"bytes={148 * 8000}-")
    assert answer.status_code == 409
    for form in ("wav", "flac"):
        answer = browser.send(f"/calls/{rid}/export", format=form)
        assert answer.status_code == 409
        assert "This file was changed since it was encrypted." in answer.text
        assert "Content-Disposition" not in answer.headers
    answer = browser.send(f"/calls/{rid}/listen", purpose="training")
    assert answer.status_code == 409
    assert "Access denied" not in answer.text
    acts = panel.box.acts()
    assert acts.count("failed") == 4
    assert "tampered" in browser.get(f"/calls/{rid}").text


def test_the_command_writes_nothing_and_exits_with_one(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data")
    rid = office.record(seconds=SECONDS)
    office.audit.sign_head()
    served = Served(office.folders.data, office.sounds)
    try:
        flip(office.file(rid), frame(21))
        out = tmp_path / "out.wav"
        done = served.run("export", rid, "--out", str(out))
        assert done.exit_code == 1, done.output
        assert done.stderr == f"zgoda: {REFUSALS['tampered'].sentence}\n"
        assert not out.exists()
        assert served.acts()[-3:] == ["failed", "logged_out", "locked"]
    finally:
        served.close()


def test_nobody_else_reads_it_under_another_name(sealed: Sealed) -> None:
    """The four checks are on the file that is read: a rename in between changes nothing."""
    office, rid = sealed.office, sealed.rid
    office.unlock()
    playing = office.ask(OpenPlayback(rid, "training"), OFFICER)
    forged = sealed.forged()
    other = sealed.path.with_name("other")
    other.write_bytes(forged)
    other.rename(sealed.path)
    heard = whole(office, playing.playback, playing.bytes)
    assert np.array_equal(read_wav(heard), office.sounds[rid])
    refused(office, OpenPlayback(rid, "training"))
