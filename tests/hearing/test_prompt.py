import numpy as np
import pytest

from appliance.exchange.scene import Circuit
from appliance.hearing.prompt import PromptWatch
from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides
from appliance.model.events import DigitPressed, Event, PromptEnded, PromptHeard, PromptMarked
from appliance.model.prompts import Prompt
from appliance.model.terms import Side
from appliance.recorder.calibration.figures import learnt
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, to_sound
from appliance.signals.prompt.audibility import AudibilityMeter, PromptAudibility
from tests.hearing.lines_heard import Line, prompt_of
from tests.signals.side.test_fingerprint import WHOLE
from tests.signals.sounds import babble, noise

BOTH: Sides = ("both",)
CHANNELS: Sides = ("far", "near")


def digits(events: list[tuple[int, Event]] | list[Event]) -> list[DigitPressed]:
    plain = [event[1] if isinstance(event, tuple) else event for event in events]
    return [event for event in plain if isinstance(event, DigitPressed)]


WORDS = babble(6.0, -14.0, seed=3)
PROMPT = prompt_of(WORDS, 5.5)


def about_prompt(events: list[tuple[int, Event]]) -> list[tuple[int, Event]]:
    return [one for one in events if isinstance(one[1], PromptHeard)]


@pytest.mark.parametrize("below_db", [0.0, 6.0, 12.0])
@pytest.mark.parametrize("near", [False, True], ids=["far", "near"])
def test_a_key_under_our_prompt_is_heard_on_its_side(below_db: float, near: bool) -> None:
    for at in (2.3, 3.1, 4.7):
        line = Line(7.5, Circuit(loss_db=0.0))
        line.put(line.near if near else line.far, at, key_wave("4", 100, dbm0=-14 - below_db))
        found = [d for d in digits(line.heard(PROMPT)) if abs(d.sample - at * RATE) < 100]
        assert [(d.key, d.side) for d in found] == [("4", Side.NEAR if near else Side.FAR)]


def pressed_after_the_way_changed(at: float, key: Wave, pause: float = 0.0) -> list[DigitPressed]:
    """Return the keys heard on a mixed line if the prompt's way changes when a phone is lifted.

    That is at 3 s; the prompt pauses from ``pause`` on for half a second.
    """
    words = babble(6.0, -22.0, seed=3)
    if pause:
        words[round(pause * RATE) : round((pause + 0.5) * RATE)] = 0
    prompt, line = prompt_of(words, 5.5), words.copy()
    line[3 * RATE :] = np.convolve(words, [0.0, 0.4, 0.2])[3 * RATE : words.size]
    line[round(at * RATE) :][: key.size] += key
    sound, ears = (
        to_sound(line + noise(6.0, -65.0)),
        LineDetectors("line", "PL", BOTH, learnt(WHOLE)),
    )
    ears.hook_changed(off_hook=True)
    ears.prompt_started(prompt)
    events: list[Event] = []
    for start in range(0, sound.size, FRAME):
        part = slice(start, start + FRAME)
        events += ears.events_in(
            AudioFrame("line", start, sound[None, part], BOTH, prompt.sound[part])
        )
    return digits(events)


CALLERS = key_wave("1", 100, dbm0=-14.0, twist_db=2.0)
OFFICES = key_wave("1", 100, dbm0=-5.0, twist_db=2.0, deviation=0.004)


def test_a_key_under_a_prompt_that_is_badly_cancelled_is_nobodys() -> None:
    (key,) = pressed_after_the_way_changed(3.6, CALLERS)
    assert (key.key, key.side) == ("1", Side.UNSURE)


def test_it_counts_in_the_prompts_pauses_and_once_it_is_well_cancelled_again() -> None:
    for at, pause in ((3.8, 3.6), (5.0, 0.0)):
        (key,) = pressed_after_the_way_changed(at, CALLERS, pause)
        assert (key.key, key.side) == ("1", Side.FAR)


def test_the_offices_own_key_is_heard_under_a_prompt_that_is_badly_cancelled() -> None:
    (key,) = pressed_after_the_way_changed(3.6, OFFICES)
    assert (key.key, key.side) == ("1", Side.NEAR)


def test_our_prompt_alone_is_no_key_tone_or_voice() -> None:
    events = Line(8.0).heard(PROMPT)
    assert len(events) == 2


def test_a_prompt_heard_whole_is_marked_and_ended_with_its_length_and_level() -> None:
    (marked_at, marked), (ended_at, ended) = about_prompt(Line(8.0).heard(PROMPT))
    assert isinstance(marked, PromptMarked)
    assert isinstance(ended, PromptEnded)
    assert marked.sample == (0.5 + 5.5) * RATE
    assert ended.sample == (0.5 + 6.0) * RATE
    assert 0 <= marked_at - marked.sample <= FRAME
    assert 0 <= ended_at - ended.sample <= FRAME
    assert marked.heard_ms == 5500
    assert ended.heard_ms == 6000
    assert abs(marked.level_db) < 4
    assert marked.talked_over < 0.05
    assert not marked.underrun


@pytest.mark.parametrize(
    "circuit", [Circuit(prompt_muted=True), Circuit(prompt_db=-20.0)], ids=["muted", "-20 dB"]
)
def test_a_prompt_that_did_not_come_out_is_not_taken_for_heard(circuit: Circuit) -> None:
    line = Line(8.0, circuit)
    line.far += babble(8.0, -20, 190.0, seed=11)
    for _, event in about_prompt(line.heard(PROMPT)):
        assert isinstance(event, PromptHeard)
        assert event.heard_ms == 0 or event.level_db < -6 or event.underrun


def test_talking_over_the_prompt_is_measured() -> None:
    line = Line(8.0)
    line.put(line.far, 1.0, babble(4.0, -16, 190.0, seed=11))
    (_, marked), _ = about_prompt(line.heard(PROMPT))
    assert isinstance(marked, PromptMarked)
    assert marked.talked_over > 0.3
    assert marked.heard_ms > 0


def test_a_prompt_with_a_hole_is_an_underrun() -> None:
    (_, marked), (_, ended) = about_prompt(Line(9.0).heard(PROMPT, missing=(2.0, 2.1)))
    assert isinstance(marked, PromptMarked)
    assert isinstance(ended, PromptEnded)
    assert marked.underrun
    assert ended.underrun


def test_a_prompt_that_is_stopped_has_ended() -> None:
    ((at, ended),) = about_prompt(Line(4.0).heard(PROMPT, stop_at=2.5))
    assert isinstance(ended, PromptEnded)
    assert at == 2.5 * RATE + FRAME
    assert ended.heard_ms == pytest.approx(2000, abs=20)


@pytest.mark.parametrize("missing", [(0.0, 9.0), (2.0, 9.0)], ids=["never", "no more"])
def test_a_prompt_that_does_not_go_on_is_over_after_a_second(missing: tuple[float, float]) -> None:
    found = about_prompt(Line(6.0).heard(PROMPT, missing=missing))
    at, ended = found[-1]
    assert isinstance(ended, PromptEnded)
    assert ended.underrun
    assert at <= (max(missing[0], 0.5) + 1.1) * RATE


LOST = -1000000


def watched(prompt: Prompt, *places: int | None) -> list[Event]:
    """What is told of a prompt whose samples from each place on stand in one frame after another.

    The frames of a sound card: what it puts out comes back late and as it was cut. None is a
    frame without a prompt, ``LOST`` one that does not arrive.
    """
    watch = PromptWatch(0.0)
    watch.started(prompt)
    padded = np.concatenate((np.zeros(FRAME, np.int16), prompt.sound, np.zeros(FRAME, np.int16)))
    told: list[Event] = []
    for count, at in enumerate(places):
        if at == LOST:
            continue
        played = None if at is None else padded[at + FRAME : at + 2 * FRAME]
        sound = np.zeros(FRAME, np.int16) if played is None else played
        frame = AudioFrame("line", count * FRAME, sound[None], BOTH, played, at)
        told += watch.follow_frame(frame, sound.astype(np.float32))
    return told


SHORT = prompt_of(babble(1.0, -14.0, seed=3), 0.8)


def test_a_prompt_that_begins_within_a_frame_is_marked_to_the_sample() -> None:
    marked, ended = watched(SHORT, None, *range(-70, SHORT.sound.size, FRAME))

    assert isinstance(marked, PromptMarked)
    assert isinstance(ended, PromptEnded)
    assert marked.sample == FRAME + 70 + SHORT.mark
    assert ended.sample == FRAME + 70 + SHORT.sound.size
    assert not marked.underrun
    assert not ended.underrun


def test_the_end_of_the_prompt_before_is_not_its_beginning() -> None:
    marked, _ = watched(SHORT, 5000, 5160, None, *range(-70, SHORT.sound.size, FRAME))

    assert isinstance(marked, PromptMarked)
    assert marked.sample == 3 * FRAME + 70 + SHORT.mark
    assert not marked.underrun


@pytest.mark.parametrize("cut", [-80, 80, 1600])
def test_a_prompt_out_of_which_something_is_missing_or_said_twice_is_not_whole(cut: int) -> None:
    before = range(0, 3200, FRAME)
    after = range(3200 + cut, SHORT.sound.size, FRAME)
    found = watched(SHORT, *before, *after)
    assert len(found) == 2
    for event in found:
        assert isinstance(event, PromptHeard)
        assert event.underrun


@pytest.mark.parametrize("skipped", [800, 1600, 2400])
def test_a_prompt_that_soon_skips_a_syllable_is_not_whole(skipped: int) -> None:
    found = watched(PROMPT, *range(0, 800, FRAME), *range(800 + skipped, 6 * RATE, FRAME))
    assert len(found) == 2
    for event in found:
        assert isinstance(event, PromptHeard)
        assert event.underrun


def test_a_prompt_of_which_a_frame_is_lost_is_not_whole() -> None:
    places = list(range(-70, SHORT.sound.size, FRAME))
    places[10] = LOST
    found = watched(SHORT, *places)
    assert len(found) == 2
    for event in found:
        assert isinstance(event, PromptHeard)
        assert event.underrun


def test_a_prompt_whose_beginning_was_not_on_the_line_never_begins() -> None:
    (ended,) = watched(SHORT, *range(320, SHORT.sound.size, FRAME), *[None] * 50)

    assert isinstance(ended, PromptEnded)
    assert ended.heard_ms == 0
    assert ended.underrun


def test_a_prompt_that_cannot_be_measured_fails_once_and_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(meter: AudibilityMeter, upto: int) -> PromptAudibility:
        raise ValueError

    monkeypatch.setattr(AudibilityMeter, "audibility", fails)
    watch = PromptWatch(0.0)
    watch.started(PROMPT)
    frame = AudioFrame("line", 0, np.zeros((1, FRAME), np.int16), BOTH, np.ones(FRAME, np.int16))
    watch.follow_frame(frame, np.zeros(FRAME, np.float32))
    watch.stopped()
    with pytest.raises(ValueError):  # noqa: PT011 - numpy's own
        watch.follow_frame(frame, np.zeros(FRAME, np.float32))
    assert watch.follow_frame(frame, np.zeros(FRAME, np.float32)) == []
