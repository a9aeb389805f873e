"""Kill the recorder's process while its modem holds the line: the phone has the line again."""

import os
import signal
import threading
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.config.read import trial_text
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.driver import Exchange
from appliance.exchange.modem.modem import ModemOutput
from appliance.exchange.modem.plugged import PluggedModem, plug_in
from appliance.model.demo_phone import LiveAct
from tests.boxes import make_box
from tests.exchange.modem.bench import NUMBER
from tests.exchange.scripted_recorder import VOICES
from tests.system.processes import started

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

BOUND = 60.0
POLLS = 8
"""Readings of the voltage after which the phone was seen on-hook."""


class Watched:
    """An emulated modem, and events of what it does."""

    def __init__(self, modem: PluggedModem) -> None:
        self.polled, self.rung, self.taken, self.left = (threading.Event() for _ in range(4))
        self._modem, self._step, self._read = modem, modem.step_on, modem.port.read
        self._polls, self._ringing = 0, False
        modem.step_on = self.step_on  # type: ignore[method-assign]
        modem.port.read = self.read  # type: ignore[method-assign]

    def read(self, room: int) -> tuple[bytes, bool]:
        data, fell = self._read(room)
        self._polls += data.count(b"AT-TRV")
        if self._polls >= POLLS:
            self.polled.set()
        return data, fell

    def step_on(self, stage: Stage) -> ModemOutput:
        done = self._step(stage)
        if self._ringing and not stage.ringing:
            self.rung.set()
        self._ringing = stage.ringing
        if done.off_hook:
            self.taken.set()
        elif self.taken.is_set():
            self.left.set()
        return done


def test_a_killed_recorder_leaves_the_line_to_the_phone(tmp_path: Path) -> None:
    box, port = make_box(tmp_path / "data"), tmp_path / "port"
    port.mkdir()
    box.undecide()
    modem = plug_in("conexant", port)
    watched = Watched(modem)
    part = f'{{ driver = "modem", port = "{modem.options["port"]}"'
    text = trial_text()
    for role, more in (("hook", ""), ("audio", ", holds_line = true"), ("prompt", "")):
        text = text.replace(f'{role} = {{ driver = "exchange" }}', f"{role} = {part}{more} }}")
    config = tmp_path / "office.toml"
    config.write_text(text, "utf-8")
    exchange = Exchange("Reception", 1, VOICES, clock=SystemClock(), modem=modem)
    exchange.start(lambda item: None)
    try:
        places = ("--config", str(config), "--data", str(box.folders.data))
        with started("recorder", *places) as recorder:
            assert watched.polled.wait(BOUND), recorder.said()
            exchange.phones.do(LiveAct(by="caller", do="call", number=NUMBER)).result(BOUND)
            assert watched.rung.wait(BOUND)
            exchange.phones.do(LiveAct(by="office", do="lift")).result(BOUND)
            assert watched.taken.wait(BOUND), recorder.said()
            os.kill(recorder.process.pid, signal.SIGKILL)
            assert watched.left.wait(BOUND)
        states = {phone.party: phone.state for phone in exchange.phones.now.phones}
        assert (states["office"], states["caller"]) == ("talking", "talking")  # their call goes on
        assert not modem.modem.off_hook
    finally:
        exchange.close()
