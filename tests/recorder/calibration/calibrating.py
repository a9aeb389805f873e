"""A simulated line with one mixed signal, at speed, being calibrated."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from msgspec import Struct

from appliance.config.settings import Config, LineKind, Part
from appliance.exchange.script.rehearsal import rehearsal
from appliance.link.operations import Operation
from appliance.link.requests import calibration as wire
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox

LINE = "Reception"

ReplyT = TypeVar("ReplyT", bound=Struct)


@dataclass
class Mono:
    """A recorder whose line is calibrated."""

    recorder: Recorder
    config: Config

    def ask(self, operation: Operation[ReplyT]) -> ReplyT:
        """Ask the recorder as its socket does."""
        answer: ReplyT = self.recorder.handle(operation, None, b"")
        return answer

    def step(self, step: wire.Step, name: str, number: int) -> wire.StepNow:
        """Take a step, let the line's people do it, and return how it ended."""
        told = steps(self.recorder, wire.TakeStep(LINE, step, name))
        now = next(told)
        self.recorder.simulated().place(rehearsal(step, number))
        for now in told:
            assert now.stage != "ended"
        assert now.stage == "done"
        return now


def steps(recorder: Recorder, operation: wire.TakeStep) -> Iterator[wire.StepNow]:
    """Yield what is told of a step."""
    told: Any = recorder.handle(operation, None, b"")
    return (now for now in told if now is not None)


@contextlib.contextmanager
def mono(box: TrialBox, sides: str = "both", kind: LineKind = LineKind.PHONE) -> Iterator[Mono]:
    """Run a recorder on the simulated line."""
    (line,) = box.config.lines
    heard = replace(line, kind=kind, audio=Part("exchange", {"sides": sides}))
    make_places(box.folders)
    config = replace(box.config, lines=(heard,))
    simulation = Simulation(at_speed=True, seed=3)
    recorder = Recorder(config, box.folders, box.clock, simulation=simulation)
    recorder.start()
    try:
        yield Mono(recorder, config)
    finally:
        recorder.close()
