"""A modem that holds the line is on-hook after its recorder was killed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

import pytest

from appliance.exchange.driver import Exchange
from appliance.exchange.modem.modem import EmulatedModem
from tests.rig.calls import short_call
from tests.vm.box import UnitBox
from tests.vm.far.modem import modem_line
from tests.vm.office import CALL_SECONDS, Office
from tests.vm.units import is_ready, kill, logged, wait_until

pytestmark = pytest.mark.vm

RELEASED_SECONDS = 10.0
RECORDER = "zgoda-recorder"
TOLD = "told to hang up"
"""What ``zgoda release`` says of a modem."""

Property = Callable[[str, object], None]


@dataclass
class ModemLine:
    """The box, and the modem that it drives alone."""

    box: UnitBox
    line: Exchange
    modem: EmulatedModem


@pytest.fixture(scope="module")
def alone(office: Office) -> Iterator[ModemLine]:
    """The box on a line with a modem alone; its tapped line ends here."""
    office.line.close()
    line, modem = modem_line()
    office.box.use("modem")
    office.box.wait_ready()
    yield ModemLine(office.box, line, modem)
    line.close()


def test_a_modem_on_a_usb_port_is_found_and_ready(alone: ModemLine) -> None:
    assert not alone.modem.off_hook


def test_a_killed_recorders_modem_lets_the_line_go(
    alone: ModemLine, record_property: Property
) -> None:
    alone.line.place(short_call("1", longer=20.0))
    assert wait_until(lambda: alone.modem.off_hook, CALL_SECONDS)
    before, began = logged(RECORDER).count(TOLD), monotonic()
    released: list[float] = []

    def let_go() -> None:
        assert wait_until(lambda: not alone.modem.off_hook, RELEASED_SECONDS, every=0.02)
        released.append(monotonic() - began)

    again = kill(RECORDER, let_go)
    record_property("on-hook after s", round(released[0], 1))
    record_property("ready again after s", round(again.seconds, 1))
    alone.box.listen_again()

    assert logged(RECORDER).count(TOLD) == before + 1
    assert not alone.modem.off_hook
    assert alone.line.wait_over(CALL_SECONDS)
    alone.box.wait_ready(CALL_SECONDS)


def test_a_recorder_that_is_stopped_leaves_the_modem_on_hook(alone: ModemLine) -> None:
    alone.line.place(short_call("1", longer=20.0))
    assert wait_until(lambda: alone.modem.off_hook, CALL_SECONDS)

    alone.box.use("modem")

    assert not alone.modem.off_hook
    assert is_ready(RECORDER)
