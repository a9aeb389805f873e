"""Reactions in time of the line: the same measurements as the benchmarks', held to the targets."""

from collections.abc import Callable

import pytest

from benchmarks.latency import MEASURED


@pytest.mark.parametrize(("what", "measure", "target"), MEASURED)
def test_the_box_reacts_in_time(what: str, measure: Callable[[int], float], target: float) -> None:
    took = measure(11)
    assert 0 <= took <= target, f"{what}: {took:.0f} ms"
