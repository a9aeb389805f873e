"""Find what a person confirms before settings hold: justifications, bases, spoken words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from appliance.config.settings import Basis, Config, Confirmation, Purpose
from appliance.config.words.digests import confirms, digest_of
from appliance.config.words.ready import is_ready
from appliance.digest import sha256

UNLIKELY = frozenset({Basis.VITAL_INTERESTS, Basis.PUBLIC_TASK})
"""Bases that hardly ever fit an office: lives are seldom at stake on its telephone, and a public
task needs a provision that names it."""


class DoubtKind(StrEnum):
    """The kind of statement that a person confirms."""

    JUSTIFIED = "justified"  # the justification is true and written by a person who weighed it
    FITS = "fits"  # the basis fits this purpose, in the words of its explanation
    ADVISED = "advised"  # a lawyer or the like has looked at it
    WORDS = "words"  # these forms are right in every sentence that is made of them


OF_WORDS = frozenset({DoubtKind.WORDS})
"""Statements that the settings themselves keep, as ``confirmed``."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One statement that a person has to confirm."""

    purpose: str  # its id; empty if it is about the office
    kind: DoubtKind
    about: str
    """Digest of what is confirmed: other words need another confirmation."""

    @property
    def code(self) -> str:
        """Return the word that confirms it."""
        return f"{self.kind}.{self.purpose}" if self.purpose else self.kind.value


def doubts(config: Config, before: Config) -> tuple[Doubt, ...]:
    """Return what has to be confirmed of settings, beside those that hold already."""
    known = set(_all(before))
    fresh = [doubt for doubt in _all(config) if doubt not in known]
    return (*fresh, *_unread(config, before))


def unread(config: Config) -> tuple[Doubt, ...]:
    """Return the forms of settings that nobody has confirmed."""
    return tuple(doubt for doubt, said in _forms(config) if not confirms(said, doubt.about))


def _unread(config: Config, before: Config) -> Iterator[Doubt]:
    """Yield the forms that are new, or whose confirmation is.

    A confirmation counts only if it held before: who sends a draft may write any name into it, and
    the keeper alone knows who sends it.
    """
    held = {doubt.purpose: (doubt, said) for doubt, said in _forms(before)}
    for doubt, said in _forms(config):
        if (doubt, said) != held.get(doubt.purpose):
            yield doubt


def _forms(config: Config) -> Iterator[tuple[Doubt, Confirmation | None]]:
    """Yield the forms that are the owner's own, with who has confirmed them."""
    office = config.office
    yield Doubt("", DoubtKind.WORDS, digest_of(office)), office.confirmed
    for purpose in config.purposes:
        own = any((purpose.law_says, purpose.interest_says, purpose.other_way_says))
        if own or not all(is_ready(purpose, language) for language in office.languages):
            doubt = Doubt(purpose.id, DoubtKind.WORDS, digest_of(purpose))
            yield doubt, purpose.confirmed


def _all(config: Config) -> Iterator[Doubt]:
    for purpose in config.purposes:
        if purpose.justification or purpose.care_reason:
            yield Doubt(purpose.id, DoubtKind.JUSTIFIED, _digest(purpose))
        if purpose.basis in UNLIKELY:
            for kind in (DoubtKind.FITS, DoubtKind.ADVISED):
                yield Doubt(purpose.id, kind, _digest(purpose))


def _digest(purpose: Purpose) -> str:
    """Return the digest of all but its confirmation, which is about the forms alone."""
    said = msgspec.json.encode(replace(purpose, confirmed=None), order="deterministic")
    return sha256(said).hex()[:16]
