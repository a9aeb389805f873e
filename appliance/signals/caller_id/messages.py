"""Build and parse caller ID messages (ETSI EN 300 659-3, Bellcore GR-30; DTMF forms).

``Absent`` tells why a number is missing: ``withheld`` by the caller, or ``unavailable`` to the
network.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

SDMF, MDMF = 0x04, 0x80


class Absent(StrEnum):
    """Why a number or a name is missing."""

    WITHHELD = "withheld"
    UNAVAILABLE = "unavailable"


class Parameter(IntEnum):
    """Parameter types of the multiple data message format."""

    TIME = 0x01
    NUMBER = 0x02
    DIALLED = 0x03
    NUMBER_ABSENT = 0x04
    NAME = 0x07
    NAME_ABSENT = 0x08
    CALL_TYPE = 0x11
    FORWARDED_FROM = 0x15
    REDIRECTING = 0x1A


@dataclass(frozen=True, slots=True)
class CallerIdMessage:
    """The caller's identity as the network sent it."""

    number: str | None = None
    name: str | None = None
    number_absent: Absent | None = None
    name_absent: Absent | None = None
    when: str | None = None  # MMDDHHMM, local time of the network
    dialled: str | None = None
    redirecting: str | None = None

    @property
    def withheld(self) -> bool:
        """Return whether the caller withheld the number."""
        return self.number_absent is Absent.WITHHELD


_LETTERS: Mapping[Absent | None, bytes] = {Absent.WITHHELD: b"P", Absent.UNAVAILABLE: b"O"}
_ABSENT = {b"P": Absent.WITHHELD, b"O": Absent.UNAVAILABLE, b"S": Absent.UNAVAILABLE}


def build_mdmf(message: CallerIdMessage) -> bytes:
    """Build a multiple data message with checksum; raise ValueError if it is too long."""
    fields = [
        (Parameter.TIME, _bytes(message.when)),
        (Parameter.NUMBER, _bytes(message.number)),
        (Parameter.NUMBER_ABSENT, _LETTERS.get(message.number_absent)),
        (Parameter.NAME, _bytes(message.name)),
        (Parameter.NAME_ABSENT, _LETTERS.get(message.name_absent)),
        (Parameter.DIALLED, _bytes(message.dialled)),
        (Parameter.REDIRECTING, _bytes(message.redirecting)),
    ]
    body = b"".join(_sized(kind, value) for kind, value in fields if value is not None)
    return with_checksum(_sized(MDMF, body))


def with_checksum(message: bytes) -> bytes:
    """Append the byte that makes the sum of all bytes 0 modulo 256."""
    return message + bytes((-sum(message) & 0xFF,))


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("latin-1", "replace")


def _sized(kind: int, value: bytes) -> bytes:
    if len(value) > 255:
        raise ValueError(f"A caller ID field holds at most 255 bytes, not {len(value)}.")
    return bytes((kind, len(value))) + value


def parse_message(message: bytes) -> CallerIdMessage | None:
    """Parse one complete message with its checksum.

    Returns None if it is damaged, of another type, or without an identity: noise may look like a
    message without content.
    """
    if len(message) < 3 or len(message) != message[1] + 3 or sum(message) & 0xFF:
        return None
    body = message[2:-1]
    if message[0] == SDMF:
        return _parse_sdmf(body)
    return _parse_mdmf(body) if message[0] == MDMF else None


def _parse_sdmf(body: bytes) -> CallerIdMessage | None:
    when, number = body[:8], body[8:]
    if len(when) < 8 or not when.isdigit():
        return None
    absent = _ABSENT.get(number)
    if absent is not None or not number:
        return CallerIdMessage(
            number_absent=absent or Absent.UNAVAILABLE, when=when.decode("ascii")
        )
    return CallerIdMessage(number=_text(number), when=when.decode("ascii"))


def _parse_mdmf(body: bytes) -> CallerIdMessage | None:
    fields: dict[int, bytes] = {}
    while body:
        if len(body) < 2 or len(body) < body[1] + 2:
            return None
        fields.setdefault(body[0], body[2 : body[1] + 2])
        body = body[body[1] + 2 :]
    number = _field(fields, Parameter.NUMBER)
    name = _field(fields, Parameter.NAME)
    reasons = {Parameter.NUMBER_ABSENT, Parameter.NAME_ABSENT}
    if number is None and name is None and reasons.isdisjoint(fields):
        return None
    return CallerIdMessage(
        number=number,
        name=name,
        number_absent=_reason(fields, Parameter.NUMBER_ABSENT) if number is None else None,
        name_absent=_reason(fields, Parameter.NAME_ABSENT) if name is None else None,
        when=_field(fields, Parameter.TIME),
        dialled=_field(fields, Parameter.DIALLED),
        redirecting=_field(fields, Parameter.REDIRECTING),
    )


def _field(fields: dict[int, bytes], kind: Parameter) -> str | None:
    value = fields.get(kind)
    return _text(value) if value else None


def _reason(fields: dict[int, bytes], kind: Parameter) -> Absent | None:
    value = fields.get(kind)
    return None if value is None else _ABSENT.get(value, Absent.UNAVAILABLE)


def _text(value: bytes) -> str:
    return "".join(sign for sign in value.decode("latin-1") if sign.isprintable()).strip()


_DTMF_FORMS = (
    # Number, redirecting number and information code, each optional, then the end.
    re.compile(r"(?:A(?P<number>\d+))?(?:D(?P<redirecting>\d+))?(?:B(?P<code>\d+))?C"),
    re.compile(r"(?:A(?P<number>\d+)|D(?P<code>[123]))#"),
    re.compile(r"D(?P<number>\d+)C"),
)
_BARE_DTMF_FORM = re.compile(r"(?P<number>\d{3,})#")
_DTMF_CODES = {
    "00": Absent.UNAVAILABLE,
    "10": Absent.WITHHELD,
    "1": Absent.WITHHELD,
    "2": Absent.UNAVAILABLE,
    "3": Absent.UNAVAILABLE,
}


def parse_keys(keys: str, *, bare: bool = True) -> CallerIdMessage | None:
    """Parse caller ID sent as DTMF before or between rings; None if the keys are none.

    Without ``bare`` the keys must begin with a letter: a person may press digits and ``#`` alone.
    """
    for form in (*reversed(_DTMF_FORMS), *[_BARE_DTMF_FORM] * bare):
        found = form.fullmatch(keys)
        if found and any(found.groups()):
            parts = found.groupdict()
            number = parts.get("number")
            code = parts.get("code") or ""
            absent = None if number else _DTMF_CODES.get(code, Absent.UNAVAILABLE)
            return CallerIdMessage(
                number=number, number_absent=absent, redirecting=parts.get("redirecting")
            )
    return None
