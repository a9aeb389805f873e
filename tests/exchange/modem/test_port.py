"""Check the pseudo-terminal of an emulated modem as a host sees it."""

import os
import subprocess
import sys
import termios
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import LineError
from appliance.exchange.modem.port import ModemPort


@pytest.fixture
def port(tmp_path: Path) -> Iterator[ModemPort]:
    it = ModemPort(tmp_path / "usb-Modem-if00")
    it.plug()
    yield it
    it.unplug()


def open_host(port: ModemPort) -> int:
    host = os.open(port.name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    tty.setraw(host)
    return host


def test_bytes_go_both_ways_unchanged(port: ModemPort) -> None:
    host = open_host(port)
    assert port.read(100) == (b"", False)
    every = bytes(range(256))
    os.write(host, every)
    assert port.read(1000) == (every, False)
    port.write(every)
    assert os.read(host, 1000) == every
    os.close(host)


def test_no_more_is_read_than_there_is_room_for(port: ModemPort) -> None:
    host = open_host(port)
    os.write(host, b"abcdef")
    assert port.read(0) == (b"", False)
    assert port.read(2) == (b"ab", False)
    assert port.read(100) == (b"cdef", False)
    os.close(host)


def test_closing_the_port_is_the_fall_of_dtr_once(port: ModemPort) -> None:
    assert port.read(10) == (b"", False)
    host = open_host(port)
    assert port.read(10) == (b"", False)
    os.close(host)
    assert port.read(10) == (b"", True)
    assert port.read(10) == (b"", False)
    host = open_host(port)
    os.write(host, b"AT\r")
    assert port.read(10) == (b"AT\r", False)
    os.close(host)


def test_a_host_that_is_killed_drops_dtr(port: ModemPort) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(port.name)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"open\n"
    assert port.read(10) == (b"", False)
    holder.kill()
    holder.wait()
    assert port.read(10) == (b"", True)
    holder.stdout.close()
    assert holder.stdin is not None
    holder.stdin.close()


def test_what_was_sent_right_before_the_close_is_not_kept_for_the_next_host(
    port: ModemPort,
) -> None:
    host = open_host(port)
    assert port.read(10) == (b"", False)
    os.write(host, b"AT+VLS=1\r")
    os.close(host)
    assert port.read(100) == (b"", True)
    host = open_host(port)
    assert port.read(100) == (b"", False)
    os.close(host)
    host = open_host(port)  # closed and opened between two looks
    os.write(host, b"ATH\r")
    os.close(host)
    assert port.read(100) == (b"", True)
    host = open_host(port)
    assert port.read(100) == (b"", False)
    os.close(host)


def test_no_place_for_the_name_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    port = ModemPort(tmp_path / "taken" / "modem")
    with pytest.raises(LineError, match="reports: Not a directory"):
        port.plug()


_HOLD = """
import os, sys
os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
print("open", flush=True)
sys.stdin.read()
"""


def test_a_speed_of_zero_drops_dtr(port: ModemPort) -> None:
    host = open_host(port)
    assert port.read(10) == (b"", False)
    settings = termios.tcgetattr(host)
    settings[4] = settings[5] = termios.B0
    termios.tcsetattr(host, termios.TCSANOW, settings)
    assert port.read(10) == (b"", True)
    os.close(host)


def test_what_is_sent_while_nobody_listens_is_lost_and_nothing_is_echoed(port: ModemPort) -> None:
    port.write(b"RING")
    host = open_host(port)
    assert port.read(10) == (b"", False)
    with pytest.raises(BlockingIOError):
        os.read(host, 10)
    port.write(b"RING")
    assert os.read(host, 10) == b"RING"
    assert port.read(10) == (b"", False)
    os.close(host)
    port.read(10)
    port.write(b"RING")
    host = os.open(port.name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)  # not yet set to raw
    port.read(10)
    port.write(b"RING\r\n")
    assert port.read(10) == (b"", False)
    os.close(host)


def test_unplugged_it_is_gone_with_its_name_and_the_host_sees_it(port: ModemPort) -> None:
    host = open_host(port)
    port.read(10)
    port.unplug()
    assert not os.path.lexists(port.name)
    with pytest.raises(OSError, match="Input/output error"):
        os.write(host, b"AT\r")
    assert port.read(10) == (b"", False)
    port.write(b"RING")
    port.unplug()
    os.close(host)


def test_it_wanders_off_to_another_terminal_under_the_same_name(port: ModemPort) -> None:
    host = open_host(port)
    port.read(10)
    before = os.readlink(port.name)
    port.wander()
    assert os.readlink(port.name) != before
    with pytest.raises(OSError, match="Input/output error"):
        os.write(host, b"AT\r")
    other = open_host(port)
    os.write(other, b"AT\r")
    assert port.read(10) == (b"AT\r", False)
    os.close(host)
    os.close(other)


def test_a_full_terminal_loses_what_comes_and_blocks_nobody(port: ModemPort) -> None:
    host = open_host(port)
    port.read(10)
    for _ in range(100):
        port.write(b"x" * 4000)
    assert set(os.read(host, 100)) == {ord("x")}
    os.close(host)
