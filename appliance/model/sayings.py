"""List what a line may have to say, from its purposes and keys."""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from appliance.config.settings import Basis, Purpose
from appliance.model.policy import PromptKind, Saying


def needed_sayings(
    purposes: Sequence[Purpose], choices: Mapping[str, Collection[str]], choose_key: str = ""
) -> frozenset[Saying]:
    """Return the prompts without which a line never asks or records; none without a purpose.

    Args:
        purposes: those of the line.
        choices: key -> consent purposes that it agrees to.
        choose_key: opens the choice one by one; empty where that is not offered.
    """
    consent, others, lasting = _kinds(purposes)
    if not consent:
        partly = others and lasting and others != lasting
        notice = {Saying(PromptKind.NOTICE)} if others else set()
        return frozenset(notice | ({Saying(PromptKind.CONFIRMATION, lasting)} if partly else set()))
    asked = {Saying(PromptKind.QUESTION), Saying(PromptKind.KEYS)}
    if choose_key:
        asked |= {Saying(PromptKind.CHOICE, frozenset({purpose})) for purpose in consent}
    in_force = {agreed | others for agreed in _agreed(consent, choices, choose_key)}
    in_force |= {without for without in (others, lasting) if without}
    return frozenset(asked | {Saying(PromptKind.CONFIRMATION, each) for each in in_force})


def possible_sayings(
    purposes: Sequence[Purpose], choices: Mapping[str, Collection[str]], choose_key: str = ""
) -> frozenset[Saying]:
    """Return all prompts that a line can use: the needed ones, the second layer, the afterwords.

    A line that lacks one of those that are not needed leaves it out.
    """
    consent, others, lasting = _kinds(purposes)
    needed = needed_sayings(purposes, choices, choose_key)
    more = {Saying(PromptKind.MORE)} if needed else set()
    after = set()
    if consent and not lasting:
        after.add(Saying(PromptKind.REFUSED))
    if consent and not others:
        after.add(Saying(PromptKind.UNANSWERED))
    if consent or lasting != others:
        no = PromptKind.WITHDRAWN if consent or lasting else PromptKind.OBJECTED
        after.add(Saying(no, lasting if no is PromptKind.WITHDRAWN else frozenset()))
    return frozenset(needed | more | after)


def in_order(sayings: Collection[Saying]) -> list[Saying]:
    """Return sayings in the order of their kinds, those with fewer purposes first."""
    kinds = list(PromptKind)
    return sorted(
        sayings,
        key=lambda each: (kinds.index(each.spoken), len(each.purposes), sorted(each.purposes)),
    )


def _kinds(purposes: Sequence[Purpose]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return purposes by consent, on other bases, and those of them that no key ends."""
    consent = frozenset(p.id for p in purposes if p.basis is Basis.CONSENT)
    others = frozenset(p.id for p in purposes) - consent
    return consent, others, others - {p.id for p in purposes if p.basis.can_be_objected_to}


def _agreed(
    consent: frozenset[str], choices: Mapping[str, Collection[str]], choose_key: str
) -> set[frozenset[str]]:
    """Return every set of consent purposes that a caller can agree to."""
    by_key = {consent & set(agreed) for agreed in choices.values() if consent & set(agreed)}
    if not choose_key:
        return by_key
    parts = range(1, len(consent) + 1)
    return by_key | {frozenset(part) for count in parts for part in combinations(consent, count)}
