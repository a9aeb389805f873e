"""Name in the reader's language what a proof sheet lists."""

from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from appliance.config.words.vocabulary import SPECIAL
from appliance.model import papers
from appliance.model.certificate import BY_PEOPLE
from appliance.model.records import Unreal
from appliance.model.sentences import heard, witness
from appliance.model.sentences.heard import (
    BUS_NAMES,
    PART_NAMES,
    UNREAL_BADGES,
    UNREAL_SENTENCES,
)
from web.language import LANGUAGES

SPOKEN: dict[str, Any] = {word: _l(said) for word, said in papers.SPOKEN.items()}
"""Code word of a prompt -> its name."""


def language_of(prompt_id: str, usual: str) -> str:
    """Return the language that a prompt's id names, as question-pl-6be9fdb1; else the usual one."""
    _, _, rest = prompt_id.partition("-")
    named, _, _ = rest.partition("-")
    return named if named in LANGUAGES else usual


RECIPIENTS: dict[str, Any] = {word: _l(said) for word, said in papers.RECIPIENTS.items()}
"""Code word of a recipient -> for whom a copy was made."""

CONTRACTS: dict[str, Any] = {word: _l(said) for word, said in papers.CONTRACTS.items()}
"""What a contract needed the recording for."""

ALONE: dict[str, Any] = {
    "pool_empty": _l("None of the keys that they had made ahead was left."),
    "old": _l("The last day on which their keys could be used had passed."),
    "no_day": _l("The device did not know the day."),
}
"""Why a recording holds no key for a second holder, whom its rule names."""

KINDS: dict[str, Any] = {"health": _l("health")} | {word: _l(SPECIAL[word]) for word in SPECIAL}
"""A kind of data of Art. 9 -> its name."""


UNREAL = {kind: (_l(UNREAL_BADGES[kind]), _l(said)) for kind, said in UNREAL_SENTENCES.items()}
"""Why a line was no telephone line -> the badge and the sentence of it."""

NOT_KNOWN = _l(heard.NOT_KNOWN)
CERTIFIES_ERASURE_ALONE = _l(heard.CERTIFIES_ERASURE_ALONE)
LOG_NAMES_NO_DEVICE = _l(heard.LOG_NAMES_NO_DEVICE)

PARTS = {role: _l(name) for role, name in PART_NAMES.items()}
"""What a device does on a line -> in words."""

BUSES = {bus: _l(name) for bus, name in BUS_NAMES.items()}
"""By what a device is connected -> in words."""


def word(stamps: witness.StampWitness | None) -> str:
    """Return whose word a sheet is, and whose time stamps confirm its time from outside."""
    locale = get_locale()
    return witness.word(locale.language if locale is not None else "en", stamps=stamps)


def unreal(kind: Unreal) -> str:
    """Return why a line was no telephone line; nothing for one that was seen to be real."""
    return str(UNREAL[kind][1]) if kind else ""


def badge(kind: Unreal) -> str:
    """Return the same in a word or two."""
    return str(UNREAL[kind][0]) if kind else ""


def recipient(word: str) -> Any:
    """Return for whom a copy was made; an unknown word is shown as it is."""
    return RECIPIENTS.get(word, word)


ORDERED_BY = {word: _l(said) for word, said in papers.ORDERED_BY.items()}
"""Who wanted an erasure."""

WANTED_BY = {word: said for word, said in ORDERED_BY.items() if word in BY_PEOPLE}
"""Who can want one that a person orders by hand."""

SUPPLEMENTS = {word: _l(said) for word, said in papers.SUPPLEMENTS.items()}
"""What became known after a certificate was signed."""
