"""Keep each terminal's part in a call."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from appliance.lines.isdn.q931.causes import NOT_SELECTED, Cause

MOST_LEGS = 16
"""Terminals on one bus: at most eight."""


@dataclass(slots=True)
class Leg:
    """One terminal's part in a call."""

    channel: int | None = None
    gone: bool = False
    released: set[bool] = field(default_factory=set)  # by the network, by the terminal


class Legs:
    """The terminals of one call by TEI."""

    def __init__(self) -> None:
        """Begin with none."""
        self.refusal: Cause | None = None
        """Why the last terminal left an offer by itself."""
        self._legs: dict[int, Leg] = {}

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._legs))

    def __contains__(self, tei: object) -> bool:
        return tei in self._legs

    def get(self, tei: int) -> Leg | None:
        """Return a terminal's leg, a new one for a new terminal; None for one too many."""
        if tei not in self._legs and len(self._legs) < MOST_LEGS:
            self._legs[tei] = Leg()
        return self._legs.get(tei)

    def only(self, tei: int, channel: int | None) -> None:
        """Keep one terminal alone, and the channel that it is to use."""
        self._legs = {tei: Leg(channel)}

    def forget(self) -> None:
        """Keep no terminal."""
        self._legs = {}

    def lose(self, tei: int, cause: Cause | None = None) -> None:
        """Take note that a terminal left an offer: refused, not selected, or unplugged."""
        leg = self._legs.get(tei)
        if leg is None or leg.gone:
            return
        leg.gone = True
        if cause is not None and cause.value != NOT_SELECTED:
            self.refusal = cause

    @property
    def all_gone(self) -> bool:
        """Say whether terminals answered and every one of them has gone again."""
        return bool(self._legs) and not self.any_left

    @property
    def any_left(self) -> bool:
        """Say whether a terminal still has a part in the call."""
        return any(not leg.gone for leg in self._legs.values())
