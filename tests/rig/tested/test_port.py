"""The serial cable: a device behind a stable name, that comes and goes."""

from pathlib import Path

import pytest
import serial

from tests.rig.port import Port


@pytest.fixture
def port(tmp_path: Path) -> Port:
    made = Port(tmp_path / "monitor")
    made.plug()
    return made


def opened(port: Port) -> serial.Serial:
    return serial.Serial(str(port.name), 115200, timeout=5, exclusive=True)


def test_both_ends_understand_each_other(port: Port) -> None:
    with opened(port) as box:
        box.write(b"?\r\n")
        assert port.read() == b"?\r\n"
        port.write(b"HOOK ON\r\n")
        assert box.readline() == b"HOOK ON\r\n"
    port.unplug()


def test_a_cable_that_is_out_is_gone_by_name_and_comes_back(port: Port) -> None:
    with opened(port) as box:
        port.unplug()
        port.unplug()
        assert not port.name.is_symlink()
        with pytest.raises(serial.SerialException):
            box.read(1)
    assert port.read() == b""
    port.write(b"nobody hears this\r\n")
    port.plug()
    with opened(port) as box:
        port.write(b"LM1\r\n")
        assert box.readline() == b"LM1\r\n"
    port.unplug()


def test_nobody_who_reads_holds_the_line_up(port: Port) -> None:
    for _ in range(100):
        port.write(b"OK\r\n" * 100)
    port.unplug()
