"""Hook source or sound gone in the middle of every state, over a line's whole thread."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from appliance.call.states import State
from appliance.config.settings import Basis
from appliance.lines.plugged.connection import Attachment
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.sentences.faults import device_fault
from appliance.recorder.line.devices import heard_through
from appliance.recorder.line.inbox import Press
from tests.boxes import TrialBox, make_box
from tests.deep import spread
from tests.recorder.line.scripted import ScriptedLine
from tests.recorder.line.scripted_states import STATES, recording
from tests.scenes.worded import worded


@pytest.fixture(scope="module", name="box")
def _box(tmp_path_factory: pytest.TempPathFactory) -> TrialBox:
    folder: Path = tmp_path_factory.mktemp("touch")
    both = ("training", "quality")
    bases, keys = dict.fromkeys(both, Basis.CONSENT), {"1": both, "2": ()}
    return worded(make_box(folder / "data", pool_ahead=100), folder / "words", bases, keys, "4")


@pytest.fixture(name="line")
def _line(box: TrialBox) -> Iterator[ScriptedLine]:
    line = ScriptedLine(box)
    yield line
    line.close()


DIALOGUE = {
    State.DIALLING,
    State.SETTLING,
    State.ASKING,
    State.AWAITING,
    State.INFORMING,
    State.CHOOSING,
    State.CONFIRMING,
}
"""States in which losing touch is what the call is not recorded for."""

KEPT = {State.RECORDING, State.PAUSED}

Part = Literal["hook", "audio"]


def lose(line: ScriptedLine, part: Part) -> None:
    line.tell(ev.LineFault(line.sound.position(), part, "unplugged"))


def stay_away(line: ScriptedLine, part: Part, ms: int) -> None:
    if part == "hook":
        line.run(ms)
    else:
        line.run_silent(ms)


def test_every_state_is_there() -> None:
    assert set(STATES) == set(State)


@pytest.mark.parametrize("part", ["hook", "audio"])
@pytest.mark.parametrize("state", spread(list(State), 6))
def test_touch_lost_in_any_state_is_silent_at_once_and_recorded_no_more(
    box: TrialBox, line: ScriptedLine, state: State, part: Part
) -> None:
    STATES[state](line)
    assert line.state is state
    before, played = list(line.notes), line.played

    lose(line, part)
    assert line.sound.prompt is None
    stay_away(line, part, 2200)

    assert line.state is (State.UNKNOWN if state is State.UNKNOWN else State.FAULT)
    new = line.notes[len(before) :]
    assert new == [("unrecorded", "cut")] * (state in DIALOGUE) + [("recorded", None)] * (
        state in KEPT
    )
    line.run(200)
    assert len(line.files()) == (state in KEPT or state is State.ENDED)
    for rid in line.files():
        with box.open(rid) as reader:
            assert reader.survey.end is not None
            assert reader.survey.end.reason == ("cut" if state in KEPT else "hung_up")

    parts: tuple[Part, ...] = ("hook", "audio")
    for each in parts:
        line.tell(ev.LineRestored(line.sound.position(), each))
    line.off_hook()
    line.run(1000)
    line.press(Press("ask"))
    line.key("1")
    line.run(1500)
    assert (line.played, len(line.notes)) == (played, len(before) + len(new))
    line.on_hook()
    line.run(1200, until=State.IDLE)


def test_sound_that_comes_back_within_two_seconds_goes_on_with_a_gap(
    box: TrialBox, line: ScriptedLine
) -> None:
    recording(line)
    lose(line, "audio")
    line.run_silent(1500)
    line.tell(ev.LineRestored(line.sound.position(), "audio"))
    line.run(1000)
    assert line.stands(State.RECORDING)
    line.on_hook()
    line.run(200)
    (rid,) = line.files()
    with box.open(rid) as reader:
        (gap,) = [mark for mark in reader.survey.marks if mark.kind == "gap"]
        assert gap.samples == 3 * RATE // 2
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "hung_up"


CARD, MONITOR = Attachment("usb", "0d8c:0014 usb 1-1"), Attachment("usb", "1b4f:9206 usb 1-2")
OTHERS = {
    "a file by the card's name": Attachment("virtual", CARD.device),
    "a card at another socket": Attachment("usb", "0d8c:0014 usb 1-3"),
    "a pseudo terminal": Attachment("virtual", "/dev/pts/7"),
}


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("part", ["hook", "audio"])
@pytest.mark.parametrize("other", [None, *OTHERS])
def test_another_device_than_was_sealed_ends_the_recording_where_the_first_was_lost(
    box: TrialBox, line: ScriptedLine, part: Part, other: str | None, held: bool
) -> None:
    line.heard = heard_through("monitor", MONITOR, "sound", CARD)
    recording(line)
    line.run(1000)
    if held:
        line.press(Press("pause"))
    lost_at = line.sound.position()
    lose(line, part)
    if other is not None:
        seen, sound = (OTHERS[other], CARD) if part == "hook" else (MONITOR, OTHERS[other])
        line.heard = heard_through("monitor", seen, "sound", sound)
    stay_away(line, part, 1000)
    line.tell(ev.LineRestored(line.sound.position(), part))
    if part == "hook":
        line.off_hook()
    line.run(2000)
    going_on = State.PAUSED if held else State.RECORDING
    assert line.state is (going_on if other is None else State.FAULT)
    line.on_hook()
    line.run(200)
    (rid,) = line.files()
    with box.open(rid) as reader:
        end, heard = reader.survey.end, reader.rule.heard
        first = next(e.sample for e in reversed(line.events) if isinstance(e, ev.PromptEnded))
        assert end is not None
        assert heard == heard_through("monitor", MONITOR, "sound", CARD)
        assert end.reason == ("hung_up" if other is None else "cut")
        assert (reader.samples <= lost_at - first) is (other is not None)


def test_a_hook_source_that_is_back_in_time_and_tells_nothing_of_the_call_cuts_it(
    box: TrialBox, line: ScriptedLine
) -> None:
    recording(line)
    lost_at = line.sound.position()
    lose(line, "hook")
    line.run(500)
    line.tell(ev.LineRestored(line.sound.position(), "hook"))
    line.run(1400)
    assert line.stands(State.RECORDING)
    line.run(400)
    assert line.stands(State.FAULT)
    line.run(200)
    (rid,) = line.files()
    with box.open(rid) as reader:
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "cut"
        first = next(e.sample for e in reversed(line.events) if isinstance(e, ev.PromptEnded))
        assert reader.samples <= lost_at - first


def test_why_a_line_is_not_heard_is_told_anew_and_its_call_ends_once(line: ScriptedLine) -> None:
    recording(line)
    lose(line, "hook")
    line.run(2500)
    assert line.thread.status.fault == device_fault("driver_failed").fault
    assert line.notes == [("recorded", None)]

    line.tell(
        ev.LineFault(line.sound.position(), "hook", device_fault("port_denied", path="/dev/x"))
    )
    line.run(2500)
    assert line.thread.status.fault == device_fault("port_denied", path="/dev/x").fault
    assert line.state is State.FAULT
    assert line.notes == [("recorded", None)]

    line.tell(ev.LineRestored(line.sound.position(), "hook"))
    line.run(100)
    assert line.thread.status.fault is None
