"""Watch ringing, loop current, polarity and the phone behind the jack."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.model.audio import FRAME, RATE

if TYPE_CHECKING:
    from appliance.exchange.modem.line_side import ModemInput

_RING_SEEN = RATE * 8 // 100
"""A ring is told once it has lasted for two periods of 25 Hz."""

_RINGING_OVER = RATE * 13 // 2
"""After so long without a ring the next one is the first of another call."""

_BREAK = RATE // 10
_SETTLED = RATE // 5  # after the modem's own pickup
_NO_MILLIAMPS = 3.0
_SHARE = 0.15
"""Of its current that a modem loses to another phone, or gets back from one."""


@dataclass(slots=True)
class ModemWatch:
    """What a modem notices of the line's direct voltage, current and ringing."""

    rings_not_told: int
    phone_jack: bool
    rings: int = 0
    """Bursts of this call."""
    _ring: int = 0  # samples of this burst
    _quiet: int = _RINGING_OVER
    _swapped: bool | None = None
    _held: int = 0  # samples since the modem took the line
    _milliamps: float | None = None  # as it was when it last settled
    _odd: int = 0  # frames whose current is another
    _without: int = 0  # samples without current
    _phone: bool | None = None

    def seized(self) -> None:
        """Take note that the modem takes the line."""
        self._held, self._milliamps, self._odd, self._without = 0, None, 0, 0

    def look(self, seen: "ModemInput", off_hook: bool) -> Iterator[str]:
        """Pass 20 ms; yield codes of events, and "pause" when a burst of ringing is over."""
        yield from self._ringing(seen.ringing)
        swapped = seen.volts < 0
        if seen.volts and swapped is not self._swapped:
            if self._swapped is not None:
                yield "L"
            self._swapped = swapped
        if self.phone_jack and seen.phone is not self._phone:
            if self._phone is not None or seen.phone:
                yield "H" if seen.phone else "h"
            self._phone = seen.phone
        if off_hook:
            yield from self._current(abs(seen.milliamps))

    def _ringing(self, ringing: bool) -> Iterator[str]:
        if ringing:
            if not self._ring and self._quiet >= _RINGING_OVER:
                self.rings = 0
            before, self._ring, self._quiet = self._ring, self._ring + FRAME, 0
            if before < _RING_SEEN <= self._ring:
                self.rings += 1
                if self.rings > self.rings_not_told:
                    yield "R"
            return
        if self._ring:
            yield "pause"
        self._ring, self._quiet = 0, self._quiet + FRAME

    def _current(self, milliamps: float) -> Iterator[str]:
        self._held += FRAME
        if milliamps < _NO_MILLIAMPS:
            before, self._without = self._without, self._without + FRAME
            if before < _BREAK <= self._without and self._held > _SETTLED:
                yield "l"
            return
        self._without = 0
        if self._held < _SETTLED:
            return
        if self._milliamps is None:
            self._milliamps = milliamps
        change = milliamps / self._milliamps - 1
        self._odd = self._odd + 1 if abs(change) > _SHARE else 0
        if self._odd == 2:
            yield "P" if change < 0 else "p"
            self._milliamps, self._odd = milliamps, 0
