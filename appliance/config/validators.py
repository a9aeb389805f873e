"""Check the values of the configuration, with one validator per meaning.

A validator takes the value in the file and returns the setting, or raises ``Invalid`` with a code.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import partial
from typing import NamedTuple, TypeVar

from appliance.config.mistakes import Invalid
from appliance.config.numbering import COUNTRIES, valid_e164
from appliance.config.words.vocabulary import LANGUAGE_NAMES, LONGEST_TEXT, Basis, LineKind

LANGUAGES = tuple(LANGUAGE_NAMES)
"""Languages of the shipped prompts and of the panel."""

FEWEST_WORDS = 5
"""Different words of two letters and more in a justification."""

_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*")
_WEB = re.compile(
    r"(https?)://(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::([1-9][0-9]{0,4}))?"
    r"((?:/[A-Za-z0-9._~+%-]*)*)"
)

Value = TypeVar("Value")
Words = TypeVar("Words", bound=StrEnum)
Validator = Callable[[object], Value]


def nearest(wrong: str, right: Iterable[str]) -> str:
    """Return the right word that is most like a wrong one; empty if none is."""
    close = difflib.get_close_matches(wrong, list(right), n=1, cutoff=0.6)
    return close[0] if close else ""


def valid_text(value: object) -> str:
    """Accept one line of text."""
    if not isinstance(value, str):
        raise Invalid("text")
    text = value.strip()
    if not text:
        raise Invalid("empty")
    if len(text) > LONGEST_TEXT or len(text.splitlines()) > 1:
        raise Invalid("long_text", count=LONGEST_TEXT)
    hidden = next((each for each in text if not each.isprintable()), "")
    if hidden:
        raise Invalid("hidden", sign=f"U+{ord(hidden):04X}", position=text.index(hidden) + 1)
    return text


def understood(code: str, read: Callable[[str], str | None]) -> Validator[str]:
    """Return a check that accepts what ``read`` makes something of; ``code``: it made nothing."""

    def check(value: object) -> str:
        if (found := read(valid_text(value))) is None:
            raise Invalid(code)
        return found

    return check


def matching(code: str, pattern: str) -> Validator[str]:
    """Return a check that accepts a text of one form; ``code`` is the mistake of any other."""
    form = re.compile(pattern)
    return understood(code, lambda text: text if form.fullmatch(text) else None)


def exactly(code: str, pattern: str) -> Validator[str]:
    """Return the same for a text that may be empty, and has no space to spare."""

    def check(value: object) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        raise Invalid(code if isinstance(value, str) else "text")

    return check


valid_path = matching("path", r"/.*")  # absolute: of a file or folder
valid_card = matching("card_number", r".*\D.*")  # a name of a sound card that lasts
valid_line_name = matching("line_name", r"[^\W_][\w .()-]{0,39}")  # of files and folders, too
valid_purpose_id = matching("purpose_id", r"[a-z][a-z0-9_]{0,31}")
valid_outside_prefix = exactly("outside_prefix", r"[0-9*#]{0,4}")
valid_key = exactly("key", r"[0-9]")  # of a telephone, that a caller can answer with
valid_key_or_none = exactly("key", r"[0-9]?")


def valid_justification(value: object) -> str:
    """Accept a justification: a sentence with a reason, not a letter that fills the field."""
    text = valid_text(value)
    words = set(re.findall(r"[^\W\d_]{2,}", text.casefold()))
    if len(words) < FEWEST_WORDS:
        raise Invalid("short_reason", count=FEWEST_WORDS)
    return text


def valid_whole(value: object, low: int, high: int) -> int:
    """Accept a whole number between two limits, both included."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Invalid("range", low=low, high=high)
    return value


def valid_hundreds(value: object, low: int, high: int) -> int:
    """Accept whole hundreds between two limits."""
    number = valid_whole(value, low, high)
    if number % 100:
        raise Invalid("hundreds")
    return number


def valid_word(value: object, words: Iterable[str]) -> str:
    """Accept one of a few words."""
    known = tuple(words)
    if not isinstance(value, str):
        raise Invalid("word", known=known)
    if value not in known:
        if near := nearest(value, known):
            raise Invalid("word_near", wrong=value, near=near)
        raise Invalid("word_unknown", wrong=value, known=known)
    return value


def one_of(words: type[Words]) -> Validator[Words]:
    """Return a check that accepts one of the words of an enumeration."""
    return lambda value: words(valid_word(value, words))


valid_basis, valid_kind = one_of(Basis), one_of(LineKind)
valid_language = partial(valid_word, words=LANGUAGES)
_PINS = ("dcd", "ri", "cts", "dsr")  # of a serial port; ``not``: on where it is otherwise off
valid_serial_pin = partial(valid_word, words=(*_PINS, *(f"not {pin}" for pin in _PINS)))


def valid_country(value: object) -> str:
    """Accept an ISO 3166 country whose numbering plan is known."""
    if isinstance(value, str) and value in COUNTRIES:
        return value
    raise Invalid("country")


def valid_number(value: object, country: str) -> str:
    """Accept a telephone number in any spelling and return it as +48221234567 (E.164)."""
    return understood("number", partial(valid_e164, country=country))(value)


def _host(text: str) -> str | None:
    """Return an IP address or a computer's name; None if a text is neither."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        numbers = re.fullmatch(r"[0-9.]+", text)
        return text if _HOST.fullmatch(text) and not numbers else None


valid_host = understood("host", _host)  # an address or name to listen on


class WebAddress(NamedTuple):
    """Where a web server answers."""

    over_tls: bool
    host: str
    port: int
    path: str


def web_address(text: str) -> WebAddress | None:
    """Return where an address leads; None if it is none, or says more than a place.

    It holds no user, no query and no step upward, so that nothing about the box stands in it.
    """
    found = _WEB.fullmatch(text)
    if found is None:
        return None
    over_tls, host, path = found[1] == "https", found[2].strip("[]"), found[4] or "/"
    port = int(found[3] or (443 if over_tls else 80))
    steps = {step.replace("%2e", ".").replace("%2E", ".") for step in path.split("/")}
    if _host(host) is None or port > 65535 or steps & {".", ".."}:
        return None
    return WebAddress(over_tls, host, port, path)


valid_web_address = understood("web_address", lambda text: text if web_address(text) else None)


def valid_flag(value: object) -> bool:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise Invalid("flag")
    return value


def valid_day(value: object) -> str:
    """Accept a day, as a date or as text."""
    text = value.isoformat() if isinstance(value, date) else valid_text(value)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Invalid("day") from None


def valid_list(value: object, item: Validator[Value]) -> tuple[Value, ...]:
    """Accept a list without repetition."""
    if not isinstance(value, list):
        raise Invalid("list")
    items = tuple(item(each) for each in value)
    if len(set(items)) != len(items):
        raise Invalid("twice")
    return items


valid_purpose_ids = partial(valid_list, item=valid_purpose_id)
valid_hosts = partial(valid_list, item=valid_host)


def valid_languages(value: object) -> tuple[str, ...]:
    """Accept the office's languages, the most spoken first."""
    languages = valid_list(value, valid_language)
    if not languages:
        raise Invalid("no_language")
    return languages


def valid_end(value: object) -> str:
    """Accept one end of a tunnel: an IP address and a UDP port from 1024 on."""
    text = valid_text(value)
    host, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise Invalid("end") from None
    if not re.fullmatch(r"[0-9]{4,5}", port) or not 1024 <= int(port) <= 65535:
        raise Invalid("end_port", low=1024, high=65535)
    if address.is_unspecified or address.is_multicast:
        raise Invalid("end_of_all")
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


_TUNNEL = re.compile(r"(?!0{8})[0-9a-f]{8}")  # 0 stands for none
valid_tunnel_id = understood(
    "tunnel_id", lambda text: text.lower() if _TUNNEL.fullmatch(text.lower()) else None
)


def parse_end(end: str) -> tuple[str, int]:
    """Return the host and the port of a valid end."""
    host, _, port = end.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)
