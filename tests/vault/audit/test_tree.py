"""Test the tree over entries against the words of RFC 6962, and every path in it."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.vault.audit.tree import RightEdge, leads_to, leaf, node, path_to, root_over

HASHES = [hashlib.sha256(b"%d" % number).digest() for number in range(70)]


def by_the_words(hashes: list[bytes]) -> bytes:
    """The root as section 2.1 defines it."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return leaf(hashes[0])
    half = 1
    while 2 * half < len(hashes):
        half *= 2
    return node(by_the_words(hashes[:half]), by_the_words(hashes[half:]))


def path(place: int, size: int) -> list[bytes]:
    return path_to(place, size, lambda first, end: by_the_words(HASHES[first:end]))


@pytest.mark.parametrize("size", range(len(HASHES) + 1))
def test_the_edge_has_the_root_of_the_words(size: int) -> None:
    assert root_over(HASHES[:size]) == by_the_words(HASHES[:size])
    edge = RightEdge()
    for digest in HASHES[:size]:
        edge.push(digest)
    kept = RightEdge(edge.size, edge.peaks)
    for digest in HASHES[size:]:
        kept.push(digest)
    assert kept.root == by_the_words(HASHES)
    assert edge.size == size, "a copy does not let it grow"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 33, 64, 70])
def test_a_path_leads_from_its_own_entry_alone(size: int) -> None:
    root = by_the_words(HASHES[:size])
    for place in range(size):
        way = path(place, size)
        assert leads_to(root, HASHES[place], place, size, way)
        assert not leads_to(root, HASHES[place], place, size, [*way, HASHES[0]])
        assert not leads_to(root, HASHES[place], place - 1, size, way)
        assert not leads_to(root, HASHES[place], place + 1, size, way)
        assert not leads_to(root, HASHES[(place + 1) % 70], place, size, way)
        assert not leads_to(HASHES[0], HASHES[place], place, size, way)
        if way:
            assert not leads_to(root, HASHES[place], place, size, way[:-1])
            assert not leads_to(root, HASHES[place], place, size, way[1:])
        for at, (one, other) in enumerate(pairwise(way)):
            swapped = [*way[:at], other, one, *way[at + 2 :]]
            assert not leads_to(root, HASHES[place], place, size, swapped)


@given(st.integers(1, 70), st.integers(0, 69), st.integers(1, 2**53))
def test_a_tree_of_another_size_has_no_such_path_unless_its_shape_is_the_same(
    size: int, place: int, other: int
) -> None:
    """The way of a leaf may be the same in two sizes; no size lets it be of another place."""
    place %= size
    root, way = by_the_words(HASHES[:size]), path(place, size)
    if leads_to(root, HASHES[place], place, other, way):
        assert place < other
        assert len(path_to(place, other, lambda first, end: b"")) == len(way)
