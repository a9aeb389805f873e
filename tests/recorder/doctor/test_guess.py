"""Guess what is behind a port: whom to ask, whom to leave alone. No guess is believed."""

import pytest

from appliance.lines.modem.profile import usb_ids
from appliance.lines.plugged.hardware import UsbDevice
from appliance.recorder.doctor.guess import CABLE, LEFT, UNKNOWN, guess, known_ports


@pytest.mark.parametrize(
    ("name", "usb", "seems"),
    [
        ("USB Modem", UsbDevice("0572:1349", "USB Modem"), "modem"),
        ("U.S. Robotics", UsbDevice("0baf:0303"), "modem"),
        ("LM1 Monitor", None, "monitor"),
        ("", UsbDevice("2e8a:0005", "LM1 line monitor"), "monitor"),
        ("LM1 on Arduino", UsbDevice("2341:0043", "LM1 on Arduino"), "monitor"),
        ("LM1500 UPS", UsbDevice("051d:0002", "LM1500 UPS"), LEFT),
        ("LM1X", None, UNKNOWN),
        ("FT232R USB UART", UsbDevice("0403:6001", "FT232R USB UART"), CABLE),
        ("Board in FS mode", UsbDevice("2e8a:0005", "Board in FS mode"), CABLE),
        ("CH340", UsbDevice("1a86:7523"), CABLE),
        ("PL2303", UsbDevice("067b:23a3"), CABLE),
        ("Arduino Mega", UsbDevice("2341:0042"), LEFT),
        ("Original Prusa i3 MK3", UsbDevice("2c99:0002"), LEFT),
        ("u-blox 7 - GPS/GNSS Receiver", UsbDevice("1546:01a7"), LEFT),
        ("USB to Serial", UsbDevice("0665:5161"), LEFT),
        ("Smart-UPS 750", UsbDevice("ffff:0001"), LEFT),
        ("Back-UPS", UsbDevice("0403:6001", "Back-UPS"), LEFT),  # a cable inside a supply
        ("3D printer", UsbDevice("1a86:7523"), LEFT),
        ("Cups of tea", UsbDevice("ffff:0001"), UNKNOWN),
        ("Something", UsbDevice("ffff:0001", "Something"), UNKNOWN),
        ("Not an LM1", None, UNKNOWN),
        ("", None, UNKNOWN),
    ],
)
def test_a_name_and_an_id_decide_whom_the_box_may_ask(
    name: str, usb: UsbDevice | None, seems: str
) -> None:
    assert guess(name, usb) == seems


def test_no_modem_and_no_cable_is_left_alone() -> None:
    known = known_ports()
    wanted = {*usb_ids(), *known.cables}
    assert not wanted & set(known.leave)
    assert not {each.split(":")[0] for each in wanted} & set(known.leave)
