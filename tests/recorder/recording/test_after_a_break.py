"""Keep what is heard after a break out of the recording: flash, hang-up, pulses, tones."""

import numpy as np
import pytest
from msgspec import structs

from appliance.call.states import State
from appliance.exchange.circuit.voices import Talker
from appliance.exchange.scene import Network, SceneAct
from appliance.exchange.script.files import named_scene
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.prompts.speech import simulated_voices
from tests.boxes import TrialBox
from tests.deep import deep
from tests.likeness import Wave, likeness
from tests.recorder.calls import at_talk, play, talk

NEWCOMER = Talker(simulated_voices()[0], -20.0, at=0.5, faster=1.12).speech(3 * RATE).whole()
"""What the third party of a scene says first."""

PIECE = RATE // 10
"""What is looked for: a tenth of a second of the newcomer's voice."""


def kept(box: TrialBox, rid: str) -> Wave:
    with box.open(rid) as reader:
        sound: Wave = reader.read(0, reader.samples)[0].astype(np.float64)
    return sound


def newcomer_in(sound: Wave) -> float:
    """Return how surely a piece of the newcomer's first half second stands at the end."""
    end = sound[-RATE:]
    pieces = [NEWCOMER[at : at + PIECE] for at in range(0, RATE // 2, PIECE // 2)]
    loud = [piece for piece in pieces if (piece**2).mean() > 200**2]
    return max(likeness(end, piece) for piece in loud)


@pytest.mark.parametrize("ms", [80, deep(300), deep(600), 900])
def test_nobody_is_heard_from_the_flash_on(trial_box: TrialBox, ms: int) -> None:
    flash = at_talk("flash", ms=ms)
    newcomer = at_talk("speak", by="third", seconds=3.0)
    course = play(trial_box, talk(flash, newcomer))
    (rid,) = course.kept
    assert State.FAR_CHANGED in course.states
    sound = kept(trial_box, rid)
    assert sound.size > 3 * RATE
    assert newcomer_in(sound) < 0.8


def test_the_newcomer_would_be_found(trial_box: TrialBox) -> None:
    """Without a break the same voice is in the recording: the test above can fail."""
    newcomer = at_talk("speak", by="third", seconds=3.0)
    (rid,) = play(trial_box, talk(newcomer, hang_up_ms=4600)).kept
    assert newcomer_in(kept(trial_box, rid)) > 0.9


def test_nothing_is_sealed_after_the_receiver_is_down(trial_box: TrialBox) -> None:
    course = play(trial_box, talk(hang_up_ms=2500))
    (rid,) = course.kept
    (first,) = [e for e in course.of(ev.PromptEnded)][-1:]
    hung_up = course.of(ev.HookChanged)[-1]
    with trial_box.open(rid) as reader:
        end = first.sample + reader.samples
    assert hung_up.sample - RATE // 10 <= end <= hung_up.sample


@pytest.mark.parametrize("tone", ["busy", deep("dial")])
def test_a_tone_of_the_network_is_not_recorded(trial_box: TrialBox, tone: str) -> None:
    scene = named_scene("caller-hangs-up")
    scene = structs.replace(scene, network=Network(when_far_gone=tone))  # type: ignore[arg-type]
    (rid,) = play(trial_box, scene).kept
    sound = kept(trial_box, rid)[-2 * RATE :]
    wave = np.sin(2 * np.pi * 425 * np.arange(RATE // 5) / RATE)
    assert likeness(sound, wave) < 0.6


def test_a_disconnect_pulse_ends_it_where_it_began(trial_box: TrialBox) -> None:
    newcomer = SceneAct(by="third", do="speak", on="far_gone", after_ms=600, seconds=3.0)
    scene = named_scene("disconnect-pulse:long")
    (rid,) = play(trial_box, structs.replace(scene, acts=(*scene.acts, newcomer))).kept
    assert newcomer_in(kept(trial_box, rid)) < 0.8


def test_dial_pulses_end_it_where_they_began(trial_box: TrialBox) -> None:
    pulses = at_talk("dial", keys="31", pulses=True)
    newcomer = at_talk("speak", by="third", seconds=3.0)
    course = play(trial_box, talk(pulses, newcomer))
    assert State.FAR_CHANGED in course.states
    (rid,) = course.kept
    assert newcomer_in(kept(trial_box, rid)) < 0.8


def test_special_information_tones_are_not_recorded(trial_box: TrialBox) -> None:
    sit = at_talk("tone", by="network", tone="sit")
    course = play(trial_box, talk(sit))
    assert State.FAR_CHANGED in course.states
    (rid,) = course.kept
    wave = np.sin(2 * np.pi * 950 * np.arange(RATE // 5) / RATE)
    assert likeness(kept(trial_box, rid)[-2 * RATE :], wave) < 0.6
