"""Spell out what voices garble: abbreviations, digits, addresses.

The result is a suggestion that a person reads; nothing is spoken that was changed by a rule.
"""

import re
from collections.abc import Mapping

CAN_BE_SAID: Mapping[str, re.Pattern[str]] = {
    "pl": re.compile(r"[A-Za-zĄĆĘŁŃÓŚŹŻąćęłńóśźż ,'’–-]+"),
    "en": re.compile(r"[A-Za-zéè ,'’–-]+"),
    "de": re.compile(r"[A-Za-zÄÖÜäöüßé ,'’–-]+"),
}
"""Letters that a voice of the language says; it garbles names with others."""

_DIGITS = {
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć".split(),
    "en": "zero one two three four five six seven eight nine".split(),
    "de": "null eins zwei drei vier fünf sechs sieben acht neun".split(),
}

_LONG: Mapping[str, tuple[tuple[str, str], ...]] = {
    "pl": (
        (r"sp\. ?z ?o\. ?o\.?", "spółka z ograniczoną odpowiedzialnością"),
        (r"sp\. ?k\.?", "spółka komandytowa"),
        (r"sp\. ?j\.?", "spółka jawna"),
        (r"sp\. ?p\.?", "spółka partnerska"),
        (r"s\. ?c\.", "spółka cywilna"),
        (r"s\. ?a\.|SA", "spółka akcyjna"),
        (r"SPZOZ|SP ZOZ", "samodzielny publiczny zakład opieki zdrowotnej"),
        (r"NZOZ", "niepubliczny zakład opieki zdrowotnej"),
        (r"ul\.", "ulica"),
        (r"al\.", "aleja"),
        (r"pl\.", "plac"),
        (r"os\.", "osiedle"),
        (r"nr\.?", "numer"),
        (r"tel\.", "telefon"),
        (r"im\.", "imienia"),
        (r"św\.", "święty"),
        (r"dr\.?", "doktor"),
        (r"mec\.", "mecenas"),
        (r"art\.", "artykuł"),
        (r"ust\.", "ustęp"),
    ),
    "en": (
        (r"ltd\.?", "Limited"),
        (r"inc\.?", "Incorporated"),
        (r"co\.", "Company"),
        (r"dr\.", "Doctor"),
        (r"mr\.", "Mister"),
        (r"mrs\.", "Missis"),
        (r"st\.", "Saint"),
        (r"no\.", "number"),
        (r"llp", "Limited Liability Partnership"),
        (r"art\.", "article"),
    ),
    "de": (
        (r"g?gmbh ?& ?co\.? ?kg", "GmbH und Kompanie"),
        (r"gmbh", "Gesellschaft mit beschränkter Haftung"),
        (r"e\. ?v\.", "eingetragener Verein"),
        (r"e\. ?k\.", "eingetragener Kaufmann"),
        (r"str\.", "Straße"),
        (r"dr\.", "Doktor"),
        (r"prof\.", "Professor"),
        (r"nr\.", "Nummer"),
        (r"tel\.", "Telefon"),
        (r"art\.", "Artikel"),
        (r"abs\.", "Absatz"),
    ),
}
_SIGNS = {
    "pl": {
        "@": "małpa", ".": "kropka", "/": "ukośnik", "-": "myślnik", "_": "podkreślenie", "&": "i",
    },
    "en": {"@": "at", ".": "dot", "/": "slash", "-": "hyphen", "_": "underscore", "&": "and"},
    "de": {
        "@": "ät", ".": "Punkt", "/": "Schrägstrich", "-": "Bindestrich", "_": "Unterstrich",
        "&": "und",
    },
}  # fmt: skip
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?[\w.+-]+(?:@[\w-]+)?(?:\.[a-z]{2,})+(?:/[\w./-]*)?")


def as_spoken(text: str, language: str) -> str:
    """Return a text with abbreviations, digits and addresses written out."""
    spoken = text
    for short, long in _LONG[language]:
        spoken = re.sub(rf"(?<!\w)(?:{short})(?!\w)", long, spoken, flags=re.IGNORECASE)
    spoken = _ADDRESS.sub(lambda found: _address(found[0], language), spoken)
    spoken = re.sub(r"\d", lambda found: f" {_DIGITS[language][int(found[0])]} ", spoken)
    for sign in "&@":
        spoken = spoken.replace(sign, f" {_SIGNS[language][sign]} ")
    spoken = re.sub(r"(?<=\w)\.", "", spoken)  # a full stop within a sentence ends it
    return re.sub(r" +(?=,)", "", re.sub(r" {2,}", " ", spoken)).strip()


def _address(address: str, language: str) -> str:
    """Spell an address of mail or of a page, without the part that every page has."""
    plain = re.sub(r"^(?:https?://)?(?:www\.)?", "", address).rstrip("/")
    words = re.sub(r"[@./_-]", lambda found: f" {_SIGNS[language][found[0]]} ", plain)
    return re.sub(r" (kropka|dot|Punkt) pl$", lambda found: f" {found[1]} {_PL[language]}", words)


_PL = {"pl": "pl", "en": "p l", "de": "p l"}
