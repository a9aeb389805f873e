"""Classify keys by their side, their time and the other keys."""

from appliance.call.awaited import is_decided
from appliance.call.call import Call
from appliance.call.docket import pending
from appliance.call.eligibility import other_bases, refuses, withdrawable
from appliance.call.observe import is_leak, release_sample
from appliance.call.receipt import GRADES
from appliance.call.states import State, Symbol
from appliance.call.symbols.prompts import end_without_consent, refuse_one
from appliance.call.times import (
    AFTER_MARK,
    ALONE,
    DIALLING,
    KEY_APART,
    KEY_LENGTH_MS,
    NEAR_ECHO,
    STARS,
)
from appliance.model.events import DigitPressed, KeyBegan, PromptHeard
from appliance.model.terms import Side

_DIALOGUE = {
    State.SETTLING,
    State.ASKING,
    State.AWAITING,
    State.INFORMING,
    State.CHOOSING,
    State.CONFIRMING,
}
_RECORDING = {State.RECORDING, State.PAUSED}
_AFTERWARDS = {State.REFUSED, State.RETRYABLE}
"""States in which a short sentence about the outcome may be said."""


def classify_held_key(call: Call, event: KeyBegan) -> Symbol:
    """Classify a held key: a near one stops the prompt before its release.

    Of the others a refuse key says no at once, and one that begins too soon after an agreeing
    key spoils it, however long it is held.
    """
    if event.side is not Side.NEAR:
        return _far_held(call, event)
    if call.state in _RECORDING | _AFTERWARDS:
        return Symbol.NEAR_HELD
    return _near_in_dialogue(call, event.key) if call.state in _DIALOGUE else Symbol.NOTHING


def _far_held(call: Call, event: KeyBegan) -> Symbol:
    choosing = call.state is State.CHOOSING  # a no to one purpose counts at its release
    if not choosing and call.state not in {State.ASKING, State.AWAITING, State.INFORMING}:
        return Symbol.NOTHING
    if refuses(call.policy, event.key) and not choosing:
        remains = other_bases(call, refused=True)  # where others go on, the release decides
        return Symbol.NOTHING if remains else Symbol.REFUSAL
    agreeing = pending(call)
    close = agreeing is not None and event.sample - release_sample(agreeing) < KEY_APART
    return Symbol.CROWDED if close else Symbol.NOTHING


def classify_key(call: Call, key: DigitPressed) -> Symbol:
    """Classify a released key."""
    if call.state is State.DIALLING:
        return _while_dialling(call, key)
    if key.machine_paced:
        return Symbol.MACHINE
    if key.side is Side.NEAR:
        return _near(call, key)
    return _FAR[call.state](call, key) if call.state in _FAR else Symbol.KEY


def _while_dialling(call: Call, key: DigitPressed) -> Symbol:
    """Classify a key while dialling: near ones dial, however fast, as memory keys of phones do.

    Once a number is complete there is nothing left to dial: a machine reports to another one,
    which has answered though no answer was heard.
    """
    if key.machine_paced and (key.side is Side.FAR or call.placed):
        return Symbol.MACHINE
    return Symbol.KEY if key.side is Side.FAR else Symbol.NUMBER_VOID


def _near(call: Call, key: DigitPressed) -> Symbol:
    if _second_star(call, key):
        return Symbol.PRIVATE
    if call.state in _DIALOGUE:
        return _near_in_dialogue(call, key.key)
    if call.state not in _RECORDING:
        return Symbol.NEAR_KEY if call.state in _AFTERWARDS else Symbol.KEY
    if refuses(call.policy, key.key):
        return Symbol.NEAR_REFUSAL
    before = call.keys.near_before
    dials = before is not None and key.sample - release_sample(before) <= DIALLING
    return Symbol.DIALLED if dials else Symbol.NEAR_KEY


def _near_in_dialogue(call: Call, key: str) -> Symbol:
    if refuses(call.policy, key):
        return Symbol.NEAR_REFUSAL
    return Symbol.NEAR_HELD if key == "*" else Symbol.NEAR_KEY


def _second_star(call: Call, key: DigitPressed) -> bool:
    before = call.keys.near_before
    return (
        key.key == "*"
        and before is not None
        and before.key == "*"
        and key.sample - release_sample(before) <= STARS
    )


def _far_in_confirming(call: Call, key: DigitPressed) -> Symbol:
    if not refuses(call.policy, key.key):
        return Symbol.KEY
    return Symbol.OBJECTION if call.purposes - withdrawable(call.policy) else Symbol.REFUSAL


def _far_in_dialogue(call: Call, key: DigitPressed) -> Symbol:
    """Classify an answering key: a no from the first sample on, a yes only in its window."""
    if refuses(call.policy, key.key):
        if not other_bases(call, refused=True):
            return Symbol.REFUSAL
        ends = call.asking.heard and not call.asking.near_held
        return Symbol.LESS if ends else Symbol.OBJECTION
    if key.key in _wishes(call):
        return _wish(call, key)
    return Symbol.KEY if is_decided(call) else _answer(call, key)


def _wishes(call: Call) -> set[str]:
    """Return the keys of the second layer and of the next language."""
    return {call.policy.more_key, call.policy.language_key} - {""}


def _wish(call: Call, key: DigitPressed) -> Symbol:
    """Classify a key that permits nothing, so that any party but the office may press it.

    The second layer is said once in each language.
    """
    if call.asking.near_held or any(filed.permit is None for filed in call.docket):
        return Symbol.KEY
    if call.policy.consent_purposes and _follows_too_closely(call, key):
        return Symbol.CROWDED
    if key.ms < KEY_LENGTH_MS:
        return Symbol.KEY
    if key.key == call.policy.language_key:
        return Symbol.LANGUAGE
    return Symbol.KEY if call.policy.language in call.informed else Symbol.MORE


def _answer(call: Call, key: DigitPressed) -> Symbol:
    if _follows_too_closely(call, key):
        return Symbol.CROWDED
    if key.ms < KEY_LENGTH_MS:
        return Symbol.KEY  # a leaked tone, or no key at all
    chooses = key.key == call.policy.choose_key
    if not chooses and key.key not in call.policy.choices and key.side is Side.FAR:
        return end_without_consent(call, Symbol.WRONG)
    if _too_early(call, key, call.asking.heard):
        return Symbol.EARLY
    graded = _graded(call, key)
    return Symbol.CHOOSE if chooses and graded is Symbol.CONSENT else graded


def _far_in_choosing(call: Call, key: DigitPressed) -> Symbol:
    """Classify a key while one purpose is asked alone: the guards are those of any answer."""
    if call.asking.near_held:
        return Symbol.KEY  # the office uses its phone: nothing is chosen any more
    if refuses(call.policy, key.key):
        return refuse_one(call)
    if key.key in _wishes(call):
        return _wish(call, key)
    answered = call.asking.choosing is None or not call.asking.choosing.left
    if answered or call.refused or key.key == call.policy.choose_key:
        return Symbol.KEY
    if _follows_too_closely(call, key):
        return Symbol.CROWDED
    return _agree_to_one(call, key)


def _agree_to_one(call: Call, key: DigitPressed) -> Symbol:
    if key.ms < KEY_LENGTH_MS:
        return Symbol.KEY
    if key.key != call.policy.agree_key and key.side is Side.FAR:
        return end_without_consent(call, Symbol.WRONG)
    choosing = call.asking.choosing
    if call.docket or choosing is None or key.key != call.policy.agree_key:
        return Symbol.KEY
    return Symbol.EARLY if _too_early(call, key, choosing.marked) else _graded(call, key)


def _follows_too_closely(call: Call, key: DigitPressed) -> bool:
    agreeing = pending(call)
    if agreeing is not None and key.sample - release_sample(agreeing) < KEY_APART:
        return True
    before = call.keys.before
    return (
        before is not None
        and key.sample - release_sample(before) < KEY_APART
        and not is_leak(before, key)
    )


def _too_early(call: Call, key: DigitPressed, heard: PromptHeard | None) -> bool:
    near = call.keys.near
    if heard is None or key.sample < heard.sample + AFTER_MARK:
        return True
    return near is not None and key.sample < release_sample(near) + NEAR_ECHO


def _graded(call: Call, key: DigitPressed) -> Symbol:
    known = key.grade in GRADES and key.grade.value in call.policy.grades
    if key.side is Side.FAR and known:
        return Symbol.CONSENT
    return end_without_consent(call, Symbol.UNSURE_AGAIN) if call.asking.unsure else Symbol.UNSURE


def _far_in_recording(call: Call, key: DigitPressed) -> Symbol:
    """Tell a lone refuse key from one inside a keyed number."""
    ends = call.purposes & withdrawable(call.policy)
    if not ends or not refuses(call.policy, key.key) or call.pausing.keyed:
        return Symbol.KEY
    before = call.keys.before
    other = (
        before is not None
        and before.key != key.key  # the same key again means the same, only more firmly
        and before.sample >= (call.first_sample or 0)  # the agreeing key is no part of a number
        and key.sample - release_sample(before) <= ALONE
    )
    return Symbol.KEYED if other else Symbol.WITHDRAWAL


def _far_between(call: Call, key: DigitPressed) -> Symbol:
    """Classify a key of a caller who was asked, while no question plays.

    The question may wait for its replay, in another language if that is wished for, or be over:
    after a no it is never asked again.
    """
    if call.asked and call.state is State.SETTLING and key.key == call.policy.language_key:
        return _wish(call, key)
    if not call.asked or not refuses(call.policy, key.key):
        return Symbol.KEY
    goes_on = call.state is State.SETTLING and other_bases(call, refused=True)
    return Symbol.OBJECTION if goes_on else Symbol.REFUSAL


_FAR = {
    State.SETTLING: _far_between,
    State.RETRYABLE: _far_between,
    State.ASKING: _far_in_dialogue,
    State.AWAITING: _far_in_dialogue,
    State.INFORMING: _far_in_dialogue,
    State.CHOOSING: _far_in_choosing,
    State.CONFIRMING: _far_in_confirming,
    State.RECORDING: _far_in_recording,
    State.PAUSED: _far_in_recording,
}
