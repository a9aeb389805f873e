"""Put the recorder before people at the phones: it knows what the line tells, no more."""

import numpy as np
import pytest

from appliance.call.states import State
from appliance.model import events as ev
from appliance.model.audio import RATE, Sound
from appliance.model.policy import PromptKind
from appliance.model.terms import PartyCue
from appliance.prompts.speech import simulated_voices
from tests.boxes import TrialBox
from tests.deep import deep
from tests.likeness import likeness
from tests.recorder.line.people import NUMBER, Step, call_in, play_phones, rings, said, state, step

GREETED = (
    call_in(),
    step("office", "lift", rings("office")),
    step("office", "talk", after=0.3),
    step("office", "hush", after=0.8),
)
AGREED = (*GREETED, step("caller", "key", said("question"), after=0.5, keys="1"))
RECORDED = (
    *AGREED,
    step("caller", "talk", said("confirmation"), after=0.5),
    step("caller", "hush", after=3.0),
    step("office", "talk", after=0.2),
    step("office", "hush", after=2.0),
)
GONE = (
    step("office", "hang_up", after=1.0),
    step("caller", "hang_up", state("caller", "busy"), after=1.0),
)


def sound_of(box: TrialBox, rid: str) -> Sound:
    with box.open(rid) as reader:
        sound: Sound = reader.read(0, reader.samples)[0]
    return sound


def speaking(sound: Sound, start: float, stop: float) -> float:
    """Return the part of the time in which somebody is heard."""
    part = sound[int(start * RATE) : int(stop * RATE)].astype(np.float64)
    frames = part[: part.size // 160 * 160].reshape(-1, 160)
    return float((np.sqrt((frames**2).mean(axis=1)) > 200).mean())


def test_a_caller_who_agrees_is_recorded_and_heard(trial_box: TrialBox) -> None:
    course, people = play_phones(trial_box, *RECORDED, *GONE)
    assert course.notes == [("recorded", None)]
    (rid,) = course.kept
    sound = sound_of(trial_box, rid)
    assert speaking(sound, 0.0, 0.3) == 0
    assert speaking(sound, 0.6, 3.4) > 0.6
    far, near = (said[RATE : 2 * RATE].astype(np.float64) for said in simulated_voices())
    assert likeness(sound[: 4 * RATE].astype(np.float64), far) > 0.7
    assert likeness(sound.astype(np.float64), near) > 0.7
    with trial_box.open(rid) as reader:
        receipt, meta = reader.receipt, reader.meta
    question = next(heard for heard in people.heard["caller"] if heard.spoken == "question")
    assert receipt.prompt_sha256 == question.what
    assert (receipt.key, receipt.side, receipt.grade) == ("1", "far", "A")
    assert meta.number == NUMBER


@pytest.mark.faults  # two calls
def test_what_is_played_and_told_is_the_same_every_time(trial_box: TrialBox) -> None:
    first, people = play_phones(trial_box, *AGREED, *GONE)
    again, others = play_phones(trial_box, *AGREED, *GONE)
    assert people.heard == others.heard
    assert [type(event) for event in first.events] == [type(event) for event in again.events]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        deep((step("caller", "key", said("question"), after=0.5, keys="2"),), "refused"),
        ((), "no_answer"),
        ((step("office", "key", said("question"), after=0.5, keys="1"),), "interrupted"),
    ],
    ids=["refuses", "presses nothing", "the office's key"],
)
def test_who_does_not_agree_leaves_nothing(
    trial_box: TrialBox, answer: tuple[Step, ...], reason: str
) -> None:
    patient = step("caller", "talk", said("keys") if not answer else lambda _: True, after=6.0)
    course, _ = play_phones(trial_box, *GREETED, *answer, patient, *GONE)
    assert course.notes == [("unrecorded", reason)]
    assert course.kept == course.withdrawn == trial_box.recordings() == []


def test_a_consultation_ends_the_consent(trial_box: TrialBox) -> None:
    course, people = play_phones(
        trial_box,
        *RECORDED,
        step("office", "flash", after=0.5),
        step("office", "key", state("office", "dial_tone"), after=0.5, keys="31"),
        step("third", "lift", rings("third", 1), after=0.5),
        step("third", "talk", after=0.3),
        step("third", "key", after=2.0, keys="1"),
        step("office", "flash", after=1.0),
        step("caller", "talk", state("caller", "talking")),
        step("office", "hang_up", after=2.0),
        # Whoever is still parked rings the office again.
        step("third", "hang_up", state("office", "ringing"), after=1.0),
        step("caller", "hang_up"),
    )
    assert course.notes == [("recorded", None)]
    assert State.FAR_CHANGED in course.states
    cues = [event.cue for event in course.of(ev.PartyChanged) if isinstance(event, ev.PartyChanged)]
    assert cues[0] is PartyCue.FLASH
    (rid,) = course.kept
    assert sound_of(trial_box, rid).size < 8 * RATE
    # The office heard the newcomer, and the parked caller did not.
    assert {heard.by for heard in people.heard["office"]} >= {"caller", "third"}
    assert "third" not in {heard.by for heard in people.heard["caller"]}


def test_a_second_caller_who_waits_is_a_new_party_and_is_not_recorded(trial_box: TrialBox) -> None:
    course, people = play_phones(
        trial_box,
        *RECORDED,
        call_in("third"),
        step("office", "flash", after=2.0),
        step("third", "talk", state("third", "talking"), after=0.2),
        step("third", "hush", after=2.0),
        step("office", "flash"),
        step("office", "hang_up", state("caller", "talking"), after=1.0),
        # The second caller is still there: the phone rings, and another call begins.
        step("office", "lift", rings("office")),
        step("third", "key", said("question", "third"), after=0.5, keys="2"),
        # Meanwhile the caller has heard enough of the busy tone.
        step("office", "hang_up", state("caller", "on_hook"), after=3.0),
        step("third", "hang_up"),
    )
    assert course.notes == [("recorded", None), ("unrecorded", "refused")]
    assert State.FAR_CHANGED in course.states
    assert len(course.kept) == 1
    tones = {heard.what for heard in people.heard["office"] if heard.kind == "tone"}
    assert "call_waiting" in tones


def test_an_outgoing_call_is_asked_and_recorded(trial_box: TrialBox) -> None:
    course, _ = play_phones(
        trial_box,
        step("office", "lift"),
        step("office", "key", state("office", "dial_tone"), after=0.5, keys="600555012"),
        step("caller", "lift", rings("caller", 1)),
        step("caller", "talk", after=0.3),
        step("caller", "hush", after=0.8),
        step("caller", "key", said("question"), after=0.5, keys="1"),
        step("caller", "talk", said("confirmation"), after=0.5),
        step("caller", "hush", after=2.0),
        *GONE,
    )
    assert course.notes == [("recorded", None)]
    (rid,) = course.kept
    with trial_box.open(rid) as reader:
        assert (reader.meta.direction, reader.meta.number) == ("outgoing", "+48600555012")


def test_nothing_is_asked_on_a_call_for_help(trial_box: TrialBox) -> None:
    course, people = play_phones(
        trial_box,
        step("office", "lift"),
        step("office", "key", state("office", "dial_tone"), after=0.3, keys="112"),
        step("caller", "lift", rings("caller", 1)),
        step("caller", "talk", after=0.3),
        step("caller", "hush", after=8.0),
        *GONE,
    )
    assert course.spoken == []
    assert course.notes == [("unrecorded", "exempt")]
    assert State.EXEMPT in course.states
    assert "prompt" not in {heard.kind for heard in people.heard["caller"]}
    assert trial_box.recordings() == []


def test_a_withdrawal_leaves_nothing(trial_box: TrialBox) -> None:
    course, _ = play_phones(
        trial_box,
        *RECORDED,
        step("caller", "key", after=0.5, keys="2"),
        step("caller", "talk", after=3.0),
        *GONE,
    )
    assert PromptKind.CONFIRMATION in course.spoken
    assert course.kept == []
    assert len(course.withdrawn) == 1
