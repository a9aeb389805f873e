"""Test the way from the judged consent to the first sample."""

from collections.abc import Callable

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.terms import Hook, NumberKind, PartyCue, Side, Tone
from tests.call.driver import AGREED_AT, FIRST_AT, JUDGED_AT, Line, awaiting, smp


def confirming() -> Line:
    """Return a line on which "recording" just began."""
    return awaiting().key("1", AGREED_AT).run(JUDGED_AT)


def unrecorded(line: Line, reason: str) -> bool:
    """Return whether the file was erased with nothing ever written to it."""
    line.run(60_000)
    return (
        line.notes == [("unrecorded", reason)]
        and line.all(act.Resume) == []
        and [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
        and line.all(act.StopRecording) == []
    )


def test_recording_is_said_while_the_file_opens() -> None:
    line = confirming()
    assert line.state == State.CONFIRMING
    assert line.played[-1] is PromptKind.CONFIRMATION
    assert len(line.all(act.StartRecording)) == 1
    assert not line.call.recording


def test_the_first_sample_follows_the_confirmation() -> None:
    line = confirming().run(FIRST_AT - 1)
    assert line.all(act.Resume) == []
    line.run(FIRST_AT)
    assert line.all(act.Resume) == [act.Resume(smp(FIRST_AT))]
    assert line.state == State.RECORDING
    assert line.call.first_sample == smp(FIRST_AT)


def test_a_slow_disk_delays_the_first_sample() -> None:
    line = awaiting().key("1", AGREED_AT)
    line.opens = "never"
    line.run(FIRST_AT + 1_000)
    assert line.state == State.CONFIRMING
    line.tell(ev.RecordingOpened(smp(FIRST_AT + 1_000), "f" * 32)).run(FIRST_AT + 1_000)
    assert line.all(act.Resume) == [act.Resume(smp(FIRST_AT + 1_000))]


def test_a_file_that_does_not_open_is_unrecorded() -> None:
    line = awaiting().key("1", AGREED_AT)
    line.opens = "no"
    assert unrecorded(line, "storage")
    assert line.state == State.RETRYABLE


def test_a_file_that_takes_too_long_is_unrecorded() -> None:
    line = awaiting().key("1", AGREED_AT)
    line.opens = "never"
    assert unrecorded(line, "storage")


def test_a_confirmation_that_never_ends_is_unrecorded() -> None:
    line = confirming()
    line._words += 1
    assert unrecorded(line, "not_heard")


@pytest.mark.parametrize(
    ("heard_ms", "level_db", "underrun"), [(0, 0.0, False), (500, -6.1, False), (500, 0.0, True)]
)
def test_a_confirmation_that_was_not_heard_is_unrecorded(
    heard_ms: int, level_db: float, *, underrun: bool
) -> None:
    line = confirming()
    line._words += 1
    end = ev.PromptEnded(smp(JUDGED_AT + 500), heard_ms, level_db, 0.0, underrun)
    assert unrecorded(line.tell(end), "not_heard")


def test_talking_over_the_confirmation_changes_nothing() -> None:
    line = confirming()
    line._words += 1
    line.tell(ev.PromptEnded(smp(FIRST_AT), 500, 5.0, 1.0)).run(FIRST_AT)
    assert line.state == State.RECORDING


def test_a_second_end_of_the_confirmation_means_nothing() -> None:
    line = awaiting().key("1", AGREED_AT)
    line.opens = "never"
    line.run(FIRST_AT).tell(ev.PromptEnded(smp(FIRST_AT + 10), 0, 0.0, 0.0)).run(FIRST_AT + 20)
    assert line.state == State.CONFIRMING


STOPS: dict[str, tuple[Callable[[Line, int], Line], str]] = {
    "hang-up": (lambda line, at: line.on(at), "hung_up"),
    "flash": (lambda line, at: line.cue(at), "far_changed"),
    "loop break": (lambda line, at: line.cue(at, PartyCue.LOOP_BREAK), "far_changed"),
    "busy": (lambda line, at: line.tone(Tone.BUSY, at), "far_changed"),
    "machine": (lambda line, at: line.tone(Tone.ANSWER, at), "machine"),
    "near key": (lambda line, at: line.near("5", at), "interrupted"),
    "near star": (lambda line, at: line.near("*", at), "interrupted"),
    "near refusal": (lambda line, at: line.near("2", at), "office_refused"),
    "button": (lambda line, at: line.pause(at), "interrupted"),
    "private": (lambda line, at: line.private(at), "private"),
    "hook unknown": (lambda line, at: line.hook(Hook.UNKNOWN, at), "cut"),
    "sound gone": (lambda line, at: line.tell(ev.LineFault(smp(at), "audio", "gone")), "cut"),
    "prompt gone": (lambda line, at: line.tell(ev.LineFault(smp(at), "prompt", "x")), "not_heard"),
    "gap": (lambda line, at: line.tell(ev.Gap(smp(at), smp(2_001))), "cut"),
    "emergency": (lambda line, at: line.number(NumberKind.EMERGENCY, at), "exempt"),
    "listed": (lambda line, at: line.caller(3_000, listed=True, late=at - 3_000), "exempt"),
}


@pytest.mark.parametrize("stop", STOPS)
def test_whatever_makes_the_line_invalid_is_unrecorded(stop: str) -> None:
    happen, reason = STOPS[stop]
    line = confirming()
    happen(line, JUDGED_AT + 200)
    assert unrecorded(line, reason)


def test_keys_are_blanked_already() -> None:
    line = confirming().key("3", JUDGED_AT + 300, side=Side.FAR).run(FIRST_AT + 200)
    assert line.all(act.Blank) == [act.Blank(smp(JUDGED_AT + 260), smp(JUDGED_AT + 440))]
    assert line.state == State.RECORDING


def test_a_file_that_opens_after_all_is_over_means_nothing() -> None:
    line = confirming().on(JUDGED_AT + 10).run(JUDGED_AT + 200)
    assert line.state == State.ENDED
    assert unrecorded(line, "hung_up")
