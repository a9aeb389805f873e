"""Backups as the doctor sees them, and when it reminds of a drill."""

import pytest
from msgspec.structs import replace

from appliance.card.sticks import GOING_ON, WORDS
from appliance.clock import DAY
from appliance.keeper.doctor.backup import (
    DRILL_AFTER,
    HINDERED,
    drill_due,
    examine_backup,
    examine_sticks,
)
from appliance.link.requests.outside.backup import BackupState
from appliance.model.sentences.findings import SENTENCES
from appliance.vault.opening.content import DrillState, KeyringContent, MediumState

FINE = BackupState(
    folder="/media/zgoda/backup", every="day", recordings=12, age=float(DAY), finished=True
)


def found(facts: BackupState) -> list[tuple[str, str]]:
    return [(one.id, one.level) for one in examine_backup(facts)]


def test_a_backup_of_yesterday_is_in_order() -> None:
    assert found(FINE) == [("backup.fine", "ok")]


def test_without_a_backup_it_warns() -> None:
    assert found(replace(FINE, folder="")) == [("backup.none", "warn")]
    assert found(replace(FINE, finished=False, age=None)) == [("backup.first", "warn")]


@pytest.mark.parametrize(("every", "days"), [("day", 3), ("week", 15), ("hand", 31)])
def test_an_old_one_is_told_by_how_often_one_is_made(every: str, days: int) -> None:
    facts = replace(FINE, every=every, age=(days - 1) * float(DAY))
    assert found(facts) == [("backup.fine", "ok")]
    assert found(replace(facts, age=days * float(DAY))) == [("backup.old", "warn")]


@pytest.mark.parametrize("code", sorted(HINDERED))
def test_each_failure_has_a_sentence(code: str) -> None:
    facts = replace(FINE, code=code)
    assert found(facts)[1] == (f"backup.{code}", "fail")


def test_where_nothing_is_known_nothing_is_claimed() -> None:
    assert found(replace(FINE, age=None)) == [("backup.unknown_age", "warn")]
    for code in ("failed", "own"):
        for finished in (False, True):
            facts = replace(FINE, code=code, finished=finished)
            told = [SENTENCES[one.id].english for one in examine_backup(facts)]
            assert not any("good" in one for one in told), "nobody has read the medium"


def test_an_absent_medium_is_no_failure() -> None:
    assert found(replace(FINE, code="absent")) == [("backup.fine", "ok")]


def test_what_somebody_did_to_a_medium_is_told() -> None:
    ids = [id for id, _ in found(replace(FINE, older=True, mended=2, drill_due=True))]
    assert ids == ["backup.fine", "backup.older", "backup.mended", "backup.drill"]


def test_a_drill_is_due_half_a_year_after_the_last_one_and_only_with_a_backup() -> None:
    content = KeyringContent(
        vault_id=b"",
        reading_key=b"",
        audit_key=b"",
        list_key=b"",
        ledger_key=b"",
        box_key=b"",
    )
    late = DRILL_AFTER + 1.0
    assert not drill_due(content, late)
    content.media = {"a": MediumState(1, 1, 0.0, 0.0, 0, 0, 1, 1, 1)}
    assert drill_due(content, late)
    assert not drill_due(content, None)
    assert not drill_due(content, DRILL_AFTER - 1.0)
    content.drill = DrillState(at=0.0, counted=100.0)
    assert not drill_due(content, late)
    assert drill_due(content, late + 100.0)


@pytest.mark.parametrize("words", [(), ("ready",), ("looking", "making", "ready")])
def test_a_medium_that_is_in_use_or_looked_at_is_no_finding(words: tuple[str, ...]) -> None:
    assert list(examine_sticks(words)) == []


@pytest.mark.parametrize("word", sorted(WORDS - GOING_ON - {"ready"}))
def test_a_medium_that_was_left_as_it_is_is_one(word: str) -> None:
    assert [found.id for found in examine_sticks(("ready", word))] == ["backup.stick"]
