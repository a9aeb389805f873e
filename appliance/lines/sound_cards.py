"""How a sound card is named in the configuration, and found again after it was unplugged.

``card`` is one of:

    LineTap                    the ALSA id, second column of /proc/asound/cards; udev can set it
    usb-1.2                    the USB socket, from the "at usb-…" in /proc/asound/cards: whatever
    usb-0000:01:00.0-1.2       card is in it; the long form names the bus, too
    …-usb-0:1.2:1.0            the same socket, as it is called below /dev/snd/by-path, or by-id
    line                       a device of ALSA's own configuration

All but the last are looked up afresh whenever the card is opened: a number given by the kernel
may be another card's after replugging.
"""

from collections.abc import Iterable

from appliance.errors import LineError
from appliance.lines.hardware import Hardware


def number_of(card: str, hardware: Hardware) -> int | None:
    """Return the number that the kernel gave to the card of that name; None if it has no such card.

    Raises:
        LineError: it could be more than one.
    """
    found = [each for each in hardware.sound_cards() if card in each.answers]
    if len(found) > 1:
        names = " or ".join(max(each.answers, key=len) for each in found)
        raise LineError(f"The name {card} fits several sound cards; write {names}.")
    return found[0].number if found else None


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
