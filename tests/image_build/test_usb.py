"""Nobody is locked out when USB is held by drivers."""

from pathlib import Path

import pytest
from installer.install import Refused, install, uninstall

from tests.image_build.trees import Here, Told, asked, running

RULE = "etc/udev/rules.d/71-zgoda-usb.rules"
OWN = "etc/zgoda/usb-drivers"
OPEN = "/usr/bin/zgoda usb open"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return running(tmp_path, monkeypatch)


def network(root: Path, name: str, where: str, driver: str) -> None:
    """Lay a network card as the kernel shows it."""
    device, module = root / "sys/devices" / where, root / "sys/bus/usb/drivers" / driver
    device.mkdir(parents=True)
    module.mkdir(parents=True)
    (device / "driver").symlink_to(module)
    (root / "sys/class/net" / name).mkdir(parents=True)
    (root / "sys/class/net" / name / "device").symlink_to(device)


def board(root: Path, name: str) -> None:
    """Let the kernel say which board it runs on."""
    said = root / "proc/device-tree/compatible"
    said.parent.mkdir(parents=True)
    said.write_bytes(name.encode() + b"\0brcm,bcm2837\0")


def listed(root: Path, *drivers: str) -> None:
    (root / OWN).parent.mkdir(parents=True, exist_ok=True)
    (root / OWN).write_text("".join(f"{name}  # ours\n" for name in drivers))


def test_it_holds_at_once_and_ends_at_once(root: Path) -> None:
    told = Told(root)
    install(asked(root, "usb"), told.machine)
    assert (root / RULE).is_file()
    assert told.said.index("udevadm control --reload") < told.said.index(
        "udevadm trigger --action=add --subsystem-match=usb"
    )

    told = Told(root)
    install(asked(root), told.machine, undo=("usb",))
    assert not (root / RULE).exists()
    assert told.said.index("udevadm control --reload") < told.said.index(OPEN)


def test_what_is_removed_holds_nothing_any_more(root: Path) -> None:
    install(asked(root, "usb"), Told(root).machine)
    told = Told(root)
    uninstall(Here(root, surroundings={}), told.machine)
    assert OPEN in told.said
    assert not (root / RULE).exists()


def test_without_the_option_usb_is_left_alone(root: Path) -> None:
    told = Told(root)
    install(asked(root), told.machine)
    assert not [line for line in told.said if "usb" in line]


def test_a_network_over_usb_is_not_cut(root: Path) -> None:
    board(root, "raspberrypi,3-model-b")
    network(root, "eth0", "pci0/usb1/1-1/1-1.1/1-1.1:1.0", "smsc95xx")  # its own
    network(root, "eth1", "pci0/usb1/1-2/1-2:1.0", "r8152")
    network(root, "eth2", "pci0/0000:00:1f.6", "e1000e")
    told = Told(root)
    with pytest.raises(Refused, match="The network of eth1 comes over USB") as refused:
        install(asked(root, "usb"), told.machine)
    assert "its driver, r8152, to" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert told.said == []

    listed(root, "r8152")
    install(asked(root, "usb"), Told(root).machine)


@pytest.mark.parametrize(
    ("name", "place", "driver"),
    [
        ("raspberrypi,3-model-b", "1-1/1-1.2/1-1.2:1.0", "smsc95xx"),
        ("raspberrypi,3-model-b", "1-1/1-1.1/1-1.1.1/1-1.1.1:1.0", "lan78xx"),
        ("raspberrypi,4-model-b", "1-1/1-1.1/1-1.1:1.0", "smsc95xx"),
        ("", "1-1/1-1.1/1-1.1:1.0", "smsc95xx"),
    ],
)
def test_a_network_that_is_not_the_boards_own_would_be_held(
    root: Path, name: str, place: str, driver: str
) -> None:
    if name:
        board(root, name)
    network(root, "eth0", f"pci0/usb1/{place}", driver)
    with pytest.raises(Refused, match=f"write its driver, {driver}, to"):
        install(asked(root, "usb"), Told(root).machine)


@pytest.mark.parametrize("how", ["no sshd", "off", "off since long"])
def test_where_a_keyboard_is_the_only_way_in_it_stays_one(root: Path, how: str) -> None:
    options = ("usb", "ssh-off") if how == "off" else ("usb",)
    if how == "no sshd":
        (root / "usr/sbin/sshd").unlink()
    elif how == "off since long":
        install(asked(root, "ssh-off"), Told(root).machine)
    with pytest.raises(Refused, match="a keyboard is the only way in"):
        install(asked(root, *options), Told(root).machine)

    listed(root, "usbhid")
    install(asked(root, *options), Told(root).machine)
