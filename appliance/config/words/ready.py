"""Offer purposes whose words are ready in each language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from appliance.config.settings import Basis, Purpose


@dataclass(frozen=True, slots=True)
class ReadyPurpose:
    """A purpose as the wizard offers it: its forms, and the bases that fit."""

    id: str
    bases: tuple[Basis, ...]
    full: Mapping[str, str]
    short: Mapping[str, str]
    label: Mapping[str, str]
    interest_says: Mapping[str, str] = field(default_factory=dict)
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
    """Say whether a purpose's forms in a language are those of a ready one."""
    here = (purpose.full, purpose.short, purpose.label)
    words = [says.get(language) for says in here]
    return any(
        [ready.full[language], ready.short[language], ready.label[language]] == words
        for ready in ready_purposes()
    )
