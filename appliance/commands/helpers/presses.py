"""Drop tones that leaked through a gateway: they are no key presses of their own."""

from collections.abc import Iterable, Iterator

from appliance.call.observe import is_leak
from appliance.call.times import KEY_LENGTH_MS
from appliance.errors import FileFormatError
from appliance.model.events import DigitPressed, Event

_LONGER_MS = 30
"""A regenerated tone is longer than its leak by this; a dialler's tones vary by 20 ms packets."""


def pressed(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events in their order, without keys that leaked.

    A short key waits for the next key, and other events wait behind it. If it leaked, it is left
    out. If the file breaks off, all events before the break are yielded first.
    """
    held: list[Event] = []  # a short key and the events after it
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
    """Say whether the held events begin with the leaked tone of ``key``."""
    if not held or not isinstance(held[0], DigitPressed):
        return False
    return is_leak(held[0], key) and key.ms >= held[0].ms + _LONGER_MS
