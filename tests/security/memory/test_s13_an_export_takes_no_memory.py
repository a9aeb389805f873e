"""A call of any length is played and handed over in constant memory, and on no disk."""

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from appliance.errors import Refused, VaultError
from appliance.keeper.reading.reading import Reading
from appliance.keeper.unlocked.child import EXPORTS
from appliance.link.client import Client
from appliance.link.requests.calls import ExportCall, ListCalls
from appliance.link.requests.login import LogIn
from tests.boxes import PASSWORD, make_box
from tests.keeper.office import Office, make_office
from tests.security.memory.downloads import Running, downloads, drained, long_call
from tests.web.conftest import Panel, serve, set_up_box

SHORT, LONG = 2, 60
"""Minutes of two channels: WAV files of 3.8 and 115 MB."""

GROWTH_MB = 8.0
"""What thirty times the length may add to a process's peak; the whole file would add 111."""

ABOVE_REST_MB = 30.0

AROUND = 16_384
"""Bytes that a ZIP file has beside the sound: its list, and of each call proof, sheet and words."""


@pytest.mark.system
@pytest.mark.timeout(240)
def test_thirty_times_the_length_takes_the_same_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real keeper, reading child and panel: peaks after a short and after a long call.

    Each is downloaded in every form, copied in a ZIP file, and listened to at its beginning, middle
    and end.
    """
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setenv("TMPDIR", str(spool))
    box = make_box(tmp_path / "data", pool_ahead=4)
    short, long = (long_call(box.folders, minutes, time.time()) for minutes in (SHORT, LONG))
    with downloads(box) as running:
        rest = running.memory("VmRSS")
        sizes = [drained(answer) for answer in every_way(running, short)]
        assert sizes[0] == 44 + SHORT * 60 * 32_000
        assert sizes[0] < sizes[2] < sizes[0] + AROUND
        assert running.visitor.listen(short) == sizes[0]
        before = running.memory("VmHWM")
        for answer, size in zip(every_way(running, long), (1, 0, 1), strict=True):
            got = drained_without_a_file(answer, running, spool)
            assert not size or 0 <= got - 44 - LONG * 60 * 32_000 < AROUND
        assert running.visitor.listen(long) == 44 + LONG * 60 * 32_000
        after = running.memory("VmHWM")
    grown = {who: after[who] - before[who] for who in after}
    above = {who: after[who] - rest[who] for who in after}
    assert max(grown.values()) <= GROWTH_MB, (grown, rest, after)
    assert max(above.values()) <= ABOVE_REST_MB, (above, rest, after)
    assert list(spool.iterdir()) == []


def every_way(running: Running, rid: str) -> Iterator[Any]:
    yield running.visitor.export(rid, "wav")
    yield running.visitor.export(rid, "flac")
    yield running.visitor.copies(rid)


def drained_without_a_file(answer: Any, running: Running, spool: Path) -> int:
    """Read a body; in its middle no process has a file open where temporary ones would lie."""
    begun = len(answer.read(2**20))
    for pid in [pid for pids in running.processes.values() for pid in pids]:
        assert str(spool) not in "".join(links(pid))
    return begun + drained(answer)


def links(pid: int) -> list[str]:
    """Return what a process has open; of one that forbids to look, nothing."""
    try:
        return [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    except PermissionError:
        return []


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    yield from serve(set_up_box(tmp_path))


class Watched:
    """Counts the pieces that are asked of the child, and tells when an export ended."""

    def __init__(self, reading: Reading, patch: pytest.MonkeyPatch) -> None:
        self.pieces = 0
        self.ended = threading.Event()
        self.export = 0
        self._next, self._end = reading.next_piece, reading.end_export
        patch.setattr(reading, "next_piece", self.next_piece)
        patch.setattr(reading, "end_export", self.end_export)

    def next_piece(self, export: int) -> tuple[bool, bytes]:
        self.pieces += 1
        self.export = export
        return self._next(export)

    def end_export(self, export: int) -> None:
        self._end(export)
        self.ended.set()


def half_an_hour(panel: Panel) -> str:
    """Seal a long call and have it taken up."""
    rid = long_call(panel.box.folders, 30, panel.box.clock.now())
    panel.box.keeper.take_up()
    return rid


def reading_of(panel: Panel) -> Reading:
    box = panel.box.keeper.box
    assert box is not None
    return box.records.readers.reading


@pytest.mark.parametrize("form", ["wav", "flac"])
def test_a_download_that_is_aborted_ends_the_work_in_the_child(
    panel: Panel, form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = half_an_hour(panel)
    client = Client(panel.box.folders.keeper_socket)
    token = client.call(LogIn("Pola Officer", PASSWORD)).token
    watched = Watched(reading_of(panel), monkeypatch)
    answers = client.download(ExportCall(rid, form), token)
    next(answers)
    answers.close()
    assert watched.ended.wait(30)
    whole = 1800 * 32_000 // 2**18
    assert watched.pieces < whole / 4
    with pytest.raises(VaultError, match="export is over"):
        watched._next(watched.export)
    assert client.call(ListCalls(), token).total == 1


def test_a_browser_that_goes_ends_it_too(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    rid = half_an_hour(panel)
    browser = panel.log_in("Pola Officer")
    watched = Watched(reading_of(panel), monkeypatch)
    answer = browser.client.post(
        f"/calls/{rid}/export", data={"csrf_token": browser.token(), "format": "wav"}
    )
    assert answer.status_code == 200
    assert answer.is_streamed
    assert next(answer.iter_encoded())[:4] == b"RIFF"
    answer.close()
    assert watched.ended.wait(30)
    assert watched.pieces < 1800 * 32_000 // 2**18 / 4


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()


def test_others_are_answered_between_two_pieces(office: Office) -> None:
    rid = office.record(seconds=120.0)
    office.unlock()
    answers = office.answer(ExportCall(rid))
    got = b""
    for answer in answers:
        got += answer[1] if answer is not None else b""
        assert office.ask(ListCalls()).total == 1
        assert office.records.readers.reading.summary(rid).ended == "hung_up"
    assert len(got) == 44 + 2 * office.sounds[rid].size


def test_so_many_exports_at_once_and_no_more(office: Office) -> None:
    rid = office.record(seconds=2.0)
    office.unlock()
    begun = [office.answer(ExportCall(rid)) for _ in range(EXPORTS)]
    for answers in begun:
        next(answers)
    with pytest.raises(VaultError, match="wait for one to end"):
        next(office.answer(ExportCall(rid)))
    begun[0].close()
    assert next(office.answer(ExportCall(rid)))[1][:4] == b"RIFF"


def test_locking_ends_an_export(office: Office) -> None:
    rid = office.record(seconds=60.0)
    office.unlock()
    answers = office.answer(ExportCall(rid))
    next(answers)
    office.records.lock()
    with pytest.raises(Refused) as refusal:
        list(answers)
    assert refusal.value.code == "locked"


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seconds", [0.1, 1.0, 61.5])
def test_a_flac_in_pieces_is_whole_and_says_its_length(
    office: Office, channels: int, seconds: float
) -> None:
    rid = office.record(seconds=seconds, channels=channels)
    office.unlock()
    raw = office.ask_bytes(ExportCall(rid, "flac"))
    with soundfile.SoundFile(io.BytesIO(raw)) as file:
        assert file.frames == office.sounds[rid].shape[1]
        assert np.array_equal(file.read(dtype="int16", always_2d=True).T, office.sounds[rid])
