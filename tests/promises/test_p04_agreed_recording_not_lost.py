"""Prove P4: kill the process at any moment of a recording; all but the last second plays."""

import random
import subprocess
import sys

import pytest

from appliance.model.audio import RATE
from appliance.model.records import Verdict
from appliance.vault.opening.verdicts import AuditFacts, KeysAtHand, assess
from tests.boxes import TrialBox
from tests.deep import spread

CALL_AND_DIE = """
import os, signal, sys
from pathlib import Path
from appliance.clock import SystemClock
from appliance.commands.call import place
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.exchange import driver as exchange
from appliance.exchange.scene import Scene
from appliance.recorder.line import actions

live_for = int(sys.argv[2])
began = []
tape_sound, begin = actions.LineActions.tape_sound, actions.Tape.begin


def beginning(self, sample):
    began.append(sample)
    begin(self, sample)


def counting(self, sample, sound):
    tape_sound(self, sample, sound)
    if began and sample + 160 - began[0] >= live_for:
        os.kill(os.getpid(), signal.SIGKILL)


actions.LineActions.tape_sound, actions.Tape.begin = counting, beginning
scene = Scene.ordinary("+48221234567", "1", talk=20)
place(trial(), Folders(Path(sys.argv[1])), SystemClock(), scene)
"""


@pytest.mark.parametrize("moment", spread(range(10), 1))
def test_killed_while_recording(trial_box: TrialBox, moment: int) -> None:
    live_for = random.Random(moment).randrange(RATE // 2, 19 * RATE)
    child = [sys.executable, "-c", CALL_AND_DIE, str(trial_box.folders.data), str(live_for)]
    done = subprocess.run(child, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == -9, done.stderr
    (rid,) = trial_box.recordings()
    with trial_box.open(rid) as reader:
        lost = live_for - reader.samples
        assert reader.read(0, reader.samples).shape[1] == reader.samples
    lateness = RATE * 50 // 1000
    assert lost <= RATE + lateness
    keys = KeysAtHand(trial_box.keyring().private(rid), trial_box.reading_key())
    found = assess(trial_box.file(rid), AuditFacts(), keys)
    assert found.verdict is Verdict.CUT
