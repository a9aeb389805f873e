"""A disk of 400 MiB that fills up: before a call, in it, and to the last byte."""

import time
from pathlib import Path

import pytest

from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    ListCalls,
    ShowCertificate,
    VerifyCalls,
)
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.records import Verdict
from appliance.vault.seal import ROOM_TO_GO_ON, ROOM_TO_START
from tests.boxes import TrialBox, make_box
from tests.faults.fault_box import Row
from tests.faults.killable_keeper import keeper_at, later
from tests.recorder.calls import Course, play, talk
from tests.small.disk import SmallDisk, small_disk

MIB = 2**20
pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]


def filled_in_a_call(box: TrialBox, disk: SmallDisk) -> Course:
    """Let a call happen whose recording finds ever less room."""

    def fill(recorder: object, event: ev.Event, call: object) -> None:
        if isinstance(event, ev.RecordingOpened):
            disk.leave(ROOM_TO_GO_ON + MIB)
        elif isinstance(event, ev.VoiceHeard) and len(box.recordings()) > 1:
            sizes = [box.file(rid).stat().st_size for rid in box.recordings()]
            if min(sizes) > 6 * 4096:
                disk.leave(ROOM_TO_GO_ON - 4096)

    return play(box, talk(hang_up_ms=20_000), wish=fill)


@pytest.mark.parametrize("real", [True, False], ids=["mounted", "laid over"])
def test_a_disk_that_fills_up(tmp_path: Path, table: dict[str, list[Row]], real: bool) -> None:
    with small_disk(tmp_path / "small", 400 * MIB, real=real) as disk:
        box = make_box(disk.folder / "data")
        rows = [*of_the_recorder(box, disk), *of_the_keeper(box, disk)]
    if disk.real or not table["disk"]:
        table["disk"][:] = rows


def of_the_recorder(box: TrialBox, disk: SmallDisk) -> list[Row]:
    """Let calls come while there is less and less room."""
    disk.leave(ROOM_TO_START - 4096)
    unasked = play(box, talk())
    assert (unasked.spoken, unasked.notes) == ([], [("unrecorded", "storage")])
    assert box.recordings() == []

    disk.leave(ROOM_TO_START + MIB)
    whole = play(box, talk())
    assert whole.notes == [("recorded", None)]

    stopped = filled_in_a_call(box, disk)
    assert stopped.notes == [("recorded", None)]
    (rid,) = stopped.kept
    with box.open(rid) as reader:
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "storage"
        seconds = reader.samples / RATE
        assert reader.read(0, reader.samples).any()
    assert 1.5 < seconds < 15
    return [
        ("just below 256", "a call comes in", "nobody is asked; counted as unrecorded, storage"),
        ("257", "a call comes in", "asked and recorded whole"),
        ("just below 64, in a call", "recording", f"stops; its {seconds:.1f} s play"),
    ]


def of_the_keeper(box: TrialBox, disk: SmallDisk) -> list[Row]:
    """Do what people do without a byte left."""
    keeper = keeper_at(box.folders.data, now=time.time())
    keeper.keeper.open()
    token = keeper.log_in()
    disk.leave(0)
    one, other = (call.recording for call in keeper.ask(ListCalls(), token).calls)
    assert (keeper.ask(ExportCall(one), token).total or 0) > 44
    disk.leave(0)
    assert keeper.ask(EraseCall(one, Ground.OBJECTION, "Asked for it"), token).state == "erasing"
    disk.leave(0)
    later(keeper, 31)
    assert keeper.ask(ShowCertificate(one), token).state == "erased"
    stand = keeper.ask(VerifyCalls(), token).verdicts
    assert stand == {one: Verdict.SHREDDED, other: Verdict.COMPLETE}
    assert keeper.sound_audit()
    keeper.keeper.close()
    return [
        ("0", "looking at the list, exporting", "goes on"),
        ("0", "erasing a call", "erased, with its certificate"),
    ]
