import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.audio import FRAME, Sound
from appliance.signals.levels import LevelMeter, NoiseFloor, VoiceChange, VoiceDetector
from tests.signals.sounds import babble, frames_of, noise, on_line, quiet


def heard(sound: Sound, floor: float = 0.0) -> list[VoiceChange]:
    voice, noise = VoiceDetector(), NoiseFloor()
    out = []
    for index, frame in enumerate(frames_of(sound)):
        power = float(np.mean(frame.astype(np.float64) ** 2))
        noise.follow(power)
        change = voice.follow(index * FRAME, power, max(noise.limit, floor))
        if change is not None:
            out.append(change)
    return out


def test_a_voice_begins_and_ends_when_it_does() -> None:
    begins, ends = heard(on_line(quiet(1.0), babble(0.24, seed=4), quiet(1.0)))
    assert begins.active
    assert not ends.active
    assert 7900 <= begins.sample <= 8500
    assert 9400 <= ends.sample <= 10100


def test_a_click_is_no_voice() -> None:
    assert heard(on_line(quiet(1.0), noise(0.02, -5), quiet(1.0))) == []


def test_noise_becomes_the_floor() -> None:
    sound = on_line(noise(20.0, -40))
    late = [change for change in heard(sound) if change.sample > 80_000]
    assert not any(change.active for change in late)


def test_a_voice_over_noise_is_heard() -> None:
    line = noise(20.0, -42)
    line[120_000:128_000] += babble(1.0, -20)[:8000]
    assert any(c.active and abs(c.sample - 120_000) < 2000 for c in heard(on_line(line)))


def test_what_is_below_the_floor_just_now_is_not_heard() -> None:
    assert heard(on_line(quiet(0.5), babble(1.0, -20), quiet(0.5)), floor=float("inf")) == []


def test_the_meter_rises_at_once_and_falls_slowly() -> None:
    meter = LevelMeter()
    assert meter.update(-10) == -10
    assert -11 < meter.update(-90) < -10


@given(
    st.lists(st.sampled_from([0.0, 1.0, 4e3, 9e3, 5e4, 3e5, 2e6]), min_size=1, max_size=80),
    st.integers(1, 79),
)
def test_many_frames_are_heard_as_one_by_one(powers: list[float], cut: int) -> None:
    voice, floor = VoiceDetector(), NoiseFloor()
    singly = []
    for index, power in enumerate(powers):
        floor.follow(power)
        change = voice.follow(index * FRAME, power, floor.limit)
        singly += [] if change is None else [(index, change)]
    voice, floor = VoiceDetector(), NoiseFloor()
    at_once = []
    for first, part in ((0, powers[:cut]), (cut, powers[cut:])):
        if part:
            loud = np.array(part) > floor.follow_many(np.array(part))
            found = voice.follow_many(first * FRAME, loud)
            at_once += [(first + index, change) for index, change in found]
    assert at_once == singly
