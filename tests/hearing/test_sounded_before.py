"""Look for a key whose source was missed, as far back as an echo comes."""

import numpy as np
import pytest

from appliance.hearing.far_wave import sounded_before
from appliance.model.audio import FRAME, RATE
from appliance.signals.dtmf.detector import Digit, key_wave
from appliance.signals.dtmf.second_look import measure_key
from appliance.signals.goertzel import History
from appliance.signals.pcm import Wave, to_sound
from tests.signals.sounds import noise


def heard(lead: float, ms: float, source: Wave) -> tuple[Digit, History]:
    """Return a key that began ``lead`` seconds after the line did, and what is kept at its end."""
    key = key_wave("1", ms, dbm0=-20.0)
    at, before = round(lead * RATE), round((lead - 0.3) * RATE)
    whole = noise(lead + ms / 1000 + 0.1, -65.0)
    whole[before : before + source.size] += source
    whole[at : at + key.size] += key
    history = History()
    for start in range(0, whole.size - FRAME + 1, FRAME):
        history.push(to_sound(whole[start : start + FRAME]))
    figures = measure_key(key[40:400].astype(np.float32), "1", np.zeros(0, np.float32))
    return Digit("1", at, round(ms), figures), history


@pytest.mark.parametrize("ms", [100.0, 700.0, 2000.0])
@pytest.mark.parametrize("lead", [1.0, 2.3, 3.9, 5.1])
def test_a_louder_one_before_is_found_however_long_the_key(lead: float, ms: float) -> None:
    key, history = heard(lead, ms, key_wave("1", 120, dbm0=-10.0))
    assert sounded_before(key, history)


@pytest.mark.parametrize("ms", [100.0, 700.0, 2000.0])
@pytest.mark.parametrize("lead", [1.0, 2.3, 3.9, 5.1])
def test_a_key_of_its_own_is_none(lead: float, ms: float) -> None:
    key, history = heard(lead, ms, key_wave("5", 120, dbm0=-10.0))
    assert not sounded_before(key, history)


def test_what_is_kept_no_longer_may_have_been_one() -> None:
    key, history = heard(1.0, 6000.0, key_wave("5", 120, dbm0=-10.0))
    assert sounded_before(key, history)
