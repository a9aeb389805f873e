"""Remember what a box was ordered and what it answered, as positions in the disk's log.

An order that was answered at a position is carried out in every image that was cut behind it. One
under way is carried out or not. A call in progress plays but for its last second.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.model.audio import RATE

PROMISED = RATE + RATE * 50 // 1000
"""Samples of a call that a power cut may cost: a second, and the lateness of the simulated line's
hook source."""


WHOLE = 2**40
"""As many samples as a call has."""


class Facts(Struct, frozen=True, kw_only=True):
    """What must be found on the disk."""

    set_up: bool = False
    passwords: tuple[str, ...] = ()  # of the owner
    people: tuple[str, ...] = ()
    calls: dict[str, int] = {}  # call -> samples that play; no more than there are
    erased: dict[str, str] = {}  # recording -> its call
    held: dict[str, str] = {}  # recording -> the reason
    exempt: tuple[str, ...] = ()
    counted: int = 0  # calls
    prompt_db: float = 0.0  # a setting: what calibrating found
    pause: int = 2  # a setting, in minutes
    said: tuple[str, ...] = ()  # hashes of prompts that are kept


class Step(Struct, frozen=True, kw_only=True):
    """An order: from which position on, until which, and what it changed."""

    act: str
    begin: int
    end: int
    now: float  # UTC, when it ended
    before: Facts
    after: Facts
    call: str = ""  # that was recorded
    heard: tuple[tuple[int, int], ...] = ()  # position, samples of an agreed call by then


class Told(Struct, frozen=True):
    """Everything that happened to a box, in order."""

    steps: tuple[Step, ...]
    parts: dict[str, list[str]]  # call -> its recordings, in order
    sounds: str  # a folder with the sound of each call, ``<call>.npy``

    def save(self, path: Path) -> None:
        """Write it down."""
        path.write_bytes(msgspec.json.encode(self))

    @classmethod
    def load(cls, path: Path) -> "Told":
        """Read it."""
        return msgspec.json.decode(path.read_bytes(), type=cls)

    def acts(self) -> list[str]:
        """Return the acts in their order, each once."""
        return list(dict.fromkeys(step.act for step in self.steps))

    def spans(self, act: str) -> Iterator[tuple[int, int]]:
        """Yield where in the log an act took place."""
        return ((step.begin, step.end) for step in self.steps if step.act == act)

    def at(self, position: int) -> Step:
        """Return the step under way at a position, or the last one before it."""
        begun = [step for step in self.steps if step.begin <= position]
        return begun[-1] if begun else self.steps[0]


def allowed(step: Step, position: int) -> tuple[Facts, Facts]:
    """Return what may be found: what was before the step, and what after it."""
    return (step.after, step.after) if step.end <= position else (step.before, step.after)


def least(step: Step, position: int, whole: int) -> int:
    """Return how many samples of a step's call must play, of so many that there were.

    What is heard after the end of a call counts for nothing, though the end is known later.
    """
    if step.end <= position:
        return min(step.after.calls.get(step.call, 0), whole)
    heard = max((samples for at, samples in step.heard if at <= position), default=0)
    return min(heard, whole) - PROMISED
