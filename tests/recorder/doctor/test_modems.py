"""Examine the modems of lines: what they can do, and what stands in the way."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.settings import Part
from appliance.model.sentences.faults import device_fault
from tests.lines.plugged.machines import STABLE
from tests.recorder.doctor.examining import MONITOR, SOUND, WHOLE, Look, look_at

MODEM = Part("modem", {"port": STABLE, "profile": "conexant"})


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return look_at(tmp_path)


def test_a_modem_and_a_tap_are_what_we_recommend_and_its_limit_is_told(look: Look) -> None:
    found = look.real(hook=MODEM).found()
    assert found["serial.modem_is"].endswith("says that it is: 56000.")
    assert "serial.modem_sees" in found
    assert "short press of the hook" in found["lines.polled"]
    assert not {"lines.modem_alone", "serial.monitor"} & set(found)
    assert look.probed.count(STABLE) == 1


def test_a_modem_alone_is_told_to_hold_the_line_and_what_is_better(look: Look) -> None:
    found = look.real(MODEM, MODEM, MODEM).found()
    assert "Better, use a USB sound card" in found["lines.modem_alone"]
    assert "serial.modem_half" not in found
    assert "zgoda calibrate" in found["lines.mixed"]
    assert look.probed.count(STABLE) == 1


def test_a_line_without_what_tells_who_calls_works(look: Look) -> None:
    """It is no fault of the line, and its phone may well be waited for."""
    beside = {"caller": "modem", "caller_port": "/dev/ttyUSB9"}
    look.real(hook=Part("monitor", {**MONITOR.options, **beside})).runs("unknown")
    found = look.found()
    assert "/dev/ttyUSB9 of Reception is not plugged in" in found["serial.no_callers"]
    assert "lines.waits" in found
    assert not found.keys() & {"lines.fault", "lines.broken", "serial.missing"}


@pytest.mark.parametrize(
    ("lacks", "id"),
    [
        ({"voltage": None}, "serial.modem_blind"),
        ({"duplex": False}, "serial.modem_half"),
        ({"caller_id": False}, "serial.modem_no_caller"),
        ({"hangs_up": None}, "serial.modem_stays"),
        ({"hangs_up": False}, "serial.modem_stays"),
    ],
)
def test_what_a_modem_lacks_is_told(look: Look, lacks: dict[str, object], id: str) -> None:
    look.modem = replace(WHOLE, **lacks)  # type: ignore[arg-type] # any field
    assert id in look.real(MODEM, MODEM, MODEM).found()


def test_a_modem_with_a_tap_need_not_hear_while_it_speaks(look: Look) -> None:
    look.modem = replace(WHOLE, duplex=False)
    assert "serial.modem_half" not in look.real(hook=MODEM).found()


def test_a_modem_that_cannot_be_asked_says_why(look: Look) -> None:
    look.modem = device_fault("modem_foreign")
    assert look.real(hook=MODEM).found()["serial.unusable"].endswith("or plug it out and in.")


def test_a_running_recorder_has_its_modem(look: Look) -> None:
    found = look.real(hook=MODEM, audio=SOUND).runs("idle").found()
    assert found["serial.modem"] == f"{STABLE} is the modem of Reception."
    assert look.probed == []
