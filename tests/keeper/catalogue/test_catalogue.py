"""Test the catalogue: whole after damage, silent while locked, free of the erased."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.errors import EraserFailed, Refused
from appliance.link.requests.calls import (
    CallList,
    EraseCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    ReleaseHold,
    StillReading,
)
from appliance.model.records import ListedCall
from appliance.vault.disk import Disk
from appliance.vault.opening.refill import refill
from tests.keeper.office import TODAY, Office
from tests.model.refusals import refuses
from tests.vaults import change


def listed(office: Office) -> list[ListedCall]:
    answer: CallList = office.ask(ListCalls(per_page=100))
    return sorted(answer.calls, key=lambda call: call.recording)


def shelf_files(office: Office) -> list[Path]:
    return sorted(office.folders.shelves.iterdir())


def erase(office: Office, rid: str) -> None:
    office.ask(EraseCall(rid, Ground.CONSENT_WITHDRAWN, "Asked for it"))


def hold(office: Office, rid: str) -> None:
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))


def fill(office: Office) -> list[str]:
    """Record six calls with three periods."""
    return [
        office.record(seconds=0.1, purposes=(("training", days),), number=f"+4822123450{number}")
        for number, days in enumerate([30, 30, 30, 60, 60, 90])
    ]


def test_a_shelf_is_named_by_its_shard_and_as_long_as_any_other(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    shards = {sid.hex() for sid, _ in office.keyring.where(rids).values()}
    assert {path.name for path in shelf_files(office)} == shards
    assert {path.stat().st_size for path in shelf_files(office)} == {512 * 256}


def test_locked_says_so_and_nothing_else(office: Office) -> None:
    fill(office)
    with pytest.raises(Refused) as refusal:
        office.ask(ListCalls())
    assert refusal.value.code == "locked"
    office.unlock()
    assert len(listed(office)) == 6
    office.records.lock()
    with refuses("locked"):
        office.ask(ListCalls())


@pytest.mark.parametrize("harm", ["missing", "flipped", "truncated", "foreign", "empty"])
def test_a_harmed_shelf_gives_the_same_list(office: Office, harm: str) -> None:
    office.unlock()
    fill(office)
    whole = listed(office)
    office.records.lock()
    for path in shelf_files(office)[:2]:
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 4
        kept = {"flipped": bytes(raw), "truncated": bytes(raw[:-7]), "empty": b""}
        if harm == "missing":
            path.unlink()
        else:
            path.write_bytes(kept.get(harm, os.urandom(5000)))
    office.build()
    office.unlock()
    assert listed(office) == whole


def test_the_whole_catalogue_can_be_made_again(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    hold(office, rids[0])
    whole = listed(office)
    office.records.lock()
    for path in shelf_files(office):
        path.unlink()
    office.build()
    office.unlock()
    assert listed(office) == whole


def test_what_no_shard_is_named_by_goes(office: Office) -> None:
    office.unlock()
    fill(office)
    office.records.lock()
    before = shelf_files(office)
    (office.folders.shelves / ".0123.abcd").write_bytes(b"half a shelf")
    (office.folders.shelves / ("ee" * 8)).write_bytes(b"no shard")
    office.unlock()
    assert shelf_files(office) == before
    assert len(listed(office)) == 6


@pytest.mark.parametrize("locked", [False, True])
def test_an_erased_call_is_overwritten_in_its_shelf(office: Office, *, locked: bool) -> None:
    office.unlock()
    rids = fill(office)
    sid, slot = office.keyring.where(rids)[rids[1]]
    assert any(row(office, sid, slot))
    if locked:
        office.records.lock()
        office.records.erasing.by_keeper([rids[1]], Ground.OBJECTION)
    else:
        erase(office, rids[1])
        assert [call.recording for call in listed(office)] == sorted(set(rids) - {rids[1]})
    assert not any(row(office, sid, slot))
    office.records.lock()
    office.unlock()
    assert [call.recording for call in listed(office)] == sorted(set(rids) - {rids[1]})


def test_a_dead_row_that_a_power_cut_left_is_overwritten_when_its_shelf_is_read(
    office: Office,
) -> None:
    office.unlock()
    rids = fill(office)
    sid, slot = office.keyring.where(rids)[rids[1]]
    before = (office.folders.shelves / sid.hex()).read_bytes()
    erase(office, rids[1])
    office.records.lock()
    (office.folders.shelves / sid.hex()).write_bytes(before)
    office.unlock()
    assert not any(row(office, sid, slot))
    assert len(listed(office)) == 5


def test_the_last_call_of_a_shard_takes_its_shelf_along(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    where = office.keyring.where(office.keyring.unused()) | office.keyring.where(rids)
    shard = [rid for rid in where if where[rid][0] == where[rids[0]][0]]
    office.records.erasing.discard([rid for rid in shard if rid not in rids])
    for rid in set(shard) & set(rids):
        erase(office, rid)
    assert where[rids[0]][0] not in office.keyring.content.shards
    assert where[rids[0]][0].hex() not in {path.name for path in shelf_files(office)}


def test_a_failed_erasure_keeps_the_call_listed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rids = fill(office)
    whole = listed(office)

    def broken(generation: int) -> bytes:
        raise EraserFailed("The eraser did not take a new root.")

    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", broken)
        erase(office, rids[1])
    assert listed(office) == whole
    office.records.lock()
    office.unlock()
    assert listed(office) == whole
    erase(office, rids[1])
    assert len(listed(office)) == 5


def test_a_hold_is_the_keyrings_word_and_changes_no_row(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    before = {path.name: path.read_bytes() for path in shelf_files(office)}
    hold(office, rids[5])
    assert [call.recording for call in listed(office) if call.held] == [rids[5]]
    office.records.lock()
    office.unlock()
    assert [call.recording for call in listed(office) if call.held] == [rids[5]]
    office.ask(ReleaseHold(rids[5]))
    assert not any(call.held for call in listed(office))
    change(office.keyring, rids[0], restricted=True, verdict="tampered")
    (call,) = [call for call in listed(office) if call.recording == rids[0]]
    assert (call.restricted, call.verdict) == (True, "tampered")
    assert {path.name: path.read_bytes() for path in shelf_files(office)} == before


def test_a_row_survives_only_whole(office: Office) -> None:
    """A power cut may tear a row anywhere: the call is listed as before."""
    office.unlock()
    rid = fill(office)[2]
    whole, (sid, slot) = listed(office), office.keyring.where([rid])[rid]
    path = office.folders.shelves / sid.hex()
    before = path.read_bytes()
    for cut in (0, 1, 11, 12, 100, 255):
        office.records.lock()
        at = slot * 256 + cut
        tail = bytes(255 - byte for byte in before[at : (slot + 1) * 256])
        path.write_bytes(before[:at] + tail + before[(slot + 1) * 256 :])
        torn = row(office, sid, slot)
        office.unlock()
        assert listed(office) == whole
        assert row(office, sid, slot) != torn


def test_poisoned_rows_change_nothing(office: Office) -> None:
    """Rows of other slots, of an older call in that slot, and random bytes, all over the shelf."""
    office.unlock()
    rids = fill(office)
    whole, places = listed(office), office.keyring.where(rids)
    (sid,) = {sid for sid, _ in places.values()}
    path = office.folders.shelves / sid.hex()
    before = path.read_bytes()
    rows = [before[at : at + 256] for at in range(0, len(before), 256)]
    slots = [slot for _, slot in places.values()]
    poisons = [
        rows[slots[-1] :] + rows[: slots[-1]],
        [rows[slots[0]]] * len(rows),
        [os.urandom(256) for _ in rows],
        [b"\xff" * 256 for _ in rows],
    ]
    for poison in poisons:
        office.records.lock()
        path.write_bytes(b"".join(poison))
        office.unlock()
        assert listed(office) == whole
        raw = path.read_bytes()
        assert not any(any(row(office, sid, slot)) for slot in range(512) if slot not in slots)
        assert len(raw) == len(before)


def test_a_full_disk_keeps_no_call_from_the_list(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    office.unlock()
    with monkeypatch.context() as patch:
        patch.setattr(Disk, "truncate", full)
        rids = fill(office)
        assert [call.recording for call in listed(office)] == sorted(rids)
    office.records.lock()
    office.unlock()
    assert [call.recording for call in listed(office)] == sorted(rids)


def row(office: Office, sid: bytes, slot: int) -> bytes:
    raw = (office.folders.shelves / sid.hex()).read_bytes()
    return raw[slot * 256 : (slot + 1) * 256]


class NoThread:
    """In place of the thread that reads on."""

    def __init__(self, target: Callable[[], None], name: str) -> None:
        pass

    def start(self) -> None:
        pass


def test_more_calls_than_a_login_waits_for_are_listed_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rids = fill(office)
    monkeypatch.setattr("appliance.keeper.catalogue.readers.AT_LOGIN", 2)
    monkeypatch.setattr("appliance.keeper.catalogue.readers.AT_ONCE", 3)
    monkeypatch.setattr("appliance.keeper.catalogue.readers.NamedThread", NoThread)
    office.unlock()
    assert len(listed(office)) == 2
    assert office.ask(ListCalls()).reading == StillReading(back_to=None, left=4)
    office.records.tick()
    assert office.ask(ListCalls()).reading == StillReading(back_to=None, left=1)
    office.records.tick()
    assert office.ask(ListCalls()).reading is None
    assert [call.recording for call in listed(office)] == sorted(rids)


def test_a_login_waits_for_the_newest_shelf_and_says_what_is_still_to_be_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six calls of six days lie in two shards."""
    rids: list[str] = []
    for day in range(6):
        if day == 3:
            office.records.erasing.discard(office.keyring.unused())
            refill(office.keyring, office.folders, 12)
        began = {"day": TODAY + day, "began": float((TODAY + day) * DAY)}
        rids.append(office.record(seconds=0.1, number=f"+4822123450{day}"))
        change(office.keyring, rids[-1], **began)
    where = office.keyring.where(rids)
    office.unlock()
    office.records.lock()
    monkeypatch.setattr("appliance.keeper.catalogue.catalogue.FIRST_ROWS", 1)
    monkeypatch.setattr("appliance.keeper.catalogue.readers.NamedThread", NoThread)
    office.unlock()
    assert len({sid for sid, _ in where.values()}) == 2
    assert [call.recording for call in office.ask(ListCalls()).calls] == rids[:2:-1]
    found = office.ask(ListCalls(text="22 123 45 00"))
    assert (found.total, found.reading) == (0, StillReading(TODAY + 3, 0))
    office.records.readers.read_on()
    found = office.ask(ListCalls(text="22 123 45 00"))
    assert (found.total, found.reading) == (1, None)
    assert [call.recording for call in office.ask(ListCalls()).calls] == rids[::-1]


def test_a_lock_ends_the_reading(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.keeper.catalogue.readers.NamedThread", NoThread)
    fill(office)
    office.unlock()
    office.records.lock()
    office.records.readers.read_on()
    with refuses("locked"):
        office.ask(ListCalls())


def test_search_goes_through_the_handler(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    answer = office.ask(ListCalls(text="22 123 45 03"))
    assert [call.recording for call in answer.calls] == [rids[3]]
    answer = office.ask(ListCalls(text="zolc", per_page=4, page=2))
    assert (len(answer.calls), answer.total, answer.page, answer.pages) == (2, 6, 2, 2)
    assert office.ask(ListCalls(text="nobody")).pages == 1
    assert office.ask(ListCalls(per_page=0, page=-3)).page == 1
    beyond = office.ask(ListCalls(per_page=4, page=9))
    assert (beyond.page, len(beyond.calls)) == (2, 2)
    assert office.ask(ListCalls(line="Elsewhere")).calls == ()


def test_an_unknown_call_is_not_found(office: Office) -> None:
    catalogue = office.records.readers.catalogue
    with refuses("locked"):
        catalogue.get("ab" * 16)
    office.unlock()
    with pytest.raises(Refused) as refusal:
        catalogue.get("ab" * 16)
    assert refusal.value.code == "not_found"
    with pytest.raises(Refused) as refusal:
        catalogue.get(office.keyring.unused()[0])
    assert refusal.value.code == "not_found"
    assert len(catalogue) == 0
