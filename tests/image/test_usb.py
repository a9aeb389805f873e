"""USB devices are used or held, as the card's own kernel, udev and rule decide.

What starts is the card's kernel, initrd and system, and a root shell in place of systemd.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.image import qmp
from tests.image.card import CARD_GB, built, switched_on
from tests.image.life import stick
from tests.image.shell import Shell

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

COMMAND_LINE = (
    "root=PARTUUID=7a676f64-02 ro rootwait console=ttyAMA0 loglevel=4 panic=10 "
    "usbcore.authorized_default=0 init=/usr/bin/bash"
)
UDEV = """
dmesg -n 1; shopt -s nullglob; mount -t tmpfs tmpfs /tmp
/usr/lib/systemd/systemd-udevd --daemon >/dev/null 2>&1
udevadm trigger --subsystem-match=pci --action=add --settle
"""
"""What systemd does at each start, as far as it is about USB."""

LOOK = """
udevadm wait --timeout=300 /sys/bus/usb/devices/{place}
udevadm settle --timeout=300
cat /sys/bus/usb/devices/{place}/authorized
for each in /sys/bus/usb/devices/{place}:*; do
    echo $(cat $each/authorized) $(basename $(readlink $each/driver || echo none))
done
"""
HELD = {
    "usb-kbd": "a keyboard",
    "usb-tablet": "a pointer",
    "usb-net": "a network card",
    "usb-ccid": "a card reader",
}
NOTHING: Mapping[str, object] = {}
CABLE: Mapping[str, object] = {"chardev": "nobody", "always-plugged": True}
OWN = "/etc/zgoda/usb-drivers"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the machine."""
    return tmp_path_factory.mktemp("usb")


@pytest.fixture(scope="module")
def shell(path: Path) -> Iterator[Shell]:
    """A machine of which only USB is looked at."""
    disk, system = path / "card.qcow2", built("root")
    make = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw"]
    image = str(built("card") / "zgoda.img")
    subprocess.run([*make, "-b", image, str(disk), f"{CARD_GB}G"], check=True)
    machine = [
        *("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-m", "1024"),
        *("-accel", "tcg,thread=single", "-append", COMMAND_LINE),
        *("-kernel", str(system / "vmlinuz"), "-initrd", str(system / "initrd.img")),
        *("-drive", f"file={disk},if=none,id=card,format=qcow2,cache=writeback"),
        *("-device", "virtio-blk-device,drive=card", "-device", "qemu-xhci,id=usb"),
        *("-audiodev", "none,id=silent", "-chardev", "null,id=nobody"),
        *("-serial", "stdio", "-display", "none", "-monitor", "none", "-net", "none"),
        *("-qmp", f"unix:{path / 'monitor'},server=on,wait=off"),
    ]
    with switched_on(machine, path / "console", typed=subprocess.PIPE) as running:
        shell = Shell(running)
        shell.wait()
        shell.run(UDEV)
        yield shell


def decided(
    shell: Shell, path: Path, driver: str, more: Mapping[str, object] = NOTHING, port: str = "1"
) -> list[str]:
    """Plug something in and look; it is pulled out again.

    Returns:
        Whether it is let in, and the same for each of its functions, with the driver that has it.
    """
    qmp.plug_in(path / "monitor", driver, {"bus": "usb.0", "port": port, **more})
    try:
        return looked(shell, f"1-{port}")
    finally:
        qmp.pull_out(path / "monitor")
        shell.run(f"udevadm wait --removed --timeout=300 /sys/bus/usb/devices/1-{port}")


def looked(shell: Shell, place: str) -> list[str]:
    said = shell.run(LOOK.format(place=place))
    return re.findall(r"(?m)^[01](?: \S+)?$", said)  # QEMU speaks there too


@pytest.mark.parametrize("driver", HELD)
def test_what_no_box_needs_is_held(shell: Shell, path: Path, driver: str) -> None:
    whole, *functions = decided(shell, path, driver)
    assert whole == "0"
    assert {line.split()[1] for line in functions} <= {"none"}


def test_a_keyboard_types_once_its_driver_is_on_the_owners_list(shell: Shell, path: Path) -> None:
    shell.run(f"echo usbhid >{OWN}")
    assert decided(shell, path, "usb-kbd") == ["1", "1 usbhid"]
    shell.run(f"rm {OWN}")
    assert decided(shell, path, "usb-kbd")[0] == "0"


def test_a_serial_cable_has_its_driver(shell: Shell, path: Path) -> None:
    assert decided(shell, path, "usb-serial", CABLE) == ["1", "1 ftdi_sio"]


def test_a_sound_adapter_has_its_driver_with_all_its_functions(shell: Shell, path: Path) -> None:
    whole, *functions = decided(shell, path, "usb-audio", {"audiodev": "silent"})
    assert whole == "1"
    assert set(functions) == {"1 snd-usb-audio"}


def test_what_hangs_on_a_hub_is_looked_at_as_well(shell: Shell, path: Path) -> None:
    qmp.plug_in(path / "monitor", "usb-hub", {"bus": "usb.0", "port": "2"}, "hub")
    assert looked(shell, "1-2") == ["1", "1 hub"]
    assert decided(shell, path, "usb-kbd", port="2.1")[0] == "0"
    assert decided(shell, path, "usb-serial", CABLE, port="2.1")[0] == "1"


def test_a_stick_is_a_disk(shell: Shell, path: Path) -> None:
    qmp.plug_in_stick(path / "monitor", stick(path))
    shell.run("udevadm wait --timeout=300 /dev/disk/by-label/STICK")
    qmp.pull_out_stick(path / "monitor")
    shell.run("udevadm wait --removed --timeout=300 /dev/disk/by-label/STICK")
