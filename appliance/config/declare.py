"""Declare settings: the kinds of value that there are, and what a section asks.

A setting is a field of a dataclass in ``settings`` or ``drivers``. Its annotation holds the label
first, then what else there is to say (``Also``), and the kind last:

    pause_minutes: Annotated[int, N_("Minutes until recording goes on"), whole(1, 30)] = 2

Reader, form, answers, comparison and documents go by ``asked``. No module that declares may have
``from __future__ import annotations``: its fields would be read in this module's words.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import Enum
from functools import cache, partial
from typing import Any, Literal, get_type_hints

from appliance.config import forms
from appliance.config import validators as valid
from appliance.config.mistakes import Invalid
from appliance.config.words.vocabulary import (
    BASES,
    COUNTRY_NAMES,
    FITS,
    LANGUAGE_NAMES,
    LINE_KINDS,
    NOT_ANSWERED,
    SPECIAL,
    Basis,
    LineKind,
)
from appliance.language import N_

FormKind = Literal[
    "text", "long", "lines", "number", "day", "flag", "one", "explained", "several", "list",
    "order", "words", "parts", "keys", "table",
]  # fmt: skip
"""How a form asks for a value; ``table`` has settings of its own, and no form asks for it."""


class Who(Enum):
    """Who may change a setting."""

    PANEL = "panel"  # an administrator
    PERSON = "person"  # the same, and a person ticks that it is true
    FILE = "file"  # root alone, in the configuration file


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """All that a check may know of the office: a check over more is a function over the whole.

    Empty is what nobody knows, since it is wrong itself.
    """

    country: str = "PL"
    languages: tuple[str, ...] = ("pl",)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: how it is checked, asked for and described."""

    check: Callable[..., Any]
    """Takes the value in the file and returns the setting, or raises ``Invalid``."""
    form: FormKind = "text"
    words: Mapping[str, str] = field(default_factory=dict)  # word -> its name, as a form offers it
    others: bool = False  # the file may say words that no form offers
    of_office: bool = False  # ``check`` takes the ``OfficeFacts``, too
    limits: tuple[int, int] | None = None
    unit: str = ""  # of a number, in the documents
    explained: Mapping[str, str] = field(default_factory=dict)  # word -> when it fits
    blank: Any = ""  # stands for a needed value that is missing or wrong
    section: type | None = None
    who: Who = Who.PANEL  # unless the declaration says another

    @property
    def known(self) -> tuple[str, ...]:
        """Return the words of which a value has to be one; none where it may be another."""
        return () if self.others or self.of_office else tuple(filter(None, self.words))


@dataclass(frozen=True, slots=True)
class Also:
    """What a declaration says beside label and kind."""

    hint: str = ""
    example: str = ""  # as it is written in the file
    docs: str = ""  # Markdown; the label and the limits without it
    without: str = ""  # what holds where it is not set, if the default does not tell
    needed: bool = False  # though the dataclass has a default
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting."""

    key: str
    kind: Kind
    label: str
    also: Also
    default: Any
    needed: bool

    @property
    def who(self) -> Who:
        """Return who may change it."""
        return self.also.who or self.kind.who

    @property
    def hints(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Return what a form says below the question: sentences and their values."""
        found: list[tuple[str, Mapping[str, Any]]] = []
        if self.also.hint:
            found.append((self.also.hint, {}))
        if self.kind.limits is not None:
            low, high = self.kind.limits
            said = FROM_TO if self.needed or self.default is None else FROM_TO_ELSE
            found.append((said, {"low": low, "high": high, "default": self.default}))
        return tuple(found)


FROM_TO = N_("From %(low)s to %(high)s.")
FROM_TO_ELSE = N_("From %(low)s to %(high)s; %(default)s if it is left empty.")


def asked(section: type) -> tuple[Setting, ...]:
    """Return what a section declares, in its order; fields without a kind are none."""
    return _asked(section)


@cache
def _asked(section: Any) -> tuple[Setting, ...]:  # mypy takes a class of frozen ones for unhashable
    hints = get_type_hints(section, include_extras=True)
    found = ((each, getattr(hints[each.name], "__metadata__", ())) for each in fields(section))
    return tuple(_setting(each, said) for each, said in found if _of(said, Kind))


def _setting(declared: Field[Any], said: tuple[Any, ...]) -> Setting:
    (kind,), also = _of(said, Kind), (*_of(said, Also), Also())[0]
    default = declared.default
    if declared.default_factory is not MISSING:
        default = declared.default_factory()
    needed = also.needed or default is MISSING
    return Setting(declared.name, kind, _of(said, str)[0], also, default, needed)


def _of(said: tuple[Any, ...], kind: type) -> list[Any]:
    return [each for each in said if isinstance(each, kind)]


def setting(section: type, key: str) -> Setting:
    """Return one declared setting; raises KeyError."""
    return {each.key: each for each in asked(section)}[key]


TEXT = Kind(valid.valid_text)
JUSTIFICATION = Kind(valid.valid_justification, "long", who=Who.PERSON)
PATH = Kind(valid.valid_path)
DAY = Kind(valid.valid_day, "day")
FLAG = Kind(valid.valid_flag, "flag", blank=False)
HOSTS = Kind(valid.valid_hosts, "lines", blank=())
PURPOSES = Kind(valid.valid_purpose_ids, "list", blank=())
KEY = Kind(valid.valid_key_or_none)  # of a telephone
KEYS = Kind(valid.valid_purpose_ids, "keys", blank={})  # each with what it agrees to
BASIS = Kind(
    valid.valid_basis, "explained", BASES, explained=FITS, blank=Basis.CONSENT, who=Who.PERSON
)
_SPECIAL = partial(valid.valid_list, item=partial(valid.valid_word, words=tuple(SPECIAL)))
SPECIALS = Kind(_SPECIAL, "several", SPECIAL, blank=(), who=Who.PERSON)
LINE_KIND = Kind(valid.valid_kind, "one", LINE_KINDS, blank=LineKind.PHONE)
LANGUAGES = Kind(valid.valid_languages, "order", LANGUAGE_NAMES, blank=("pl",))
COUNTRY = Kind(valid.valid_country, "one", COUNTRY_NAMES, others=True)
NUMBER = Kind(
    lambda value, office: (
        valid.valid_number(value, office.country) if office.country else valid.valid_text(value)
    ),
    of_office=True,
)


def _of_the_office(value: object, office: OfficeFacts) -> str:
    """Accept one of the office's languages."""
    named = valid.valid_language(value)
    if office.languages and named not in office.languages:
        raise Invalid("not_of_office")
    return named


def _several_of_the_office(value: object, office: OfficeFacts) -> tuple[str, ...]:
    """Accept languages of the office's."""
    return valid.valid_list(value, partial(_of_the_office, office=office))


LANGUAGES_TOO = Kind(_several_of_the_office, "several", LANGUAGE_NAMES, blank=(), of_office=True)
LANGUAGE = Kind(_of_the_office, "one", {"": N_("the first one"), **LANGUAGE_NAMES}, of_office=True)


def whole(
    low: int, high: int, unit: str = "", check: Callable[..., Any] = valid.valid_whole
) -> Kind:
    """Return a whole number between two limits, both included; ``check`` knows more of it."""
    checks = partial(check, low=low, high=high)
    return Kind(checks, "number", limits=(low, high), unit=unit, blank=low)


PIN = whole(4, 27)
"""A pin of the board's header that is free for lamps and button, a BCM number.

GPIO 0 and 1 belong to the memory of expansion boards, 2 and 3 to clock chips; 3 is also the switch
that wakes the board.
"""


def word(words: Mapping[str, str]) -> Kind:
    """Return one of a few words, each with its name."""
    return Kind(partial(valid.valid_word, words=tuple(words)), "one", words)


def answer(words: Mapping[str, str]) -> Kind:
    """Return one of a few words, none of which holds until somebody has answered."""
    checks = partial(valid.valid_word, words=tuple(words))
    return Kind(checks, "one", {"": NOT_ANSWERED, **words})


def spoken(check: Callable[..., Any] = forms.valid_spoken) -> Kind:
    """Return words for each language; the check takes the language, too."""
    return Kind(check, "words", blank={}, who=Who.PERSON)


def part(blank: object) -> Kind:
    """Return a device and its driver."""
    return Kind(valid.valid_text, "parts", blank=blank)


def table(of: type) -> Kind:
    """Return a table of its own with a few settings."""
    return Kind(valid.valid_text, "table", blank=None, section=of)
