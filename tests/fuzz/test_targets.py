"""Feed each parser every kept seed and many changed ones, in little time and memory."""

import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.fuzz.every import kept, names, target
from tests.fuzz.feeding import Target, feed
from tests.fuzz.mutations import mutated

MOST_MEMORY = 256 * 2**20
"""Bytes beyond what the process has: a parser of a hostile file must do with less."""


@contextmanager
def little_memory() -> Iterator[None]:
    """Let the process grow by so much and no more."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as figures:
        now = int(figures.read().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + MOST_MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def inputs(one: Target) -> Iterator[bytes]:
    """Yield the kept seeds, those that no crash has left first, then changed ones."""
    seeds = list(kept(one.name).values())
    yield from seeds
    yield from mutated(seeds, one.name, one.mutations, one.longest, words=one.words)


@pytest.mark.parametrize("name", names())
def test_a_parser_takes_or_refuses_whatever_it_gets(name: str) -> None:
    one = target(name)
    with little_memory():
        taken = [feed(one, raw) for raw in inputs(one)]

    assert any(taken), "no seed is good: the parser was never seen from inside"
    assert not one.refuses or not all(taken)


@pytest.mark.parametrize("name", names())
def test_each_seed_is_kept_and_small(name: str) -> None:
    there = kept(name)

    assert target(name).seeds().keys() <= there.keys()
    assert sum(map(len, there.values())) < 150_000
