"""Keys as they were pressed: a tone that leaked through a gateway is no press of its own."""

from collections.abc import Iterable, Iterator

from appliance.call.observe import is_leak
from appliance.call.times import KEY_LENGTH_MS
from appliance.errors import FileFormatError
from appliance.model.events import DigitPressed, Event

_LONGER_MS = 30
"""At least, of a tone made again than of its leak: a dialler's tones vary by a packet of 20 ms."""


def pressed(events: Iterable[Event]) -> Iterator[Event]:
    """Yield what was heard in the order in which it was heard, but no key twice.

    A short key waits for the next key, whatever else is heard meanwhile waits behind it, and it is
    left out if it leaked. Of what breaks off, all that was heard is yielded before that is raised.
    """
    held: list[Event] = []  # a short key, and what came after it
    try:
        for event in events:
            if isinstance(event, DigitPressed):
                yield from held[1:] if _made_again(held, event) else held
                held = []
            if held or _is_short(event):
                held.append(event)
            else:
                yield event
    except FileFormatError:
        yield from held
        raise
    yield from held


def _is_short(event: Event) -> bool:
    return isinstance(event, DigitPressed) and event.ms < KEY_LENGTH_MS


def _made_again(held: list[Event], key: DigitPressed) -> bool:
    """Say whether what is held begins with a key's leaked tone, and the key is the whole one."""
    if not held or not isinstance(held[0], DigitPressed):
        return False
    return is_leak(held[0], key) and key.ms >= held[0].ms + _LONGER_MS
