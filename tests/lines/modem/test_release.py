"""A modem is hung up after its recorder: told so, and by the closing of its port alone."""

import os
import select
import signal
import subprocess
import sys
import textwrap
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.lines.modem.release import BREAK_OFF, HANG_UP, release
from appliance.lines.plugged.port import open_port
from tests.lines.serial_wire import BOUND


@contextmanager
def port() -> Iterator[tuple[int, str]]:
    """Return a modem's end of a port and the name of the other."""
    modem, box = os.openpty()
    tty.setraw(box)
    name = os.ttyname(box)
    os.close(box)  # so that the modem sees the box's closing
    try:
        yield modem, name
    finally:
        os.close(modem)


class Listening(threading.Thread):
    """A modem that hears what it is told, and answers nothing."""

    def __init__(self, end: int) -> None:
        super().__init__()
        self._end = end
        self.heard = b""

    def run(self) -> None:
        while len(self.heard) < len(BREAK_OFF + HANG_UP):
            if select.select([self._end], [], [], BOUND)[0]:
                try:
                    self.heard += os.read(self._end, 256)
                except OSError:
                    return


def hung_up(end: int) -> bool:
    """Wait until the port's last user has closed it, as a modem sees by its DTR."""
    poller = select.poll()
    poller.register(end, 0)
    return bool(poller.poll(BOUND * 1000)[0][1] & select.POLLHUP)


def test_it_is_told_in_words_for_every_mode() -> None:
    with port() as (modem, name):
        box = os.open(name, os.O_RDWR | os.O_NOCTTY)  # keeps what is sent
        listening = Listening(modem)
        listening.start()
        assert release(name) == f"{name}: told to hang up"
        listening.join(BOUND)
        os.close(box)
    assert listening.heard == BREAK_OFF + HANG_UP
    assert BREAK_OFF == b"\x10\x18\x10\x03\x10!\x10^"


def test_twice_is_as_good_as_once() -> None:
    with port() as (_, name):
        assert release(name) == release(name)


def test_a_port_that_is_gone_is_no_error(tmp_path: Path) -> None:
    gone = str(tmp_path / "usb-modem")
    assert release(gone).startswith(f"{gone}: not there (No such file or directory)")


def test_what_is_no_port_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("keep me")
    assert release(str(tmp_path / "file")).endswith("no serial port")
    assert (tmp_path / "file").read_text() == "keep me"
    os.mkfifo(tmp_path / "fifo")
    assert release(str(tmp_path / "fifo")).endswith("no serial port")


def test_a_recorder_that_runs_again_is_not_disturbed() -> None:
    with port() as (modem, name), open_port(name, 115200, "modem"):
        assert release(name) == f"{name}: in use again; left alone"
        assert not select.select([modem], [], [], 0)[0]


def test_killing_the_driver_closes_the_port_and_drops_dtr() -> None:
    """HUPCL is set as well: a real port lowers DTR with its last closing."""
    program = textwrap.dedent(
        """
        import sys, termios
        from appliance.clock import SystemClock
        from appliance.lines.modem.talk import Talk
        from appliance.lines.plugged.port import open_port
        with open_port(sys.argv[1], 115200, "modem") as port:
            talk = Talk(port, sys.argv[1], SystemClock(), print)
            assert termios.tcgetattr(port.fileno())[2] & termios.HUPCL
            talk.send(b"AT+VLS=1\\r")
            while True:
                talk.listen()
        """
    )
    with port() as (modem, name):
        held = os.open(name, os.O_RDWR | os.O_NOCTTY)  # until the driver has it
        driver = subprocess.Popen([sys.executable, "-c", program, name])
        try:
            assert select.select([modem], [], [], BOUND)[0]
            assert os.read(modem, 64) == b"AT+VLS=1\r"
            os.close(held)
            driver.send_signal(signal.SIGKILL)
            assert hung_up(modem)
        finally:
            driver.kill()
            driver.wait()
