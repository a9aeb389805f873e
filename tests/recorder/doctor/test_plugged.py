"""The doctor names the line that can be made, where there is no real one."""

from pathlib import Path

import pytest

from appliance.lines.device import Finds
from appliance.lines.modem.device import IsModem
from appliance.link.requests.devices import IsdnCard
from appliance.recorder.doctor.tools import RecorderState
from tests.lines.plugged.machines import STABLE
from tests.recorder.doctor.examining import WHOLE, Look, look_at


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return look_at(tmp_path)


def told(look: Look) -> dict[str, str]:
    """Return what is said of new lines."""
    new = ("lines.proposal", "lines.buy", "lines.unasked")
    return {id: text for id, text in look.found().items() if id.startswith(new)}


def test_a_modem_that_says_so_is_asked_and_proposed(look: Look) -> None:
    look.bench.usb("ttyACM0", "0572:1349", "USB Modem")
    (said,) = told(look).items()
    assert said[0] == "lines.proposal_modem_tap"
    assert f"{STABLE}, which stays on-hook, and the USB sound card LineTap" in said[1]
    assert look.probed.count(STABLE) == 1


def test_what_hangs_on_a_cable_is_not_asked_by_the_doctor(look: Look) -> None:
    look.bench.usb("ttyACM0", "0403:6001", "FT232R")
    assert told(look) == {
        "lines.unasked": f"No line uses {STABLE}, and nobody has asked what it is: let the device "
        "look, in the panel's step for the line."
    }
    assert STABLE not in look.probed


def test_what_is_missing_is_named(look: Look) -> None:
    look.bench.ports = []
    assert list(told(look)) == ["lines.buy_hook"]
    look.isdn = (IsdnCard("te.1", terminal=True, network=False),)
    assert list(told(look)) == ["lines.buy_card", "lines.buy_hook"]
    assert {each.level for each in look.findings() if each.id in told(look)} == {"ok"}


def test_many_ports_are_named_in_short(look: Look) -> None:
    look.bench.ports = [(f"/dev/ttyUSB{number}", "x") for number in range(9)]
    assert "/dev/ttyUSB3 …, and nobody" in told(look)["lines.unasked"]


def test_a_box_with_a_real_line_is_told_nothing_of_others(look: Look) -> None:
    look.bench.usb("ttyACM0", "0572:1349")
    assert told(look.real()) == {}


def test_a_running_recorder_tells_what_it_has_learnt_and_asks_nothing(look: Look) -> None:
    look.bench.usb("ttyACM0", "0572:1349")
    look.running = RecorderState((), finds=Finds({STABLE: IsModem(WHOLE)}))
    assert list(told(look)) == ["lines.proposal_modem_alone"]
    look.running = RecorderState(())
    assert told(look) == {}
    assert STABLE not in look.probed
