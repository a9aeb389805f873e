"""Compare a box with a plain dictionary after every step, in any order of steps."""

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from appliance.clock import DAY
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


def test_a_call_that_outlived_its_term_is_taken_up_and_goes_at_once() -> None:
    machine = BoxMachine()
    machine.an_ordinary_day_begins(some=[{"service"}, {"quality"}], at_work=False)
    machine.a_call_begins(purposes={"training"}, channels=2)
    machine.everything_agrees()
    machine.time_passes(seconds=12 * DAY)
    machine.everything_agrees()
    machine.the_power_fails(off=30)
    machine.everything_agrees()
    machine.time_passes(seconds=3600)
    machine.everything_agrees()
    (call,) = (one for one in machine.office.calls.values() if one.kept == {"training": 9})
    assert call.gone
    machine.teardown()
