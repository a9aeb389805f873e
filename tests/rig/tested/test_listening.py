"""The far end's people know the box's prompts by their first words."""

import numpy as np
import pytest

from appliance.config.read import trial
from appliance.model.audio import FRAME, RATE
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import Prompt
from appliance.prompts.library import Library
from appliance.signals.pcm import Wave
from tests.rig.listening import Listener

PROMPTS = Library().prompts(trial(), trial().lines[0])
BEFORE = RATE * 7 // 5 + 33


def through(sound: Wave) -> Wave:
    """As after two resamplings: half a sample late, a little noise."""
    late = np.convolve(sound, np.sinc(np.arange(-16, 16) + 0.5) * np.hamming(32), "same")
    noisy: Wave = late + np.random.default_rng(3).normal(0, 3, sound.size)
    return noisy


def listened(sound: Wave) -> list[tuple[str, int, int]]:
    """Return what was noticed, of which sample, and at which."""
    listener = Listener(dict.fromkeys(PROMPTS.values()))
    noticed = []
    for sample in range(0, sound.size // FRAME * FRAME, FRAME):
        told = listener.hear(sound[sample : sample + FRAME], sample)
        if told.stopped is not None:
            noticed.append(("stopped", told.stopped, sample))
        if told.began is not None:
            noticed.append((told.began[0].spoken.value, told.began[1], sample))
    return noticed


def alone(prompt: Prompt, part: float = 1.0) -> Wave:
    size = int(prompt.sound.size * part)
    return np.concatenate((np.zeros(BEFORE), prompt.sound[:size], np.zeros(RATE)))


@pytest.mark.parametrize("saying", list(PROMPTS))
def test_each_prompt_is_known_soon_and_runs_to_its_end(saying: Saying) -> None:
    ((what, began, noticed),) = listened(through(alone(PROMPTS[saying])))
    assert (what, abs(began - BEFORE) <= 2) == (saying.spoken.value, True)
    assert noticed - began < RATE * 8 // 10


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("spoken", [PromptKind.QUESTION, PromptKind.KEYS])
def test_a_prompt_that_breaks_off_is_noticed(spoken: PromptKind, part: float) -> None:
    prompt = PROMPTS[Saying(spoken)]
    _, (what, stopped, _) = listened(through(alone(prompt, part)))
    assert what == "stopped"
    # In a pause between words nobody can know.
    assert abs(stopped - (BEFORE + int(prompt.sound.size * part))) < RATE * 6 // 10


def test_what_the_box_never_says_is_no_prompt() -> None:
    backwards = alone(PROMPTS[Saying(PromptKind.QUESTION)])[::-1].copy()
    assert listened(through(backwards)) == []


def test_one_prompt_after_the_other() -> None:
    question = alone(PROMPTS[Saying(PromptKind.QUESTION)])
    confirmation = alone(PROMPTS[Saying(PromptKind.CONFIRMATION, frozenset({"training"}))])
    noticed = listened(through(np.concatenate((question, confirmation))))
    assert [what for what, _, _ in noticed] == ["question", "confirmation"]
    assert abs(noticed[1][1] - question.size - BEFORE) <= 2
