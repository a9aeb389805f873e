"""Find what a person has to confirm before settings hold: justifications and unlikely bases."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from appliance.config.settings import Basis, Config, Purpose

UNLIKELY = frozenset({Basis.VITAL_INTERESTS, Basis.PUBLIC_TASK})
"""Bases that hardly ever fit an office: lives are seldom at stake on its telephone, and a public
task needs a provision that names it."""


class DoubtKind(StrEnum):
    """The kind of statement that a person confirms."""

    JUSTIFIED = "justified"  # the justification is true and written by somebody who weighed it
    FITS = "fits"  # the basis fits this purpose, in the words of its explanation
    ADVISED = "advised"  # somebody who knows the law has looked at it


@dataclass(frozen=True, slots=True)
class Doubt:
    """One statement about a purpose that a person has to confirm."""

    purpose: str
    kind: DoubtKind
    about: str
    """Digest of what is confirmed: other words need another confirmation."""

    @property
    def code(self) -> str:
        """Return the word that confirms it."""
        return f"{self.kind}.{self.purpose}"


def doubts(config: Config, before: Config) -> tuple[Doubt, ...]:
    """Return what has to be confirmed of settings, beside those that hold already."""
    known = set(_all(before))
    return tuple(doubt for doubt in _all(config) if doubt not in known)


def _all(config: Config) -> list[Doubt]:
    return [
        Doubt(purpose.id, kind, _digest(purpose))
        for purpose in config.purposes
        for kind in _kinds(purpose)
    ]


def _kinds(purpose: Purpose) -> list[DoubtKind]:
    kinds = [DoubtKind.JUSTIFIED] if purpose.justification else []
    return [*kinds, DoubtKind.FITS, DoubtKind.ADVISED] if purpose.basis in UNLIKELY else kinds


def _digest(purpose: Purpose) -> str:
    said = msgspec.json.encode(purpose, order="deterministic")
    return hashlib.sha256(said).hexdigest()[:16]
