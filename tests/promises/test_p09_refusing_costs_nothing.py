"""Prove P9 for the dialogue: a no ends the box's part, and adds one to a count."""

import pytest

from appliance.model import actions as act
from appliance.model.policy import Policy
from appliance.model.records import Reason
from appliance.model.terms import Grade, Side
from tests.call.driver import ASKED_AT, FIRST_AT, MARK_AT, SAID_AT, asked, recording
from tests.call.policies import CONSENT, OBJECTABLE

REFUSED = act.Note("unrecorded", Reason.REFUSED)


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
@pytest.mark.parametrize("at", [ASKED_AT + 1, MARK_AT + 10])
def test_refusing_a_question_that_sounds_is_silence_and_a_count(side: Side, at: int) -> None:
    line = asked().key("2", at, side=side, grade=Grade.NONE).run(300_000)
    counted = REFUSED if side is Side.FAR else act.Note("unrecorded", Reason.REFUSED_UNSURE)
    assert line.since(ASKED_AT + 1) == [act.Stop(), counted]


def test_refusing_after_the_question_is_a_count() -> None:
    line = asked().key("2", SAID_AT + 500).run(300_000)
    assert line.since(ASKED_AT + 1) == [REFUSED]


@pytest.mark.parametrize("policy", [CONSENT, OBJECTABLE])
def test_nothing_that_comes_after_a_no_makes_the_box_act(policy: Policy) -> None:
    line = asked(policy).key("2", ASKED_AT + 500).key("1", 20_000).ask(21_000).pause(22_000)
    line.private(23_000).cue(24_000).ask(25_000).near("5", 26_000).near("6", 27_000).on(60_000)
    line.run(90_000)
    assert line.since(ASKED_AT + 1) == [act.Stop(), REFUSED]


def test_a_note_holds_nothing_of_a_person() -> None:
    assert set(act.Note.__slots__) == {"outcome", "reason"}


def test_withdrawing_is_as_easy_as_agreeing() -> None:
    line = recording().key("2", FIRST_AT + 5_000).run(FIRST_AT + 5_100)
    assert [type(a) for a in line.since(FIRST_AT + 1)] == [act.Blank, act.Pause]
    line.run(300_000)
    assert [type(a) for a in line.since(FIRST_AT + 5_101)] == [act.Withdraw, act.Note]
    assert line.all(act.Note) == [REFUSED]


def test_one_dialogue_is_one_in_the_count() -> None:
    line = asked().key("2", ASKED_AT + 500).key("2", ASKED_AT + 5_000).on(60_000).run(90_000)
    assert line.all(act.Note) == [REFUSED]
