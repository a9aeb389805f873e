"""Tell who speaks on a noisy line: noise has no side and is no voice."""

import pytest

from appliance.exchange.circuit.voices import Talker
from appliance.exchange.scene import Circuit
from appliance.model.audio import RATE
from appliance.model.events import VoiceHeard
from appliance.model.terms import Side
from tests.exchange.murmur import murmur
from tests.hearing.lines_heard import Line


@pytest.mark.parametrize("dbm0", [-62, -50, -45, -42])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_pause_is_found_on_a_noisy_line(dbm0: float, seed: int) -> None:
    _hears_pauses(Circuit(line_noise_dbm0=dbm0), seed)


@pytest.mark.parametrize("dbm0", [-25, -13, -8])
def test_a_pause_is_found_on_a_line_that_hums(dbm0: float) -> None:
    _hears_pauses(Circuit(hum_dbm0=dbm0), 1)


def _hears_pauses(circuit: Circuit, seed: int) -> None:
    """Let both speak for a second each, and see that both and the silence between are heard."""
    line = Line(8.0, circuit, seed)
    line.put(line.near, 2.0, Talker(murmur(seed).near, -18.0).speech(RATE).whole())
    line.put(line.far, 4.0, Talker(murmur(seed).far, -20.0).speech(RATE).whole())
    active: dict[Side, int] = {}
    spoken = set()
    silent = 0
    last = 0
    for _, event in line.heard():
        if isinstance(event, VoiceHeard) and event.sample > 1.5 * RATE:
            silent += 0 if active else event.sample - last
            last = event.sample
            spoken.add(event.side)
            active.pop(event.side, None)
            if event.active:
                active[event.side] = event.sample
    silent += 0 if active else 8 * RATE - last
    assert {Side.NEAR, Side.FAR} <= spoken
    assert silent > 3 * RATE
