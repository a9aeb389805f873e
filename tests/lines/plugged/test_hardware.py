"""Serial ports, sound cards and pins are found as the kernel shows them."""

import subprocess
from pathlib import Path

import pytest

from appliance.lines.plugged.hardware import (
    Hardware,
    SoundCard,
    UsbDevice,
    list_ports,
    process_lives,
)
from tests.lines.plugged.machines import STABLE, Bench, me


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_port_is_told_by_its_stable_name(bench: Bench) -> None:
    monitor, on_board = bench.hardware.serial_ports()
    assert (monitor.device, monitor.description) == (STABLE, "Line monitor")
    assert monitor.answers == (STABLE, "/dev/ttyACM0")
    assert monitor.plugged
    assert (on_board.device, on_board.description) == ("/dev/ttyS0", "")
    assert not on_board.plugged  # soldered to the board


def test_a_usb_port_is_told_by_its_device_and_any_other_is_none(bench: Bench) -> None:
    bench.usb("ttyACM0", "0572:1349", "USB Modem")
    modem, on_board = bench.hardware.serial_ports()
    assert bench.hardware.usb(modem) == UsbDevice("0572:1349", "USB Modem")
    assert bench.hardware.usb(on_board) is None
    bench.usb("ttyACM0", "ABCD:1349")  # the kernel writes small letters
    assert bench.hardware.usb(modem) is None


def test_a_process_lives_until_it_has_ended() -> None:
    assert process_lives(me())
    assert process_lives(1)  # another user's, as a rule
    with subprocess.Popen(["true"]) as ended:
        pass
    assert not process_lives(ended.pid)
    assert not process_lives(10**30)


def test_a_name_that_cannot_be_shown_is_no_stable_one(bench: Bench) -> None:
    """It is the device that chooses it."""
    stable = bench.root / STABLE[1:]
    stable.rename(stable.with_name("usb-\u202eenil_ruoy"))
    first, *_ = bench.hardware.serial_ports()
    assert first.device == "/dev/ttyACM0"


@pytest.mark.parametrize(
    ("device", "plugged"),
    [("ttyUSB0", True), ("ttyACM12", True), ("ttyAMA10", False), ("ttyS1", False)],
)
def test_ports_of_the_board_are_no_devices(bench: Bench, device: str, plugged: bool) -> None:
    bench.ports = [(f"/dev/{device}", "")]
    (port,) = bench.hardware.serial_ports()
    assert port.plugged is plugged


def test_a_card_is_what_the_kernel_says_of_it(bench: Bench) -> None:
    hdmi, tap = bench.hardware.sound_cards()
    assert (hdmi.id, hdmi.hears, hdmi.speaks, hdmi.rates) == ("vc4hdmi", False, True, ())
    assert tap == SoundCard(
        1,
        "LineTap",
        "USB-Audio - USB Audio Device",
        ("LineTap", "1", "/dev/snd/by-path/platform-usb-0:1.2:1.0", "platform-usb-0:1.2:1.0"),
        hears=True,
        speaks=True,
        capture=2,
        playback=2,
        rates=(44100, 48000),
    )


def test_a_card_may_take_any_rate(bench: Bench) -> None:
    bench.card(channels=1, rates="8000 - 48000 (continuous)")
    tap = bench.hardware.sound_cards()[1]
    assert (tap.capture, tap.playback, tap.rates, tap.continuous) == (1, 2, (8000, 48000), True)


def test_a_bare_machine_has_nothing(tmp_path: Path) -> None:
    bare = Hardware(tmp_path, list)
    assert bare.serial_ports() == []
    assert bare.sound_cards() == []
    assert bare.header_chip() is None
    assert not bare.runs("ModemManager")


def test_who_holds_a_port_is_told_and_it_is_not_us(bench: Bench) -> None:
    bench.program(77, "minicom", "/dev/null", "/dev/ttyACM0")
    bench.program(me(), "zgoda", "/dev/ttyACM0")
    bench.program(78, "cat", "/dev/null")
    (bench.root / "proc/79").mkdir()  # another user's: its files cannot be seen
    monitor = bench.hardware.serial_ports()[0]
    assert bench.hardware.port_users(monitor) == ["minicom (77)"]
    assert bench.hardware.runs("minicom")
    assert not bench.hardware.runs("ModemManager")


def test_who_hears_through_a_card_is_told_and_it_is_not_us(bench: Bench) -> None:
    tap = bench.hardware.sound_cards()[1]
    assert bench.hardware.card_users(tap) == []
    bench.hears(me())
    assert bench.hardware.card_users(tap) == []
    bench.hears(81)
    assert bench.hardware.card_users(tap) == ["process 81"]
    bench.program(81, "pulseaudio")
    assert bench.hardware.card_users(tap) == ["pulseaudio (81)"]


def test_rights_are_looked_at(bench: Bench) -> None:
    assert bench.hardware.may_use("/dev/ttyACM0")
    assert bench.hardware.may_use(STABLE)
    assert not bench.hardware.may_use("/dev/ttyUSB9")


def test_pins_are_asked_for(bench: Bench) -> None:
    bench.holders[17] = b"spi0 CS0"
    chip = bench.hardware.header_chip()
    assert chip is not None
    assert bench.hardware.pin_holder(chip, 17) == "spi0 CS0"
    assert bench.hardware.pin_holder(chip, 27) is None


def test_this_machine_can_be_looked_at() -> None:
    assert all(device.startswith("/dev/") for device, _ in list_ports())
    Hardware().sound_cards()
