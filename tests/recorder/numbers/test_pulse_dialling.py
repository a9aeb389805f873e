"""Dial by pulses through the whole box: with monitors that count, do not, or miscount.

One that does not count says no ``DIGIT``: the box counts what ``HOOK`` tells, and nothing else.
"""

from collections.abc import Callable

import pytest
from msgspec import structs

from appliance.exchange.driver import Exchange
from appliance.exchange.monitor import SimulatedMonitor
from appliance.exchange.scene import Scene, SceneAct
from appliance.exchange.script.files import named_scene
from appliance.lines.monitor.pulses import UNKNOWN
from appliance.model import events as ev
from appliance.model.terms import NumberKind, PartyCue
from appliance.recorder.numbers.dialling import DialObserver
from tests.boxes import TrialBox
from tests.deep import deep
from tests.lines.monitor.pulse_script import Dial, heard
from tests.recorder.calls import Course, at_talk, play, talk

NUMBER = "600555012"


class Miscounting(SimulatedMonitor):
    """Takes every 5 for a 4, and every 2 for a 3."""

    def _say(self, line: str) -> None:
        super()._say({"DIGIT 5": "DIGIT 4", "DIGIT 2": "DIGIT 3"}.get(line, line))


MONITORS: dict[str, Callable[[], SimulatedMonitor]] = {
    "counts": SimulatedMonitor,
    "does not count": SimulatedMonitor,
    "miscounts": Miscounting,
}
SURE = [deep("counts"), "does not count"]


def played(box: TrialBox, monitor: str, *scenes: Scene) -> Course:
    def replace(exchange: Exchange) -> None:
        exchange._monitor = MONITORS[monitor]()

    counts = monitor != "does not count"
    return play(box, *(each.on_line(monitor_counts=counts) for each in scenes), first=replace)


def keys(course: Course) -> str:
    """Return the digits told of a course in which nobody presses a key."""
    return "".join(e.key for e in course.of(ev.DigitPressed) if isinstance(e, ev.DigitPressed))


def kinds(course: Course) -> list[NumberKind]:
    return [e.kind for e in course.of(ev.NumberDialled) if isinstance(e, ev.NumberDialled)]


def late(scene: Scene, ms: int) -> Scene:
    return structs.replace(scene, circuit=structs.replace(scene.circuit, monitor_late_ms=ms))


@pytest.mark.parametrize(
    ("monitor", "ms"),
    [("counts", 0), ("does not count", 100), deep("counts", 100), deep("does not count", 0)],
)
def test_a_number_dialled_by_pulses_is_asked_and_recorded(
    trial_box: TrialBox, monitor: str, ms: int
) -> None:
    course = played(trial_box, monitor, late(named_scene("outgoing-agrees:pulses"), ms))
    assert keys(course) == f"{NUMBER}1"
    assert kinds(course) == [NumberKind.ORDINARY]
    assert len(course.kept) == 1


@pytest.mark.parametrize("monitor", [deep("counts"), "does not count", "miscounts"])
def test_not_a_word_on_an_emergency_call_dialled_by_pulses(
    trial_box: TrialBox, monitor: str
) -> None:
    course = played(trial_box, monitor, named_scene("outgoing-emergency:pulses"))
    assert (course.spoken, course.kept) == ([], [])
    assert kinds(course)[0] is NumberKind.EMERGENCY


@pytest.mark.parametrize("monitor", SURE)
def test_nor_when_they_call_back(trial_box: TrialBox, monitor: str) -> None:
    course = played(trial_box, monitor, named_scene("outgoing-emergency:pulses"), talk())
    assert (course.spoken, course.kept) == ([], [])


def test_nobody_is_asked_on_a_number_of_which_a_digit_is_unknown(trial_box: TrialBox) -> None:
    course = played(trial_box, "miscounts", named_scene("outgoing-agrees:pulses"))
    assert keys(course).startswith(f"6005{UNKNOWN}5{UNKNOWN}5{UNKNOWN}012{UNKNOWN}")
    assert kinds(course) == [NumberKind.INCOMPLETE]
    assert (course.spoken, course.kept) == ([], [])


@pytest.mark.parametrize("monitor", SURE)
def test_a_flash_and_an_emergency_number_by_pulses(trial_box: TrialBox, monitor: str) -> None:
    flash = at_talk("flash", after_ms=1500, ms=300)
    help_ = SceneAct(by="office", do="dial", keys="112", pulses=True, on="flashed", after_ms=1500)
    course = played(trial_box, monitor, talk(flash, help_, hang_up_ms=14_000, answer=None))
    (flashed,) = course.of(ev.PartyChanged)
    assert isinstance(flashed, ev.PartyChanged)
    assert flashed.cue is PartyCue.FLASH
    assert keys(course) == "112"
    assert kinds(course) == [NumberKind.EMERGENCY]
    assert course.kept == []


# -- an unknown digit, as numbers are judged -------------------------------------------------------


def judged(dial: Dial) -> list[NumberKind]:
    """Return what is judged of a dialled number in the end; no number is listed."""
    dialling = DialObserver("PL", "", lambda number: False)
    told: list[ev.NumberDialled] = []
    events = heard(dial.says)
    for event in events:
        told += dialling.judge(event)
    return [one.kind for one in told + dialling.due(events[-1].sample + 100_000)]


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("spoil", ["eleven", "flash"])
def test_a_number_with_an_unknown_digit_is_incomplete(place: int, spoil: str) -> None:
    dial = Dial()
    for nth, digit in enumerate(NUMBER):
        if nth == place and spoil == "flash":
            dial.open(60).open(100)
            dial.now += 600
        else:
            dial.pulse(11 if nth == place else int(digit) or 10)
    may_be_112 = (place, spoil) == (6, "flash")  # a flash, and then two known digits: 12
    assert judged(dial) == [NumberKind.EMERGENCY if may_be_112 else NumberKind.INCOMPLETE]


def test_a_whole_number_behind_an_unknown_digit_is_incomplete() -> None:
    dial = Dial().pulse(3, rest=40).open(100)
    dial.now += 600
    for digit in NUMBER:
        dial.pulse(int(digit) or 10)
    assert judged(dial) == [NumberKind.INCOMPLETE]


def test_help_behind_an_unknown_digit_is_help() -> None:
    assert judged(Dial().pulse(11).pulse(1).pulse(1).pulse(2))[0] is NumberKind.EMERGENCY
