"""One consented call from the command line to the exported sound."""

import io
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import soundfile

from appliance.config.read import trial
from appliance.keeper.service import Keeper
from appliance.link.requests.calls import ExportCall, ListCalls
from appliance.link.requests.login import LogIn
from appliance.model.audio import RATE
from appliance.model.policy import PromptKind, Saying
from appliance.model.records import Verdict
from appliance.prompts.library import Library
from appliance.prompts.speech import simulated_voices
from tests.boxes import PASSWORD, TrialBox
from tests.files import whole_file
from tests.likeness import Wave, likeness

CONFIG = trial()


def zgoda(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "appliance", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


@pytest.fixture
def exported(trial_box: TrialBox) -> Wave:
    """The sound of a call of five seconds' talk, as the privacy officer exports it."""
    data = str(trial_box.folders.data)
    done = zgoda(
        *("call", "--from", "+48221234567", "--answer", "1", "--by", "far", "--talk", "5"),
        *("--data", data, "--json"),
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"]) == (0, "recorded")
    assert told["receipt"]["grade"] == "A"
    keeper = Keeper(trial_box.config, trial_box.folders, trial_box.clock)
    keeper.open()
    try:
        session = keeper.handle(LogIn(name="Ewa Nowak", password=PASSWORD)).token  # type: ignore[union-attr]
        (call,) = keeper.handle(ListCalls(text="22 123 45 67"), session).calls  # type: ignore[union-attr]
        assert call.recording == told["recording"]
        assert call.verdict is Verdict.COMPLETE
        answers: Any = keeper.handle(ExportCall(recording=call.recording), session)
        _, raw = whole_file(answers)
    finally:
        keeper.close()
    assert zgoda("verify", data).returncode == 0
    assert isinstance(raw, bytes)
    sound, rate = soundfile.read(io.BytesIO(raw), dtype="float64")
    assert rate == RATE
    wave: Wave = sound
    return wave


def test_the_export_holds_both_voices_and_nothing_from_before(exported: Wave) -> None:
    far, near = (voice.astype(np.float64) for voice in simulated_voices())
    second = RATE
    # Both greet before the question and go on with their texts afterwards.
    after = {
        "the caller": max(likeness(exported, far[at : at + second]) for at in hops(far)),
        "the office": max(likeness(exported, near[at : at + second]) for at in hops(near)),
    }
    assert min(after.values()) > 0.7, after
    question = Library().prompts(CONFIG, CONFIG.lines[0])[Saying(PromptKind.QUESTION)].sound
    asked = question.astype(np.float64)
    before = {
        "the caller's greeting": likeness(exported, far[: second * 8 // 10]),
        "the office's greeting": likeness(exported, near[: second * 7 // 10]),
        "the question": max(
            likeness(exported, asked[at : at + second])
            for at in range(0, asked.size - second, 2 * second)
        ),
    }
    assert max(before.values()) < 0.5, before


def hops(voice: Wave) -> range:
    """Return where pieces of the talk after the greeting begin: at 1.2 s and later."""
    return range(RATE * 12 // 10, 10 * RATE, RATE // 4)
