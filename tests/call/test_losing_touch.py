"""Test the loss of hook state or sound."""

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.records import Reason
from appliance.model.terms import Hook
from tests.call.driver import ASKED_AT, FIRST_AT, SAID_AT, Line, lifted, recording, smp
from tests.call.policies import CONSENT

T = FIRST_AT + 10_000


def lose(line: Line, part: str, at: int) -> Line:
    match part:
        case "hook state":
            return line.hook(Hook.UNKNOWN, at)
        case "hook source":
            return line.tell(ev.LineFault(smp(at), "hook", "unplugged"))
        case _:
            return line.tell(ev.LineFault(smp(at), "audio", "unplugged"))


@pytest.mark.parametrize("part", ["hook state", "hook source", "audio"])
def test_hook_or_sound_gone_for_2_s_cuts_the_recording(part: str) -> None:
    line = lose(recording(), part, T).run(T + 1_999)
    assert line.all(act.Hold) == [act.Hold(smp(T))]
    assert line.state == State.RECORDING
    line.run(T + 2_000)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.CUT, smp(T))]
    assert line.notes == [("recorded", None)]
    assert line.state == State.FAULT


def test_sound_that_comes_back_in_time_goes_on() -> None:
    line = (
        lose(recording(), "audio", T).tell(ev.LineRestored(smp(T + 1_500), "audio")).run(T + 9_000)
    )
    assert line.state == State.RECORDING
    assert line.times(act.Release) == [T + 1_500]


def test_a_hook_source_that_comes_back_must_show_off_hook() -> None:
    line = lose(recording(), "hook source", T).tell(ev.LineRestored(smp(T + 500), "hook"))
    assert line.run(T + 600).all(act.Release) == []
    assert line.off(T + 900).run(T + 9_000).state == State.RECORDING


def test_all_that_is_gone_must_come_back() -> None:
    line = lose(lose(recording(), "audio", T), "hook state", T + 500)
    line.off(T + 1_000).run(T + 2_000)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.CUT, smp(T))]


def test_a_near_key_keeps_its_hold_when_touch_comes_back() -> None:
    line = lose(recording().near("5", T), "audio", T + 500)
    line.tell(ev.LineRestored(smp(T + 900), "audio")).run(T + 3_099)
    assert line.all(act.Release) == []
    assert line.run(T + 3_100).times(act.Release) == [T + 3_100]


def test_a_near_keys_hold_is_not_let_go_while_touch_is_lost() -> None:
    line = lose(recording().near("5", T), "audio", T + 2_500).run(T + 3_200)
    assert line.all(act.Release) == []


def test_touch_lost_in_a_pause_cuts_too() -> None:
    line = lose(recording().pause(T), "audio", T + 1_000).run(T + 3_000)
    assert [stop.reason for stop in line.all(act.StopRecording)] == [Reason.CUT]


def test_touch_regained_in_a_pause_goes_on() -> None:
    line = lose(recording().pause(T), "audio", T + 1_000)
    line.tell(ev.LineRestored(smp(T + 1_500), "audio")).run(T + 9_000)
    assert (line.state, len(line.all(act.Release))) == (State.PAUSED, 1)


def test_a_gap_of_more_than_2_s_cuts() -> None:
    line = recording().tell(ev.Gap(smp(T), smp(2_001))).run(T)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.CUT, smp(T))]


def test_a_shorter_gap_does_not() -> None:
    assert recording().tell(ev.Gap(smp(T), smp(2_000))).run(T).state == State.RECORDING


@pytest.mark.parametrize("part", ["hook state", "hook source", "audio"])
@pytest.mark.parametrize("at", [ASKED_AT - 200, ASKED_AT + 1_000, SAID_AT + 1_000])
def test_touch_lost_in_the_dialogue_ends_it_at_once(part: str, at: int) -> None:
    line = lose(lifted(), part, at).key("1", at + 200).run(60_000)
    assert line.state == State.FAULT
    assert line.notes == [("unrecorded", "cut")]


def test_it_stays_unrecorded_until_on_hook_is_seen() -> None:
    line = lose(recording(), "audio", T).tell(ev.LineRestored(smp(T + 5_000), "audio"))
    line.key("1", T + 9_000).ask(T + 10_000).ring(T + 11_000).run(T + 20_000)
    assert line.state == State.FAULT
    assert line.on(T + 21_000).run(T + 22_000).state == State.IDLE


def test_on_hook_seen_while_the_sound_is_gone_waits_for_the_sound() -> None:
    line = lose(recording(), "audio", T).on(T + 5_000).run(T + 9_000)
    assert line.state == State.FAULT
    line.tell(ev.LineRestored(smp(T + 9_500), "audio")).run(T + 10_500)
    assert line.state == State.IDLE


def test_a_line_lost_while_idle_comes_back() -> None:
    line = lose(Line(CONSENT).on(0).run(1_500), "audio", 2_000).run(2_000)
    assert line.state == State.FAULT
    assert line.notes == []
    line.tell(ev.LineRestored(smp(5_000), "audio")).run(6_000)
    assert line.state == State.IDLE


def test_sound_missing_while_it_rings_makes_the_call_unknown() -> None:
    line = Line(CONSENT).on(0).ring(2_000).tell(ev.Gap(smp(2_500), smp(3_000))).run(3_600)
    line.off(5_000).run(60_000)
    assert line.played == []


def test_touch_lost_while_it_rings_and_after_the_end() -> None:
    line = lose(Line(CONSENT).on(0).ring(2_000), "hook state", 2_500).run(2_500)
    assert line.state == State.FAULT
    line = lose(lifted().on(30_000), "audio", 30_500).run(40_000)
    assert line.state == State.FAULT
    assert line.notes == [("unrecorded", "no_answer")]


def test_touch_lost_while_watching_on_hook_starts_anew() -> None:
    line = lose(Line(CONSENT).on(0), "audio", 500).tell(ev.LineRestored(smp(900), "audio"))
    assert line.run(1_899).state == State.UNKNOWN
    assert line.run(1_900).state == State.IDLE


def test_the_prompt_sink_is_not_touch() -> None:
    line = recording().tell(ev.LineFault(smp(T), "prompt", "x"))
    line.tell(ev.LineRestored(smp(T + 100), "prompt")).run(T + 5_000)
    assert line.state == State.RECORDING
    assert line.all(act.Hold) == []
