"""Make the images that a power cut can leave, from a log of writes and flushes.

What was written before the last flush is there. Of what came later, a disk may have kept anything:
all, nothing, a part in any order, single sectors of a write, half a sector.
"""

import os
import random
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from tests.faults.power.disk import copy_sparse

ENTRY = struct.Struct("<cQI")
"""As ``block_log`` writes it: kind, offset, size."""

SECTOR = 512

Kind = Literal["prefix", "subset", "torn", "nothing"]
"""What the disk kept of the writes behind the last flush: all of them until a moment, any of them,
any sectors of them, none."""


class Write(NamedTuple):
    """A write of the log."""

    offset: int
    data: bytes


class Entry(NamedTuple):
    """An entry of the log and the position behind it; no write is a flush."""

    write: Write | None
    end: int


@dataclass(frozen=True)
class Cut:
    """A power cut: how many entries the disk had been given, and what it did with the last ones."""

    entries: int
    kind: Kind
    seed: int

    def __str__(self) -> str:
        return f"{self.entries}:{self.kind}:{self.seed}"

    @classmethod
    def parse(cls, text: str) -> "Cut":
        """Read what ``str`` wrote."""
        entries, kind, seed = text.split(":")
        assert kind in get_args(Kind), kind
        return cls(int(entries), kind, int(seed))  # type: ignore[arg-type]  # one of them


@dataclass(frozen=True)
class Log:
    """All that was written to a disk, and when it was flushed."""

    entries: Sequence[Entry]

    @classmethod
    def read(cls, path: Path) -> "Log":
        """Read a log."""
        raw, at, entries = path.read_bytes(), 0, []
        while at < len(raw):
            kind, offset, size = ENTRY.unpack_from(raw, at)
            at += ENTRY.size
            write = None
            if kind == b"W":
                write = Write(offset, raw[at : at + size])
                at += size
            elif kind == b"Z":
                write = Write(offset, bytes(size))
            entries.append(Entry(write, at))
        return cls(entries)

    @cached_property
    def _ends(self) -> list[int]:
        return [entry.end for entry in self.entries]

    @cached_property
    def _flushes(self) -> list[int]:
        return [index for index, entry in enumerate(self.entries) if entry.write is None]

    def position(self, cut: Cut) -> int:
        """Return the position of the log at which the power went."""
        return self.entries[cut.entries - 1].end if cut.entries else 0

    def settled(self, cut: Cut) -> int:
        """Return the number of entries that are surely on the medium."""
        flush = bisect_left(self._flushes, cut.entries) - 1
        return self._flushes[flush] + 1 if flush >= 0 else 0

    def cuts(self, begin: int, end: int, seed: str) -> Iterator[Cut]:
        """Yield cuts between two positions, without an end; all follows from the seed.

        Each falls into a stretch between two flushes chosen at random, often just before the
        flush, when most is at stake.
        """
        chance = random.Random(seed)
        first, last = bisect_right(self._ends, begin), bisect_left(self._ends, end) + 1
        last = min(last, len(self.entries))
        edges = [first, *(f for f in self._flushes if first < f < last), last]
        windows = [(a, b) for a, b in pairwise(edges) if b > a]
        while True:
            a, b = chance.choice(windows) if windows else (last, last)
            at = b if chance.random() < 0.5 else chance.randint(a, b)
            yield Cut(at, chance.choice(get_args(Kind)), chance.getrandbits(32))


@dataclass
class Replay:
    """Makes images one after another; quickest in the order of the log."""

    log: Log
    base: Path
    folder: Path
    _settled: int = field(default=-1, init=False)
    _made: int = field(default=0, init=False)

    def image(self, cut: Cut) -> Path:
        """Make the image of a cut; whoever mounts it removes it.

        Each is a file of its own. If something still holds the mount of an earlier one, such as
        another process's mount namespace, the kernel would show that one's file system again.
        """
        self._made += 1
        durable, image = self.folder / "durable.img", self.folder / f"cut{self._made}.img"
        settled = self.log.settled(cut)
        if not 0 <= self._settled <= settled:
            copy_sparse(self.base, durable)
            self._settled = 0
        _write(durable, (e.write for e in self.log.entries[self._settled : settled] if e.write))
        self._settled = settled
        copy_sparse(durable, image)
        left = [e.write for e in self.log.entries[settled : cut.entries] if e.write]
        _write(image, kept(left, cut))
        return image


def kept(writes: Sequence[Write], cut: Cut) -> Iterator[Write]:
    """Yield what a disk kept of the writes that no flush followed."""
    chance = random.Random(cut.seed)
    match cut.kind:
        case "prefix":
            yield from writes
        case "subset":
            yield from (write for write in writes if chance.random() < 0.5)
        case "torn":
            for write in writes:
                yield from _torn(write, chance)
        case "nothing":
            pass


def _torn(write: Write, chance: random.Random) -> Iterator[Write]:
    """Yield some sectors of a write; the last of them may end in the middle."""
    share = chance.choice((0.0, 0.3, 0.7, 1.0))
    for at in range(0, len(write.data), SECTOR):
        if chance.random() < share:
            sector = write.data[at : at + SECTOR]
            cut_short = chance.random() < 0.05
            yield Write(
                write.offset + at, sector[: chance.randrange(SECTOR)] if cut_short else sector
            )


def _write(image: Path, writes: Iterator[Write]) -> None:
    file = os.open(image, os.O_WRONLY)
    try:
        for write in writes:
            os.pwrite(file, write.data, write.offset)
    finally:
        os.close(file)
