"""Keep track of the sounds on a simulated line: who makes them, since when, until when."""

from dataclasses import dataclass, field
from typing import Literal

from msgspec import structs

from appliance.model.demo_phone import Party, Sounding


@dataclass(frozen=True, slots=True)
class Underway:
    """A sound in progress."""

    heard: Sounding
    to: Party | None = None  # a tone: who alone hears it
    until: int | None = None  # sample; None: until it is ended


@dataclass(slots=True)
class Soundings:
    """All sounds of now and of later."""

    _sounding: list[Underway] = field(default_factory=list)
    _count: int = 0

    def tone(self, name: str, to: Party, sample: int, until: int | None = None) -> None:
        """Begin a tone of the network that one party hears, in place of any other."""
        self.still(to)
        self.add(Sounding(kind="tone", what=name, by="network", began=sample), until, to)

    def still(self, to: Party) -> None:
        """End the network's tone for a party."""
        self._sounding = [one for one in self._sounding if one.to != to]

    def add(self, heard: Sounding, until: int | None, to: Party | None = None) -> None:
        """Begin a sound, number it, and end it at ``until``."""
        self._count += 1
        self._sounding.append(Underway(structs.replace(heard, id=self._count), to, until))

    def end(self, by: str, *kinds: Literal["prompt", "voice", "keys"]) -> None:
        """End the sounds of a party or the box: those of these kinds, or all."""
        self._sounding = [
            one
            for one in self._sounding
            if one.heard.by != by or (kinds and one.heard.kind not in kinds)
        ]

    def heard(self, party: Party, partners: frozenset[str], sample: int) -> tuple[Sounding, ...]:
        """Return the sounds that a party hears.

        Args:
            party: hears its own keys, too, as on every phone.
            partners: reach it with their voices, keys and prompts.
            sample: sounds that ended before are dropped.
        """
        self._sounding = [one for one in self._sounding if one.until is None or one.until > sample]
        return tuple(
            one.heard
            for one in self._sounding
            if one.to == party
            or one.heard.by in partners
            or (one.heard.by == party and one.heard.kind == "keys")
        )
