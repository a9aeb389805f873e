"""Make the consent receipt: what the caller heard, and what the caller did."""

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from appliance.call.call import Call, DialogueKey, HeardPrompt
from appliance.call.eligibility import withdrawable
from appliance.call.times import MS
from appliance.model.events import DigitPressed, PromptHeard
from appliance.model.policy import PromptKind, PromptRef, Saying
from appliance.model.records import ConsentReceipt, KeyTaken, WordsHeard
from appliance.model.terms import Grade

GRADES: Mapping[Grade, Literal["A", "B", "C"]] = {Grade.A: "A", Grade.B: "B", Grade.C: "C"}
"""The grades that a receipt can state."""


def consent_receipt(
    call: Call, key: DigitPressed, heard: PromptHeard, purposes: frozenset[str]
) -> ConsentReceipt:
    """Make the receipt of an agreeing key, with the detector's figures."""
    return replace(
        notice_receipt(call, heard, purposes),
        outcome="agreed",
        key=key.key,
        key_at_ms=_since_offhook(call, key.sample),
        key_ms=key.ms,
        side="far",
        grade=GRADES[key.grade],
        dbm0=key.dbm0,
        twist_db=key.twist_db,
        deviation_percent=key.deviation_percent,
        confidence=key.confidence,
    )


def notice_receipt(call: Call, heard: PromptHeard, purposes: frozenset[str]) -> ConsentReceipt:
    """Make the receipt of a notice that was heard; it needs no key."""
    prompt = purpose_prompt(call)
    return ConsentReceipt(
        outcome="notice",
        purposes=tuple(sorted(purposes)),
        prompt_id=prompt.id,
        prompt_sha256=prompt.sha256,
        language=prompt.language,
        policy_version=call.policy.version,
        heard_ms=heard.heard_ms,
        level_db=heard.level_db,
        talked_over=heard.talked_over,
        answer_basis=call.answered.basis.value if call.answered else None,
        refused=tuple(sorted(withdrawable(call.policy) - purposes)),
        said=tuple(_words(call, said) for said in call.asking.said),
        more_key=next((t.key.key for t in call.asking.taken if t.means == "more"), None),
        keys=tuple(_key(call, taken, purposes) for taken in call.asking.taken),
    )


def _words(call: Call, said: HeardPrompt) -> WordsHeard:
    prompt, heard = said.prompt, said.heard
    return WordsHeard(
        spoken=said.saying.spoken.value,
        prompt_id=prompt.id,
        prompt_sha256=prompt.sha256,
        at_ms=_since_offhook(call, heard.sample),
        heard_ms=heard.heard_ms,
        level_db=heard.level_db,
        talked_over=heard.talked_over,
    )


def _key(call: Call, taken: DialogueKey, in_force: frozenset[str]) -> KeyTaken:
    """Return a key with its meaning; a no to no purpose alone refused all that is not in force."""
    of = taken.purposes
    if taken.means == "refused" and not of:
        of = withdrawable(call.policy) - in_force
    return KeyTaken(
        key=taken.key.key,
        at_ms=_since_offhook(call, taken.key.sample),
        means=taken.means,
        purposes=tuple(sorted(of)),
        side=taken.key.side.value,
        grade=GRADES.get(taken.key.grade, ""),
    )


def _since_offhook(call: Call, sample: int) -> int:
    return (sample - (call.offhook_sample or 0)) // MS


def purpose_prompt(call: Call) -> PromptRef:
    """Return the prompt that names this line's purposes."""
    asks = bool(call.policy.consent_purposes)
    return call.policy.prompts[Saying(PromptKind.QUESTION if asks else PromptKind.NOTICE)]
