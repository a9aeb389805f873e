"""A probe for a line monitor, over a pseudo-terminal."""

import os
import select
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from appliance.clock import SystemClock
from appliance.errors import LineError
from appliance.lines.monitor.probe import answers
from appliance.lines.profiles import lm1_profile, monitor_profile
from tests.clocks import ManualClock

PROFILE = lm1_profile()


@contextmanager
def board(reply: Callable[[bytes], bytes]) -> Iterator[str]:
    """Put a board at a pseudo-terminal that answers what it is asked."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)

    def run() -> None:
        while True:
            try:
                asked = os.read(ours, 100)
            except OSError:
                return
            if not asked:
                return
            os.write(ours, reply(asked))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        os.close(theirs)
        thread.join(5)
        os.close(ours)


@pytest.mark.parametrize(
    "said", [b"HOOK ON\r\nVOLT 48.1\r\n", b"\xff\xfe?\r\nLM1\r\n", b"LM1 Monitor 1.2\r\n"]
)
def test_a_monitor_answers(said: bytes) -> None:
    with board(lambda asked: said if asked == b"?\r\n" else b"") as port:
        assert answers(port, PROFILE, SystemClock())


class Hurried(ManualClock):
    """A clock by which half a second passes between two looks."""

    def monotonic(self) -> float:
        self.advance(0.5)
        return super().monotonic()


@pytest.mark.parametrize("said", [b"", b"HOOK MAYBE\r\n", b"LM2\r\n", b"OK"])
def test_whatever_else_is_there_does_not(said: bytes) -> None:
    with board(lambda asked: said) as port:
        assert not answers(port, PROFILE, Hurried())


def test_a_port_that_cannot_be_opened_says_why() -> None:
    with pytest.raises(LineError, match="/dev/nowhere is not there"):
        answers("/dev/nowhere", PROFILE, SystemClock())


def test_a_port_that_goes_away_while_it_is_asked_says_so() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    port = os.ttyname(theirs)

    def pull() -> None:
        os.read(ours, 100)
        os.close(theirs)
        os.close(ours)

    thread = threading.Thread(target=pull)
    thread.start()
    with pytest.raises(LineError, match=f"{port} went away while it was asked"):
        answers(port, PROFILE, SystemClock())
    thread.join(5)


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        (b"V3.1 EcXdAsobKT L=01\r\n", True),
        (b"\xff$V1.0 cDASOT\r\nV2.11a CDASOT\r\n", True),
        (b"OK\r\nHOOK ON\r\n", False),
        (b"V\r\nERROR\r\n", False),
    ],
)
def test_a_whozz_unit_is_only_asked_for_its_settings(said: bytes, answered: bool) -> None:
    asked: list[bytes] = []

    def reply(heard: bytes) -> bytes:
        asked.append(heard)
        return said

    clock = SystemClock() if answered else Hurried()
    with board(reply) as port:
        assert answers(port, monitor_profile("whozz"), clock) is answered
    assert asked == [b"V"]  # which changes nothing in its memory


def test_nothing_is_sent_to_what_cannot_be_asked() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    try:
        assert answers(os.ttyname(theirs), monitor_profile("netcallerid"), Hurried()) is None
        assert not select.select([ours], [], [], 0)[0]
        with pytest.raises(LineError, match="has no modem lines"):
            answers(os.ttyname(theirs), monitor_profile("optocouplers"), Hurried())
        assert not select.select([ours], [], [], 0)[0]
    finally:
        os.close(theirs)
        os.close(ours)
