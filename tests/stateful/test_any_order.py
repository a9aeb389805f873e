"""A box agrees with a plain dictionary after every step, whatever is done to it in which order."""

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stateful.machine import BoxMachine

FEW = settings(
    max_examples=4,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
)


def test_a_box_agrees_with_a_dictionary() -> None:
    before = BoxMachine.done.copy()
    run_state_machine_as_test(BoxMachine, settings=FEW)

    done = BoxMachine.done - before
    assert done["steps"] >= 100
    assert done["recorded"] >= 2 * done["boxes"] > 0
