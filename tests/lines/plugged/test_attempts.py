"""A device that is lost is tried again, each time after a longer wait, and never given up."""

import threading
from collections.abc import Iterator

import pytest

from appliance.errors import LineError
from appliance.lines.plugged.attempts import LONGEST_WAIT, DriverAttempts, Pace
from appliance.model.sentences.faults import device_fault
from tests.clocks import ManualClock


def test_waits_grow_until_a_device_is_there_or_wrong() -> None:
    pace = Pace()
    assert [pace.next_wait() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    pace.begin_anew()
    assert pace.next_wait() == 0.5
    pace.slow_down()
    assert pace.next_wait() == LONGEST_WAIT


class Passing(threading.Event):
    """Is waited for in no time: the clock goes on instead."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.advance(timeout or 0.0)
        return self.is_set()


def test_neither_a_lost_device_nor_a_fault_of_ours_ends_the_attempts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = ManualClock()
    closing, told, began = Passing(clock), list[str](), list[float]()
    ends: Iterator[Exception | None] = iter(
        [LineError(device_fault("port_no_modem", path="/dev/x")), ValueError("+48221234567"), None]
    )

    def attend() -> None:
        began.append(clock.monotonic())
        end = next(ends, None)
        if end is not None:
            raise end
        if len(began) == 4:
            closing.set()

    DriverAttempts("line Reception", "modem", clock).run(closing, attend, told.append)
    assert told == [
        "/dev/x is not there; plug the modem in",
        "The driver of the device failed; look at the system log",
    ]
    assert began == [0.0, 0.5, 1.5, 3.5]
    assert "line Reception: the modem's driver failed: ValueError" in caplog.text
    assert "221234567" not in caplog.text


def test_what_is_due_between_two_attempts_is_done_every_20_ms() -> None:
    clock, times = ManualClock(), list[float]()
    closing = Passing(clock)

    def meanwhile() -> None:
        times.append(clock.monotonic())
        if len(times) == 5:
            closing.set()

    DriverAttempts("line Reception", "modem", clock).run(closing, lambda: None, print, meanwhile)
    assert times == pytest.approx([0.0, 0.02, 0.04, 0.06, 0.08])
