"""Check the words that a machine will speak: their form, and whether it can say them.

A purpose has three forms a language, and a sentence is made of them without changing a letter.
So each form has to fit its place: after "w celu", "zgoda na" or alone. What cannot be judged by a
rule (cases, agreement) a person confirms in the whole sentence.
"""

import re
from collections.abc import Mapping
from functools import partial

from appliance.config.mistakes import Invalid
from appliance.config.validators import valid_text
from appliance.config.words.spell import CAN_BE_SAID, as_spoken
from appliance.config.words.vocabulary import LONGEST_SPOKEN

MOST_WORDS = 6
"""Of a purpose: a caller hears it once."""

_UNSPEAKABLE = re.compile(r"[0-9@./§&+_#*()\[\]{}<>\"„”:;!?]")

_FULL_STARTS = {"de": ("zur", "zum", "für")}
_NEVER_STARTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("full", "pl"): ("w", "do", "na", "aby", "dla"),
    ("short", "pl"): ("w", "do", "na", "aby", "zgoda"),
    ("label", "pl"): ("w", "do", "na", "aby"),
    ("full", "en"): ("for", "to"),
    ("short", "en"): ("for", "to"),
    ("label", "en"): ("for", "to"),
    ("short", "de"): ("zur", "zum", "für", "die", "der", "das"),
    ("label", "de"): ("zur", "zum", "für", "die", "der", "das"),
}
_VAGUE: Mapping[str, frozenset[str]] = {
    "pl": frozenset({
        "jakości", "kontroli jakości", "celów jakościowych", "bezpieczeństwa",
        "bezpieczeństwa rozmówców", "poprawy obsługi", "poprawy jakości",
        "poprawy jakości obsługi", "podnoszenia jakości usług",
    }),
    "en": frozenset({
        "quality", "quality purposes", "quality control", "quality assurance", "your safety",
        "your security", "improving our service", "the improvement of our service",
        "service improvement",
    }),
    "de": frozenset({
        "zur qualitätssicherung", "zur qualität", "zu ihrer sicherheit", "zur sicherheit",
        "zur verbesserung unseres service", "für qualitätszwecke",
    }),
}  # fmt: skip
"""Purposes too vague to be consented to: they do not say whose work is looked at (WP203)."""


MOST_NAMED = 8
"""Letters that a voice cannot say: so many of them are named."""


def valid_spoken(value: object, language: str) -> str:
    """Accept words that a machine can say; refuse digits, @ and abbreviations with a suggestion."""
    text = valid_text(value)
    if len(text) > LONGEST_SPOKEN:
        raise Invalid("long_spoken", count=LONGEST_SPOKEN)
    suggestion = as_spoken(text, language)
    if suggestion != text:
        raise Invalid("as_spoken", words=suggestion)
    if found := _UNSPEAKABLE.search(text):
        raise Invalid("unspeakable", sign=found[0])
    foreign = [each for each in dict.fromkeys(text) if not CAN_BE_SAID[language].fullmatch(each)]
    if foreign:
        raise Invalid("letters", language=language, letters=" ".join(foreign[:MOST_NAMED]))
    return text


def valid_form(value: object, language: str, form: str) -> str:
    """Accept a purpose's ``full``, ``short`` or ``label`` in one language."""
    text = valid_spoken(value, language)
    words = text.split()
    first = words[0].casefold()
    asked = form == "full" and first in _FULL_STARTS.get(language, ())
    if len(words) - asked > MOST_WORDS:  # what the form itself asks for is not counted
        raise Invalid("many_words", most=MOST_WORDS)
    if first in _NEVER_STARTS.get((form, language), ()):
        raise Invalid("leave_out", word=words[0])
    if form == "full":
        _check_full(text, first, language)
    if form != "full" and language == "de" and not words[0][0].isupper():
        raise Invalid("noun")
    return text


def _check_full(text: str, first: str, language: str) -> None:
    starts = _FULL_STARTS.get(language)
    if starts and first not in starts:
        raise Invalid("full_start")
    if language == "pl" and first.endswith(("nie", "cie")):
        genitive = text[: len(first) - 1] + "a" + text[len(first) :]
        raise Invalid("genitive", words=genitive)
    if text.casefold() in _VAGUE[language]:
        raise Invalid("vague")


valid_full = partial(valid_form, form="full")
valid_short = partial(valid_form, form="short")
valid_label = partial(valid_form, form="label")
