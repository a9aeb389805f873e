"""Consent belongs to one far party; losing touch; asking again."""

from collections.abc import Callable

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.events import Hook, PartyCue, Side, Tone
from appliance.model.policy import Spoken
from appliance.model.records import Reason
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    CONSENT,
    FIRST_AT,
    MIXED,
    OFF_AT,
    SAID_AT,
    Line,
    asked,
    awaiting,
    dialling,
    lifted,
    recording,
    smp,
)

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


# -- asking again --------------------------------------------------------------------------


def test_the_button_asks_the_new_party() -> None:
    line = recording().cue(T).ask(T + 5_000).run(T + 5_300)
    assert line.played.count(Spoken.QUESTION) == 2
    line.key("1", T + 5_300 + 6_500).run(T + 5_300 + 8_000)
    assert line.state == State.RECORDING
    assert len(line.all(act.StartRecording)) == 2


def test_the_new_party_is_not_the_caller_that_rang() -> None:
    line = lifted().caller(OFF_AT - 1_000, late=1_100).run(ASKED_AT)
    assert line.call.caller is not None
    line.cue(ASKED_AT + 100).ask(ASKED_AT + 1_000).run(ASKED_AT + 2_000)
    assert line.call.caller is None


def test_the_new_party_of_an_outgoing_call_has_no_number() -> None:
    line = dialling().answered(12_000).run(13_200)
    dialled = line.call.dialled
    line.cue(13_500).ask(14_000).run(14_300)
    assert (dialled, line.call.dialled) == ("+48221234567", None)
    assert line.played == [Spoken.QUESTION, Spoken.QUESTION]


@pytest.mark.parametrize("reason", ["no_answer", "wrong_key", "interrupted", "not_heard", "unsure"])
def test_the_button_asks_again_in_retryable(reason: str) -> None:
    line = asked()
    match reason:
        case "wrong_key":
            line.key("5", AGREED_AT)
        case "interrupted":
            line.pause(AGREED_AT)
        case "not_heard":
            line.tell(ev.LineFault(smp(AGREED_AT), "prompt", "x"))
            line.tell(ev.LineFault(smp(ASKED_AT + 10), "prompt", "x"))
            line.tell(ev.LineRestored(smp(AGREED_AT + 10), "prompt"))
        case "unsure":
            line.key("1", AGREED_AT, side=Side.UNSURE).key("1", AGREED_AT + 900, side=Side.UNSURE)
    line.run(40_000)
    assert line.notes == [("unrecorded", reason)]
    said = len(line.played)
    line.ask(41_000).run(41_300)
    assert line.played[said:] == [Spoken.QUESTION]
    assert line.state == State.ASKING


def test_each_dialogue_is_counted_once() -> None:
    line = awaiting().key("5", AGREED_AT).ask(20_000).on(23_000).run(60_000)
    assert line.notes == [("unrecorded", "wrong_key"), ("unrecorded", "hung_up")]


def test_a_call_is_not_counted_again_when_it_ends() -> None:
    line = awaiting().key("5", AGREED_AT).on(23_000).run(60_000)
    assert line.notes == [("unrecorded", "wrong_key")]


def test_asking_again_is_gated_again() -> None:
    line = awaiting().key("5", AGREED_AT).run(20_000)
    line.number(ev.Dialled.LISTED, 20_500).ask(21_000).run(60_000)
    assert line.state == State.EXEMPT
    assert line.played == [Spoken.QUESTION]


@pytest.mark.parametrize("state", ["refused", "private", "machine", "exempt"])
def test_the_button_never_asks_again_elsewhere(state: str) -> None:
    line = asked()
    match state:
        case "refused":
            line.key("2", AGREED_AT)
        case "private":
            line.private(AGREED_AT)
        case "machine":
            line.tone(Tone.FAX_CNG, AGREED_AT)
        case _:
            line.number(ev.Dialled.EMERGENCY, AGREED_AT)
    line.ask(20_000).cue(21_000).ask(22_000).near("*", 23_000).near("*", 23_500).run(60_000)
    assert line.state == State(state)
    assert line.played == [Spoken.QUESTION]


def test_the_button_does_not_ask_while_touch_is_lost() -> None:
    line = awaiting().key("5", AGREED_AT).hook(Hook.UNKNOWN, 20_000).ask(20_500).run(60_000)
    assert line.state == State.FAULT
    assert line.played == [Spoken.QUESTION]


def test_the_button_means_nothing_while_asking() -> None:
    line = asked().ask(ASKED_AT + 1_000).run(SAID_AT)
    assert line.played == [Spoken.QUESTION]


def test_after_a_partial_refusal_not_even_a_new_party_is_asked() -> None:
    line = awaiting(MIXED).key("2", AGREED_AT).cue(T).ask(T + 1_000).run(T + 60_000)
    assert line.played.count(Spoken.QUESTION) == 1


@pytest.mark.parametrize("sign", ["flash", "busy tone"])
def test_in_retryable_another_party_is_a_new_one(sign: str) -> None:
    line = SIGNS[sign](awaiting().key("5", AGREED_AT).run(20_000), 20_500).run(20_500)
    assert line.state == State.FAR_CHANGED


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        ("private", State.PRIVATE),
        ("stars", State.PRIVATE),
        ("machine", State.MACHINE),
        ("listed", State.EXEMPT),
    ],
)
@pytest.mark.parametrize("where", ["retryable", "far_changed"])
def test_what_forbids_asking_again(where: str, happens: str, state: State) -> None:
    line = asked()
    line = line.cue(AGREED_AT) if where == "far_changed" else line.pause(AGREED_AT)
    match happens:
        case "private":
            line.private(20_000)
        case "stars":
            line.near("*", 19_000).near("*", 19_900)
        case "machine":
            line.tone(Tone.ANSWER, 20_000)
        case _:
            line.caller(20_000, listed=True)
    line.run(20_000).ask(21_000).run(60_000)
    assert line.state == state
    assert line.played == [Spoken.QUESTION]
    assert len(line.notes) == 1


# -- losing touch --------------------------------------------------------------------------


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


# -- numbers never recorded ----------------------------------------------------------------


def test_a_listed_caller_is_not_asked() -> None:
    line = Line(CONSENT).on(0).ring(2_000).caller(3_000, listed=True).caller(3_500).off(4_000)
    assert line.run(60_000).played == []
    assert line.notes == [("unrecorded", "exempt")]


@pytest.mark.parametrize("at", [ASKED_AT - 500, ASKED_AT + 500, SAID_AT + 500])
def test_a_caller_known_late_to_be_listed_silences_the_box(at: int) -> None:
    line = lifted().caller(3_000, listed=True, late=at - 3_000).run(60_000)
    assert line.state == State.EXEMPT
    assert line.notes == [("unrecorded", "exempt")]


def test_a_recording_of_a_listed_caller_is_erased() -> None:
    line = recording().caller(3_000, listed=True, late=T - 3_000).run(T)
    assert [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
    assert line.notes == [("unrecorded", "exempt")]


def test_a_listed_number_that_waits_stops_and_keeps() -> None:
    line = recording().caller(T, listed=True).run(T)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.EXEMPT, smp(T))]
    assert line.state == State.EXEMPT


def test_a_callers_number_told_late_is_taken() -> None:
    line = lifted().caller(3_500, late=600).run(OFF_AT + 200)
    assert line.call.caller is not None


def test_in_a_recording_a_late_number_changes_nothing() -> None:
    line = recording().caller(3_500, late=T - 3_500).run(T)
    assert line.state == State.RECORDING
    assert line.call.caller is None
