"""How a sound card is named in the configuration, and found again after it was unplugged.

``card`` is one of:

    LineTap                    the ALSA id, second column of /proc/asound/cards; udev can set it
    usb-1.2                    the USB socket, as in the "at usb-…" of /proc/asound/cards: a card
    usb-0000:01:00.0-1.2       in that socket, whatever its id; the long form names the bus too
    line                       the name of a device in ALSA's own configuration

The first three are looked up afresh whenever the card is opened: a number given by the kernel may
be another card's after replugging.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import LineError

LIST = Path("/proc/asound/cards")
"""What the kernel says of its sound cards."""

_CARD = re.compile(r"^\s*(\d+) \[([^\]]+?)\s*\]: ([^\n]*)\n?([^\n]*)", re.MULTILINE)
_SOCKET = re.compile(r" at (usb-\S+?),")


@dataclass(frozen=True, slots=True)
class SoundCard:
    """A card that is plugged in."""

    number: int  # of now; the next plugging may give another
    id: str
    name: str
    socket: str  # usb-<bus>-<port>; empty for a card that is built in

    def is_called(self, card: str) -> bool:
        """Say whether ``card`` of a configuration means this card."""
        if not card.startswith("usb-"):
            return card == self.id
        port = card.removeprefix("usb-")
        return card == self.socket or ("-" not in port and self.socket.endswith(f"-{port}"))


def cards_plugged_in(source: Path = LIST) -> tuple[SoundCard, ...]:
    """Return the sound cards that the kernel knows now; none where it has no sound at all."""
    try:
        text = source.read_text("utf-8", "replace")
    except OSError:
        return ()
    found = []
    for number, name, kind, place in _CARD.findall(text):
        socket = _SOCKET.search(place)
        title = kind.partition(" - ")[2] or kind
        found.append(SoundCard(int(number), name, title, socket[1] if socket else ""))
    return tuple(found)


def plugged_in(card: str, source: Path = LIST) -> SoundCard | None:
    """Return the card of that name, or None.

    Raises:
        LineError: it could be more than one.
    """
    found = [each for each in cards_plugged_in(source) if each.is_called(card)]
    if len(found) > 1:
        sockets = " or ".join(each.socket or each.id for each in found)
        raise LineError(f"The name {card} fits several sound cards; write {sockets}.")
    return found[0] if found else None


def device_of(card: str, devices: Iterable[tuple[int, str]], source: Path = LIST) -> int | None:
    """Return which of PortAudio's devices, each an index and a name, is that card; or None.

    Raises:
        LineError: it could be more than one.
    """
    here = plugged_in(card, source)
    for index, name in devices:
        if name == card if here is None else f"(hw:{here.number}," in name:
            return index
    return None
