"""Feed whatever a line or a broken adapter may deliver: nothing fails or invents a key.

Sounds are put together of silence, direct current, square waves over the whole range, noise that
is clipped, single frames of any samples and speech of our own, while our prompt plays or not.
"""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.hearing.far_wave import FarWave
from appliance.hearing.stream import LineDetectors
from appliance.hearing.tap import TapWatch
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.events import (
    CallerId,
    DigitPressed,
    Event,
    KeyBegan,
    PromptHeard,
)
from appliance.signals.caller_id.receiver import FskReceiver
from appliance.signals.dtmf.detector import DtmfDetector
from appliance.signals.goertzel import History
from appliance.signals.levels import NoiseFloor, VoiceDetector, without_hum
from appliance.signals.pcm import to_sound
from appliance.signals.progress.detector import ProgressDetector
from appliance.signals.prompt.audibility import AudibilityMeter
from appliance.signals.tones import BELL_202, V23
from tests.hearing.lines_heard import prompt_of
from tests.signals.sounds import babble, detected, frames_of, noise

FULL = 32767
WORDS = to_sound(babble(2.0, -18))
ALL_SIDES: tuple[Sides, ...] = (("both",), ("far", "near"), ("voltage", "current"))

lengths = st.integers(1, 12).map(lambda frames: frames * FRAME)


def square(length: int, half: int, peak: int) -> Sound:
    """Return a square wave, ``half`` samples up and as many down."""
    up = np.arange(length) // half % 2 == 0
    return np.where(up, peak, -peak).astype(np.int16)


empty = st.one_of(
    st.builds(lambda length: np.zeros(length, np.int16), lengths),
    st.builds(
        lambda length, level: np.full(length, level, np.int16), lengths, st.integers(-FULL, FULL)
    ),
    st.builds(square, lengths, st.integers(1, 400), st.sampled_from([1, 300, 8000, FULL])),
    st.builds(
        lambda length, dbm0, seed: to_sound(noise(length / RATE, dbm0, seed)),
        lengths,
        st.floats(-70.0, 40.0),
        st.integers(0, 99),
    ),
)
"""What holds no key, whatever it is called."""

anything = st.one_of(
    empty,
    arrays.arrays(np.int16, st.just(FRAME)),
    st.builds(lambda start: WORDS[start * FRAME : (start + 10) * FRAME], st.integers(0, 80)),
)


def sounds(parts: st.SearchStrategy[Sound], most: int = 6) -> st.SearchStrategy[Sound]:
    return st.lists(parts, min_size=1, max_size=most).map(np.concatenate)


def channels(
    parts: st.SearchStrategy[Sound], sides: Sides, most: int = 6
) -> st.SearchStrategy[Sound]:
    """Return ``[channels, n]``, as long as the shortest of them."""
    each = st.lists(sounds(parts, most), min_size=len(sides), max_size=len(sides))
    return each.map(lambda all_: np.stack([one[: min(map(len, all_))] for one in all_]))


def heard(
    sound: Sound, sides: Sides, off_hook: bool | None, prompt: bool, dropped: int
) -> list[Event]:
    """Return what is heard; each ``dropped``-th frame does not arrive."""
    hearing, watch = LineDetectors("line", "PL", sides), TapWatch("line", sides)
    if off_hook is not None:
        hearing.hook_changed(off_hook)
    if prompt:
        hearing.prompt_started(prompt_of(WORDS.astype(np.float64), 0.2))
    out: list[Event] = []
    for n in range(sound.shape[1] // FRAME):
        span = slice(n * FRAME, (n + 1) * FRAME)
        played = WORDS[span] if prompt and WORDS[span].size == FRAME else None
        if dropped and n % dropped == 0:
            continue
        frame = AudioFrame("line", n * FRAME, sound[:, span], sides, played)
        out += watch.checked(frame, hearing.events_in(frame))
    return out


hooks = st.sampled_from([None, False, True])


@pytest.mark.parametrize("sides", ALL_SIDES, ids=[sides[0] for sides in ALL_SIDES])
@given(st.data(), hooks, st.booleans(), st.integers(0, 9))
def test_any_sound_on_any_line_is_heard_without_fail(
    sides: Sides, data: st.DataObject, off_hook: bool | None, prompt: bool, dropped: int
) -> None:
    sound = data.draw(channels(anything, sides))
    for event in heard(sound, sides, off_hook, prompt, dropped):
        assert event.sample <= sound.shape[1]
        if isinstance(event, DigitPressed):
            assert event.deviation_percent is not None
            assert np.isfinite((event.dbm0, event.twist_db, event.deviation_percent)).all()
            assert 0 <= event.confidence <= 1
            assert event.ms > 0
        if isinstance(event, PromptHeard):
            assert np.isfinite((event.level_db, event.talked_over)).all()
            assert 0 <= event.talked_over <= 1


@pytest.mark.parametrize("sides", ALL_SIDES, ids=[sides[0] for sides in ALL_SIDES])
@given(st.data(), hooks, st.booleans())
def test_silence_direct_current_clipping_and_noise_hold_no_key_and_no_caller(
    sides: Sides, data: st.DataObject, off_hook: bool | None, prompt: bool
) -> None:
    sound = data.draw(channels(empty, sides))
    events = heard(sound, sides, off_hook, prompt, 0)
    assert not [one for one in events if isinstance(one, DigitPressed | KeyBegan | CallerId)]


@given(sounds(empty))
def test_the_key_detector_finds_no_key_in_them(sound: Sound) -> None:
    detector = DtmfDetector()
    assert [key for frame in frames_of(sound) for key in detected(detector, frame)] == []


@given(sounds(anything), st.sampled_from(["PL", "GB", "US", "HU"]))
def test_progress_hears_any_sound(sound: Sound, country: str) -> None:
    progress = ProgressDetector(country)
    for frame in frames_of(sound):
        kept = progress.history.push(frame)
        for found in progress.step(float(np.dot(kept, kept)) / FRAME):
            assert 0 <= found.sample <= progress.history.end
        assert np.isfinite(progress.power)


@given(sounds(anything), st.sampled_from([V23, BELL_202]))
@example(square(320, 135, 300), BELL_202)  # heard as the bytes 80 00 80: a message of nothing
def test_caller_id_is_sought_in_any_sound_and_found_in_none(sound: Sound, standard: object) -> None:
    history = History()
    receiver = FskReceiver(history)
    for frame in frames_of(sound):
        history.push(frame)
        receiver.start(standard)  # type: ignore[arg-type]
        assert receiver.step() is None


@given(sounds(anything))
def test_voices_are_followed_in_any_sound(sound: Sound) -> None:
    floor, voice = NoiseFloor(), VoiceDetector()
    active = False
    for n, frame in enumerate(frames_of(sound)):
        speech = without_hum(frame[None].astype(np.float32))[0]
        power = float(np.dot(speech, speech)) / FRAME
        floor.follow(power)
        change = voice.follow(n * FRAME, power, floor.limit)
        if change is not None:
            assert change.active is not active
            active = change.active
    assert np.isfinite(floor.limit)


@settings(max_examples=25, deadline=None)
@given(sounds(anything), sounds(anything), st.floats(-20.0, 20.0))
def test_a_prompt_is_measured_in_any_sound(line: Sound, played: Sound, coupling_db: float) -> None:
    meter = AudibilityMeter(played, coupling_db)
    size = min(line.size, played.size)
    pairs = zip(frames_of(line[:size]), frames_of(played[:size]), strict=True)
    for number, (frame, words) in enumerate(pairs):
        meter.add_frame(frame.astype(np.float32), words, number * FRAME)
    figures = meter.audibility(size)
    assert 0 <= figures.heard_ms <= 1000 * size / RATE
    assert np.isfinite(figures.level_db)
    assert 0 <= figures.talked_over <= 1


@settings(max_examples=25, deadline=None)
@given(channels(anything, ("voltage", "current"), 12), st.booleans())
def test_a_far_wave_is_made_of_any_sound(sound: Sound, played: bool) -> None:
    histories = [History(), History()]
    wave = FarWave(histories)
    for n in range(sound.shape[1] // FRAME):
        frame = sound[:, n * FRAME : (n + 1) * FRAME].astype(np.float32)
        for history, channel in zip(histories, frame, strict=True):
            history.push(channel)
        words = WORDS[: FRAME * (n + 1)][-FRAME:] if played else None
        wave.follow_frame(frame, frame, words)
        for key in wave.step():
            wave.note(key)
            wave.side(key)
