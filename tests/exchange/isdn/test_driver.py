"""Let calls happen on a simulated S0 bus, over L1oIP on loopback."""

import numpy as np
import pytest
from msgspec import structs

from appliance.exchange.isdn.driver import IsdnExchange
from appliance.exchange.scene import Scene, SceneAct
from appliance.exchange.script.files import named_scene
from appliance.model.audio import RATE, AudioFrame
from appliance.model.events import (
    Answered,
    CallerId,
    DigitPressed,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    Ring,
)
from appliance.model.terms import AnswerBasis, Hook
from appliance.signals.pcm import level_dbm0
from tests.exchange.scripted_recorder import QUESTION, VOICES, Hear, Script, asking, of, silent

NUMBER = "+48221234567"


def run(scene: Scene, hear: Hear = silent, seed: int = 0) -> Script:
    exchange = IsdnExchange("Reception", seed, VOICES, settled=lambda: None)
    script = Script(exchange, hear)
    try:
        exchange.place(scene)
        exchange.start(script.deliver)
        assert exchange.wait_over(60), "the call does not end"
    finally:
        exchange.close()
        exchange.close()
    return script


def kinds(script: Script) -> list[str]:
    return [type(event).__name__ for event in script.events]


def test_a_call_is_offered_answered_and_cleared_by_messages() -> None:
    script = run(Scene.ordinary(NUMBER, None, name="Zofia Testowa"))
    hook = "HookChanged"
    assert kinds(script) == [hook, "Ring", "CallerId", "Ring", hook, hook]
    assert [event.hook for event in of(script, HookChanged) if isinstance(event, HookChanged)] == [
        Hook.ON,
        Hook.OFF,
        Hook.ON,
    ]
    (caller,) = of(script, CallerId)
    assert isinstance(caller, CallerId)
    assert (caller.number, caller.name, caller.withheld) == (NUMBER, "Zofia Testowa", False)
    # Nothing of an analog line is in the sound: it is silent until the answer.
    off = script.events[4].sample
    before = [each.sound for each in script.frames if each.sample + 160 < off]
    assert level_dbm0(np.concatenate(before, axis=1)) < -60


def test_both_directions_are_apart_and_the_words_are_with_the_office() -> None:
    script = run(Scene.ordinary(NUMBER, "1"), asking)
    spoken = [frame for frame in script.frames if frame.played is not None]
    assert np.concatenate([each.played for each in spoken if each.played is not None]).any()
    question = [each for each in spoken if each.sample < spoken[0].sample + QUESTION.sound.size]
    far, near = (
        level_dbm0(np.concatenate([frame.sound[side] for frame in question])) for side in (0, 1)
    )
    assert near > -30
    assert far < -60


def test_everything_follows_from_the_seed() -> None:
    scene = Scene.ordinary(NUMBER, "1", talk=2)
    first, again = (run(scene, asking, 3) for _ in range(2))
    assert np.array_equal(first.sound, again.sound)
    assert first.events == again.events


def test_a_number_that_is_withheld_is_not_on_the_bus() -> None:
    (caller,) = of(run(Scene.ordinary("", None)), CallerId)
    assert caller == CallerId(caller.sample, None, None, withheld=True)  # type: ignore[attr-defined]


def test_the_office_dials_and_the_answer_is_the_networks_connect() -> None:
    script = run(named_scene("outgoing-agrees"))
    (answered,) = of(script, Answered)
    assert isinstance(answered, Answered)
    assert answered.basis is AnswerBasis.CONNECT
    keys = [each for each in of(script, DigitPressed) if isinstance(each, DigitPressed)]
    assert len(keys) >= 9
    assert all(key.sample < answered.sample for key in keys)
    assert not of(script, Ring)


def test_a_held_party_is_told_when_it_is_put_aside_and_when_it_is_back() -> None:
    ordinary = Scene.ordinary(NUMBER, None, talk=1)
    aside = SceneAct(by="office", do="flash", on="conversation", after_ms=500, ms=100)
    back = SceneAct(by="office", do="flash", on="conversation", after_ms=2500, ms=100)
    ends = SceneAct(by="office", do="hang_up", on="conversation", after_ms=3500)
    script = run(structs.replace(ordinary, acts=(*ordinary.acts[:2], aside, back, ends)))
    first, second = of(script, PartyChanged)
    assert isinstance(first, PartyChanged)
    assert isinstance(second, PartyChanged)
    assert second.sample - first.sample == 2 * RATE


def test_a_call_that_waits_is_another_party_once_it_is_taken() -> None:
    script = run(named_scene("call-waiting-swap"))
    assert of(script, PartyChanged)
    assert len(of(script, HookChanged)) >= 3


def test_a_network_that_is_unplugged_in_a_call_is_a_fault_and_found_within_ten_seconds() -> None:
    ordinary = Scene.ordinary(NUMBER, None, talk=1)
    pulled = SceneAct(
        by="box", do="lose_sound", on="conversation", after_ms=500, ms=6000, id="pulled"
    )
    ends = SceneAct(by="office", do="hang_up", on="done:pulled", after_ms=500)
    greetings = ordinary.acts[:2]
    script = run(structs.replace(ordinary, acts=(*greetings, pulled, ends)))
    (fault,), (restored,) = of(script, LineFault), of(script, LineRestored)
    assert isinstance(fault, LineFault)
    assert isinstance(restored, LineRestored)
    assert "sends nothing any more" in fault.reason
    last = script.events[-1]
    assert isinstance(last, HookChanged)
    assert last.hook is Hook.ON
    assert last.sample - restored.sample < 10 * RATE


@pytest.mark.parametrize("scene", ["caller-hangs-up", "silent"])
def test_every_call_leaves_the_bus_on_hook(scene: str) -> None:
    script = run(named_scene(scene))
    hooks = [each.hook for each in of(script, HookChanged) if isinstance(each, HookChanged)]
    assert hooks[-1] is Hook.ON
    assert all(isinstance(frame, AudioFrame) for frame in script.frames)
