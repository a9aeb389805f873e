"""Digits dialled by pulses: breaks of the loop, counted. ``docs/lm1.md`` says what they mean.

Theory of operation. Only the lengths tell what a break of the loop is:

    loop  ‾‾‾|__|‾|__|‾|__|‾‾‾‾‾‾‾   pulses, then closed for 300 ms: a digit, here 3
    loop  ‾‾‾|__|‾|_______|‾‾‾‾‾‾‾   a flash among them: a digit that nobody knows
    loop  ‾‾‾|_______|‾‾‾‾‾‾‾‾‾‾‾‾   a flash alone: no digit

What cannot be counted for sure is an unknown digit, never a guess and never nothing: the number
that holds it is incomplete. A monitor may count, too. Then both have to be of one mind.
"""

from appliance.model.audio import RATE, samples
from appliance.model.events import DigitPressed
from appliance.model.terms import Grade, Side

UNKNOWN = "?"
"""The key of a digit that was dialled and could not be counted."""

_SHORTEST = samples(0.020)  # pulses: 20 a second, open for half of the time, are 25 ms
_JITTER = samples(0.015)  # of two messages against each other
_BETWEEN = samples(0.300)  # the loop closed for so long ends a digit
_MOST = 10


class Pulses:
    """Counts the breaks of one off-hook phone's loop, on the line clock."""

    def __init__(self, flash_min_ms: float, lateness_ms: float) -> None:
        """Begin with nothing dialled.

        Args:
            flash_min_ms: a break from here up is a flash.
            lateness_ms: within this after the end of a digit a monitor has said what it counted.
        """
        self._flash_min = samples(flash_min_ms / 1000)
        self._lateness = samples(lateness_ms / 1000)
        self._looked: int | None = None  # with the loop open: it was still closed then
        self._awaited: str | None = None  # the last digit, which the monitor has not told yet
        self._began: int | None = None  # the digit being dialled: its first break
        self._count = 0
        self._spoilt = False
        self._closed = 0

    def drop_digit(self) -> None:
        """Drop the digit being dialled: the phone is hung up, or nobody watched."""
        self._looked = self._awaited = None
        self._reset()

    def spoil(self) -> None:
        """Know that something else than pulses happened to the loop."""
        self._spoilt = self._began is not None

    def opened(self, looked: int, now: int) -> None:
        """Take note that the loop opened, after it was ``looked`` at and not later than ``now``."""
        self._looked = looked
        if now - self._closed >= _BETWEEN:
            self.spoil()  # read so late that the digit may have been over before

    def closed(self, opened: int, now: int) -> bool:
        """Take note that the loop, open since ``opened``, is closed; say whether that was a flash.

        A break that is too short for a pulse is a bounce of the contact, unless it may have been
        longer than it was seen.
        """
        looked, self._looked = self._looked, None
        brief = now - opened < _SHORTEST - _JITTER
        if brief and (looked is None or now - looked < _SHORTEST):
            return False
        flash = now - opened >= self._flash_min
        if self._began is None:
            self._began = opened
        self._closed = now
        self._count += not flash
        self._spoilt = self._spoilt or brief or flash
        return flash

    def pass_time(self, now: int) -> list[DigitPressed]:
        """Return the digit that is over by ``now``, if one is."""
        if self._began is None or self._looked is not None:
            return []
        late = 0 if self._count else self._lateness  # perhaps the monitor took a flash for a pulse
        if now - self._closed < _BETWEEN + late:
            return []
        if not self._count:
            self._reset()
            return []
        self._awaited = self._key
        return [self._over(self._awaited, now)]

    def told(self, key: str, now: int) -> list[DigitPressed]:
        """Take the digit that the monitor counted; return what that adds to what was counted."""
        if self._awaited is not None:
            known, self._awaited = self._awaited, None
            return [] if known in {key, UNKNOWN} else [_digit(UNKNOWN, now, now)]
        if self._began is None:
            return [_digit(key, now, now)]
        if self._looked is not None:
            self.spoil()
            return []
        return [self._over(key if key == self._key else UNKNOWN, now)]

    @property
    def _key(self) -> str:
        return UNKNOWN if self._spoilt or self._count > _MOST else str(self._count % 10)

    def _over(self, key: str, now: int) -> DigitPressed:
        began = now if self._began is None else self._began
        self._reset()
        return _digit(key, began, now)

    def _reset(self) -> None:
        self._began, self._count, self._spoilt = None, 0, False


def _digit(key: str, began: int, now: int) -> DigitPressed:
    """Return a digit of the near side: the network passes no pulses this way."""
    return DigitPressed(
        sample=began,
        key=key,
        side=Side.NEAR,
        grade=Grade.NONE,
        ms=(now - began) * 1000 // RATE,
        dbm0=0.0,
        twist_db=0.0,
        confidence=1.0,
    )
