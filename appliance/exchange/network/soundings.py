"""What sounds on a simulated line, as facts: who makes it, since when, and until when."""

from dataclasses import dataclass, field
from typing import Literal

from msgspec import structs

from appliance.model.demo_phone import Party, Sounding


@dataclass(frozen=True, slots=True)
class Underway:
    """Something that sounds."""

    heard: Sounding
    to: Party | None = None  # a tone: who alone hears it
    until: int | None = None  # sample; None: until it is ended


@dataclass(slots=True)
class Soundings:
    """Everything that sounds now or is laid for later."""

    _sounding: list[Underway] = field(default_factory=list)
    _count: int = 0

    def tone(self, name: str, to: Party, sample: int, until: int | None = None) -> None:
        """Let a party hear a tone of the network, in place of any other."""
        self.still(to)
        self._add(Sounding(id=0, kind="tone", what=name, by="network", began=sample), to, until)

    def still(self, to: Party) -> None:
        """End the network's tone for a party."""
        self._sounding = [one for one in self._sounding if one.to != to]

    def prompt(self, sha256: str, spoken: str, sample: int, until: int) -> None:
        """Let the box speak."""
        heard = Sounding(id=0, kind="prompt", what=sha256, by="box", began=sample, spoken=spoken)
        self._add(heard, None, until)

    def voice(self, sha256: str, by: Party, began: int, rate: float, until: int) -> None:
        """Let a party speak; ``began`` is where the voice's file would have begun."""
        heard = Sounding(id=0, kind="voice", what=sha256, by=by, began=began, rate=rate)
        self._add(heard, None, until)

    def key(self, key: str, by: Party, sample: int, ms: int, until: int) -> None:
        """Let a party press a key."""
        self._add(Sounding(id=0, kind="keys", what=key, by=by, began=sample, ms=ms), None, until)

    def end(self, by: str, *kinds: Literal["prompt", "voice", "keys"]) -> None:
        """End what somebody sounds: of these kinds, or all."""
        self._sounding = [
            one
            for one in self._sounding
            if one.heard.by != by or (kinds and one.heard.kind not in kinds)
        ]

    def heard(self, party: Party, partners: frozenset[str], sample: int) -> tuple[Sounding, ...]:
        """Return what a party hears.

        Args:
            party: who hears; its own keys too, as every phone lets one hear them.
            partners: whose voices, keys and prompts reach it.
            sample: what was over before is forgotten.
        """
        self._sounding = [one for one in self._sounding if one.until is None or one.until > sample]
        return tuple(
            one.heard
            for one in self._sounding
            if one.to == party
            or one.heard.by in partners
            or (one.heard.by == party and one.heard.kind == "keys")
        )

    def _add(self, heard: Sounding, to: Party | None, until: int | None) -> None:
        self._count += 1
        numbered = structs.replace(heard, id=self._count)
        self._sounding.append(Underway(numbered, to, until))
