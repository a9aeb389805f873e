"""Guess what is behind a port: whom to ask, whom to leave alone. No guess is believed."""

import pytest

from appliance.lines.modem.profile import usb_ids
from appliance.lines.plugged.hardware import UsbDevice
from appliance.recorder.doctor.guess import Guess, guess, known_ports


@pytest.mark.parametrize(
    ("name", "usb", "seems"),
    [
        ("USB Modem", UsbDevice("0572:1349", "USB Modem"), Guess.MODEM),
        ("U.S. Robotics", UsbDevice("0baf:0303"), Guess.MODEM),
        ("LM1 Monitor", None, Guess.MONITOR),
        ("", UsbDevice("2e8a:0005", "LM1 line monitor"), Guess.MONITOR),
        ("LM1 on Arduino", UsbDevice("2341:0043", "LM1 on Arduino"), Guess.MONITOR),
        ("LM1500 UPS", UsbDevice("051d:0002", "LM1500 UPS"), Guess.LEFT),
        ("LM1X", None, Guess.UNKNOWN),
        ("FT232R USB UART", UsbDevice("0403:6001", "FT232R USB UART"), Guess.CABLE),
        ("Board in FS mode", UsbDevice("2e8a:0005", "Board in FS mode"), Guess.CABLE),
        ("CH340", UsbDevice("1a86:7523"), Guess.CABLE),
        ("PL2303", UsbDevice("067b:23a3"), Guess.CABLE),
        ("Arduino Mega", UsbDevice("2341:0042"), Guess.LEFT),
        ("Original Prusa i3 MK3", UsbDevice("2c99:0002"), Guess.LEFT),
        ("u-blox 7 - GPS/GNSS Receiver", UsbDevice("1546:01a7"), Guess.LEFT),
        ("USB to Serial", UsbDevice("0665:5161"), Guess.LEFT),
        ("Smart-UPS 750", UsbDevice("ffff:0001"), Guess.LEFT),
        ("Back-UPS", UsbDevice("0403:6001", "Back-UPS"), Guess.LEFT),  # a cable inside a supply
        ("3D printer", UsbDevice("1a86:7523"), Guess.LEFT),
        ("Cups of tea", UsbDevice("ffff:0001"), Guess.UNKNOWN),
        ("Something", UsbDevice("ffff:0001", "Something"), Guess.UNKNOWN),
        ("Not an LM1", None, Guess.UNKNOWN),
        ("", None, Guess.UNKNOWN),
    ],
)
def test_a_name_and_an_id_decide_whom_the_box_may_ask(
    name: str, usb: UsbDevice | None, seems: Guess
) -> None:
    assert guess(name, usb, usb_ids()) is seems


def test_no_modem_and_no_cable_is_left_alone() -> None:
    known = known_ports()
    wanted = {*usb_ids(), *known.cables}
    assert not wanted & set(known.leave)
    assert not {each.split(":")[0] for each in wanted} & set(known.leave)
