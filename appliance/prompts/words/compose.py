"""Compose all that a line says, from its settings and the forms that a person confirmed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.config.settings import Basis, Config, Line, Purpose
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import LONGEST_SECONDS
from appliance.model.sayings import in_order, possible_sayings
from appliance.model.sentences.lacking import Lacks
from appliance.prompts.words import english, german, polish
from appliance.prompts.words.facts import Facts, facts_of

BRIEFEST = 2
"""How far the composer shortens by itself: short sentence, then keys as a list."""

VITAL_SECONDS = 8
"""That a notice may last where life is at stake."""

OFFER_SECONDS = 3
"""That the offer of another language may last: everybody else has to wait for its end."""

_OFFERING = frozenset({PromptKind.QUESTION, PromptKind.NOTICE})
"""What a dialogue begins with."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The sentence that offers another language, in that language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptWords:
    """What a prompt says."""

    pieces: tuple[str, ...]
    """As spoken; the last is the last key's name or the last word, whose end is the mark."""
    limit: int
    """Seconds that it may last, with the offer."""
    offer: Offer | None = None
    """Stands whole in the first piece, behind the first sentence."""

    @property
    def text(self) -> str:
        """Return the words as they are read."""
        return " ".join(self.pieces)


class _Language(Protocol):
    """A module of one language."""

    def offer(self, key: str, /) -> str: ...
    def question(self, f: Facts, /) -> list[str]: ...
    def keys(self, f: Facts, /) -> list[str]: ...
    def notice(self, f: Facts, /) -> list[str]: ...
    def more(self, f: Facts, rights: Sequence[str], /) -> list[str]: ...
    def confirmation(self, f: Facts, purposes: Sequence[Purpose], /) -> list[str]: ...
    def choice(self, f: Facts, purpose: Purpose, /) -> list[str]: ...
    def refused(self) -> list[str]: ...
    def unanswered(self) -> list[str]: ...
    def withdrawn(self, f: Facts, purposes: Sequence[Purpose], /) -> list[str]: ...
    def objected(self, f: Facts, /) -> list[str]: ...


_LANGUAGES: Mapping[str, _Language] = {"pl": polish, "en": english, "de": german}

_SAYS: Mapping[PromptKind, Callable[[_Language, Facts, Sequence[Purpose]], list[str]]] = {
    PromptKind.QUESTION: lambda says, facts, _: says.question(facts),
    PromptKind.KEYS: lambda says, facts, _: says.keys(facts),
    PromptKind.NOTICE: lambda says, facts, _: says.notice(facts),
    PromptKind.MORE: lambda says, facts, _: says.more(facts, rights(facts)),
    PromptKind.CONFIRMATION: lambda says, facts, some: says.confirmation(facts, some),
    PromptKind.CHOICE: lambda says, facts, some: says.choice(facts, some[0]),
    PromptKind.REFUSED: lambda says, _, __: says.refused(),
    PromptKind.UNANSWERED: lambda says, _, __: says.unanswered(),
    PromptKind.WITHDRAWN: lambda says, facts, some: says.withdrawn(facts, some),
    PromptKind.OBJECTED: lambda says, facts, _: says.objected(facts),
}


def compose(
    config: Config, line: Line, language: str, brief: int = 0
) -> Mapping[Saying, PromptWords]:
    """Return all that a line may have to say, in one language.

    Args:
        config: the owner's settings, as the configuration's reader accepts them.
        line: one of its lines.
        language: one of the office's.
        brief: 0 as it should be said, up to ``BRIEFEST``.

    Raises:
        Lacks: a form is missing in that language; the sentence names it.
    """
    facts = _facts(config, line, language).shorter(brief)
    sayings = possible_sayings(facts.purposes, line.choices, line.choose_key)
    return {each: _words(facts, each) for each in in_order(sayings) if _can_be_said(facts, each)}


def variants(config: Config, line: Line, language: str, saying: Saying) -> Iterator[PromptWords]:
    """Yield the ways to say something, each shorter than the one before."""
    facts = _facts(config, line, language)
    before = None
    for brief in range(BRIEFEST + 1):
        words = _words(facts.shorter(brief), saying)
        if words != before:
            yield words
        before = words


def _facts(config: Config, line: Line, language: str) -> Facts:
    office = config.office
    if language not in office.controller_says:
        raise Lacks("office_unsaid", language=language)
    for name in line.purposes:
        purpose = config.purpose(name)
        for form in ("full", "short", "label", *_needed(purpose)):
            if language not in getattr(purpose, form):
                raise Lacks("form_missing", name=name, form=form, language=language)
    return facts_of(config, line, language)


def _needed(purpose: Purpose) -> tuple[str, ...]:
    needed = {
        Basis.LEGAL_OBLIGATION: ("law_says",),
        Basis.PUBLIC_TASK: ("law_says",),
        Basis.LEGITIMATE_INTERESTS: ("interest_says",),
    }
    return needed.get(purpose.basis, ())


def _can_be_said(facts: Facts, saying: Saying) -> bool:
    return saying.spoken is not PromptKind.MORE or bool(facts.more_key)


def _words(facts: Facts, saying: Saying) -> PromptWords:
    some = [each for each in facts.purposes if each.id in saying.purposes]
    sentences = _SAYS[saying.spoken](_LANGUAGES[facts.language], facts, some)
    limit = LONGEST_SECONDS[saying.spoken]
    if saying.spoken is PromptKind.NOTICE and facts.bases == {Basis.VITAL_INTERESTS}:
        limit = VITAL_SECONDS
    offer = _offer(facts) if saying.spoken in _OFFERING else None
    if offer is not None:
        sentences.insert(1, offer.text)
    return PromptWords(_pieces(" ".join(sentences)), limit, offer)


def _offer(facts: Facts) -> Offer | None:
    if not facts.language_key:
        return None
    said = _LANGUAGES[facts.next_language].offer(facts.language_key)
    return Offer(facts.next_language, said)


def rights(facts: Facts) -> list[str]:
    """Return the rights that the bases of a line give (Art. 15 to 20), objection apart."""
    named = ["access", "copy", "rectification"]
    if facts.bases != {Basis.LEGAL_OBLIGATION}:
        named.append("erasure")  # from a legal obligation it exempts: Art. 17(3)(b)
    named.append("restriction")
    if facts.bases & {Basis.CONSENT, Basis.CONTRACT}:
        named.append("portability")  # Art. 20(1)(a)
    return named


def _pieces(text: str) -> tuple[str, ...]:
    """Part a text before the last key's name, or before its last word."""
    if "|" in text:
        words, last = text.split(" | ")
        return words, last
    words, _, last = text.rpartition(" ")
    return (words, last) if words else (last,)
