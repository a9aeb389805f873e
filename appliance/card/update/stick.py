"""Find the update on what is plugged in over USB, and look at it read-only."""

import contextlib
import os
import re
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.errors import ZgodaError
from appliance.model.sentences.faults import in_words

READABLE = "vfat,exfat,ext4"
"""File systems that a stick may have; the kernel tries no other."""

ENDING = ".raucb"

NAMES = ("by-id/usb-*", "by-path/*-usb*")
"""Udev's names of what hangs on USB. By id a disk in a case of its own is ``ata-…``, so its path
counts as well; what is plugged in elsewhere, such as a second memory card, is no stick."""

PATIENCE = 15
"""Seconds in which a stick that was just plugged in has to be seen: the kernel lets a USB disk
settle for one, and a hub, a card reader or a worn stick takes several more."""


class Unusable(ZgodaError):
    """There is no update that could be installed; ``code`` says why in one word."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def sticks(devices: Path, card: Path) -> list[Path]:
    """Return what is plugged in over USB, partitions and whole disks, but not the card itself.

    Args:
        devices: the folder of udev's names, ``/dev/disk``.
        card: the disk that the box runs from, which may hang on USB too.
    """
    names = sorted(path for pattern in NAMES for path in devices.glob(pattern))
    found = dict.fromkeys(Path(os.path.realpath(name)) for name in names)
    own = re.compile(rf"{re.escape(os.path.realpath(card))}(p?\d+)?")
    return [device for device in found if not own.fullmatch(str(device))]


@contextlib.contextmanager
def bundle(
    devices: Path, card: Path, place: Path, wait: Callable[[float], None] = time.sleep
) -> Iterator[Path]:
    """Mount the one stick that holds an update, and give the update's path.

    Args:
        devices: the folder of udev's names.
        card: the disk that the box runs from.
        place: an empty folder to mount at; it is made.
        wait: lets so many seconds pass; while no update is seen there are up to ``PATIENCE``.

    Raises:
        Unusable: ``nothing`` or ``several``: not exactly one update is plugged in.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    holding = _holding(devices, card, place)
    for _ in range(PATIENCE):
        if holding:
            break
        wait(1)
        holding = _holding(devices, card, place)
    if not holding:
        raise Unusable("nothing", in_words("update_no_stick"))
    if len(holding) > 1:
        raise Unusable("several", in_words("update_several"))
    device, name = holding[0]
    with _mounted(device, place) as there:
        if not there:
            raise Unusable("nothing", in_words("update_pulled_out"))
        yield place / name


def _holding(devices: Path, card: Path, place: Path) -> list[tuple[Path, str]]:
    """Return the updates on what is plugged in: device and name of each."""
    found = []
    for device in sticks(devices, card):
        with _mounted(device, place) as there:
            found += [(device, name) for name in (_bundles(place) if there else [])]
    return found


@contextlib.contextmanager
def _mounted(device: Path, place: Path) -> Iterator[bool]:
    options = ["-o", "ro,nodev,nosuid,noexec", "-t", READABLE]
    asked = ["mount", *options, str(device), str(place)]
    there = subprocess.run(asked, capture_output=True, check=False).returncode == 0
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def _bundles(folder: Path) -> list[str]:
    """Return the names of updates at the top of a stick; a link is none."""
    with os.scandir(folder) as entries:
        return sorted(
            entry.name
            for entry in entries
            if entry.name.lower().endswith(ENDING)
            and not entry.name.startswith(".")
            and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
        )
