import ipaddress
import itertools
import os
import pty
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.lines.isdn.l1oip import Tunnel
from appliance.lines.isdn.udp import Ends, UdpPort
from appliance.lines.plugged.connection import (
    LONGEST_DEVICE,
    SIMULATED,
    UNKNOWN,
    Attachment,
    Kernel,
    is_here,
    peer,
    together,
)

NULL = "1:3"
"""The number of ``/dev/null``, which stands for an opened port."""

PI = "platform/soc/fe980000.usb"
ROOTS = {
    "a PC's PCI": ("pci0000:00/0000:00:14.0", (), True),
    "a PC's PnP": ("pnp0/00:03", (), True),
    "a Pi, by its device tree": (PI, (f"{PI}/of_node",), True),
    "a board, by ACPI": ("platform/PNP0D10:00", ("platform/PNP0D10:00/firmware_node",), True),
    "a PCI bridge of a Pi": ("platform/scb/fd500000.pcie/pci0000:00", ("platform/scb/of_node",), 1),
    "a module's own": ("platform/snd_aloop.0", (), False),
    "a controller that a module made": ("platform/dummy_hcd.0", (), False),
    "USB over the network": ("platform/vhci_hcd.0", (), False),
    "a virtual device": ("virtual/tty/ttyGS0", ("virtual/tty/ttyGS0/of_node",), False),
    "the platform bus itself": ("platform", ("platform/of_node",), False),
    "what no kernel has yet": ("dream0", ("dream0/of_node",), False),
}
USB = {
    "idVendor": "0d8c",
    "idProduct": "0014",
    "manufacturer": "C-Media",
    "product": "USB\x1b[2J\n",
}


@pytest.fixture
def opened() -> Iterator[int]:
    fd = os.open("/dev/null", os.O_RDWR)
    yield fd
    os.close(fd)


def planted(root: Path, top: str, described: tuple[str, ...], usb: dict[str, str]) -> Path:
    """Make a device below a root of devices, perhaps on USB; return its folder."""
    devices = root / "sys/devices"
    socket_of_usb = devices / top / "usb1/1-1/1-1.2" if usb else devices / top
    for each in described:
        (devices / each).mkdir(parents=True, exist_ok=True)
    folder = socket_of_usb / "1-1.2:1.0/leaf"
    folder.mkdir(parents=True)
    for name, said in usb.items():
        (socket_of_usb / name).write_text(f"{said}\n")
    return folder


def linked(root: Path, place: str, folder: Path) -> None:
    link = root / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(folder)


CASES = [*itertools.product(ROOTS, (True, False))]


@pytest.mark.parametrize(("where", "on_usb"), CASES)
def test_the_kernel_tells_what_is_real(
    tmp_path: Path, opened: int, where: str, on_usb: bool
) -> None:
    top, described, real = ROOTS[where]
    folder = planted(tmp_path, top, described, USB if on_usb else {})
    for place in (f"sys/dev/char/{NULL}", "sys/class/sound/card2", "sys/class/mISDN/HFC.1"):
        linked(tmp_path, place, folder)
    kernel = Kernel(tmp_path)
    told = [
        kernel.port(opened, "/dev/ttyUSB0"),
        kernel.card("Adapter: USB Audio (hw:2,0)", ["/dev/snd/pcmC2D0c"]),
        kernel.bus("HFC.1"),
    ]
    wanted = "virtual" if not real else "usb" if on_usb else "onboard"
    assert [each.bus for each in told] == [wanted] * 3
    assert all(each.device and each.device.isprintable() for each in told)
    if wanted == "usb":
        assert told[0].device.startswith("0d8c:0014 C-Media USB")
        assert told[0].device.endswith("usb 1-1.2")


def test_what_is_opened_counts_and_no_name(tmp_path: Path, opened: int) -> None:
    """A link or a file by a port's name is not the port."""
    folder = planted(tmp_path, "pci0000:00/0000:00:14.0", (), USB)
    linked(tmp_path, "sys/class/tty/ttyUSB0", folder)
    assert Kernel(tmp_path).port(opened, "/dev/ttyUSB0") == Attachment("virtual", "/dev/ttyUSB0")
    file = os.open(tmp_path / "ttyUSB0", os.O_RDWR | os.O_CREAT)
    try:
        linked(tmp_path, "sys/dev/char/0:0", folder)
        assert Kernel(tmp_path).port(file, "/dev/ttyUSB0").bus == "virtual"
    finally:
        os.close(file)
    assert Kernel(tmp_path).port(file, "/dev/ttyUSB0") == UNKNOWN


def test_a_pseudo_terminal_is_virtual() -> None:
    held, port = pty.openpty()
    try:
        told = Kernel().port(port, "/dev/serial/by-id/usb-Zgoda_LM1")
        assert (told.bus, told.real) == ("virtual", False)
    finally:
        os.close(held)
        os.close(port)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("Adapter: USB Audio (hw:2,0)", []),  # nothing of the kernel's was opened
        ("Adapter: USB Audio (hw:2,0)", ["/dev/snd/pcmC3D0c"]),  # another card was
        ("Adapter: USB Audio (hw:2,0)", ["/dev/snd/pcmC2D0c", "/dev/snd/pcmC3D0c"]),
        ("Adapter: USB Audio (hw:2,0)", ["/dev/snd/controlC2"]),
        ("Adapter (hw:2,0) of ours", ["/dev/snd/pcmC2D0c"]),
        ("line", ["/dev/snd/pcmC2D0c"]),  # a plugin of ALSA's before the card
        ("pulse", []),
        ("default", []),
        ("", []),
    ],
)
def test_a_plugin_and_a_null_sink_are_virtual(tmp_path: Path, name: str, files: list[str]) -> None:
    linked(tmp_path, "sys/class/sound/card2", planted(tmp_path, "pci0000:00/1", (), USB))
    assert Kernel(tmp_path).card(name, files).bus == "virtual"


def test_a_card_that_was_pulled_out_keeps_what_was_opened_of_it(tmp_path: Path) -> None:
    linked(tmp_path, "sys/class/sound/card2", planted(tmp_path, "pci0000:00/1", (), USB))
    told = Kernel(tmp_path).card("x (hw:2,1)", ["/dev/snd/pcmC2D1p (deleted)"])
    assert told.bus == "usb"


@pytest.mark.parametrize(
    ("name", "parameters", "wanted"),
    [
        ("l1oip-s0.1", "192,0,2,7", "network"),
        ("l1oip-e1.2", "127,0,0,1,192,0,2,7", "network"),
        ("l1oip.1", "192,0,2,7", "network"),
        ("l1oip-s0.2", "192,0,2,7", "virtual"),  # nothing is said of this one
        ("l1oip-s0.2", "192,0,2,7,127,0,0,1", "virtual"),
        ("l1oip-s0.1", "0,0,0,0", "virtual"),
        ("l1oip-s0.1", "300,0,0,1", "virtual"),
        ("l1oip-s0.0", "192,0,2,7", "virtual"),
        ("l1oip-s0.1", "", "virtual"),
    ],
)
def test_a_tunnel_of_the_kernels_is_where_it_leads(
    tmp_path: Path, name: str, parameters: str, wanted: str
) -> None:
    folder = tmp_path / "sys/module/l1oip/parameters"
    folder.mkdir(parents=True)
    (folder / "ip").write_text(f"{parameters}\n")
    assert Kernel(tmp_path).bus(name).bus == wanted


def test_a_kernel_that_says_nothing_has_virtual_devices_alone(tmp_path: Path) -> None:
    kernel = Kernel(tmp_path)
    assert kernel.bus("HFC-S_USB.1").bus == kernel.bus("l1oip-s0.1").bus == "virtual"


def test_a_peer_on_this_machine_is_virtual() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        assert peer(asked) == UNKNOWN
        asked.connect(("127.0.0.1", 9311))
        assert peer(asked) == Attachment("virtual", "127.0.0.1:9311")


def test_a_tunnel_over_loopback_is_virtual_once_it_is_open() -> None:
    port = UdpPort(Ends(("127.0.0.1", 0), ("127.0.0.1", 9)), Tunnel(1))
    assert port.connection == UNKNOWN
    port.open()
    try:
        assert port.connection == Attachment("virtual", "127.0.0.1:9")
    finally:
        port.close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.255.3.4",
        "::1",
        str(ipaddress.IPv4Address(0)),
        "::",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "x",
        "",
    ],
)
def test_addresses_of_this_machine(host: str) -> None:
    assert is_here(host)


def test_an_address_of_one_of_this_machines_networks_is_its_own() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.7", 9))
        except OSError:
            return  # without a network there is no such address
        assert is_here(asked.getsockname()[0])
    assert not is_here("192.0.2.7")


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("usb", "usb", "usb"),
        ("network", "network", "network"),
        ("usb", "virtual", "virtual"),
        ("virtual", "usb", "virtual"),
        ("network", "simulated", "simulated"),
    ],
)
def test_two_devices_are_as_real_as_the_less_real_one(first: str, second: str, wanted: str) -> None:
    told = together(Attachment(first, "one"), Attachment(second, "two"))  # type: ignore[arg-type]
    assert (told.bus, told.device) == (wanted, "one two")


def test_two_of_which_one_was_never_opened_are_virtual() -> None:
    assert together(Attachment("usb", "one"), UNKNOWN).bus == "virtual"
    assert not SIMULATED.real


def test_a_device_that_says_much_is_cut(tmp_path: Path, opened: int) -> None:
    usb = {**USB, "product": "long " * 2000}
    linked(tmp_path, f"sys/dev/char/{NULL}", planted(tmp_path, "pci0000:00/1", (), usb))
    assert len(Kernel(tmp_path).port(opened, "x").device) == LONGEST_DEVICE
