"""Run what happens in a simulated call in order of the line clock."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.exchange.scene import SceneAct
from appliance.model.audio import RATE

Happening = Callable[[int], None]
"""Called with the sample at which it happens."""


@dataclass(order=True, slots=True)
class _Entry:
    at: int
    order: int
    happening: Happening = field(compare=False)
    needs: int = field(compare=False)  # the prompt must be heard up to here, or 0


class Schedule:
    """Acts that wait for an event, and happenings that wait for their time."""

    def __init__(
        self, acts: tuple[SceneAct, ...], perform: Callable[[SceneAct, int], None]
    ) -> None:
        """Begin with every act waiting."""
        self._waiting = list(acts)
        self._perform = perform
        self._entries: list[_Entry] = []
        self._count = 0
        self._turns: dict[str, int] = {}

    def at(self, sample: int, happening: Happening, *, needs: int = 0) -> None:
        """Call ``happening`` at a sample; ``needs``: unless a prompt stops before that sample."""
        self._count += 1
        heapq.heappush(self._entries, _Entry(sample, self._count, happening, needs))

    def after(self, name: str, sample: int, happening: Happening) -> None:
        """Call ``happening`` at a sample, in place of the one that waits under this name."""
        self.cancel(name)
        turn = self._turns[name]

        def happen(at: int) -> None:
            if self._turns[name] == turn:
                happening(at)

        self.at(sample, happen)

    def cancel(self, *names: str) -> None:
        """Drop what waits under these names."""
        for name in names:
            self._turns[name] = self._turns.get(name, 0) + 1

    def happened(self, what: str, sample: int, *, foreseen: bool = False) -> None:
        """Schedule every act that hangs on ``what``; each act happens once.

        ``foreseen``: ``sample`` lies ahead, since a prompt's end is known when it begins.
        """
        due = [act for act in self._waiting if act.on == what]
        for act in due:
            if not foreseen:
                self._waiting.remove(act)
            at = sample + act.after_ms * RATE // 1000
            self.at(at, self._once(act) if foreseen else self._now(act), needs=sample * foreseen)

    def done(self, act: SceneAct, end: int) -> None:
        """Schedule, for an act's end, the acts that hang on it."""
        if act.id:
            self.at(end, lambda at: self.happened(f"done:{act.id}", at))

    def interrupted(self, sample: int) -> None:
        """Drop what needed more of a prompt than was heard."""
        self._entries = [
            entry for entry in self._entries if entry.at < sample or entry.needs <= sample
        ]
        heapq.heapify(self._entries)

    def run(self, start: int, stop: int) -> None:
        """Run everything due before ``stop``; what is late happens at ``start``."""
        while self._entries and self._entries[0].at < stop:
            entry = heapq.heappop(self._entries)
            entry.happening(max(start, entry.at))

    def _now(self, act: SceneAct) -> Happening:
        return lambda sample: self._perform(act, sample)

    def _once(self, act: SceneAct) -> Happening:
        def perform(sample: int) -> None:
            if act in self._waiting:
                self._waiting.remove(act)
                self._perform(act, sample)

        return perform
