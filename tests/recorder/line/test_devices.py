"""Build drivers from the configuration: which go together, and that one may be away."""

import queue
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from appliance.call.call import Call
from appliance.config.settings import Line, Part
from appliance.errors import LineError
from appliance.exchange.driver import Exchange
from appliance.lines.device import Device
from appliance.lines.modem.alone import ModemAlone
from appliance.lines.modem.driver import Modem
from appliance.lines.monitor.driver import Monitor
from appliance.lines.plugged.beside import CallerBeside
from appliance.lines.sound.driver import SoundLine
from appliance.model import events as ev
from appliance.model.actions import Action
from appliance.model.lamps import Light, lamp_pattern
from appliance.model.sentences.faults import device_fault, text_of
from appliance.recorder.line.devices import Devices, Simulation, make_devices
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.recorder.supplied import supplies

EXCHANGE = Part("exchange")
MONITOR = Part("monitor", {"dialect": "lm1", "port": "/dev/serial/by-id/usb-none"})
SOUND = Part("sound", {"card": "None"})
MODEM = Part("modem", {"port": "/dev/ttyACM0"})
ISDN = Part("isdn")


def nothing_shared(device: Device) -> Any:
    raise AssertionError("a simulated line asks for no sound card")


def driven(line: Line, hook: Part, audio: Part, prompt: Part) -> Devices:
    wired = replace(line, hook=hook, audio=audio, prompt=prompt)
    return make_devices(wired, supplies())


def test_the_exchange_plays_all_roles(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    devices = driven(line, EXCHANGE, EXCHANGE, EXCHANGE)
    assert isinstance(devices.exchange, Exchange)
    assert {id(devices.hook), id(devices.audio), id(devices.prompt)} == {id(devices.exchange)}


def test_both_simulated_parties_say_what_they_are_given(trial_box: TrialBox) -> None:
    line, (far, near) = trial_box.config.lines[0], (np.full(3, n, np.int16) for n in (7, 9))
    simulation = Simulation(far_voice=far, near_voice=near)
    devices = make_devices(line, supplies(trial_box.clock, simulation, nothing_shared))
    assert devices.exchange is not None
    voices = devices.exchange.phones.voices
    assert (voices.far.tolist(), voices.near.tolist()) == (far.tolist(), near.tolist())


def test_a_monitor_and_an_adapter_make_a_line_by_the_adapters_clock(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    devices = driven(line, MONITOR, SOUND, SOUND)
    assert devices.exchange is None
    assert isinstance(devices.hook, Monitor)
    assert isinstance(devices.audio, SoundLine)
    assert {id(devices.prompt), id(devices.hook._line)} == {id(devices.audio)}
    devices.ask_when_idle(lambda: True)
    assert devices.audio.idle()


@pytest.mark.parametrize(
    ("hook", "audio", "prompt"),
    [
        (MONITOR, SOUND, MODEM),
        (MODEM, MODEM, SOUND),
        (MONITOR, MODEM, MODEM),
        (ISDN, SOUND, SOUND),
        (MONITOR, ISDN, ISDN),
        (MONITOR, SOUND, EXCHANGE),
    ],
)
def test_what_does_not_go_together_is_told(
    trial_box: TrialBox, hook: Part, audio: Part, prompt: Part
) -> None:
    (line,) = trial_box.config.lines
    with pytest.raises(LineError) as refused:
        driven(line, hook, audio, prompt)
    assert text_of(refused.value) == device_fault("line_unusable")


def test_a_modem_and_an_adapter_make_a_line_by_the_adapters_clock(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    devices = driven(line, MODEM, SOUND, SOUND)
    assert isinstance(devices.hook, Modem)
    assert isinstance(devices.audio, SoundLine)
    assert {id(devices.prompt), id(devices.hook._line)} == {id(devices.audio)}
    devices.ask_when_idle(lambda: True)
    assert devices.audio.idle()


def test_a_modem_beside_a_monitor_only_tells_who_calls(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    beside = {"caller": "modem", "caller_port": "/dev/ttyACM0"}
    devices = driven(line, Part("monitor", {**MONITOR.options, **beside}), SOUND, SOUND)
    assert isinstance(devices.hook, CallerBeside)
    assert (devices.hook.lateness_ms, devices.hook.sees_flash) == (50, True)  # the monitor's
    assert not devices.deaf_to_pulses


@pytest.mark.parametrize(
    ("hook", "deaf"),
    [
        (MONITOR, False),
        (Part("monitor", {"dialect": "optocouplers", "port": "/dev/a", "off_hook": "dcd"}), False),
        (Part("monitor", {"dialect": "whozz", "port": "/dev/a"}), True),
        (MODEM, True),
    ],
)
def test_a_line_knows_whether_pulses_are_heard(trial_box: TrialBox, hook: Part, deaf: bool) -> None:
    (line,) = trial_box.config.lines
    assert driven(line, hook, SOUND, SOUND).deaf_to_pulses is deaf


def test_a_modem_alone_plays_all_roles_and_hears_both_parties_as_one(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    devices = driven(line, MODEM, MODEM, MODEM)
    assert isinstance(devices.hook, ModemAlone)
    assert {id(devices.audio), id(devices.prompt)} == {id(devices.hook)}
    assert devices.audio.sides == ("both",)


def test_an_unknown_profile_is_a_mistake(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    hayes = Part("modem", {"profile": "hayes", "port": "/dev/null"})
    with pytest.raises(LineError, match="known are: conexant, "):
        driven(line, hayes, SOUND, SOUND)


def test_two_lines_of_a_whozz_unit_share_its_port(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    shared = supplies()
    monitors = []
    for number in (1, 2):
        hook = Part("monitor", {"dialect": "whozz", "port": "/dev/none", "line": number})
        wired = replace(line, hook=hook, audio=SOUND, prompt=SOUND)
        made = make_devices(wired, shared)
        assert isinstance(made.hook, Monitor)
        assert made.hook.lateness_ms == 1500
        monitors.append(made.hook)
    first, second = ({id(unit) for unit, _, _ in each._parts} for each in monitors)
    assert first == second


def test_an_unknown_dialect_is_a_mistake(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    morse = Part("monitor", {"dialect": "morse", "port": "/dev/null"})
    with pytest.raises(LineError, match="known are: lm1"):
        driven(line, morse, SOUND, SOUND)


def test_a_line_whose_devices_are_away_is_there_and_shows_a_fault(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    port = str(trial_box.folders.data / "no-port")
    away = replace(
        line,
        hook=Part("monitor", {"dialect": "lm1", "port": port}),
        audio=SOUND,
        prompt=SOUND,
    )
    make_places(trial_box.folders)
    trial_box.undecide()
    gone: queue.Queue[str] = queue.Queue()

    def observe(event: ev.Event, call: Call, actions: tuple[Action, ...]) -> None:
        if isinstance(event, ev.LineFault):
            gone.put_nowait(event.part)

    config = replace(trial_box.config, lines=(away,))
    recorder = Recorder(
        config, trial_box.folders, trial_box.clock, simulation=Simulation(observe=observe)
    )
    try:
        recorder.start()
        missing = {"hook", "audio"}
        while missing:
            missing -= {gone.get(timeout=10)}
        (status,) = recorder.statuses()
        assert (status.state, status.trial) == ("unknown", False)
        assert lamp_pattern(recorder.statuses()).red is Light.WINK
    finally:
        recorder.close()


def test_all_lines_open_their_cards_through_one_portaudio(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    names = ("First", "Second")
    lines = tuple(
        replace(line, name=name, hook=MONITOR, audio=SOUND, prompt=SOUND) for name in names
    )
    make_places(trial_box.folders)
    trial_box.undecide()
    recorder = Recorder(replace(trial_box.config, lines=lines), trial_box.folders, trial_box.clock)
    try:
        sounds = [recorder.line(name).thread._parts.audio for name in names]
        assert len({id(sound._portaudio) for sound in sounds if isinstance(sound, SoundLine)}) == 1
    finally:
        recorder.close()
