"""Test the catalogue: whole after damage, silent while locked, free of the erased."""

import os
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, Refused
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.catalogue.shelves import Shelves
from appliance.keeper.reading.child import Readings
from appliance.link.requests.calls import (
    CallList,
    EraseCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
    ReleaseHold,
)
from appliance.model.records import CallRecord
from appliance.vault.disk import Disk
from tests.keeper.office import TODAY, Office
from tests.vaults import change


def listed(office: Office) -> list[CallRecord]:
    answer: CallList = office.ask(ListCalls(per_page=100))
    return sorted(answer.calls, key=lambda call: call.recording)


def shelf_files(office: Office) -> list[Path]:
    return sorted(office.folders.shelves.iterdir())


def erase(office: Office, rid: str) -> None:
    office.ask(EraseCall(rid, Ground.CONSENT_WITHDRAWN, "Asked for it"))


def hold(office: Office, rid: str) -> None:
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))


def fill(office: Office) -> list[str]:
    """Put six calls on three shelves."""
    return [
        office.record(seconds=0.1, purposes=(("training", days),), number=f"+4822123450{number}")
        for number, days in enumerate([30, 30, 30, 60, 60, 90])
    ]


def test_a_shelf_for_each_due_day_and_nothing_in_its_name(office: Office) -> None:
    office.unlock()
    fill(office)
    assert len(shelf_files(office)) == 3
    assert all(len(path.name) == 32 for path in shelf_files(office))
    shelves = office.keyring.content.shelves
    assert {shelf.due_day for shelf in shelves.values()} == {TODAY + d for d in (30, 60, 90)}
    assert set(shelves) == {path.name for path in shelf_files(office)}


def test_locked_says_so_and_nothing_else(office: Office) -> None:
    fill(office)
    with pytest.raises(Refused) as refusal:
        office.ask(ListCalls())
    assert refusal.value.code == "locked"
    assert shelf_files(office) == []
    office.unlock()
    assert len(listed(office)) == 6
    office.records.lock()
    with pytest.raises(Refused, match="Nobody is logged in"):
        office.ask(ListCalls())


def test_the_keyring_alone_opens_no_shelf(office: Office) -> None:
    """What lies beside the recordings on the card tells no number without a password."""
    office.unlock()
    fill(office)
    before = shelf_files(office)
    stolen = Shelves(office.folders.shelves, office.keyring, bytes(32), Disk())
    assert list(stolen.load()) == []
    assert before != []


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
    assert len(shelf_files(office)) == 3


def test_the_whole_catalogue_can_be_made_again(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    hold(office, rids[0])
    whole = listed(office)
    office.records.lock()
    for path in shelf_files(office):
        path.unlink()
    with office.keyring.changing() as draft:
        draft.shelves.clear()
    office.build()
    office.unlock()
    assert listed(office) == whole


def test_leftovers_of_power_cuts_and_keyless_files_go(office: Office) -> None:
    office.unlock()
    fill(office)
    office.records.lock()
    (office.folders.shelves / ".0123.abcd").write_bytes(b"half a shelf")
    (office.folders.shelves / ("ee" * 16)).write_bytes(b"no key")
    office.unlock()
    assert len(shelf_files(office)) == 3
    assert len(listed(office)) == 6


def test_an_erased_call_leaves_no_key_of_any_shelf_it_stood_on(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    before = dict(office.keyring.content.shelves)
    old = {path.name: path.read_bytes() for path in shelf_files(office)}
    erase(office, rids[1])
    after = office.keyring.content.shelves
    gone = [name for name in before if name not in after]
    assert len(gone) == 1
    assert before[gone[0]].due_day == TODAY + 30
    assert before[gone[0]].key not in {shelf.key for shelf in after.values()}
    assert gone[0] not in {path.name for path in shelf_files(office)}
    assert gone[0] in old
    assert [call.recording for call in listed(office)] == sorted(set(rids) - {rids[1]})
    office.records.lock()
    office.unlock()
    assert [call.recording for call in listed(office)] == sorted(set(rids) - {rids[1]})


def test_the_last_call_of_a_day_takes_its_shelf_along(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    erase(office, rids[5])
    assert len(shelf_files(office)) == 2
    assert {s.due_day for s in office.keyring.content.shelves.values()} == {TODAY + 30, TODAY + 60}


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
    assert len(shelf_files(office)) == 3
    assert set(office.keyring.content.shelves) == {path.name for path in shelf_files(office)}
    office.records.lock()
    office.unlock()
    assert listed(office) == whole
    erase(office, rids[1])
    assert len(listed(office)) == 5


def test_a_held_call_moves_to_the_held_shelf_and_back(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    hold(office, rids[5])
    shelves = office.keyring.content.shelves.values()
    assert sorted((s.due_day or 0, s.held) for s in shelves) == [
        (0, True),
        (TODAY + 30, False),
        (TODAY + 60, False),
    ]
    held = [call for call in listed(office) if call.held]
    assert [call.recording for call in held] == [rids[5]]
    office.records.lock()
    office.unlock()
    assert [call.recording for call in listed(office) if call.held] == [rids[5]]
    office.ask(ReleaseHold(rids[5]))
    shelves = office.keyring.content.shelves.values()
    assert {(s.due_day, s.held) for s in shelves} == {(TODAY + d, False) for d in (30, 60, 90)}
    assert not any(call.held for call in listed(office))


def test_a_power_cut_between_hold_and_move_is_put_right(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    change(office.keyring, rids[0], held=True)
    office.records.lock()
    office.build()
    office.unlock()
    assert [call.recording for call in listed(office) if call.held] == [rids[0]]
    places = {s.held for s in office.keyring.content.shelves.values()}
    assert places == {True, False}
    assert len(listed(office)) == 6


def test_a_power_cut_while_shelves_are_replaced_shows_each_call_once(office: Office) -> None:
    office.unlock()
    rids = fill(office)
    whole = listed(office)
    shelves = Shelves(office.folders.shelves, office.keyring, second_key(office), Disk())
    assert len(list(shelves.load())) == 6
    shelves.replace_without([rids[1]])  # and here the power goes
    assert len(shelf_files(office)) == 4
    office.build()
    office.unlock()
    assert listed(office) == whole


def second_key(office: Office) -> bytes:
    return Readings(bytes(office.reading_key()), office.folders.recordings).second_key()


def test_more_calls_than_a_login_waits_for_are_listed_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rids = fill(office)
    monkeypatch.setattr("appliance.keeper.records.AT_LOGIN", 2)
    monkeypatch.setattr("appliance.keeper.records.AT_ONCE", 3)
    office.unlock()
    assert len(listed(office)) == 2
    office.records.tick()
    assert len(listed(office)) == 5
    office.records.tick()
    office.records.tick()
    assert [call.recording for call in listed(office)] == sorted(rids)


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


def test_an_unknown_call_is_not_found(office: Office, tmp_path: Path) -> None:
    office.unlock()
    catalogue = Catalogue(tmp_path / "shelf", office.keyring, "PL")
    with pytest.raises(Refused, match="Nobody is logged in"):
        catalogue.get("ab" * 16)
    catalogue.unlock(bytes(32))
    with pytest.raises(Refused) as refusal:
        catalogue.get("ab" * 16)
    assert refusal.value.code == "not_found"
    assert len(catalogue) == 0
