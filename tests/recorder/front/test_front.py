"""The front: what the lines are like on the lamps, presses to the lines, faults to nobody."""

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.config.settings import Front as Wiring
from appliance.errors import LineError
from appliance.model.lamps import Need
from appliance.model.records import LineStatus
from appliance.model.sentences.faults import device_fault
from appliance.recorder.front.button import ButtonPress
from appliance.recorder.front.devices import LampsAndButton
from appliance.recorder.front.front import RETRY_SECONDS, FrontPanel
from appliance.recorder.front.pins import Factory
from tests.clocks import ManualClock
from tests.recorder.front.pins import QUICK, WIRING, Pins


def lines(*states: str) -> tuple[LineStatus, ...]:
    return tuple(LineStatus(line=str(i), state=state) for i, state in enumerate(states))


class Bench:
    """A front on mock pins that can be taken away."""

    def __init__(self, folder: Path) -> None:
        self.pins = Pins()
        self.clock = ManualClock()
        self.pressed: queue.Queue[ButtonPress] = queue.Queue()
        self.lacking: Exception | None = None
        self.front = FrontPanel(
            WIRING, folder, self.clock, self.pressed.put, pins=self.find, make=self.make
        )

    def find(self, work: Path) -> Factory:
        if self.lacking is not None:
            raise self.lacking
        return self.pins.factory

    def make(
        self, wiring: Wiring, factory: Factory, pressed: Callable[[ButtonPress], None]
    ) -> LampsAndButton:
        return LampsAndButton(wiring, factory, pressed, shapes=QUICK)

    def show(self, *states: str) -> None:
        self.front.show(lines(*states))
        self.front.settle()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.front.close()


@pytest.mark.parametrize(
    ("states", "lit"),
    [
        (("idle",), {"green"}),
        (("refused",), {"green"}),
        (("recording",), {"red"}),
        (("idle", "recording"), {"red"}),
    ],
)
def test_the_lamps_say_how_the_lines_are(
    bench: Bench, states: tuple[str, ...], lit: set[str]
) -> None:
    bench.front.start()
    bench.show(*states)
    assert bench.pins.lit() == lit


@pytest.mark.parametrize(("state", "colour"), [("asking", "amber"), ("paused", "red")])
def test_asking_and_pausing_blink(bench: Bench, state: str, colour: str) -> None:
    bench.front.start()
    bench.show(state)
    assert [bench.pins.next() for _ in range(4)] == [(colour, True), (colour, False)] * 2


@pytest.mark.parametrize(("others", "green"), [(("idle",), [("green", True)]), ((), [])])
@pytest.mark.parametrize("state", ["fault", "unknown"])
def test_a_fault_winks_red_and_green_shines_while_another_line_is_ready(
    bench: Bench, state: str, others: tuple[str, ...], green: list[tuple[str, bool]]
) -> None:
    bench.front.start()
    bench.show(state, *others)
    seen = [bench.pins.next() for _ in range(4 + len(green))]
    assert [change for change in seen if change[0] == "red"] == [("red", True), ("red", False)] * 2
    assert [change for change in seen if change[0] == "green"] == green


@pytest.mark.parametrize("first", ["lines", "need"])
def test_red_winks_while_an_administrator_is_needed(bench: Bench, first: str) -> None:
    bench.front.start()
    if first == "need":
        bench.front.need(Need.TIME)
    bench.show("idle")
    bench.front.need(Need.TIME)
    seen = [bench.pins.next() for _ in range(5)]
    assert ("red", True) in seen
    bench.show("recording")
    bench.front.need(Need.NOTHING)
    bench.show("idle")
    assert bench.pins.lit() == {"green"}


def test_the_button_is_passed_on(bench: Bench) -> None:
    bench.front.start()
    bench.show("recording")
    bench.pins.press()
    bench.pins.release()
    assert bench.pressed.get(timeout=10) is ButtonPress.SHORT


def test_all_lamps_are_out_at_the_end(bench: Bench) -> None:
    bench.front.start()
    bench.show("asking", "recording")
    bench.front.close()
    bench.front.close()
    assert bench.pins.lit() == set()


def test_pins_that_cannot_be_had_are_told_once_and_tried_again(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.lacking = LineError(device_fault("pins_denied"))
    bench.front.start()
    bench.show("idle")
    assert bench.front.fault == device_fault("pins_denied")
    bench.clock.advance(RETRY_SECONDS)
    bench.show("idle")
    bench.show("recording")
    assert caplog.text.count("cannot be looked at") == 1

    bench.lacking = None
    bench.show("recording")
    assert bench.pins.lit() == set()  # not yet
    bench.clock.advance(RETRY_SECONDS)
    bench.show("recording")
    bench.show("recording")
    assert bench.front.fault == ""
    assert bench.front.simulated
    assert bench.pins.lit() == {"red"}


def test_a_fault_of_the_pins_is_told_and_the_pins_taken_anew(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.front.start()
    bench.show("idle")
    pin = bench.pins.pin(WIRING.red)
    pin._set_state = pin._get_pull  # whoever writes to it now meets a fault
    bench.show("recording")
    assert "front: The pins failed" in caplog.text
    assert bench.front.fault != ""
    del pin._set_state
    bench.clock.advance(RETRY_SECONDS)
    bench.show("recording")
    bench.show("recording")
    assert bench.pins.lit() == {"red"}


def test_a_front_that_never_started_can_be_closed(bench: Bench) -> None:
    bench.front.close()
    assert not bench.front.simulated
