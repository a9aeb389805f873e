"""Show spoken forms in whole sentences, for the person who confirms them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from appliance.config.settings import Basis, Config, Line, Part, Purpose
from appliance.config.words.ready import ready_purposes
from appliance.errors import PromptError
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.words.compose import variants

BESIDE = 3
"""Purposes that stand beside one: of four, a sentence names three by their labels."""

_KEYS = ("4", "6", "7")


def in_sentences(config: Config, purpose: str = "") -> tuple[tuple[str, str], ...]:
    """Return languages and texts in which forms are heard: in each language that has them.

    Args:
        config: the settings.
        purpose: its id; empty: the names of the office, as one of the ready purposes is asked for.
    """
    ready = [each for each in _ready() if each.id != purpose]
    one = config.purpose(purpose) if purpose else ready.pop(0)
    several = (one, *ready[:BESIDE])
    return tuple(
        (language, text)
        for language in config.office.controller_says
        for text in dict.fromkeys(_texts(config, one, several, language, names=not purpose))
    )


def _texts(
    config: Config, one: Purpose, several: Sequence[Purpose], language: str, *, names: bool
) -> Iterator[str]:
    """Yield what a line of one purpose asks or tells, and what one of several lists."""
    consent = one.basis is Basis.CONSENT
    asked = Saying(PromptKind.QUESTION if consent else PromptKind.NOTICE)
    alone = [asked, Saying(PromptKind.MORE)] if names else [asked]
    yield from _said(config, (one,), language, alone)
    if not names:
        some = Saying(PromptKind.CONFIRMATION, frozenset(each.id for each in several[:-1]))
        yield from _said(config, several, language, [Saying(PromptKind.KEYS), some])


def _said(
    config: Config, purposes: Sequence[Purpose], language: str, sayings: Sequence[Saying]
) -> Iterator[str]:
    line = _line(purposes)
    config = replace(config, purposes=tuple(purposes))
    for saying in sayings:
        try:
            yield next(variants(config, line, language, saying)).text
        except PromptError:  # a form has not this language
            return


def _line(purposes: Sequence[Purpose]) -> Line:
    """Return a line for purposes, with a key for each that is a choice."""
    nobody, names = Part(""), tuple(each.id for each in purposes)
    consent = tuple(each.id for each in purposes if each.basis is Basis.CONSENT)
    single = dict(zip(_KEYS, ((each,) for each in consent), strict=False))
    choices: Mapping[str, tuple[str, ...]] = {}
    if consent:
        choices = {"1": consent, **(single if len(consent) > 1 else {}), "2": ()}
    elif any(each.basis.can_be_objected_to for each in purposes):
        choices = {"2": ()}
    return Line("", "", nobody, nobody, nobody, purposes=names, choices=choices)


def _ready() -> list[Purpose]:
    """Return the ready purposes that can be asked for by consent."""
    return [
        Purpose(each.id, Basis.CONSENT, full=each.full, short=each.short, label=each.label)
        for each in ready_purposes()
        if Basis.CONSENT in each.bases
    ]
