"""See that nobody is locked out when USB is held by drivers."""

from collections.abc import Iterator
from pathlib import Path

from installer.tree import Tree

OWN_LIST = "/etc/zgoda/usb-drivers"
"""The drivers that the owner lets in beside those that every box needs."""

_SOLDERED = frozenset({"smsc95xx", "lan78xx"})
"""Of boards whose own Ethernet hangs on USB; the box knows its place."""


def locked_out(root: Path, *, ssh: bool) -> Iterator[str]:
    """Say who could not get in any more.

    Args:
        root: of the system.
        ssh: it can be reached over SSH.
    """
    known = _listed(root)
    for name, driver in _networks(root):
        if driver not in known | _SOLDERED:
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


def _networks(root: Path) -> Iterator[tuple[str, str]]:
    """Yield each network card that hangs on USB, with its driver."""
    for card in sorted((root / "sys/class/net").glob("*")):
        device = (card / "device").resolve()
        driver = (device / "driver").resolve().name.replace("-", "_")
        if any(part.startswith("usb") and part[3:].isdigit() for part in device.parts):
            yield card.name, driver
