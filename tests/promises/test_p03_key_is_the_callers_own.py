"""Prove P3 for the dialogue: an office key never counts as the caller's consent."""

import pytest

from appliance.model import actions as act
from appliance.model.terms import Grade, Side
from tests.call.driver import AGREED_AT, MARK_AT, SAID_AT, SILENT_AT, asked, awaiting
from tests.call.policies import CONSENT, MIXED, with_grades


@pytest.mark.parametrize("key", "0123456789*#")
@pytest.mark.parametrize("at", [MARK_AT - 500, MARK_AT + 400, SAID_AT + 100, SILENT_AT + 2_500])
def test_no_near_key_ever_consents(key: str, at: int) -> None:
    line = asked().near(key, at).run(120_000)
    assert line.all(act.StartRecording) == []


def test_a_near_key_does_not_choose_on_a_mixed_line() -> None:
    assert awaiting(MIXED).near("1", AGREED_AT).run(120_000).all(act.StartRecording) == []


@pytest.mark.parametrize("grade", list(Grade))
@pytest.mark.parametrize("kept", [("A",), ("A", "B"), ("A", "B", "C"), ()])
def test_only_a_grade_that_the_line_keeps_consents(grade: Grade, kept: tuple[str, ...]) -> None:
    line = awaiting(with_grades(CONSENT, *kept)).key("1", AGREED_AT, grade=grade).run(120_000)
    receipts = [start.receipt.grade for start in line.all(act.StartRecording)]
    assert receipts == ([grade.value] if grade.value in kept else [])


def test_an_unsure_side_never_consents_whatever_its_grade() -> None:
    line = awaiting(with_grades(CONSENT, "A", "B", "C"))
    line.key("1", AGREED_AT, side=Side.UNSURE).key("1", AGREED_AT + 900, side=Side.UNSURE)
    assert line.run(120_000).all(act.StartRecording) == []


@pytest.mark.parametrize("echo", range(50, 450, 50))
@pytest.mark.parametrize("key", ["1", "3", "5", "*"])
def test_the_echo_of_a_near_key_is_nobodys_consent(key: str, echo: int) -> None:
    line = awaiting().near(key, AGREED_AT).key("1", AGREED_AT + echo).run(120_000)
    assert line.all(act.StartRecording) == []


@pytest.mark.parametrize("lag", [-190, -100, 0, 100, 190])
def test_both_pressing_at_once_is_nobodys_consent(lag: int) -> None:
    line = awaiting().key("1", AGREED_AT).near("1", AGREED_AT + lag).run(120_000)
    assert line.all(act.StartRecording) == []


def test_the_callers_own_key_stands_in_the_receipt() -> None:
    line = awaiting().key("3", AGREED_AT).run(SILENT_AT)
    (start,) = line.all(act.StartRecording)
    assert (start.receipt.key, start.receipt.side, start.receipt.grade) == ("3", "far", "A")
    assert start.receipt.purposes == ("training",)
