"""Decide whether a call may be asked at all, and which purposes a key can end."""

from appliance.call.call import Call
from appliance.call.states import Symbol
from appliance.model.policy import Policy, Saying, Spoken
from appliance.model.sayings import needed_sayings
from appliance.model.terms import Dialled


def can_be_asked(policy: Policy) -> bool:
    """Return whether a policy has everything that asking or giving notice needs."""
    if not policy.complete or not policy.purposes:
        return False
    needed = needed_sayings(policy.purposes, policy.choices, policy.choose_key)
    if not needed - {Saying(Spoken.KEYS)} <= policy.prompts.keys():
        return False
    if not _keys_are_distinct(policy):
        return False
    if policy.consent_purposes:
        return _asks_properly(policy)
    return not policy.objectionable_purposes or policy.refuse_key is not None


def _keys_are_distinct(policy: Policy) -> bool:
    """Return whether no key means two things."""
    extra = [key for key in (policy.more_key, policy.choose_key) if key]
    return len({*policy.choices, *extra}) == len(policy.choices) + len(extra)


def _asks_properly(policy: Policy) -> bool:
    """Return whether keys agree to consent purposes only and exactly one key refuses."""
    agreeing = [agreed for agreed in policy.choices.values() if agreed]
    return (
        bool(agreeing)
        and (policy.agree_key is not None or not policy.choose_key)
        and len(policy.choices) - len(agreeing) == 1
        and all(agreed <= policy.consent_purposes for agreed in agreeing)
    )


def forbids_asking(call: Call) -> Symbol | None:
    """Return the symbol that forbids asking in this call now, or None."""
    policy = call.policy
    if policy.kind != "phone" or call.emergency:
        return Symbol.EXEMPTED
    if not policy.begun:
        return Symbol.UNFIT
    if not policy.can_store:  # a missing pool also leaves the exempt list unknown
        return Symbol.UNFIT
    if not policy.may_ask:
        return Symbol.EXEMPTED
    if not can_be_asked(policy):
        return Symbol.UNFIT
    return Symbol.EXEMPTED if _forbidden_number(call) else None


def _forbidden_number(call: Call) -> bool:
    """Return whether the number forbids asking, or is unknown where it must not be."""
    if call.direction == "outgoing":
        return call.number is None or call.number.kind is not Dialled.ORDINARY
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
