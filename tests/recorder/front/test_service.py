"""Lamps and button on the whole recorder: a call from ring to hang-up."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.call.call import Call
from appliance.call.states import State
from appliance.config.settings import Front as Wiring
from appliance.exchange.scene import Scene
from appliance.model import events as ev
from appliance.recorder.front.button import ButtonPress
from appliance.recorder.line.devices import Simulation
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.recorder.front.pins import WIRING

SCENE = Scene.ordinary("+48600555012", "1", talk=4.0)


class Bench:
    """A recorder whose lamps are looked at while a call goes on."""

    def __init__(self, box: TrialBox) -> None:
        self.shown: dict[State, tuple[bool, bool, bool]] = {}
        self.events: list[ev.Event] = []
        self.press_in: State | None = None
        config = replace(box.config, front=Wiring())
        simulation = Simulation(at_speed=True, own_time=False, seed=1, observe=self._observe)
        self.recorder = Recorder(config, box.folders, box.clock, simulation=simulation)
        self.states: list[State] = []

    def _observe(self, event: ev.Event, call: Call, actions: object) -> None:
        self.events.append(event)
        front = self.recorder._front.now
        assert front is not None
        front.settle()  # shows the state before this event
        if self.states:
            self.shown[self.states[-1]] = self._lit()
        if call.state is self.press_in:
            self.press_in = None
            front._inbox.put(ButtonPress.SHORT)
            front.settle()
        self.states.append(call.state)

    def _lit(self) -> tuple[bool, bool, bool]:
        lamps: Any = self.recorder._front.now
        pins = (lamps._devices._factory.pin(n) for n in (WIRING.green, WIRING.amber, WIRING.red))
        green, amber, red = (bool(pin.state) for pin in pins)
        return green, amber, red

    def play(self) -> None:
        self.recorder.start()
        self.recorder.simulated().place(SCENE)
        self.recorder.simulated().wait_over()


@pytest.fixture
def bench(trial_box: TrialBox) -> Bench:
    return Bench(trial_box)


def test_the_lamps_follow_a_call(bench: Bench) -> None:
    try:
        bench.play()
    finally:
        bench.recorder.close()
    assert bench.shown[State.IDLE] == (True, False, False)
    assert bench.shown[State.RECORDING] == (False, False, True)
    green, _amber, red = bench.shown[State.ASKING]  # amber blinks
    assert (green, red) == (False, False)


def test_a_press_pauses_the_recording(bench: Bench) -> None:
    bench.press_in = State.RECORDING
    try:
        bench.play()
    finally:
        bench.recorder.close()
    assert any(isinstance(event, ev.PauseAsked) for event in bench.events)
    assert State.PAUSED in bench.states
