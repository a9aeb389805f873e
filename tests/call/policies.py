"""Make policies for the tests of the dialogue."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.config.settings import Basis, LineKind, Purpose
from appliance.model.policy import Policy, PromptKind, PromptRef, Saying
from appliance.model.sayings import needed_sayings, possible_sayings

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
    """Return the prompts that a line with these rules needs."""
    return {saying: _ref(saying) for saying in needed_sayings(purposes, choices, choose_key)}


def _ref(saying: Saying) -> PromptRef:
    of = "+".join(sorted(saying.purposes))
    return PromptRef(f"trial/{saying.spoken}{of and ':'}{of}/en", "0" * 64, "en")


def with_afterwords(rules: Policy) -> Policy:
    """Return a policy whose line can say all that it may."""
    said = possible_sayings(rules.purposes, rules.choices, rules.choose_key)
    return replace(rules, prompts={saying: _ref(saying) for saying in said})


def with_more(rules: Policy) -> Policy:
    """Return a policy with a second layer on the key 9."""
    more = Saying(PromptKind.MORE)
    return replace(rules, prompts={**rules.prompts, more: _ref(more)}, more_key="9")


def with_choice(rules: Policy) -> Policy:
    """Return a policy under which 4 asks for one purpose after the other, and 1 agrees to all."""
    keys = {key: agreed for key, agreed in rules.choices.items() if key in {"1", "2"}}
    needed = prompts(rules.purposes, keys, "4")
    return replace(rules, choices=keys, choose_key="4", prompts={**rules.prompts, **needed})


def with_languages(rules: Policy, *languages: str, key: str = "3") -> Policy:
    """Return a policy for a line of several languages, its own first; the key leads to the next."""
    own, *others = [
        replace(
            rules,
            version=f"v-{language}",
            language=language,
            languages=languages,
            language_key=key,
            prompts={saying: _in(ref, language) for saying, ref in rules.prompts.items()},
        )
        for language in languages
    ]
    return replace(own, others={each.language: each for each in others})


def _in(ref: PromptRef, language: str) -> PromptRef:
    return PromptRef(ref.id.replace("/en", f"/{language}"), ref.sha256, language)


CONSENT = policy(TRAINING, QUALITY)
NOTICE = policy(CONTRACT)
OBJECTABLE = policy(INTEREST)
MIXED = policy(TRAINING, QUALITY, CONTRACT)
CLAIMS = Purpose("claims", Basis.CONSENT, {}, 90)
AGREEMENTS = Purpose("agreements", Basis.CONSENT, {}, 90)
FOUR = policy(TRAINING, QUALITY, CLAIMS, AGREEMENTS)
MIXED_INTEREST = policy(TRAINING, QUALITY, INTEREST)
BOTH_NOTICES = policy(CONTRACT, INTEREST)


def with_grades(rules: Policy, *grades: str) -> Policy:
    """Return a policy under which these grades of evidence may record."""
    return replace(rules, grades=frozenset(grades))


def without_prompt(rules: Policy, spoken: PromptKind) -> Policy:
    """Return a policy that lacks the prompts of one kind."""
    kept = {saying: ref for saying, ref in rules.prompts.items() if saying.spoken is not spoken}
    return replace(rules, prompts=kept)
