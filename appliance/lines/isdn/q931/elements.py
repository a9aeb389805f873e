"""Split and join the information elements of a Q.931 message.

Source: ITU-T Q.931, section 4.5.

    1ttt vvvv            one octet: type and value
    1010 tttt            one octet: type alone
    1001 Nccc            shift to codeset c: N 1 for the next element, 0 from here on
    0ttt tttt · length   that many octets follow
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

MOST_ELEMENTS = 64
"""Of one message: a real one has fewer than twenty."""

_SHIFT, _ONCE, _ALONE = 0x90, 0x08, 0xA0


class Ident(IntEnum):
    """Identifiers of codeset 0 that we read, or let no restricted message keep."""

    BEARER = 0x04
    CAUSE = 0x08
    CALL_IDENTITY = 0x10
    CALL_STATE = 0x14
    CHANNEL = 0x18
    FACILITY = 0x1C
    PROGRESS = 0x1E
    NOTIFICATION = 0x27
    DISPLAY = 0x28
    DATE = 0x29
    KEYPAD = 0x2C
    SIGNAL = 0x34
    CONNECTED = 0x4C
    CONNECTED_SUBADDRESS = 0x4D
    CALLING = 0x6C
    CALLING_SUBADDRESS = 0x6D
    CALLED = 0x70
    CALLED_SUBADDRESS = 0x71
    REDIRECTING = 0x74
    REDIRECTION = 0x76
    TRANSIT_NETWORK = 0x78
    RESTART = 0x79
    LOW_LAYER = 0x7C
    HIGH_LAYER = 0x7D
    USER_USER = 0x7E
    SENDING_COMPLETE = 0xA1


@dataclass(frozen=True, slots=True)
class Element:
    """One information element."""

    identifier: int  # of one octet with a value: the octet with value 0
    contents: bytes = b""  # of one octet with a value: that value
    codeset: int = 0


def split(data: bytes) -> tuple[tuple[Element, ...], bool]:
    """Return the elements of a message, and whether all of it could be read.

    What stands behind an element that ends beyond the message, or behind ``MOST_ELEMENTS``, is
    dropped.
    """
    found: list[Element] = []
    for element in _elements(data):
        if element is None or len(found) == MOST_ELEMENTS:
            return tuple(found), False
        found.append(element)
    return tuple(found), True


def join(elements: Iterable[Element]) -> bytes:
    """Return the octets of elements, with a shift before each of another codeset than 0."""
    return b"".join(map(_octets, elements))


def _elements(data: bytes) -> Iterator[Element | None]:
    """Yield the elements; None at last if one ends beyond the message."""
    at, locked, once = 0, 0, None
    while at < len(data):
        octet = data[at]
        if octet & 0xF0 == _SHIFT:
            codeset, at = octet & 7, at + 1
            if octet & _ONCE:
                once = codeset
            else:  # a locking shift only goes up (Q.931, 4.5.3)
                locked = max(locked, codeset)
            continue
        codeset, once = locked if once is None else once, None
        if octet & 0x80:
            yield _of_one_octet(octet, codeset)
            at += 1
            continue
        end = at + 2 + data[at + 1] if at + 1 < len(data) else len(data) + 1
        if end > len(data):
            yield None
            return
        yield Element(octet, data[at + 2 : end], codeset)
        at = end


def _of_one_octet(octet: int, codeset: int) -> Element:
    if octet & 0xF0 == _ALONE:
        return Element(octet, b"", codeset)
    return Element(octet & 0xF0, bytes((octet & 0x0F,)), codeset)


def _octets(element: Element) -> bytes:
    shift = bytes((_SHIFT | _ONCE | element.codeset,)) if element.codeset else b""
    if not element.identifier & 0x80:
        return shift + bytes((element.identifier, len(element.contents))) + element.contents
    value = element.contents[0] if element.contents else 0
    return shift + bytes((element.identifier | value,))


def extended(contents: bytes, start: int = 0) -> int:
    """Return where a group of octets ends: behind the first with bit 8 set; 0 if none has it."""
    for at in range(start, len(contents)):
        if contents[at] & 0x80:
            return at + 1
    return 0
