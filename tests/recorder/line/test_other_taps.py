"""Record from lines without a V/I tap: one mixed signal, and a channel for each side."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from appliance.call.states import State
from appliance.exchange import driver as exchange
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene, SceneAct
from appliance.exchange.script.files import named_scene
from appliance.lines.base import HookEvent
from appliance.model.audio import AudioFrame, Sides, Sound
from appliance.model.events import Gap
from tests.boxes import TrialBox
from tests.deep import deep
from tests.recorder.calls import play, talk

RESISTIVE = {"network": "resistive", "phone": "resistive"}


def tapped(sides: Sides, heard: Callable[[Sound], Sound]) -> type[Exchange]:
    """Return the exchange with another tap."""

    class Tapped(Exchange):
        def step(self) -> list[AudioFrame | Gap | HookEvent]:
            return [
                replace(item, sound=heard(item.sound), sides=sides)
                if isinstance(item, AudioFrame)
                else item
                for item in super().step()
            ]

    Tapped.sides = sides
    return Tapped


def apart(sound: Sound) -> Sound:
    """Return both parties by themselves: where all impedances are 600 ohms, V + I and V - I."""
    volts, amperes = sound.astype(np.int32)
    both = np.stack((volts + amperes, volts - amperes))
    separate: Sound = np.clip(both // 2, -32768, 32767).astype(np.int16)
    return separate


@pytest.fixture
def mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "Exchange", tapped(("both",), lambda sound: sound[:1]))


@pytest.fixture
def separate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "Exchange", tapped(("far", "near"), apart))


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("by", "presses"), [("caller", 1), ("office", 3), deep("caller", 3), deep("office", 1)]
)
def test_no_key_consents_on_a_mixed_line(trial_box: TrialBox, by: str, presses: int) -> None:
    more = [
        SceneAct(by=by, do="key", keys="1", on="mark", after_ms=700 + 900 * n, ms=150)  # type: ignore[arg-type]
        for n in range(presses)
    ]
    course = play(trial_box, talk(*more, answer=None, hang_up_ms=16_000))
    assert State.ASKING in course.states
    assert (course.kept, course.withdrawn) == ([], [])
    assert course.notes == [("unrecorded", "unsure")]


@pytest.mark.usefixtures("mixed")
def test_a_refusal_counts_on_a_mixed_line(trial_box: TrialBox) -> None:
    """On one mixed signal nobody can tell whose key it was, so nobody is said to have refused."""
    course = play(trial_box, talk(answer="2"))
    assert course.notes == [("unrecorded", "refused_unsure")]


@pytest.mark.usefixtures("mixed")
def test_nobody_is_asked_after_an_emergency_number_on_a_mixed_line(trial_box: TrialBox) -> None:
    course = play(trial_box, named_scene("outgoing-emergency"))
    assert course.spoken == []
    assert course.kept == []


@pytest.mark.usefixtures("separate")
@pytest.mark.parametrize(
    ("scene", "outcome"),
    [
        (talk().on_line(**RESISTIVE), ("recorded", None)),
        deep(talk(answer="2").on_line(**RESISTIVE), ("unrecorded", "refused")),
        deep(named_scene("near-key").on_line(**RESISTIVE), ("unrecorded", "interrupted")),
        (named_scene("near-key-echo").on_line(**RESISTIVE), ("unrecorded", "interrupted")),
    ],
)
def test_separate_channels_tell_who_pressed(
    trial_box: TrialBox, scene: Scene, outcome: tuple[str, str | None]
) -> None:
    course = play(trial_box, scene)
    assert course.notes == [outcome]
    assert len(course.kept) == (outcome[0] == "recorded")
    for rid in course.kept:
        with trial_box.open(rid) as reader:
            assert reader.meta.sides == ("far", "near")
            assert reader.receipt.grade == "A"
            assert reader.read(0, reader.samples).shape[0] == 2


def turned(sound: Sound) -> Sound:
    """Return what a tap gives whose current sensor is wired the wrong way round."""
    return sound * np.array([[1], [-1]], np.int16)


@pytest.mark.parametrize("by", ["caller", "office"])
def test_a_tap_that_is_wired_the_wrong_way_round_knows_nobodys_key(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch, by: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By itself it would take the office's key for the caller's, and never the caller's."""
    monkeypatch.setattr(exchange, "Exchange", tapped(("voltage", "current"), turned))
    key = SceneAct(by=by, do="key", keys="1", on="mark", after_ms=700, ms=120)  # type: ignore[arg-type]
    scene = talk(key, answer=None)
    course = play(trial_box, scene)
    assert course.kept == []
    assert State.RECORDING not in course.states
    assert "wired the wrong way round" in caplog.text
