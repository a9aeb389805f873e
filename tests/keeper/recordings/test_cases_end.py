"""Forget with a recording what belongs to it; keep a case's key while it is named."""

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.keeper.storage.case_rows import (
    CaseEntry,
    EndedPurposes,
    EndingEntry,
    NoteEntry,
    NotesEntry,
)
from appliance.keeper.storage.rows import SealedWords
from appliance.link.requests import calls as ask
from appliance.vault.opening.keyring import Keyring
from tests.keeper.office import OFFICER, TODAY, Office

SAID = "Pani Żółć prosi o kopię nagrań"


def words(office: Office, text: str = SAID, before: SealedWords | None = None) -> SealedWords:
    kept = office.records.recordings.words
    with kept.writing():
        return kept.seal(text, "case", before)


def case_of(office: Office, *rids: str) -> CaseEntry:
    """Enter a case as the rights desk will."""
    said = words(office)
    entry = CaseEntry(
        case=said.case,
        kind="access",
        channel="letter",
        received=TODAY,
        due=TODAY + 31,
        author=OFFICER.operator,
        at=office.clock.now(),
        recordings=rids,
        words=said,
        added=(words(office, "Dowód obejrzany na miejscu", said),),
    )
    office.records.ledger.keep_cases([entry])
    return entry


def beside(office: Office, rid: str) -> SealedWords:
    """Take back a purpose of a recording, and note something beside it, as the ledger keeps it."""
    said = words(office, "List z 3 maja")
    ending = EndedPurposes(
        case=said.case,
        purposes=("training",),
        places=(0,),
        day=TODAY,
        due=TODAY,
        author=OFFICER.operator,
        at=office.clock.now(),
        words=said,
    )
    note = NoteEntry(number=0, sha256="ab" * 32, author=OFFICER.operator, at=office.clock.now())
    office.records.ledger.keep_endings([EndingEntry(recording=rid, endings=(ending,))])
    office.records.ledger.keep_notes([NotesEntry(recording=rid, notes=(note,))])
    return said


def erase(office: Office, rid: str) -> None:
    office.ask(ask.EraseCall(rid, ask.Ground.OBJECTION, "Anruf vom 4. Mai"))
    for _ in range(2):
        office.clock.advance(31)
        office.records.tick()
    assert rid not in office.keyring


def test_the_hourly_sweep_drops_no_key_that_they_name(office: Office) -> None:
    office.unlock()
    rid = office.record()
    entry, said = case_of(office, rid), beside(office, rid)
    cases = dict(office.keyring.content.cases)
    assert {entry.case, said.case} <= cases.keys()
    office.records.sweep()
    assert office.keyring.content.cases == cases
    kept = office.records.recordings.words
    (again,) = office.records.ledger.cases()
    assert kept.open(again.words, "case") == (SAID, "yes")
    assert kept.open(again.added[0], "case") == ("Dowód obejrzany na miejscu", "yes")
    assert kept.open(said, "case") == ("List z 3 maja", "yes")
    assert kept.open(said, "hold") == ("", "lost"), "elsewhere they do not open"


@pytest.mark.parametrize("answered", [False, True])
def test_a_recording_that_is_erased_takes_with_it_what_belongs_to_it(
    office: Office, answered: bool
) -> None:
    office.unlock()
    gone, stays = office.record(), office.record()
    entry = case_of(office, gone, stays)
    if answered:
        entry = structs.replace(entry, answered=TODAY + 3, answered_by="mail", until=TODAY + 2000)
        office.records.ledger.keep_cases([entry])
    lost, left = beside(office, gone), beside(office, stays)
    erase(office, gone)
    office.records.sweep()
    ledger = office.records.ledger
    assert [one.recording for one in ledger.endings()] == [stays]
    assert [one.recording for one in ledger.notes()] == [stays]
    assert ledger.cases() == [structs.replace(entry, recordings=(stays,))]
    cases = office.keyring.content.cases
    assert (entry.case in cases, left.case in cases, lost.case in cases) == (True, True, False)


def test_as_long_as_a_shard_is_lost_nothing_of_it_is_forgotten(office: Office) -> None:
    """An older card may bring back the key, and the purpose with it."""
    office.unlock()
    rid = office.record()
    entry, said = case_of(office, rid), beside(office, rid)
    office.records.lock()
    for path in office.folders.keys.iterdir():
        path.write_bytes(b"")
    office.keyring = Keyring.open(office.folders.keyring, office.eraser)
    office.build()
    assert office.keyring.lost_shards
    assert rid not in office.keyring
    office.records.sweep()
    assert [one.recording for one in office.records.ledger.endings()] == [rid]
    assert [one.recording for one in office.records.ledger.notes()] == [rid]
    assert office.records.ledger.cases() == [entry]
    assert {entry.case, said.case} <= office.keyring.content.cases.keys()


@pytest.mark.parametrize(("days", "there"), [(10, True), (11, False)])
def test_a_case_ends_behind_its_last_day_with_its_key(
    office: Office, days: int, there: bool
) -> None:
    office.unlock()
    entry, still = case_of(office), case_of(office)
    office.records.ledger.keep_cases(
        [structs.replace(entry, answered=TODAY, answered_by="e_delivery", until=TODAY + 10)]
    )
    office.clock.advance(days * DAY)
    office.confirm()
    office.records.sweep()
    left = {one.case for one in office.records.ledger.cases()}
    assert left == ({entry.case, still.case} if there else {still.case})
    assert (entry.case in office.keyring.content.cases) == there
    assert still.case in office.keyring.content.cases
