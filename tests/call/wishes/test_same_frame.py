"""Press a key in the very frame in which words end or reach their mark."""

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind, Saying
from tests.call.driver import AGREED_AT, CHOICE_AT, JUDGED_AT, SAID_AT, awaiting, lifted, smp
from tests.call.policies import CONSENT, FOUR, MIXED, with_choice, with_more

CHOICE_MARK = CHOICE_AT + 2_000


def test_the_mark_of_one_purpose_is_not_that_of_the_next() -> None:
    line = awaiting(with_choice(FOUR)).key("4", AGREED_AT)
    line.key("2", CHOICE_MARK - 120)  # its release and the mark are in one frame
    line.tell(ev.PromptMarked(smp(CHOICE_MARK), 2_000, 0.0, 0.0), arrives=CHOICE_MARK - 20)
    line.run(CHOICE_MARK)
    assert line.call.asking.choosing is not None
    assert line.call.asking.choosing.left[0] == "quality"
    assert line.call.asking.choosing.marked is None
    line.key("1", CHOICE_MARK + 600).run(CHOICE_MARK + 800)
    assert line.call.docket == (), "nobody has heard yet what it would agree to"


def test_the_end_of_one_purpose_is_not_that_of_the_next() -> None:
    end = CHOICE_AT + 2_200
    line = awaiting(with_choice(FOUR)).key("4", AGREED_AT).key("2", end - 120)
    line.tell(ev.PromptEnded(smp(end), 2_200, 0.0, 0.0), arrives=end - 20).run(end + 100)
    assert line.state == State.CHOOSING
    assert line.call.asking.playing


def test_the_end_of_the_question_is_not_that_of_the_second_layer() -> None:
    line = lifted(with_more(CONSENT)).key("9", SAID_AT - 120)
    line.tell(ev.PromptEnded(smp(SAID_AT), 6_000, 0.0, 0.0), arrives=SAID_AT - 20).run(SAID_AT)
    assert line.state == State.INFORMING
    assert line.played == [PromptKind.QUESTION, PromptKind.MORE]
    assert [said.saying for said in line.call.asking.said] == [Saying(PromptKind.QUESTION)]


def test_the_end_of_one_confirmation_is_not_that_of_the_next() -> None:
    line = awaiting(MIXED).key("1", AGREED_AT).key("2", JUDGED_AT + 380)
    end = JUDGED_AT + 500
    line.tell(ev.PromptEnded(smp(end), 500, 0.0, 0.0), arrives=end - 20).run(end + 10)
    assert line.state == State.CONFIRMING
    assert line.all(act.Resume) == []
    assert line.run(end + 1_000).state == State.RECORDING
