"""Make policies for the tests of the dialogue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.config.settings import Basis, LineKind, Purpose
from appliance.model.policy import Policy, PromptRef, Saying, Spoken
from appliance.model.sayings import possible_sayings

TRAINING = Purpose("training", Basis.CONSENT, {}, 90)
QUALITY = Purpose("quality", Basis.CONSENT, {}, 30)
CONTRACT = Purpose("contract", Basis.CONTRACT, {}, 365)
INTEREST = Purpose("interest", Basis.LEGITIMATE_INTERESTS, {}, 60)


def policy(*purposes: Purpose) -> Policy:
    """Return a policy: 1 agrees to all consent purposes, 3 to training alone, 2 to none."""
    consent = frozenset(p.id for p in purposes if p.basis is Basis.CONSENT)
    choices = {"1": consent, "3": frozenset({"training"}), "2": frozenset[str]()}
    if not consent:
        choices = {"2": frozenset()} if INTEREST in purposes else {}
    return Policy("Reception", LineKind.PHONE, "v1", purposes, choices, prompts(purposes, choices))


def prompts(
    purposes: Sequence[Purpose], choices: Mapping[str, frozenset[str]], choose_key: str = ""
) -> dict[Saying, PromptRef]:
    """Return every prompt that a line with these rules can use."""
    return {
        saying: PromptRef(f"trial/{saying.spoken}/en", "0" * 64, "en")
        for saying in possible_sayings(purposes, choices, choose_key)
    }


CONSENT = policy(TRAINING, QUALITY)
NOTICE = policy(CONTRACT)
OBJECTABLE = policy(INTEREST)
MIXED = policy(TRAINING, QUALITY, CONTRACT)
MIXED_INTEREST = policy(TRAINING, QUALITY, INTEREST)
BOTH_NOTICES = policy(CONTRACT, INTEREST)


def with_grades(rules: Policy, *grades: str) -> Policy:
    """Return a policy under which these grades of evidence may record."""
    return replace(rules, grades=frozenset(grades))


def without_prompt(rules: Policy, spoken: Spoken) -> Policy:
    """Return a policy that lacks the prompts of one kind."""
    kept = {saying: ref for saying, ref in rules.prompts.items() if saying.spoken is not spoken}
    return replace(rules, prompts=kept)
