"""Check the values of the configuration, with one validator per meaning.

A validator takes the value in the file and returns the setting, or raises ``Invalid``. Its text
follows the key's name: what is wrong and what to do.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import TypeVar

from appliance.config.numbering import COUNTRIES, valid_e164
from appliance.config.settings import LONGEST_TEXT, Basis, LineKind

LANGUAGES = ("pl", "en", "de")
"""Languages of the shipped prompts and of the panel."""

LONGEST_RETENTION_DAYS = 3653
"""Ten years: longer than any law requires for telephone recordings."""

FEWEST_WORDS = 5
"""Different words of two letters and more in a justification."""

_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*")
_TUNNEL_ID = re.compile(r"[0-9a-f]{8}")
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LINE_NAME = re.compile(r"[^\W_][\w .()-]{0,39}")

Value = TypeVar("Value")
Validator = Callable[[object], Value]


class Invalid(ValueError):
    """A value that cannot be used; the text says why and what to do."""


def nearest(wrong: str, right: Iterable[str]) -> str:
    """Return advice with the nearest right word, or with all right words."""
    known = list(right)
    close = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return "known are " + ", ".join(known) if known else "remove it"


def valid_text(value: object) -> str:
    """Accept one line of text."""
    if not isinstance(value, str):
        raise Invalid(f"is {_kind(value)}; write text in quotation marks")
    text = value.strip()
    if not text:
        raise Invalid("is empty; write a few words")
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise Invalid(f"is longer than {LONGEST_TEXT} characters or more than a line; shorten it")
    return text


def valid_justification(value: object) -> str:
    """Accept a justification: a sentence with a reason, not a letter that fills the field."""
    text = valid_text(value)
    words = set(re.findall(r"[^\W\d_]{2,}", text.casefold()))
    if len(words) < FEWEST_WORDS:
        raise Invalid(
            f"is {text!r}; write a sentence of {FEWEST_WORDS} words or more that says why"
        )
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
    """Accept the sample rate of a sound card, in Hz."""
    rate = valid_whole(value, 16000, 48000, "samples a second")
    if rate % 100:
        raise Invalid(f"is {rate}; choose a rate of whole hundreds, such as 48000")
    return rate


def valid_card(value: object) -> str:
    """Accept a name of a sound card that lasts."""
    text = valid_text(value)
    if text.isdecimal():
        raise Invalid(
            f"is the number {text}, which may be another card's tomorrow; write the card's name as "
            'in /proc/asound/cards, such as "LineTap", or its socket, such as "usb-1.2"'
        )
    return text


def valid_pin(value: object) -> int:
    """Accept the BCM number of a header pin that is free for lamps and button.

    GPIO 0 and 1 belong to the memory of expansion boards, 2 and 3 to clock chips; 3 is also the
    switch that wakes the board.
    """
    if not isinstance(value, bool) and value in {0, 1, 2, 3}:
        raise Invalid(f"is {value}, which clocks and expansion boards use; choose from 4 to 27")
    return valid_whole(value, 4, 27, "(a BCM number)")


valid_port = partial(valid_whole, low=1, high=65535, unit="(a TCP port)")
valid_pause_minutes = partial(valid_whole, low=1, high=30, unit="minutes")
valid_pool_ahead = partial(valid_whole, low=16, high=65536, unit="keys")
valid_retention_days = partial(valid_whole, low=1, high=LONGEST_RETENTION_DAYS, unit="days")
"""What a basis allows is checked in ``consistency``."""


def valid_serial_pin(value: object) -> str:
    """Accept a modem line of a serial port, with ``not`` before it where it is on otherwise."""
    pins = ("dcd", "ri", "cts", "dsr")
    return valid_word(value, (*pins, *(f"not {pin}" for pin in pins)))


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
    """Accept a kind of line."""
    return LineKind(valid_word(value, LineKind))


valid_eraser = partial(valid_word, words=("file", "board", "eeprom"))
valid_language = partial(valid_word, words=LANGUAGES)


def valid_country(value: object) -> str:
    """Accept an ISO 3166 country whose numbering plan is known."""
    if isinstance(value, str) and value in COUNTRIES:
        return value
    raise Invalid(f"is {value!r}; write a country's two capital letters, such as PL")


def valid_outside_prefix(value: object) -> str:
    """Accept the digits dialled before an outside number, or none."""
    if isinstance(value, str) and re.fullmatch(r"[0-9*#]{0,4}", value):
        return value
    raise Invalid(f'is {value!r}; write at most four keys in quotation marks, such as "0"')


def valid_number(value: object, country: str) -> str:
    """Accept a telephone number in any spelling and return it as +48221234567 (E.164)."""
    text = valid_text(value)
    number = valid_e164(text, country)
    if number is None:
        raise Invalid(f"is {text!r}, not a number of {country}; write it whole, like +48221234567")
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


def valid_flag(value: object) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise Invalid(f"is {_kind(value)}; write true or false, without quotation marks")
    return value


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
    """Accept a telephone key that a caller can answer with."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]", value):
        return value
    raise Invalid("is not a key; use one of 0 to 9")


def valid_key_or_none(value: object) -> str:
    """Accept a telephone key, or an empty text for none."""
    if value == "":
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        raise Invalid(f'is a number; write the key in quotation marks: "{value}"')
    return valid_key(value)


def valid_day(value: object) -> str:
    """Accept a day, as a date or as text."""
    text = value.isoformat() if isinstance(value, date) else valid_text(value)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid(f'is {text!r}, not a day; write it like "2026-11-27"') from None


def valid_list(value: object, item: Validator[Value]) -> tuple[Value, ...]:
    """Accept a list without repetition."""
    if not isinstance(value, list):
        raise Invalid(f"is {_kind(value)}; write a list in square brackets")
    items = tuple(item(each) for each in value)
    if len(set(items)) != len(items):
        raise Invalid("names something twice; remove one")
    return items


valid_purpose_ids = partial(valid_list, item=valid_purpose_id)
valid_hosts = partial(valid_list, item=valid_host)


def valid_languages(value: object) -> tuple[str, ...]:
    """Accept the office's languages, the most spoken first."""
    languages = valid_list(value, valid_language)
    if not languages:
        raise Invalid("is empty; name at least one of " + ", ".join(LANGUAGES))
    return languages


def _kind(value: object) -> str:
    """Return the kind of a value in words."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    names |= {list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def valid_end(value: object) -> str:
    """Accept one end of a tunnel: an IP address and a UDP port from 1024 on."""
    text = valid_text(value)
    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise Invalid(
            f'is {text!r}; write an IP address and a port, such as "127.0.0.1:9311"'
        ) from None
    if not re.fullmatch(r"[0-9]{4,5}", port) or not 1024 <= int(port) <= 65535:
        raise Invalid(f"is {text!r}; choose a port from 1024 to 65535")
    if address.is_unspecified or address.is_multicast:
        raise Invalid(f"is {text!r}; name one address, not all of them")
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def valid_tunnel_id(value: object) -> str:
    """Accept the number that tells one tunnel from others; 0 stands for none."""
    text = valid_text(value).lower()
    if not _TUNNEL_ID.fullmatch(text) or int(text, 16) == 0:
        raise Invalid(f'is {text!r}; write 8 hex digits that are not all 0: "5a2b4c6d"')
    return text


def parse_end(end: str) -> tuple[str, int]:
    """Return the host and the port of a valid end."""
    host, _, port = end.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)
