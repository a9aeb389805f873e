"""Ten thousand steps in any order; after each the box agrees with a plain dictionary."""

import time

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.fault_box import Row
from tests.stateful.machine import BoxMachine

STEPS = 10_000
COUNTED = (
    *("steps", "boxes", "recorded", "erased", "starts", "power cuts", "clock set"),
    *("copies", "copies cut", "restored"),
)
OFTEN = "recorded", "erased", "starts", "power cuts", "copies"
MANY = settings(
    max_examples=40,
    stateful_step_count=100,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    print_blob=True,
)


@pytest.mark.faults
@pytest.mark.timeout(2 * 3600)
def test_ten_thousand_steps(table: dict[str, list[Row]]) -> None:
    begun, before = time.monotonic(), BoxMachine.done.copy()
    while (done := BoxMachine.done - before)["steps"] < STEPS:
        run_state_machine_as_test(BoxMachine, settings=MANY)
    assert all(done[name] > STEPS / 100 for name in OFTEN)
    assert all(done[name] > STEPS / 400 for name in ("copies cut", "restored"))
    told = [done[name] for name in COUNTED]
    table["any order"].append((*map(str, told), f"{time.monotonic() - begun:.0f}"))
