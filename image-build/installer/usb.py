"""See that nobody is locked out when USB is held by drivers."""

from collections.abc import Iterator
from pathlib import Path

from installer.tree import Tree

OWN_LIST = "/etc/zgoda/usb-drivers"
"""The drivers that the owner lets in beside those that every box needs."""

_SOLDERED = {
    b"raspberrypi,3-model-b": ("1.1", "smsc95xx"),
    b"raspberrypi,3-model-b-plus": ("1.1.1", "lan78xx"),
}
"""Board -> place and driver of its own Ethernet, which hangs on USB and is let in there alone."""


def locked_out(root: Path, *, ssh: bool) -> Iterator[str]:
    """Say who could not get in any more.

    Args:
        root: of the system.
        ssh: it can be reached over SSH.
    """
    known = _listed(root)
    for name, place, driver in _networks(root):
        if driver not in known and (place, driver) not in _soldered(root):
            yield (
                f"The network of {name} comes over USB, and --usb would hold it: write its driver, "
                f"{driver}, to {OWN_LIST} first."
            )
    if not ssh and "usbhid" not in known:
        yield (
            "Without SSH a keyboard is the only way in, and --usb would hold it: write its driver, "
            f"usbhid, to {OWN_LIST} first."
        )


def _listed(root: Path) -> frozenset[str]:
    place = Tree(root).at(OWN_LIST)
    lines = place.read_text("utf-8", "replace").splitlines() if place.is_file() else []
    return frozenset(line.partition("#")[0].strip().replace("-", "_") for line in lines)


def _soldered(root: Path) -> list[tuple[str, str]]:
    """Return the place and driver of this board's own Ethernet on USB, if it has one."""
    try:
        board = (root / "proc/device-tree/compatible").read_bytes().split(b"\0")
    except OSError:  # no board with a device tree
        return []
    return [_SOLDERED[name] for name in board if name in _SOLDERED]


def _networks(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each network card that hangs on USB, with its place and driver."""
    for card in sorted((root / "sys/class/net").glob("*")):
        device = (card / "device").resolve()
        driver = (device / "driver").resolve().name.replace("-", "_")
        if any(part.startswith("usb") and part[3:].isdigit() for part in device.parts):
            yield card.name, device.name.partition(":")[0].partition("-")[2], driver
