"""Hold reactions in line time to their targets: the benchmarks' own measurements."""

from collections.abc import Iterable

import numpy as np
import pytest

from appliance.exchange.tones import sines
from appliance.model.audio import RATE
from appliance.model.events import VoiceHeard
from benchmarks.calls.latency import BUSY, MEASURED, far_hang_up
from benchmarks.calls.reaction import Measure, Reaction
from benchmarks.tones.recommended import COUNTRIES
from benchmarks.tones.told import DIAL, TOLD, VOICE_BEGINS, VOICE_ENDS, told

SEED = 11


HANG_UP = "first sign of a far hang-up"
"""Whole calls, for ``make faults``: every run measures one of them, in a test below."""


def parts(reactions: Iterable[Reaction]) -> list[object]:
    """Each part of each reaction by itself, with its target but for the wait of real time."""
    return [
        pytest.param(
            measure,
            (reaction.target or 0) - reaction.waits_ms,
            id=f"{reaction.what} {part}".strip(),
            marks=[pytest.mark.faults] if reaction.what.startswith(HANG_UP) else [],
        )
        for reaction in reactions
        for part, measure in reaction.measures.items()
    ]


@pytest.mark.parametrize(("measure", "target"), parts((*MEASURED, *TOLD)))
def test_the_box_reacts_in_time(measure: Measure, target: float) -> None:
    assert 0 <= measure(SEED) <= target


def test_a_far_hang_up_counts_from_the_first_busy_burst() -> None:
    """Busy is known by a burst, a pause and a burst, each of half a second in Poland."""
    assert 1500 < far_hang_up(BUSY, SEED) <= 1600


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_dial_tone_outlasts_any_burst_by_300_ms(country: str) -> None:
    """Those of GB and the US have frequencies of their own, and are heard as long as any tone."""
    longest = 600 if country in {"GB", "US"} else 300
    assert longest < DIAL.measures[country](SEED) <= longest + 100


def test_words_are_told_soon() -> None:
    (begins,), (ends,) = VOICE_BEGINS.measures.values(), VOICE_ENDS.measures.values()
    assert 60 <= begins(SEED) <= 150
    assert 200 <= ends(SEED) <= 250


def test_what_is_not_told_or_told_wrongly_gives_no_figure() -> None:
    with pytest.raises(LookupError, match="nothing was told"):
        told(np.zeros(RATE), SEED, lambda event: True)
    with pytest.raises(LookupError, match="fax_cng was told"):
        told(sines((1100.0,), 0.5, -15.0), SEED, lambda event: isinstance(event, VoiceHeard))
