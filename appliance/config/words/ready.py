"""Offer purposes whose words are ready in each language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from appliance.config.settings import Basis, Purpose

FORMS = ("full", "short", "label")
"""The words of a purpose that every one has."""


@dataclass(frozen=True, slots=True)
class ReadyPurpose:
    """A purpose as the wizard offers it: its forms, and the bases that fit."""

    id: str
    bases: tuple[Basis, ...]
    full: Mapping[str, str]
    short: Mapping[str, str]
    label: Mapping[str, str]
    interest_says: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    """Language -> after "tylko do", or with its preposition: where a key agrees to this alone."""
    before: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Language -> the forms of an earlier version, which an office may still have."""
    contract_to: str = ""  # on a contract; empty: the office has to say


@cache
def ready_purposes() -> tuple[ReadyPurpose, ...]:
    """Return the purposes of ``ready_purposes.toml`` in its order."""
    file = resources.files("appliance.config") / "ready_purposes.toml"
    tables = tomllib.loads(file.read_text("utf-8"))["purpose"]
    return tuple(
        ReadyPurpose(**{**table, "bases": tuple(Basis(name) for name in table["bases"])})
        for table in tables
    )


def ready_purpose(name: str) -> ReadyPurpose:
    """Return the ready purpose of an id; the first one, as an example, where there is none."""
    known = {purpose.id: purpose for purpose in ready_purposes()}
    return known.get(name, ready_purposes()[0])


def is_ready(purpose: Purpose, language: str) -> bool:
    """Say whether a purpose's forms in a language are, or were, those of a ready one."""
    return _ready_as(purpose, language) is not None


def said_alone(purpose: Purpose, language: str) -> str:
    """Return how a key that agrees to a purpose alone names it: shortly, if somebody can know how.

    Of an office's own purpose only ``full`` is sure to fit there.
    """
    ready = _ready_as(purpose, language)
    words = ready.alone.get(language) if ready is not None else None
    return words or purpose.full[language]


def _ready_as(purpose: Purpose, language: str) -> ReadyPurpose | None:
    words = [getattr(purpose, form).get(language) for form in FORMS]
    return next((each for each in ready_purposes() if words in _forms(each, language)), None)


def _forms(ready: ReadyPurpose, language: str) -> list[list[str]]:
    forms = [[getattr(ready, form)[language] for form in FORMS]]
    before = ready.before.get(language)
    return [*forms, [before[form] for form in FORMS]] if before else forms
