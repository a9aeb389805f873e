"""Find a card by its name among those of the kernel and of PortAudio."""

from pathlib import Path

import pytest

from appliance.errors import LineError
from appliance.lines.plugged.hardware import Hardware
from appliance.lines.sound.cards import device_of, number_of

CARDS = """\
 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xf7f10000 irq 31
 2 [LineTap        ]: USB-Audio - USB Audio Device
                      C-Media Electronics Inc. USB Audio Device at usb-0000:01:00.0-1.2, full speed
 3 [Device         ]: USB-Audio - USB PnP Sound Device
                      Maker USB PnP Sound Device at usb-0000:02:00.0-1.2, full speed
 4 [Device_1       ]: USB-Audio - USB PnP Sound Device
                      Maker USB PnP Sound Device at usb-xhci-hcd.1-3, full speed
"""

DEVICES = [
    (0, "HDA Intel PCH: ALC887 Analog (hw:0,0)"),
    (1, "USB Audio Device: - (hw:2,0)"),
    (2, "USB PnP Sound Device: Audio (hw:3,0)"),
    (3, "USB PnP Sound Device: Audio (hw:4,0)"),
    (4, "line"),
]


@pytest.fixture
def hardware(tmp_path: Path) -> Hardware:
    (tmp_path / "proc/asound").mkdir(parents=True)
    (tmp_path / "proc/asound/cards").write_text(CARDS)
    links = tmp_path / "dev/snd/by-path"
    links.mkdir(parents=True)
    (links / "platform-fd500000.pcie-usb-0:3:1.0").symlink_to("../controlC4")
    return Hardware(tmp_path)


@pytest.mark.parametrize(
    ("card", "number", "device"),
    [
        ("LineTap", 2, 1),
        ("usb-3", 4, 3),
        ("usb-0000:01:00.0-1.2", 2, 1),
        ("usb-0000:02:00.0-1.2", 3, 2),
        ("platform-fd500000.pcie-usb-0:3:1.0", 4, 3),
        ("line", None, 4),
        ("usb-2", None, None),
        ("Line", None, None),
        ("USB Audio Device", None, None),
    ],
)
def test_a_card_is_found_by_its_lasting_names(
    card: str, number: int | None, device: int | None, hardware: Hardware
) -> None:
    assert number_of(card, hardware) == number
    assert device_of(card, DEVICES, hardware) == device


def test_a_socket_on_two_buses_is_asked_for_in_full(hardware: Hardware) -> None:
    with pytest.raises(LineError, match=r"write usb-0000:01:00\.0-1\.2 or usb-0000:02:00\.0-1\.2"):
        number_of("usb-1.2", hardware)


@pytest.mark.parametrize("card", ["Device", "Device_1"])
def test_cards_of_one_make_are_not_told_by_the_order_in_which_they_were_found(
    card: str, hardware: Hardware
) -> None:
    """It may be another order at the next start, and each line on the other's card."""
    with pytest.raises(LineError, match=r"write usb-0000:02:00\.0-1\.2 or usb-xhci-hcd\.1-3"):
        number_of(card, hardware)


def test_the_only_card_of_its_make_is_told_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "proc/asound").mkdir(parents=True)
    (tmp_path / "proc/asound/cards").write_text(CARDS.partition(" 4 [")[0])
    assert number_of("Device", Hardware(tmp_path)) == 3


def test_names_that_udev_gave_are_taken_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "proc/asound").mkdir(parents=True)
    named = CARDS.replace("Device  ", "Line_1  ").replace("Device_1", "Line_2  ")
    (tmp_path / "proc/asound/cards").write_text(named)
    assert number_of("Line_2", Hardware(tmp_path)) == 4


def test_a_machine_without_sound_has_no_cards(tmp_path: Path) -> None:
    assert number_of("LineTap", Hardware(tmp_path)) is None
    assert device_of("line", DEVICES, Hardware(tmp_path)) == 4
