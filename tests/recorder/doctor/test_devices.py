"""Examine serial ports and sound cards."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.settings import Part
from appliance.model.sentences.faults import device_fault
from tests.lines.plugged.machines import STABLE
from tests.recorder.doctor.examining import SOUND, Look, look_at


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return look_at(tmp_path)


def monitor(port: str, dialect: str = "lm1") -> Part:
    return Part("monitor", {"dialect": dialect, "port": port})


def card(name: str = "LineTap", **more: str) -> Part:
    return Part("sound", {"card": name, **more})


class TestSerial:
    def test_what_is_plugged_in_is_told_and_what_is_soldered_is_not(self, look: Look) -> None:
        told = [each.text for each in look.findings() if each.subject == "serial"]
        assert told == [f"{STABLE} is plugged in: Line monitor."]

    def test_nothing_is_plugged_in(self, look: Look) -> None:
        look.bench.ports = [("/dev/ttyS0", "n/a")]
        assert "serial.none" in look.found()

    def test_a_monitor_that_answers(self, look: Look) -> None:
        found = look.real().found()
        assert "answers in lm1" in found["serial.speaks"]
        assert "serial.plugged" not in found  # told once, as what it is
        assert STABLE in look.probed

    def test_a_monitor_that_does_not_answer_is_a_failure(self, look: Look) -> None:
        look.monitor = False
        assert "does not answer in lm1" in look.real().found()["serial.silent"]

    def test_a_port_that_fails_to_open_is_a_failure(self, look: Look) -> None:
        look.monitor = device_fault("port_in_use", path=STABLE)
        assert look.real().found()["serial.unusable"].endswith("end the other program.")

    def test_a_dialect_that_nobody_speaks_is_a_failure(self, look: Look) -> None:
        found = look.real(hook=monitor(STABLE, "lm7")).found()
        assert "There is no profile lm7" in found["serial.unusable"]

    def test_a_running_recorder_opens_nothing(self, look: Look) -> None:
        found = look.real().runs("idle").found()
        assert found["serial.monitor"] == f"{STABLE} is the line monitor of Reception."
        assert look.probed == []

    def test_a_missing_port_is_told_with_those_that_are_there(self, look: Look) -> None:
        found = look.real(hook=monitor("/dev/ttyUSB9")).found()
        assert f"there are: {STABLE}." in found["serial.missing"]
        look.bench.ports = []
        assert "no other serial device is" in look.found()["serial.missing_all"]
        assert look.probed == ["PortAudio", "PortAudio"]

    def test_a_port_of_the_board_may_be_a_lines(self, look: Look) -> None:
        assert "serial.speaks" in look.real(hook=monitor("/dev/ttyS0")).found()

    def test_a_name_that_can_change_is_told(self, look: Look) -> None:
        found = look.real(hook=monitor("/dev/ttyACM0")).found()
        assert found["serial.unstable"].endswith(f"write {STABLE} instead.")

    def test_a_port_that_may_not_be_opened_is_a_failure(self, look: Look) -> None:
        (look.bench.root / "dev/ttyACM0").unlink()
        assert "add this user to the group dialout" in look.real().found()["serial.denied"]
        assert STABLE not in look.probed

    def test_a_port_in_use_is_not_opened_but_told_with_its_user(self, look: Look) -> None:
        look.bench.program(77, "minicom", "/dev/ttyACM0")
        assert "in use by minicom (77)" in look.real().found()["serial.busy"]
        assert STABLE not in look.probed

    def test_two_lines_on_one_port_are_a_failure(self, look: Look) -> None:
        (line,) = look.real().config.lines
        look.config = replace(look.config, lines=(line, replace(line, name="Boss")))
        assert "serial.shared" in look.found()

    def test_lines_of_one_whozz_unit_share_its_port_and_others_do_not(self, look: Look) -> None:
        unit = Part("monitor", {"dialect": "whozz", "port": STABLE})
        (line,) = look.real(hook=unit).config.lines
        for options, shared in (({"line": 2}, False), ({"line": 1}, True), ({}, True)):
            hook = Part("monitor", {**unit.options, **options})
            look.config = replace(look.config, lines=(line, replace(line, name="Boss", hook=hook)))
            assert ("serial.shared" in look.found()) is shared
        lm1 = replace(line, name="Boss", hook=monitor(STABLE))
        look.config = replace(look.config, lines=(line, lm1))
        assert "serial.shared" in look.found()

    def test_what_cannot_be_asked_is_told_as_such(self, look: Look) -> None:
        look.monitor = None
        pins = Part("monitor", {"dialect": "optocouplers", "port": STABLE, "off_hook": "dcd"})
        said = look.real(hook=pins).found()["serial.listens"]
        assert said.startswith(f"{STABLE} of Reception can be opened. optocouplers answers no")

    def test_a_netcallerid_beside_another_monitor_is_looked_at_too(self, look: Look) -> None:
        hook = Part("monitor", {**monitor(STABLE).options, "caller_port": "/dev/ttyUSB9"})
        assert "/dev/ttyUSB9 of Reception is not plugged in" in str(look.real(hook=hook).found())

    def test_a_program_that_probes_ports_is_told(self, look: Look) -> None:
        look.bench.program(5, "ModemManager")
        assert "serial.probed" not in look.found()
        assert "serial.probed" in look.real().found()


class TestSound:
    def test_what_is_plugged_in_is_told(self, look: Look) -> None:
        told = [each.text for each in look.findings() if each.subject == "sound"]
        assert told == [
            "vc4hdmi is plugged in: vc4-hdmi - vc4-hdmi-0; 0 channels to hear, ? to speak, ? Hz.",
            "LineTap is plugged in: USB-Audio - USB Audio Device; 2 channels to hear, 2 to speak, "
            "44100, 48000 Hz.",
        ]
        assert look.probed == []

    def test_nothing_is_plugged_in(self, look: Look) -> None:
        (look.bench.root / "proc/asound/cards").unlink()
        assert "sound.none" in look.found()
        assert "no other sound card is" in look.real().found()["sound.missing_all"]

    def test_a_card_that_fits(self, look: Look) -> None:
        found = look.real().found()
        assert found["sound.fits"] == "LineTap fits Reception."
        assert found["sound.portaudio"] == "PortAudio sees: USB Audio: - (hw:1,0), default."

    @pytest.mark.parametrize("gain", [True, False, None])
    def test_an_adapter_that_controls_its_gain_is_told(self, look: Look, gain: bool | None) -> None:
        look.gain = gain
        for found in (look.real().found(), look.runs("idle").found()):
            assert ("sound.gain_on" in found) is (gain is True)
            assert ("sound.fits" in found) is (gain is not True)

    def test_a_running_recorder_is_not_disturbed_by_portaudio(self, look: Look) -> None:
        found = look.real().runs("idle").found()
        assert look.probed == []
        assert "sound.fits" in found

    @pytest.mark.parametrize("name", ["1", "platform-usb-0:1.2:1.0"])
    def test_a_card_has_several_names(self, look: Look, name: str) -> None:
        assert "sound.fits" in look.real(audio=card(name), prompt=card(name)).found()

    def test_a_missing_card_is_told_with_those_that_are_there(self, look: Look) -> None:
        found = look.real(audio=card("Tap2"), prompt=card("Tap2")).found()
        assert "there are: vc4hdmi, LineTap." in found["sound.missing"]

    def test_a_device_of_alsas_own_configuration_is_known_to_portaudio(self, look: Look) -> None:
        look.real(audio=card("line"), prompt=card("line"))
        assert "sound.missing" in look.found()
        look.devices = ["default", "line"]
        assert look.found()["sound.fits"] == "line fits Reception."

    @pytest.mark.parametrize(("state", "id"), [("idle", "fits"), ("unknown", "missing")])
    def test_such_a_device_is_there_if_its_line_is_heard(
        self, look: Look, state: str, id: str
    ) -> None:
        look.real(audio=card("line"), prompt=card("line")).runs(state)
        assert f"sound.{id}" in look.found()
        assert look.probed == []

    def test_two_cards_for_one_line_are_a_failure(self, look: Look) -> None:
        assert "sound.two_clocks" in look.real(prompt=card("vc4hdmi")).found()

    @pytest.mark.parametrize(("directions", "id"), [("p", "sound.deaf"), ("c", "sound.mute")])
    def test_a_card_must_hear_and_speak(self, look: Look, directions: str, id: str) -> None:
        look.bench.card(directions=directions)
        found = look.real().found()
        assert id in found
        assert "sound.fits" not in found

    def test_a_tap_of_voltage_and_current_needs_two_channels(self, look: Look) -> None:
        look.real(audio=card(sides="voltage/current"))
        assert "sound.mono" not in look.found()
        look.bench.card(channels=1)
        assert "stereo input" in look.found()["sound.mono"]
        assert "sound.mono" not in look.real(audio=SOUND).found()

    @pytest.mark.parametrize(
        ("rates", "fits"),
        [
            ("8000, 16000", True),
            ("48000", True),
            ("8000, 11025", False),
            ("96000", False),
            ("8000 - 48000 (continuous)", True),
            ("88200 - 192000 (continuous)", False),
        ],
    )
    def test_a_rate_must_lie_between_16_and_48_khz(
        self, look: Look, rates: str, fits: bool
    ) -> None:
        look.bench.card(rates=rates)
        assert ("sound.rates" not in look.real().found()) is fits

    def test_a_card_in_use_is_told_with_its_user(self, look: Look) -> None:
        look.bench.program(81, "pulseaudio")
        look.bench.hears(81)
        assert "in use by pulseaudio (81)" in look.real().found()["sound.busy"]

    def test_a_missing_pyaudio_is_a_failure_where_a_line_needs_it(self, look: Look) -> None:
        look.pyaudio = False
        assert "sound.no_pyaudio" not in look.found()
        assert "portaudio19-dev" in look.real().found()["sound.no_pyaudio"]
        assert "PortAudio" not in look.probed

    def test_a_portaudio_that_sees_nothing_or_fails_is_told(self, look: Look) -> None:
        look.devices = []
        assert "sound.portaudio_none" in look.real().found()
        look.devices = device_fault("sound_unlisted")
        assert "does not list its devices." in look.found()["sound.portaudio_failed"]
