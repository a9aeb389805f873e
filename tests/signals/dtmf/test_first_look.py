import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.model.audio import FRAME, Sound
from appliance.signals.dtmf.detector import Digit, DtmfDetector, KeyDown
from appliance.signals.dtmf.first_look import NO_KEY, candidate_key, candidate_keys
from appliance.signals.goertzel import Floats, History
from benchmarks.keys.material import ACCEPT, ALL_KEYS, BETWEEN, Condition, keys_under
from tests.signals.sounds import babble, detected, keys_wave, noise, on_line, quiet

Found = list[KeyDown | Digit]


def heard(sound: Sound, at_once: int) -> Found:
    detector = DtmfDetector()
    step = at_once * FRAME
    return [
        found
        for start in range(0, sound.size, step)
        for found in detected(detector, sound[start : start + step])
    ]


def said(found: Found) -> list[tuple[str, str, int]]:
    return [(type(one).__name__, one.key, one.sample) for one in found]


@pytest.mark.parametrize("at_once", [7, 100])
@pytest.mark.parametrize(
    "condition", [*ACCEPT[::6], *BETWEEN[::7]], ids=lambda condition: condition.name
)
def test_a_file_is_heard_at_once_as_it_is_frame_by_frame(
    condition: Condition, at_once: int
) -> None:
    sound = keys_under(condition, ALL_KEYS, 8)
    assert said(heard(sound, at_once)) == said(heard(sound, 1))


def test_keys_between_talk_and_silence_are_the_same_at_once() -> None:
    parts = [babble(1.3, -12), keys_wave("12#", 60, 60), quiet(3.0), noise(0.7, -20)]
    sound = on_line(*parts, *parts, keys_wave("9", 900, 50))
    assert "".join(one.key for one in heard(sound, 100) if isinstance(one, Digit)) == "12#12#9"
    assert said(heard(sound, 100)) == said(heard(sound, 1))


def test_no_more_than_fits_is_taken_at_once() -> None:
    with pytest.raises(ValueError, match="at most"):
        detected(DtmfDetector(), np.zeros(History.AHEAD + FRAME, np.int16))


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 6), st.just(12)),
        elements=st.sampled_from([0.0, 1.0, 3e4, 1e5, 3.9e5, 4e5, 1e6, 2.1e7]),
    )
)
def test_many_windows_show_what_each_of_them_shows(powers: Floats) -> None:
    assert candidate_keys(powers).tolist() == [candidate_key(line) for line in powers.tolist()]


def test_a_window_of_one_key_shows_it() -> None:
    powers = [0.0] * 12
    powers[2] = powers[4 + 1] = 1e6
    assert candidate_key(powers) == 4 * 2 + 1
    assert candidate_key([0.0] * 12) == NO_KEY
