"""Name a sound card in the configuration, and find it again after it was unplugged.

``card`` is one of:

    LineTap                    the ALSA id, second column of /proc/asound/cards; udev can set it
    usb-1.2                    the USB socket, from the "at usb-…" in /proc/asound/cards: whatever
    usb-0000:01:00.0-1.2       card is in it; the long form names the bus, too
    …-usb-0:1.2:1.0            the same socket, as it is called below /dev/snd/by-path, or by-id
    line                       a device of ALSA's own configuration

All but the last are looked up afresh whenever the card is opened: a number given by the kernel
may be another card's after replugging. So may an id that it gave to several cards of one make, in
the order in which it found them: ``Device``, ``Device_1``. By such a one a line could be heard on
another line's card.
"""

import re
from collections.abc import Iterable

from appliance.errors import LineError
from appliance.lines.plugged.hardware import Hardware, SoundCard
from appliance.model.sentences.faults import device_fault

_IN_ORDER = re.compile(r"_\d+$")


def number_of(card: str, hardware: Hardware) -> int | None:
    """Return the number that the kernel gave to the card of that name; None if it has no such card.

    Raises:
        LineError: it could be more than one.
    """
    cards = hardware.sound_cards()
    found = [each for each in cards if card in each.answers]
    alike = [each for each in cards if _make(each.id) == _make(card)]
    if found and found[0].id == card and any(each.id == _make(card) for each in alike):
        found = alike  # names that the kernel gave; Line_1 and Line_2 without a Line are udev's
    if len(found) > 1:
        names = " or ".join(map(_socket, found))
        raise LineError(device_fault("card_several", card=card, names=names))
    return found[0].number if found else None


def _make(id: str) -> str:
    return _IN_ORDER.sub("", id)


def _socket(card: SoundCard) -> str:
    """Return a card's USB socket in full, or its longest name where it has none."""
    sockets = [name for name in card.answers if name.startswith("usb-")]
    return sockets[0] if sockets else max(card.answers, key=len)


def device_of(card: str, devices: Iterable[tuple[int, str]], hardware: Hardware) -> int | None:
    """Return which of PortAudio's devices, each an index and a name, is that card; or None.

    Raises:
        LineError: it could be more than one.
    """
    number = number_of(card, hardware)
    for index, name in devices:
        if name == card if number is None else f"(hw:{number}," in name:
            return index
    return None
