"""Find the paths from entries to the root that a head names.

The log is read once; then the roots of whole blocks are kept, and where each begins, so that a path
takes a look at three blocks, however long the log is.
"""

import threading
from functools import lru_cache
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.keeper.audit.lines import LinePlace, lines
from appliance.model.sentences.faults import noted
from appliance.vault.audit.tree import RightEdge, node, path_to, root_over

BLOCK = 1024
"""Entries of a block; a power of two."""


class LogTree:
    """The tree over a log that grows. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the monthly files; nothing is read yet."""
        self._folder = folder
        self._lock = threading.Lock()
        self._roots: list[bytes] = []
        self._begins = [LinePlace()]

    def line(self, seq: int) -> str:
        """Return an entry's line, without its newline.

        Raises:
            FileFormatError: there is none, or it cannot be read.
        """
        with self._lock:
            block, at = divmod(seq - 1, BLOCK)
            self._reach(block)
            there = self._block(block)
        if not 0 <= at < len(there):
            raise _damaged()
        return there[at].removesuffix(b"\n").decode("ascii", "replace")

    def path(self, seq: int, size: int) -> tuple[str, ...]:
        """Return the path from an entry to the root of the tree over the first entries.

        Raises:
            FileFormatError: the log cannot be read so far.
        """
        with self._lock:
            self._reach((size - 1) // BLOCK)
            self._leaves = lru_cache(3)(self._digests)
            return tuple(one.hex() for one in path_to(seq - 1, size, self._root))

    def _root(self, first: int, end: int) -> bytes:
        """Return the root over some leaves, whose first is where whole blocks may begin."""
        if (first % BLOCK, end - first) == (0, BLOCK):
            return self._roots[first // BLOCK]
        if end - first > BLOCK:
            middle = first + (1 << (end - first - 1).bit_length() - 1)
            return node(self._root(first, middle), self._root(middle, end))
        block, at = divmod(first, BLOCK)
        found = self._leaves(block)[at : at + end - first]
        if len(found) != end - first:
            raise _damaged()
        return root_over(found)

    def _reach(self, block: int) -> None:
        """Read on until a block begins."""
        if block < len(self._begins):
            return
        edge = RightEdge()
        for line, place in lines(self._folder, self._begins[-1]):
            edge.push(_digest(line))
            if edge.size == BLOCK:
                self._roots.append(edge.root)
                self._begins.append(place)
                if block < len(self._begins):
                    return
                edge = RightEdge()
        raise _damaged()

    def _block(self, block: int) -> list[bytes]:
        found = []
        for line, _ in lines(self._folder, self._begins[block]):
            found.append(line)
            if len(found) == BLOCK:
                break
        return found

    def _digests(self, block: int) -> list[bytes]:
        return [_digest(line) for line in self._block(block)]


def _digest(line: bytes) -> bytes:
    """Return the hash that closes a line."""
    try:
        digest = bytes.fromhex(line[-67:-3].decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        raise _damaged() from None
    if len(digest) != 32:
        raise _damaged()
    return digest


def _damaged() -> FileFormatError:
    return FileFormatError(noted("log_damaged", "The activity log cannot be read so far."))
