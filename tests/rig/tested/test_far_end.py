"""Call from the far end, whose people hear the box only as sound; at speed, without cable."""

import numpy as np
import pytest

from appliance.config.read import trial
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.script.files import named_scene
from appliance.model.audio import FRAME, RATE
from appliance.model.policy import PromptKind, Saying
from appliance.prompts.library import Library
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import Wave
from tests.rig.far_end import FarEnd, Moment

PROMPTS = Library().prompts(trial(), trial().lines[0])


class SpeakingBox:
    """Says the question some seconds after the receiver is lifted, and nothing else."""

    def __init__(self, after_seconds: float, part: float = 1.0) -> None:
        words = PROMPTS[Saying(PromptKind.QUESTION)].sound.astype(np.float64)
        silence = np.zeros(int(after_seconds * RATE))
        self._words = np.concatenate((silence, words[: int(words.size * part)]))
        self._at: int | None = None

    def speak(self, moment: Moment | None) -> Wave:
        if self._at is None and moment is not None and abs(moment.loop.milliamps) > 5:
            self._at = 0
        if self._at is None:
            return np.zeros(FRAME)
        part = self._words[self._at : self._at + FRAME]
        self._at += FRAME
        return np.concatenate((part, np.zeros(FRAME - part.size)))


@pytest.fixture
def far_end() -> FarEnd:
    return FarEnd(PROMPTS.values(), PartyVoices(*simulated_voices()), 1)


def carried(far_end: FarEnd, box: SpeakingBox, seconds: float) -> list[Moment]:
    moments: list[Moment] = []
    for _ in range(int(seconds * RATE / FRAME)):
        moments.append(far_end.pass_by(box.speak(moments[-1] if moments else None)))
    return moments


def key_heard_at(moments: list[Moment]) -> int | None:
    """Return the sample at which a "1" is on the line: 697 and 1209 Hz and nothing louder."""
    for moment in moments:
        spectrum = np.abs(np.fft.rfft(moment.sound[0] * np.hanning(FRAME), 1024))
        low, high = spectrum[85:94].max(), spectrum[150:160].max()
        rest = np.delete(spectrum, np.r_[75:104, 140:170]).max()
        if min(low, high) > 10 * rest and min(low, high) > 20_000:
            return moment.sample
    return None


def test_the_caller_presses_after_the_last_keys_name_was_heard(far_end: FarEnd) -> None:
    far_end.place(named_scene("agrees"))
    moments = carried(far_end, SpeakingBox(3.0), 45.0)
    ((began, what),) = far_end.heard
    assert what == "question"
    key = key_heard_at(moments)
    assert key is not None
    after = key - began - PROMPTS[Saying(PromptKind.QUESTION)].mark
    assert 0 <= after - RATE * 700 // 1000 <= 2 * FRAME


def test_nobody_presses_when_the_question_breaks_off(far_end: FarEnd) -> None:
    far_end.place(named_scene("agrees"))
    moments = carried(far_end, SpeakingBox(3.0, 0.6), 35.0)
    assert [what for _, what in far_end.heard] == ["question", "broke off"]
    assert key_heard_at(moments) is None


def test_the_line_is_there_between_calls(far_end: FarEnd) -> None:
    far_end.place(named_scene("silent"))
    moments = carried(far_end, SpeakingBox(3.0), 2.9)
    assert {abs(moment.loop.milliamps) for moment in moments} == {0.0}
    assert not any(moment.ringing for moment in moments)
    assert far_end.wait_over(0.0) is False
    moments = carried(far_end, SpeakingBox(3.0), 90.0)
    assert any(moment.ringing for moment in moments)
    assert far_end.wait_over(0.0) is True
    assert [moment.sample for moment in moments[:2]] == [145 * FRAME, 146 * FRAME]
