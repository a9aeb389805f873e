"""Test shelves deleted, damaged or restored: the list stays the same."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.link.requests.calls import (
    EraseCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    ReleaseHold,
    ShowCall,
)
from appliance.model.records import ListedCall, RecordingMark, Verdict
from appliance.vault.opening.refill import refill
from tests.deep import spread
from tests.keeper.office import Office, make_office
from tests.recorded import recorded
from tests.vaults import change, damage

Harm = Callable[[Office, Path], None]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data", pool_ahead=20)
    yield made
    made.close()


def listed(office: Office) -> list[ListedCall]:
    while office.records.readers._cataloguing.catch_up(200):
        pass
    return list(office.ask(ListCalls(per_page=200)).calls)


def shelves(office: Office) -> list[Path]:
    return sorted(office.folders.shelves.iterdir())


def hold(office: Office, rid: str) -> None:
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))


def calls(office: Office) -> list[str]:
    """Take up calls of every kind, in two shards."""
    withdrawn = RecordingMark(kind="withdrawn", sample=4000, purposes=("training",))
    office.records.sweep()
    rids = [
        office.record(purposes=(("training", 30),)),
        office.record(purposes=(("training", 30),), number=None, name=None),
        office.record(purposes=(("training", 60), ("service", 10)), marks=(withdrawn,)),
        office.record(purposes=(("training", 70),), ended=None),
        office.record(purposes=(("training", 80),), clock_ok=False, boot="0ddb00"),
    ]
    office.records.erasing.discard(office.keyring.unused())
    refill(office.keyring, office.folders, 12)
    rids += [
        office.record(purposes=(("training", 90),), channels=2),
        office.record(purposes=(("training", 91),), seconds=2.0),
        office.record(purposes=(("training", 92),)),
        office.record(purposes=(("training", 92),)),
        office.record(purposes=(("training", 93),)),
    ]
    listed(office)
    return rids


def acts(office: Office, rids: list[str]) -> None:
    """Do with them what can be done."""
    office.records.sweep()
    hold(office, rids[0])
    hold(office, rids[7])
    office.ask(ReleaseHold(rids[7]))
    change(office.keyring, rids[1], restricted=True)
    path = office.file(rids[6])
    damage(path, path.stat().st_size - 3 * 4096)
    assert office.ask(ShowCall(rids[6])).call.verdict is Verdict.TAMPERED
    office.ask(EraseCall(rids[8], Ground.OBJECTION, "Asked for it"))
    office.clock.advance(31)
    office.records.tick()


def gone(office: Office, backup: Path) -> None:
    for path in shelves(office):
        path.unlink()


def folder_gone(office: Office, backup: Path) -> None:
    shutil.rmtree(office.folders.shelves)


def cut(office: Office, backup: Path) -> None:
    for path in shelves(office):
        os.truncate(path, 3 * 256 + 100)


def empty(office: Office, backup: Path) -> None:
    for path in shelves(office):
        os.truncate(path, 0)


def flipped(office: Office, backup: Path) -> None:
    for path in shelves(office):
        raw = path.read_bytes()
        for at in range(0, len(raw), 2 * 256):
            if any(raw[at : at + 256]):
                damage(path, at + 100)


def older(office: Office, backup: Path) -> None:
    """Put every shelf back as it stood after the first take-up."""
    put_back = 0
    for path in shelves(office):
        if (backup / path.name).exists():
            shutil.copyfile(backup / path.name, path)
            put_back += 1
    assert put_back


def changed_over(office: Office, backup: Path) -> None:
    paths = shelves(office)
    whole = [path.read_bytes() for path in paths]
    for path, raw in zip(paths, whole[1:] + whole[:1], strict=True):
        path.write_bytes(raw)


HARMS: list[tuple[str, Harm]] = [
    *(("locked", harm) for harm in (gone, folder_gone, cut, empty, flipped, older, changed_over)),
    *(("unlocked", harm) for harm in (gone, flipped, older)),
    *(("off", harm) for harm in (gone, older)),
]


@pytest.mark.parametrize(("while_it_is", "harm"), spread(HARMS, 5))
def test_the_list_is_the_same_to_the_letter(
    office: Office, tmp_path: Path, while_it_is: str, harm: Harm
) -> None:
    office.unlock()
    rids = calls(office)
    backup = tmp_path / "backup"
    shutil.copytree(office.folders.shelves, backup)
    acts(office, rids)
    office.records.lock()
    office.unlock()
    whole = listed(office)
    assert len(whole) == 9
    due = {rid: entry.due_day for rid, entry in office.keyring.taken_up()}
    if while_it_is != "unlocked":
        office.records.lock()
    harm(office, backup)
    if while_it_is == "off":
        office.build()
        office.records.resume()
        office.records.sweep()
    if while_it_is == "unlocked":
        assert listed(office) == whole
        office.records.lock()
    office.unlock()
    assert listed(office) == whole
    now = {rid: entry.due_day for rid, entry in office.keyring.taken_up()}
    assert now == due
    office.records.lock()
    office.unlock()
    assert listed(office) == whole


@pytest.mark.parametrize("harm", [gone, cut, flipped, older, changed_over])
def test_whatever_became_of_a_shelf_its_calls_can_be_held_shown_and_erased(
    office: Office, tmp_path: Path, harm: Harm
) -> None:
    """While somebody is logged in."""
    office.unlock()
    rids = calls(office)
    backup = tmp_path / "backup"
    shutil.copytree(office.folders.shelves, backup)
    acts(office, rids)
    assert len(shelves(office)) == 2
    left = {call.recording for call in listed(office)}
    harm(office, backup)
    for rid in (rids[2], rids[3], rids[9]):
        hold(office, rid)
        assert office.ask(ShowCall(rid)).call.held
        office.ask(ReleaseHold(rid))
    for rid in (rids[1], rids[3], rids[5], rids[9]):
        made = office.ask(EraseCall(rid, Ground.OBJECTION, "Asked for it"))
        assert made.state == "erasing"
        left.remove(rid)
    office.clock.advance(31)
    office.records.tick()
    now = listed(office)
    assert {call.recording for call in now} == left
    assert [call.recording for call in now if call.held] == [rids[0]]
    office.records.lock()
    office.unlock()
    assert listed(office) == now


def test_a_sweep_goes_on_whatever_became_of_a_shelf(office: Office) -> None:
    office.unlock()
    rids = calls(office)
    acts(office, rids)
    office.vouch("b00710")
    office.unlock()
    for path in shelves(office):
        os.truncate(path, 10)
    office.clock.advance(200 * DAY)
    office.records.sweep()
    office.clock.advance(31)
    office.records.tick()
    assert {call.recording for call in listed(office)} == {rids[0], rids[1]}, "held, restricted"
    assert {path.name for path in recorded(office.folders)} == {rids[0], rids[1]}
