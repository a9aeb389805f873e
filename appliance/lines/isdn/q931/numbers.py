"""Read and write party numbers; one that its owner withholds is never kept.

Source: ITU-T Q.931, sections 4.5.8 to 4.5.10, and Q.951 (CLIP, CLIR, COLP, COLR).

    octet 3    ext · type (3) · plan (4)
    octet 3a   ext · presentation (2) · 000 · screening (2)     only if ext of octet 3 is 0
    octet 3b   ext · 000 · reason (4)                           redirecting number alone
    then       digits, IA5
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from appliance.lines.isdn.q931.elements import Element, Ident, extended

MOST_DIGITS = 32
"""Of one number: E.164 has 15, a network's prefixes and service codes some more."""

KEYS = frozenset("0123456789*#ABCD")
"""What a person can dial (ITU-T Q.23)."""

_PARTIES = {Ident.CALLING, Ident.CONNECTED, Ident.REDIRECTING, Ident.REDIRECTION}
_SAFE = {
    Ident.BEARER,
    Ident.CAUSE,
    Ident.CALL_IDENTITY,
    Ident.CALL_STATE,
    Ident.CHANNEL,
    Ident.PROGRESS,
    Ident.NOTIFICATION,
    Ident.DATE,
    Ident.KEYPAD,
    Ident.SIGNAL,
    Ident.CALLED,
    Ident.CALLED_SUBADDRESS,
    Ident.TRANSIT_NETWORK,
    Ident.RESTART,
    Ident.LOW_LAYER,
    Ident.HIGH_LAYER,
    Ident.SENDING_COMPLETE,
}
"""Elements that say nothing of the party whose number is restricted."""

_LONGEST_HEAD = 3


class NumberType(IntEnum):
    """The type of a number."""

    UNKNOWN = 0
    INTERNATIONAL = 1
    NATIONAL = 2
    NETWORK = 3
    SUBSCRIBER = 4
    ABBREVIATED = 6


class Presentation(StrEnum):
    """Whether the number may be shown."""

    ALLOWED = "allowed"
    RESTRICTED = "restricted"
    UNAVAILABLE = "unavailable"  # the network that would know it does not say it


@dataclass(frozen=True, slots=True)
class PartyNumber:
    """A party's number as the network sent it; without digits unless it may be shown."""

    digits: str = ""
    kind: NumberType = NumberType.UNKNOWN
    presentation: Presentation = Presentation.ALLOWED

    @property
    def number(self) -> str | None:
        """Return the number as it can be dialled, international ones with a plus."""
        if not self.digits:
            return None
        return f"+{self.digits}" if self.kind is NumberType.INTERNATIONAL else self.digits


def decode(contents: bytes) -> PartyNumber:
    """Return the number in the contents of a calling, connected or redirecting number.

    Contents that cannot be read make a restricted number: nobody knows whether it may be shown.
    """
    head = extended(contents)
    if not 0 < head <= _LONGEST_HEAD:
        return PartyNumber(presentation=Presentation.RESTRICTED)
    presentation = _presentation(contents[1]) if head > 1 else Presentation.ALLOWED
    kind = _TYPES.get(contents[0] >> 4 & 7, NumberType.UNKNOWN)
    shown = presentation is Presentation.ALLOWED
    return PartyNumber(digits(contents[head:]) if shown else "", kind, presentation)


def encode(identifier: Ident, number: PartyNumber) -> Element:
    """Return the element of a number of the ISDN numbering plan, verified by the network."""
    kind = number.kind << 4 | 1
    if identifier is Ident.CALLED:
        return Element(identifier, bytes((kind | 0x80,)) + number.digits.encode())
    presentation = list(Presentation).index(number.presentation)
    return Element(
        identifier, bytes((kind, 0x83 | presentation << 5)) + number.digits.encode("ascii")
    )


def decode_called(contents: bytes) -> PartyNumber:
    """Return the number in the contents of a called number, which is never restricted."""
    head = extended(contents)
    if not head:
        return PartyNumber()
    kind = _TYPES.get(contents[0] >> 4 & 7, NumberType.UNKNOWN)
    return PartyNumber(digits(contents[head:]), kind)


def digits(octets: bytes) -> str:
    """Return dialled digits; nothing if one is no key, for a part of a number is another's."""
    found = octets[: MOST_DIGITS + 1].decode("latin-1").upper()
    return found if len(found) <= MOST_DIGITS and KEYS.issuperset(found) else ""


def discreet(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """Return the elements of a message without what a party does not let others know.

    Digits of a number that may not be shown are cut off. If one is restricted, everything else
    that could name its owner goes too: a second number of the same kind, names, subaddresses, what
    a facility or a user sends. Numbers of other parties stay.
    """
    kept = tuple(_cut(element) for element in elements)
    hidden = {element.identifier for element in kept if _restricted(element)}
    if not hidden:
        return kept
    return tuple(each for each in kept if _restricted(each) or _names_nobody(each, hidden))


_TYPES = {int(kind): kind for kind in NumberType}
_PRESENTATIONS = tuple(Presentation)


def _presentation(octet: int) -> Presentation:
    """Return what octet 3a says; the reserved value counts as restricted."""
    said = octet >> 5 & 3
    return _PRESENTATIONS[said] if said < len(_PRESENTATIONS) else Presentation.RESTRICTED


def _is_party(element: Element) -> bool:
    return element.codeset == 0 and element.identifier in _PARTIES


def _restricted(element: Element) -> bool:
    restricted = Presentation.RESTRICTED
    return _is_party(element) and decode(element.contents).presentation is restricted


def _names_nobody(element: Element, hidden: set[int]) -> bool:
    other_party = _is_party(element) and element.identifier not in hidden
    return other_party or (element.codeset == 0 and element.identifier in _SAFE)


def _cut(element: Element) -> Element:
    if not _is_party(element) or decode(element.contents).digits:
        return element
    head = extended(element.contents)
    return Element(element.identifier, element.contents[: head if head <= _LONGEST_HEAD else 0])
