"""Run calls through the whole recorder, at speed, and record what could be seen."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from appliance.call.call import Call
from appliance.clock import SystemClock
from appliance.commands.helpers.witness import Witness
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Config
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene
from appliance.keeper.first_run.create import create_vault
from appliance.lines.base import Deliver
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import RATE, AudioFrame, Sound
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from appliance.vault.opening.keys import Cost

_LOG = logging.getLogger("appliance")
_CHEAP = Cost(memory_kib=64, passes=1)  # nobody guesses a password here


@dataclass(frozen=True, slots=True)
class Put:
    """Our samples put on a line in a frame: the first, and how many are not silence."""

    line: str
    sample: int
    count: int


@dataclass
class Seen:
    """Observations of all calls of one recorder; ``witness`` has the dialogue's outcome."""

    witness: Witness = field(default_factory=Witness)
    samples: int = 0
    put: list[Put] = field(default_factory=list)
    """From the frames themselves, whatever the dialogue believes."""
    keys: list[ev.DigitPressed] = field(default_factory=list)
    consents: int = 0
    """Recordings that were begun."""
    faults: list[str] = field(default_factory=list)
    """What the recorder called an error."""
    now: dict[str, int] = field(default_factory=dict)
    """Each line's clock."""
    began: list[int] = field(default_factory=list)
    """Where each call began, by its line's clock."""

    @property
    def reason(self) -> str:
        """Return the reason why the last call was not recorded, or no longer."""
        return str(self.witness.result()["reason"])

    @property
    def heard(self) -> list[dict[str, Any]]:
        """Return the events of the last recorder as text."""
        events: list[dict[str, Any]] = self.witness.result()["events"]
        return events

    def step(self, event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        """Take one step of the dialogue."""
        self.witness.observe(event, call, actions)
        self.consents += sum(isinstance(action, act.StartRecording) for action in actions)
        if isinstance(event, ev.DigitPressed):
            self.keys.append(event)

    def frame(self, item: object) -> None:
        """Take one delivery of a line."""
        if isinstance(item, AudioFrame):
            count = item.sound.shape[1]
            self.samples += count
            self.now[item.line] = item.sample + count
            if item.played is not None and item.played.any():
                loud = int(np.count_nonzero(item.played))
                self.put.append(Put(item.line, item.sample, loud))


@dataclass(frozen=True, slots=True)
class Box:
    """A set-up box in a temporary folder."""

    config: Config
    folders: Folders

    def calls(
        self,
        placed: Iterable[tuple[str, Scene]],
        *,
        seed: int,
        config: Config | None = None,
        voice: Sound | None = None,
        near_voice: Sound | None = None,
    ) -> Seen:
        """Place calls, one after the other.

        Args:
            placed: each with the name of its line, empty for the first one.
            seed: everything random follows from it.
            config: another one than the box's own, for the same vault.
            voice: what the callers say.
            near_voice: what the office says.
        """
        seen = Seen()
        errors = _Errors(seen)
        _LOG.addHandler(errors)
        simulation = Simulation(
            at_speed=True, seed=seed, far_voice=voice, near_voice=near_voice, observe=seen.step
        )
        own = config or self.config
        recorder = Recorder(own, self.folders, SystemClock(), simulation=simulation)
        try:
            lines = {line.name: recorder.line(line.name).exchange for line in own.lines}
            exchanges = {name: line for name, line in lines.items() if line is not None}
            for exchange in exchanges.values():
                watch(exchange, seen.frame)
            recorder.start()
            for name, scene in placed:
                on = name or own.lines[0].name
                exchange = exchanges[on]
                seen.began.append(seen.now.get(on, 0))
                exchange.place(scene)
                exchange.wait_over()
        finally:
            recorder.close()
            _LOG.removeHandler(errors)
        return seen


class _Errors(logging.Handler):
    """A log handler that keeps the recorder's errors, which the dialogue survives in silence."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(logging.ERROR)
        self._seen = seen

    def emit(self, record: logging.LogRecord) -> None:
        self._seen.faults.append(record.getMessage())


def watch(exchange: Exchange, see: Callable[[object], None]) -> None:
    """Observe every frame before the recorder does."""
    start = exchange.start

    def watched_start(deliver: Deliver) -> None:
        def watched(item: object) -> None:
            see(item)
            deliver(item)  # type: ignore[arg-type]

        start(watched)

    exchange.start = watched_start  # type: ignore[method-assign] # looks, changes nothing


@contextmanager
def box(*, pool_ahead: int = 8, config: Config | None = None) -> Iterator[Box]:
    """Set up a box, with the trial's configuration unless told otherwise; remove it at the end."""
    config = config or trial()
    config = replace(config, vault=replace(config.vault, pool_ahead=pool_ahead))
    with TemporaryDirectory() as data:
        folders = Folders(Path(data))
        create_vault(folders, config, "bench", "nobody guesses this", SystemClock(), cost=_CHEAP)
        make_places(folders)
        yield Box(config, folders)


def hours(samples: int) -> float:
    """Return line time in hours."""
    return samples / RATE / 3600
