"""Grow the tree over the entries' hashes, and check a path in it (RFC 6962, section 2.1).

A leaf is the ``hash`` of an entry. Of a growing tree the right edge alone is kept: the roots of its
whole subtrees. So a new entry costs two digests on average, and a root twenty.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

DIGEST = 32
"""Bytes of a digest."""

RootOf = Callable[[int, int], bytes]
"""Returns the root over the leaves from one place, counted from 0, to before another."""


def leaf(digest: bytes) -> bytes:
    """Return the node of an entry's hash."""
    return hashlib.sha256(b"\0" + digest).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the node above two."""
    return hashlib.sha256(b"\1" + left + right).digest()


class RightEdge:
    """The right edge of a tree that grows."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Begin with so many leaves, whose whole subtrees have these roots, the largest first."""
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Return the roots of the whole subtrees, the largest first."""
        return tuple(self._peaks)

    @property
    def root(self) -> bytes:
        """Return the tree's root; without a leaf the digest of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node(peak, root)
        return root

    def push(self, digest: bytes) -> None:
        """Let an entry's hash be the next leaf."""
        made, size = leaf(digest), self.size
        while size & 1:
            made = node(self._peaks.pop(), made)
            size >>= 1
        self._peaks.append(made)
        self.size += 1

    def copy(self) -> "RightEdge":
        """Return an edge that grows by itself from here."""
        return RightEdge(self.size, self._peaks)


def root_over(digests: Iterable[bytes]) -> bytes:
    """Return the root over entries' hashes."""
    edge = RightEdge()
    for digest in digests:
        edge.push(digest)
    return edge.root


def path_to(place: int, size: int, root_of: RootOf) -> list[bytes]:
    """Return the nodes that lead from a leaf to the root, from below.

    Args:
        place: the leaf's, counted from 0.
        size: leaves of the tree.
        root_of: knows the tree's subtrees.
    """
    path, first, end = [], 0, size
    while end - first > 1:
        middle = first + (1 << (end - first - 1).bit_length() - 1)
        if place < middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(first, middle))
            first = middle
    return path[::-1]


def steps(place: int, size: int) -> int:
    """Return how many nodes a leaf's path has."""
    return len(path_to(place, size, lambda first, end: b""))


def leads_to(root: bytes, digest: bytes, place: int, size: int, path: Sequence[bytes]) -> bool:
    """Say whether a path leads from an entry's hash to the root of a tree of this size.

    Args:
        root: of the tree.
        digest: the entry's hash.
        place: the leaf's, counted from 0.
        size: leaves of the tree.
        path: the nodes beside the way, from below.
    """
    if not 0 <= place < size:
        return False
    here, left, last = leaf(digest), place, size - 1
    for beside in path:
        if last == 0:
            return False
        if left & 1 or left == last:
            here = node(beside, here)
            while left and not left & 1:
                left, last = left >> 1, last >> 1
        else:
            here = node(here, beside)
        left, last = left >> 1, last >> 1
    return last == 0 and here == root
