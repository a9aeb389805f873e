"""Read and write which B-channel a call is to use.

Source: ITU-T Q.931, section 4.5.13.

    octet 3     1 · interface named · primary · 0 · exclusive · D · selection (2)
    octet 3.1   the interface's name, as far as the first ext 1
    octet 3.2   primary rate alone: 1 · standard (2) · map · type (4)
    octet 3.3   its channel's number (7)

The selection of a basic access is 0 none, 1 B1, 2 B2, 3 any; of a primary rate 1 is the channel of
octet 3.3.
"""

from dataclasses import dataclass

from appliance.lines.isdn.q931.elements import Element, Ident, extended

_NAMED, _PRIMARY, _EXCLUSIVE, _D_CHANNEL, _MAP = 0x40, 0x20, 0x08, 0x04, 0x10
_NONE, _GIVEN, _ANY = 0, 1, 3
_BY_NUMBER_OF_B = 0x83  # octet 3.2: ITU-T, a number, of B-channels


@dataclass(frozen=True, slots=True)
class Channel:
    """The B-channel that a message names."""

    number: int | None  # None: none, any, or not said in a way that we read
    exclusive: bool = True  # no other one will do
    any: bool = False


def decode(contents: bytes) -> Channel | None:
    """Return the channel, or None if the contents cannot be read."""
    if not contents:
        return None
    first = contents[0]
    selection, exclusive = first & 3, bool(first & _EXCLUSIVE)
    if first & _D_CHANNEL or selection == _NONE:
        return Channel(None, exclusive)
    if selection == _ANY:
        return Channel(None, exclusive, any=True)
    if not first & _PRIMARY:
        return Channel(selection, exclusive)
    return _of_primary(contents, exclusive) if selection == _GIVEN else None


def encode(channel: Channel) -> Element:
    """Return the element of a channel of a basic access, or beyond two of a primary rate."""
    first = 0x80 | _EXCLUSIVE * channel.exclusive
    if channel.number is not None and channel.number > 2:
        first |= _PRIMARY | _GIVEN
        return Element(Ident.CHANNEL, bytes((first, _BY_NUMBER_OF_B, 0x80 | channel.number)))
    selection = _ANY if channel.any else channel.number or _NONE
    return Element(Ident.CHANNEL, bytes((first | selection,)))


def _of_primary(contents: bytes, exclusive: bool) -> Channel | None:
    at = extended(contents, 1) if contents[0] & _NAMED else 1
    if not at or len(contents) < at + 2:
        return None
    if contents[at] & _MAP:
        return None
    return Channel(contents[at + 1] & 0x7F or None, exclusive)
