"""Count dial pulses, the breaks of the loop, as ``docs/lm1.md`` defines them.

Theory of operation. Only its length tells the kind of a break of the loop:

    loop  ‾‾‾|__|‾|__|‾|__|‾‾‾‾‾‾‾   pulses, then closed for 300 ms: a digit, here 3
    loop  ‾‾‾|__|‾|_______|‾‾‾‾‾‾‾   a flash among them: an unknown digit
    loop  ‾‾‾|_______|‾‾‾‾‾‾‾‾‾‾‾‾   a flash alone: no digit

A digit that cannot be counted for sure is an unknown digit, never a guess and never nothing: its
number is incomplete. A monitor may count, too; then both counts must agree.
"""

from appliance.model.audio import RATE, samples
from appliance.model.events import DigitPressed
from appliance.model.terms import Grade, Side

UNKNOWN = "?"
"""The key of a dialled digit that could not be counted."""

_SHORTEST = samples(0.020)  # at 20 pulses a second, open half of the time, a pulse is 25 ms
_JITTER = samples(0.015)  # of two messages relative to each other
_BETWEEN = samples(0.300)  # a loop closed this long ends a digit
_MOST = 10
_UNSEEN = samples(1.2)  # a digit that begins so soon after may have lost one before it


class Pulses:
    """A counter for the breaks of one off-hook phone's loop, on the line clock."""

    def __init__(self, flash_min_ms: float, lateness_ms: float) -> None:
        """Begin with nothing dialled.

        Args:
            flash_min_ms: a break this long or longer is a flash.
            lateness_ms: within this after the end of a digit a monitor reports its count.
        """
        self._flash_min = samples(flash_min_ms / 1000)
        self._lateness = samples(lateness_ms / 1000)
        self._looked: int | None = None  # while the loop is open: it was still closed then
        self._awaited: str | None = None  # the last digit, not yet reported by the monitor
        self._began: int | None = None  # first break of the digit being dialled
        self._count = 0
        self._spoilt = False
        self._closed = 0
        self._unwatched: int | None = None  # until then a pulse may have passed unseen

    def drop_digit(self) -> None:
        """Drop the digit being dialled: the phone is on-hook, or was not watched."""
        self._looked = self._awaited = None
        self._reset()

    def spoil(self) -> None:
        """Take note that something other than pulses happened to the loop."""
        self._spoilt = self._began is not None

    def unwatched(self, now: int) -> None:
        """Take note that nobody looked at the loop for as long as a pulse, up to ``now``."""
        self._unwatched = now
        self.spoil()

    def opened(self, looked: int, now: int) -> None:
        """Take note that the loop opened, between the read at ``looked`` and ``now``."""
        self._looked = looked
        if now - self._closed >= _BETWEEN:
            self.spoil()  # read so late that the digit may have ended before

    def closed(self, opened: int, now: int) -> bool:
        """Take note that the loop, open since ``opened``, is closed; say whether it was a flash.

        A break too short for a pulse is a bounce of the contact, unless it may have been longer
        than it looked.
        """
        looked, self._looked = self._looked, None
        brief = now - opened < _SHORTEST - _JITTER
        if brief and (looked is None or now - looked < _SHORTEST):
            return False
        flash = now - opened >= self._flash_min
        if self._began is None:
            self._began = opened
            since = self._unwatched
            self._spoilt = since is not None and opened - since < _UNSEEN
        self._closed = now
        self._count += not flash
        self._spoilt = self._spoilt or brief or flash
        return flash

    def pass_time(self, now: int) -> list[DigitPressed]:
        """Return the digit that is over by ``now``, if one is."""
        if self._began is None or self._looked is not None:
            return []
        late = 0 if self._count else self._lateness  # perhaps the monitor counts a flash as a pulse
        if now - self._closed < _BETWEEN + late:
            return []
        if not self._count:
            self._reset()
            return []
        self._awaited = self._key
        return [self._over(self._awaited, now)]

    def told(self, key: str, now: int) -> list[DigitPressed]:
        """Take the monitor's count; return the digit that it adds or puts in doubt."""
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
    """Return a digit of the near side: no pulses come from the network."""
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
