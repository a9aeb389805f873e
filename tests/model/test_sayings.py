"""Test which prompts a line needs and can use."""

from appliance.config.settings import Basis, Purpose
from appliance.model.policy import PromptKind, Saying
from appliance.model.sayings import in_order, needed_sayings, possible_sayings

TRAINING = Purpose("training", Basis.CONSENT, {})
QUALITY = Purpose("quality", Basis.CONSENT, {})
ORDER = Purpose("order", Basis.CONTRACT, {})
FAULTS = Purpose("faults", Basis.LEGITIMATE_INTERESTS, {})
KEYS = {"1": {"training", "quality"}, "4": {"training"}, "2": set[str]()}


def confirmed(*purposes: str) -> Saying:
    return Saying(PromptKind.CONFIRMATION, frozenset(purposes))


def after(*purposes: Purpose) -> set[Saying]:
    """Return what a line can say once its dialogue is over, beside the confirmations."""
    needed = needed_sayings(purposes, KEYS)
    return {*possible_sayings(purposes, KEYS)} - needed - {Saying(PromptKind.MORE)}


def test_a_line_without_purposes_says_nothing() -> None:
    assert needed_sayings((), {}) == possible_sayings((), {}) == frozenset()


def test_consent_needs_a_confirmation_for_all_that_a_key_agrees_to() -> None:
    assert needed_sayings((TRAINING, QUALITY), KEYS) == {
        Saying(PromptKind.QUESTION),
        Saying(PromptKind.KEYS),
        confirmed("training", "quality"),
        confirmed("training"),
    }


def test_a_choice_one_by_one_needs_a_question_for_each_and_a_confirmation_for_any() -> None:
    needed = needed_sayings((TRAINING, QUALITY), {"1": {"training", "quality"}, "2": ()}, "4")
    assert {each for each in needed if each.spoken is PromptKind.CHOICE} == {
        Saying(PromptKind.CHOICE, frozenset({"training"})),
        Saying(PromptKind.CHOICE, frozenset({"quality"})),
    }
    assert confirmed("quality") in needed
    assert len([each for each in needed if each.spoken is PromptKind.CONFIRMATION]) == 3


def test_a_mixed_line_also_confirms_what_a_refusal_leaves() -> None:
    needed = needed_sayings((TRAINING, QUALITY, ORDER, FAULTS), KEYS)
    assert {each for each in needed if each.spoken is PromptKind.CONFIRMATION} == {
        confirmed("training", "quality", "order", "faults"),
        confirmed("training", "order", "faults"),
        confirmed("order", "faults"),  # no answer
        confirmed("order"),  # a refusal, which objects as well
    }


def test_a_notice_needs_a_confirmation_only_where_an_objection_leaves_something() -> None:
    notice = Saying(PromptKind.NOTICE)
    assert needed_sayings((ORDER,), {}) == {notice}
    assert needed_sayings((FAULTS,), {"2": ()}) == {notice}
    assert needed_sayings((ORDER, FAULTS), {"2": ()}) == {notice, confirmed("order")}


def test_what_is_said_afterwards_is_what_can_happen() -> None:
    withdrawn, rest = (
        Saying(PromptKind.WITHDRAWN),
        Saying(PromptKind.WITHDRAWN, frozenset({"order"})),
    )
    refused, unanswered = Saying(PromptKind.REFUSED), Saying(PromptKind.UNANSWERED)
    assert after(TRAINING) == {refused, unanswered, withdrawn}
    assert after(TRAINING, FAULTS) == {refused, withdrawn}
    assert after(TRAINING, ORDER) == {rest}
    assert after(ORDER) == set()
    assert after(ORDER, FAULTS) == {rest}
    assert after(FAULTS) == {Saying(PromptKind.OBJECTED)}


def test_sayings_stand_by_kind_and_by_number_of_purposes() -> None:
    needed = needed_sayings((TRAINING, QUALITY), KEYS)
    question, keys, one, both = in_order(needed)
    assert (question.spoken, keys.spoken) == (PromptKind.QUESTION, PromptKind.KEYS)
    assert (one, both) == (confirmed("training"), confirmed("training", "quality"))
