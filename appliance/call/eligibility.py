"""Decide whether a call may be asked at all, and which purposes a key can end.

What every page and lamp shows of a line's readiness comes from ``obstacle``, too.
"""

from appliance.call.call import Call
from appliance.call.states import Symbol
from appliance.model.policy import Policy, PromptKind, Saying
from appliance.model.rule import wants_speakers
from appliance.model.sayings import needed_sayings
from appliance.model.terms import NumberKind, Obstacle

EXEMPTING = frozenset({Obstacle.KIND, Obstacle.LIST, Obstacle.CALIBRATING, Obstacle.LEAVING})
"""Obstacles that are no fault: the call is exempt and its line could be asked."""


def can_be_asked(policy: Policy) -> bool:
    """Return whether a policy has everything that asking or giving notice needs."""
    return _lacking(policy) is None


def lacks_speakers(policy: Policy) -> bool:
    """Say whether the country wants everybody's consent, and nobody vouches for this line's."""
    rule = policy.rule
    return rule is not None and wants_speakers(rule.country) and rule.speakers is None


def obstacle(policy: Policy) -> Obstacle | None:
    """Return why no call is asked under a policy, the most lasting reason first; None: calls are.

    One call may be exempt all the same, by its number or an emergency.
    """
    if policy.kind != "phone":
        return Obstacle.KIND
    if not policy.can_store:  # a missing pool also leaves the exempt list unknown
        return Obstacle.STORAGE
    return policy.held_back or _lacking(policy)


def next_obstacle(call: Call) -> Obstacle | None:
    """Return why a line's next caller is not asked; None if nothing stands against it."""
    why = obstacle(call.policy)
    return Obstacle.EMERGENCY if why is None and call.memory.exempts(call.now) else why


def _lacking(policy: Policy) -> Obstacle | None:
    """Return what a policy lacks before it may ask or give notice, in any of its languages."""
    lacking = (_lacking_alone(each) for each in (policy, *policy.others.values()))
    return next((why for why in lacking if why is not None), None)


def _lacking_alone(policy: Policy) -> Obstacle | None:
    if not policy.purposes:
        return Obstacle.PURPOSE
    needed = needed_sayings(policy.purposes, policy.choices, policy.choose_key)
    if not needed - {Saying(PromptKind.KEYS)} <= policy.prompts.keys():
        return Obstacle.WORDS
    if lacks_speakers(policy):
        return Obstacle.SPEAKERS
    if not policy.complete:
        return _incomplete(policy, needed <= policy.prompts.keys())
    return None if _keys_are_distinct(policy) and _asks_properly(policy) else Obstacle.KEYS


def _incomplete(policy: Policy, has_words: bool) -> Obstacle:
    """Return what a policy lacks that its compiler found incomplete."""
    if any(p.basis.can_be_objected_to and not p.justification for p in policy.purposes):
        return Obstacle.JUSTIFICATION
    return Obstacle.RULE if has_words else Obstacle.WORDS


def _keys_are_distinct(policy: Policy) -> bool:
    """Return whether no key means two things."""
    extra = [key for key in (policy.more_key, policy.choose_key, policy.language_key) if key]
    return len({*policy.choices, *extra}) == len(policy.choices) + len(extra)


def _asks_properly(policy: Policy) -> bool:
    """Return whether keys agree to consent purposes only and exactly one key refuses."""
    if not policy.consent_purposes:
        return not policy.objectionable_purposes or policy.refuse_key is not None
    agreeing = [agreed for agreed in policy.choices.values() if agreed]
    return (
        bool(agreeing)
        and (policy.agree_key is not None or not policy.choose_key)
        and len(policy.choices) - len(agreeing) == 1
        and all(agreed <= policy.consent_purposes for agreed in agreeing)
    )


def forbids_asking(call: Call) -> Symbol | None:
    """Return the symbol that forbids asking in this call now, or None."""
    if call.emergency:
        return Symbol.EXEMPTED
    why = obstacle(call.policy)
    if why is not None:
        return Symbol.EXEMPTED if why in EXEMPTING else Symbol.UNFIT
    return Symbol.EXEMPTED if _forbidden_number(call) else None


def _forbidden_number(call: Call) -> bool:
    """Return whether the number forbids asking, or is unknown where it must not be."""
    if call.direction == "outgoing":
        return call.number is None or call.number.kind is not NumberKind.ORDINARY
    listed = call.caller is not None and call.caller.listed
    return listed or call.memory.exempts(call.now)


def withdrawable(policy: Policy) -> frozenset[str]:
    """Return the purposes that the refuse key ends: by consent, and open to objection."""
    return policy.consent_purposes | policy.objectionable_purposes


def refuses(policy: Policy, key: str) -> bool:
    """Return whether this key refuses, withdraws and objects."""
    return key == policy.refuse_key and bool(withdrawable(policy))


def other_bases(call: Call, *, refused: bool) -> frozenset[str]:
    """Return the purposes in force without consent."""
    others = call.policy.other_purposes
    return others - call.policy.objectionable_purposes if refused else others
