"""Tear the audit's last entry, or the file system's superblock.

Of the entry's last block only the first sectors are there. A disk that keeps what it was told to
keep never leaves this: the block is flushed before the journal says how long the file is. Flash
that loses the page beside the one being written does, so the state is made on purpose: the power
goes before the flush behind the journal's commit is answered, hence before the entry was.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.faults.power.blocks import SECTOR, Cut, Entry, Log, Replay
from tests.faults.power.boot import Found
from tests.faults.power.booter import booter
from tests.faults.power.states import Life, boot_image
from tests.faults.power.told import Told

COMMIT = bytes.fromhex("c03b3998 00000002")
"""The beginning of a block with which ext4's journal commits."""

BLOCK = 4096
SUPERBLOCK = 1024
"""Where ext4 keeps it: two sectors, whose sum stands at the end of the second."""


class Append(NamedTuple):
    """An entry of the audit on its way to the disk."""

    write: int  # the log's entry with its block
    committed: int  # the log's entry with the journal's commit behind it
    start: int  # of the entry's line, and of what the block holds behind it, on the disk
    stop: int


def appends(log: Log, begin: int, end: int) -> Iterator[Append]:
    """Yield what was appended to the audit between two positions of the log."""
    for index, entry in enumerate(log.entries):
        if entry.write is not None and begin < entry.end <= end:
            text = entry.write.data.rstrip(b"\0")
            line = text[:-1].rfind(b"\n") + 1
            committed = _commit_behind(log.entries, index)
            if text.endswith(b'"}\n') and text[line:].startswith(b'{"seq":') and committed:
                at = entry.write.offset
                yield Append(index, committed, at + line, at + len(text))


def _commit_behind(entries: Sequence[Entry], index: int) -> int:
    """Return the first commit of the journal behind an entry; 0 if there is none."""
    for number in range(index + 1, len(entries)):
        write = entries[number].write
        if write is not None:
            blocks = (write.data[at : at + 8] for at in range(0, len(write.data), BLOCK))
            if COMMIT in blocks:
                return number
    return 0


def crosses_a_sector(one: Append) -> bool:
    """Say whether a part of the entry can be there while the rest is not."""
    return one.start // SECTOR < (one.stop - 1) // SECTOR


def torn(life: Life, one: Append) -> Found:
    """Boot the disk with the entry's last sectors as they were before it was written."""
    log = Log.read(life.disk.log)
    replay = Replay(log, life.disk.base, life.folder)
    first = one.start // SECTOR + crosses_a_sector(one)
    at, size = first * SECTOR, ((one.stop - 1) // SECTOR + 1 - first) * SECTOR
    before = replay.image(Cut(one.write, "prefix", 0))
    earlier = _read(before, at, size)
    before.unlink()
    cut = Cut(one.committed + 1, "prefix", 0)
    image = replay.image(cut)
    with image.open("r+b") as file:
        file.seek(at)
        file.write(earlier)
    root = life.folder / "torn"
    root.mkdir(exist_ok=True)
    with booter() as process:
        return boot_image(process, life, image, root, log.position(cut))


def _read(image: Path, at: int, size: int) -> bytes:
    fd = os.open(image, os.O_RDONLY)
    try:
        return os.pread(fd, size, at)
    finally:
        os.close(fd)


def of_the_audit(life: Life) -> list[Append]:
    """Return the entries that can be torn, those first of which a half can be there."""
    log, told = Log.read(life.disk.log), Told.load(life.told)
    found = [one for begin, end in told.spans("audit") for one in appends(log, begin, end)]
    return sorted(found, key=crosses_a_sector, reverse=True)


def of_the_superblock(life: Life) -> Found:
    """Boot the end of a life with the superblock's second half, and its sum, of the beginning."""
    log = Log.read(life.disk.log)
    cut = Cut(len(log.entries), "prefix", 0)
    image, root = Replay(log, life.disk.base, life.folder).image(cut), life.folder / "booted"
    root.mkdir(exist_ok=True)
    with life.disk.base.open("rb") as before, image.open("r+b") as torn_image:
        before.seek(SUPERBLOCK + SECTOR)
        torn_image.seek(SUPERBLOCK + SECTOR)
        torn_image.write(before.read(SECTOR))
    with booter() as process:
        return boot_image(process, life, image, root, log.position(cut))
