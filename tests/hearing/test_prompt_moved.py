"""A sound card slips before a prompt, and finds out while its first words are on the line."""

import numpy as np
import pytest

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides
from appliance.model.events import DigitPressed, Event, PromptEnded, PromptMarked
from appliance.model.terms import Side
from appliance.recorder.calibration.figures import learnt
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, to_sound
from tests.hearing.lines_heard import prompt_of
from tests.signals.side.test_fingerprint import WHOLE
from tests.signals.sounds import babble, noise

BOTH: Sides = ("both",)
PROMPT = prompt_of(babble(6.0, -14.0, seed=3), 5.5)
SAID = PROMPT.sound.astype(np.float64)


def by_a_card_that_slipped(
    by: int, line: Wave, knows: float = 0.4, talk: Wave | None = None
) -> list[Event]:
    """What is told where a card has slipped before a prompt and finds out ``knows`` s into it.

    Args:
        by: samples by which the prompt is believed further on than it is; it begins after 0.5 s.
        line: what the prompt is on the line.
        knows: seconds after the beginning.
        talk: what else is on it, from the prompt's beginning on.
    """
    begins = RATE // 2
    knows_at = begins + round(knows * RATE)
    wires = noise(7.5, -65.0)
    wires[begins : begins + line.size] += line
    if talk is not None:
        wires[begins : begins + talk.size] += talk
    padded = np.concatenate((np.zeros(RATE), PROMPT.sound, np.zeros(2 * RATE))).astype(np.int16)
    ears = LineDetectors("line", "PL", BOTH, learnt(WHOLE))
    ears.hook_changed(off_hook=True)
    ears.prompt_started(PROMPT)
    told: list[Event] = []
    for start in range(0, wires.size, FRAME):
        at = start - begins + (by if start < knows_at else 0)
        there = -FRAME < at < PROMPT.sound.size
        played = padded[RATE + at : RATE + at + FRAME] if there else None
        sound = to_sound(wires[start : start + FRAME])[None]
        place = at if there else None
        told += ears.events_in(AudioFrame("line", start, sound, BOTH, played, place))
    return told


def told_of(events: list[Event]) -> tuple[PromptMarked, PromptEnded]:
    (marked,) = [event for event in events if isinstance(event, PromptMarked)]
    (ended,) = [event for event in events if isinstance(event, PromptEnded)]
    return marked, ended


@pytest.mark.parametrize("by", [-500, -81, 0, 81, 400, 2400])
def test_a_prompt_is_heard_whole_by_a_card_that_slipped_before_it(by: int) -> None:
    marked, ended = told_of(by_a_card_that_slipped(by, SAID))
    assert not marked.underrun
    assert not ended.underrun
    assert marked.sample == RATE // 2 + PROMPT.mark
    assert marked.heard_ms >= 5500 - 80
    assert abs(marked.level_db) < 1
    assert marked.talked_over < 0.05


@pytest.mark.parametrize("by", [0, 81, 400, 1600, 4000])
def test_the_last_words_before_the_mark_are_measured_all_the_same(by: int) -> None:
    line = SAID.copy()
    line[PROMPT.mark - 2400 : PROMPT.mark] = 0  # the key's name
    marked, _ = told_of(by_a_card_that_slipped(by, line))
    assert marked.underrun


def test_a_beginning_that_was_not_measured_is_a_gap() -> None:
    line = SAID.copy()
    line[:3000] = 0
    for by in (0, -3900):
        marked, ended = told_of(by_a_card_that_slipped(by, line, knows=0.7))
        assert marked.underrun
        assert ended.underrun


@pytest.mark.parametrize("by", [-81, 81])
def test_a_key_soon_after_the_slip_was_found_out_is_heard(by: int) -> None:
    key = key_wave("1", 120, dbm0=-14.0, twist_db=2.0)
    talk = np.concatenate((np.zeros(round(1.0 * RATE)), key))
    told = by_a_card_that_slipped(by, SAID, talk=talk)
    keys = [(event.key, event.side) for event in told if isinstance(event, DigitPressed)]
    assert keys == [("1", Side.FAR)]
