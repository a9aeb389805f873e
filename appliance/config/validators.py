"""What a value may be, one validator per meaning.

Each takes what stands in the file and returns what the settings hold, or raises ``Invalid`` with
what is wrong and what to do, to be read after the key's name.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TypeVar

from appliance.config.numbering import COUNTRIES, valid_e164
from appliance.config.settings import Basis, LineKind

LANGUAGES = ("pl", "en", "de")
"""Languages that the box speaks, with their prompts and its panel."""

LONGEST_RETENTION_DAYS = 3653
"""Ten years: beyond any period that a law asks for telephone recordings."""

_LONGEST_TEXT = 400
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*")
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LINE_NAME = re.compile(r"[^\W_][\w .()-]{0,39}")

Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)
Validator = Callable[[object], Value]


class Invalid(ValueError):
    """A value cannot be used; the text says what is wrong and what to do."""


def nearest(wrong: str, right: Iterable[str]) -> str:
    """Return the advice that names the nearest right word, or all of them."""
    known = list(right)
    close = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return "known are " + ", ".join(known) if known else "remove it"


def valid_text(value: object) -> str:
    """Accept a line of words."""
    if not isinstance(value, str):
        raise Invalid(f"is {_kind(value)}; write text in quotation marks")
    text = value.strip()
    if not text:
        raise Invalid("is empty; write a few words")
    if len(text) > _LONGEST_TEXT or not text.isprintable():
        raise Invalid(f"is longer than {_LONGEST_TEXT} characters or more than a line; shorten it")
    return text


def valid_path(value: object) -> str:
    """Accept the absolute path of a file or folder."""
    text = valid_text(value)
    if not text.startswith("/"):
        raise Invalid(f"is {text!r}; write the whole path, beginning with /")
    return text


def valid_whole(value: object, low: int, high: int, unit: str) -> int:
    """Accept a whole number between two limits, both included."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"is {_kind(value)}; write a whole number of {unit} from {low} to {high}")
    if not low <= value <= high:
        raise Invalid(f"is {value}; choose from {low} to {high} {unit}")
    return value


def valid_sound_rate(value: object) -> int:
    """Accept how many samples a second a sound card gives."""
    rate = valid_whole(value, 16000, 48000, "samples a second")
    if rate % 100:
        raise Invalid(f"is {rate}; choose a rate of whole hundreds, such as 48000")
    return rate


def valid_card(value: object) -> str:
    """Accept the lasting name of a sound card."""
    text = valid_text(value)
    if text.isdecimal():
        raise Invalid(
            f"is the number {text}, which may be another card's tomorrow; write the card's name as "
            'in /proc/asound/cards, such as "LineTap", or its socket, such as "usb-1.2"'
        )
    return text


def valid_port(value: object) -> int:
    """Accept a TCP port."""
    return valid_whole(value, 1, 65535, "(a TCP port)")


def valid_pin(value: object) -> int:
    """Accept the BCM number of a header pin that is free for lamps and button.

    GPIO 0 and 1 belong to the memory of expansion boards; 2 and 3 to clock chips, and 3 to the
    switch that wakes the board.
    """
    if not isinstance(value, bool) and value in {0, 1, 2, 3}:
        raise Invalid(f"is {value}, which clocks and expansion boards use; choose from 4 to 27")
    return valid_whole(value, 4, 27, "(a BCM number)")


def valid_pause_minutes(value: object) -> int:
    """Accept the minutes after which a pause ends by itself."""
    return valid_whole(value, 1, 30, "minutes")


def valid_retention_days(value: object) -> int:
    """Accept the days that a recording is kept; ``rules`` knows what a basis allows."""
    return valid_whole(value, 1, LONGEST_RETENTION_DAYS, "days")


def valid_pool_ahead(value: object) -> int:
    """Accept how many recording keys are made in advance."""
    return valid_whole(value, 16, 65536, "keys")


def valid_word(value: object, words: Iterable[str]) -> str:
    """Accept one of a few words."""
    known = tuple(words)
    if not isinstance(value, str):
        raise Invalid(f"is {_kind(value)}; choose from " + ", ".join(known))
    if value not in known:
        raise Invalid(f"is {value!r}; {nearest(value, known)}")
    return value


def valid_basis(value: object) -> Basis:
    """Accept one of the six bases of Art. 6(1) GDPR."""
    return Basis(valid_word(value, Basis))


def valid_kind(value: object) -> LineKind:
    """Accept what hangs on a line."""
    return LineKind(valid_word(value, LineKind))


def valid_eraser(value: object) -> str:
    """Accept the name of an eraser."""
    return valid_word(value, ("file", "board"))


def valid_language(value: object) -> str:
    """Accept a language that the box speaks."""
    return valid_word(value, LANGUAGES)


def valid_country(value: object) -> str:
    """Accept an ISO 3166 country whose numbers are known."""
    if isinstance(value, str) and value in COUNTRIES:
        return value
    raise Invalid(f"is {value!r}; write a country's two capital letters, such as PL")


def valid_outside_prefix(value: object) -> str:
    """Accept what is dialled before an outside number, or nothing."""
    if isinstance(value, str) and re.fullmatch(r"[0-9*#]{0,4}", value):
        return value
    raise Invalid(f'is {value!r}; write at most four keys in quotation marks, such as "0"')


def valid_number(value: object, country: str) -> str:
    """Accept a telephone number in any spelling and return it as +48221234567 (E.164)."""
    text = valid_text(value)
    number = valid_e164(text, country)
    if number is None:
        raise Invalid(f"is {text!r}, no number of {country}; write it whole, such as +48221234567")
    return number


def valid_host(value: object) -> str:
    """Accept an address or name to listen on."""
    text = valid_text(value)
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if not _HOST.fullmatch(text) or re.fullmatch(r"[0-9.]+", text):
            raise Invalid(f'is {text!r}; write an address such as "127.0.0.1"') from None
    return text


def valid_line_name(value: object) -> str:
    """Accept a line's name, which is also the name of files and folders."""
    text = valid_text(value)
    if not _LINE_NAME.fullmatch(text):
        raise Invalid(f"is {text!r}; use at most 40 letters, digits, spaces and .()-_")
    return text


def valid_purpose_id(value: object) -> str:
    """Accept a purpose's short name."""
    text = valid_text(value)
    if not _PURPOSE.fullmatch(text):
        raise Invalid(f"is {text!r}; use small letters, digits and _, such as training")
    return text


def valid_key(value: object) -> str:
    """Accept a telephone key that a caller can choose with."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]", value):
        return value
    raise Invalid("is no key; use one of 0 to 9")


def valid_list(value: object, item: Validator[Value]) -> tuple[Value, ...]:
    """Accept a list of different things."""
    if not isinstance(value, list):
        raise Invalid(f"is {_kind(value)}; write a list in square brackets")
    items = tuple(item(each) for each in value)
    if len(set(items)) != len(items):
        raise Invalid("names something twice; remove one")
    return items


def valid_languages(value: object) -> tuple[str, ...]:
    """Accept the office's languages, the most spoken first."""
    languages = valid_list(value, valid_language)
    if not languages:
        raise Invalid("is empty; name at least one of " + ", ".join(LANGUAGES))
    return languages


def _kind(value: object) -> str:
    """Say in words what kind of value stands in the file."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")
