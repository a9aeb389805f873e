"""Test that consent belongs to one far party."""

from collections.abc import Callable

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.records import Reason
from appliance.model.terms import PartyCue, Tone
from tests.call.driver import ASKED_AT, FIRST_AT, OFF_AT, SAID_AT, Line, lifted, recording, smp

T = FIRST_AT + 10_000

SIGNS: dict[str, Callable[[Line, int], Line]] = {
    "flash": lambda line, at: line.cue(at),
    "break in the loop": lambda line, at: line.cue(at, PartyCue.LOOP_BREAK),
    "disconnect pulse": lambda line, at: line.cue(at, PartyCue.DISCONNECT_PULSE),
    "call waiting": lambda line, at: line.tone(Tone.CALL_WAITING, at),
    "dial tone": lambda line, at: line.tone(Tone.DIAL, at),
    "busy tone": lambda line, at: line.tone(Tone.BUSY, at),
    "congestion tone": lambda line, at: line.tone(Tone.CONGESTION, at),
    "no such number": lambda line, at: line.tone(Tone.SIT, at),
    "ringback": lambda line, at: line.tone(Tone.RINGBACK, at),
    "polarity": lambda line, at: line.tell(ev.PolarityReversed(smp(at))),
    "ring": lambda line, at: line.ring(at),
    "a waiting caller's number": lambda line, at: line.caller(at),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_of_another_party_ends_the_recording(sign: str) -> None:
    line = SIGNS[sign](recording(), T).run(T)
    assert line.state == State.FAR_CHANGED
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.FAR_CHANGED, smp(T))]
    assert line.notes == [("recorded", None)]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("at", [ASKED_AT - 50, ASKED_AT + 1_000, SAID_AT + 500])
def test_a_sign_of_another_party_ends_the_dialogue(sign: str, at: int) -> None:
    line = SIGNS[sign](lifted(), at).run(at)
    assert line.state == State.FAR_CHANGED
    assert line.notes == [("unrecorded", "far_changed")]


def test_nobody_records_the_new_party_whatever_it_presses() -> None:
    line = recording().cue(T).key("1", T + 2_000).key("1", T + 8_000).run(T + 60_000)
    assert len(line.all(act.StartRecording)) == 1
    assert len(line.all(act.Resume)) == 1


def test_sound_since_the_break_is_thrown_away_however_late_it_is_told() -> None:
    line = recording().cue(T, late=500).run(T + 500)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.FAR_CHANGED, smp(T))]


def test_a_break_before_the_first_sample_leaves_nothing() -> None:
    line = recording().cue(FIRST_AT - 10, late=400).run(T)
    assert [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
    assert line.notes == [("unrecorded", "far_changed")]


def test_a_flash_told_late_from_before_the_call_is_no_news() -> None:
    line = lifted().cue(OFF_AT - 100, late=500).run(ASKED_AT)
    assert line.state == State.ASKING
