"""Check what the simulated line delivers for each act of people and network."""

import numpy as np
import pytest
from msgspec import structs

from appliance.exchange.scene import Scene, SceneAct
from appliance.exchange.script.files import named_scene
from appliance.exchange.tones import NEAR_DEVIATION
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.events import DigitPressed, HookChanged, PartyChanged, PolarityReversed, Ring
from appliance.model.terms import Hook, PartyCue
from appliance.signals.caller_id.fsk import Demodulator
from appliance.signals.caller_id.receiver import find_message
from appliance.signals.pcm import level_dbm0
from appliance.signals.tones import V23
from tests.exchange.scripted_recorder import (
    CONFIRMATION,
    NOTICE,
    QUESTION,
    Script,
    asking,
    of,
    run,
    silent,
)

NUMBER = "+48221234567"


def tones(script: Script, start: int, count: int, *hertz: float) -> list[float]:
    """Return the power of frequencies in the voltage, against all power there."""
    wave = script.sound[0, start : start + count].astype(np.float64)
    turns = np.exp(-2j * np.pi * np.outer(hertz, np.arange(count)) / RATE)
    return list(2 * np.abs(turns @ wave) ** 2 / count / (wave @ wave))


def direction(script: Script, start: int, count: int) -> float:
    volts, amperes = script.sound[:, start : start + count].astype(np.float64)
    return float(volts @ amperes / np.sqrt((volts @ volts) * (amperes @ amperes)))


def where_asked(script: Script) -> int:
    return script.played[0].sample


def test_frames_follow_each_other_without_a_hole() -> None:
    script = run(Scene.ordinary(NUMBER, "1"), asking)
    assert [frame.sample for frame in script.frames] == [
        FRAME * index for index in range(len(script.frames))
    ]
    frame = script.frames[0]
    assert (frame.line, frame.sides) == ("Reception", ("voltage", "current"))
    assert frame.sound.shape == (2, FRAME)
    assert frame.sound.dtype == np.int16


def test_everything_follows_from_the_seed() -> None:
    scene = Scene.ordinary(NUMBER, "1")
    first, again, other = (run(scene, asking, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.sound, again.sound)
    assert first.events == again.events
    assert not np.array_equal(first.sound[:, : RATE * 3], other.sound[:, : RATE * 3])


def test_an_incoming_call_rings_is_lifted_and_hung_up() -> None:
    script = run(Scene.ordinary(NUMBER, None), silent)
    first, second = of(script, Ring)
    assert isinstance(first, Ring)
    assert isinstance(second, Ring)
    assert second.sample - first.sample == 5 * RATE
    idle, off, on = of(script, HookChanged)
    assert idle == HookChanged(0, Hook.ON)
    assert isinstance(off, HookChanged)
    assert off == HookChanged(second.sample + RATE * 4 // 10, Hook.OFF)
    assert isinstance(on, HookChanged)
    assert on.hook is Hook.ON
    assert script.frames[-1].sample - on.sample < 4 * RATE
    # 25 Hz while it rings, nothing but noise when all is over.
    assert tones(script, first.sample + 160, 7680, 25.0)[0] > 0.9
    assert level_dbm0(script.sound[0, -RATE:]) < -55


def test_nobody_answers() -> None:
    scene = named_scene("silent")
    office = structs.replace(scene.office, lifts_after_rings=0)
    script = run(structs.replace(scene, office=office))
    assert len(of(script, Ring)) == 6
    assert of(script, HookChanged) == [HookChanged(0, Hook.ON)]


def test_a_caller_who_gives_up_is_not_answered() -> None:
    gives_up = SceneAct(by="caller", do="hang_up", on="start", after_ms=3000)
    scene = structs.replace(named_scene("silent"), acts=(gives_up,))
    script = run(scene)
    assert len(of(script, Ring)) == 1
    assert of(script, HookChanged) == [HookChanged(0, Hook.ON)]
    assert script.frames[-1].sample < 10 * RATE


@pytest.mark.parametrize(
    ("number", "name"), [(NUMBER, "Zofia Testowa"), (NUMBER, None), ("", None)]
)
def test_the_network_tells_who_calls_between_two_rings(number: str, name: str | None) -> None:
    script = run(Scene.ordinary(number, None, name=name), silent)
    first = of(script, Ring)[0]
    assert isinstance(first, Ring)
    between = script.sound[0, first.sample + RATE : first.sample + 5 * RATE]
    heard = Demodulator(V23, 0).demodulate(between.astype(np.float32))
    caller = find_message([byte.value for byte in heard])
    assert caller is not None
    assert (caller.number, caller.name) == (number or None, name)
    assert caller.withheld is not bool(number)


@pytest.mark.parametrize(("by", "sign"), [("caller", 1), ("office", -1)])
def test_the_key_comes_once_after_the_mark_and_from_its_side(by: str, sign: int) -> None:
    scene = Scene.ordinary(NUMBER, "1", by="caller" if by == "caller" else "office")
    script = run(scene, asking)
    key = where_asked(script) + QUESTION.mark + RATE * 700 // 1000
    off = 1.0 if by == "caller" else 1 + NEAR_DEVIATION  # the office's phone is not exact
    low, high = tones(script, key, 960, 697.0 * off, 1209.0 * off)
    assert low + high > 0.9
    assert direction(script, key, 960) * sign > 0.7
    # Not a sample early, and over after its 120 ms.
    assert sum(tones(script, key - 900, 880, 697.0, 1209.0)) < 0.1
    assert sum(tones(script, key + 1000, 880, 697.0, 1209.0)) < 0.1


def test_nobody_answers_a_notice() -> None:
    def notice(script: Script, frame: AudioFrame) -> None:
        if script.once("notice", script.off_hook_for(3.0, frame)):
            script.exchange.play(NOTICE)

    script = run(Scene.ordinary(NUMBER, "1"), notice)
    assert script.played
    assert not has_key(script, where_asked(script), 697.0, 1209.0)


def has_key(script: Script, start: int, low: float, high: float) -> bool:
    """Look for a key in any 40 ms from ``start`` on."""
    stop = script.sound.shape[1] - 320
    return any(
        level_dbm0(script.sound[0, at : at + 320]) > -30
        and sum(tones(script, at, 320, low, high)) > 0.85
        and min(tones(script, at, 320, low, high)) > 0.2
        for at in range(start, stop, 320)
    )


def test_a_question_broken_off_before_its_mark_is_not_answered() -> None:
    def breaking_off(script: Script, frame: AudioFrame) -> None:
        if script.once("question", script.off_hook_for(3.0, frame)):
            script.exchange.play(QUESTION)
        if script.once("stop", script.off_hook_for(5.0, frame)):
            script.exchange.stop()

    script = run(Scene.ordinary(NUMBER, "1"), breaking_off)
    assert 1.9 < len(script.played) * FRAME / RATE < 2.1
    assert not has_key(script, where_asked(script), 697.0, 1209.0)


def test_a_muted_question_is_played_but_not_heard() -> None:
    scene = Scene.ordinary(NUMBER, "1").on_line(prompt_muted=True)
    script = run(scene, asking)
    asked = where_asked(script)
    assert len(script.played) * FRAME >= QUESTION.sound.size
    assert level_dbm0(script.sound[0, asked : asked + QUESTION.mark]) < -50
    assert not has_key(script, asked, 697.0, 1209.0)


def test_played_is_what_the_sink_puts_out() -> None:
    script = run(Scene.ordinary(NUMBER, None), asking)
    question = np.concatenate([f.played for f in script.played if f.played is not None])
    said = np.concatenate((QUESTION.sound, CONFIRMATION.sound))  # both whole frames
    assert np.array_equal(question, said)


def test_people_talk_after_the_confirmation_and_the_office_hangs_up() -> None:
    script = run(Scene.ordinary(NUMBER, "1", talk=4.0), asking)
    said = script.played[-1].sample + FRAME
    talk = script.sound[:, said : said + 4 * RATE].astype(np.float64)
    power = (talk[0] * talk[1])[: 4 * RATE // FRAME * FRAME].reshape(-1, FRAME).sum(axis=1)
    loud = np.abs(power) > 160 * 150**2
    assert (power[loud] > 0).sum() > 20  # the caller's words
    assert (power[loud] < 0).sum() > 20  # and the office's
    on = of(script, HookChanged)[-1]
    assert isinstance(on, HookChanged)
    assert 4.2 < (on.sample - said) / RATE < 5.0
    assert CONFIRMATION.sound.size < 8000


def test_withdrawing_is_a_key_into_the_conversation() -> None:
    script = run(Scene.ordinary(NUMBER, "1", talk=6.0, withdraw_after=2.0), asking)
    key = script.played[-1].sample + 2 * RATE
    assert has_key(script, key, 697.0, 1336.0)
    assert not has_key(script, where_asked(script), 852.0, 1477.0)


def test_a_flash_and_a_new_party() -> None:
    script = run(named_scene("flash-new-party"), asking)
    (cue,) = of(script, PartyChanged)
    assert isinstance(cue, PartyChanged)
    assert cue.cue is PartyCue.FLASH
    off = cue.sample + RATE * 3 // 10
    assert tones(script, off + 2400, 4000, 425.0)[0] > 0.9
    assert has_key(script, off + 2 * RATE, 697.0, 1209.0)


@pytest.mark.parametrize("scene", ["disconnect-pulse", "disconnect-pulse:long"])
def test_a_disconnect_pulse(scene: str) -> None:
    script = run(named_scene(scene), asking)
    (cue,) = of(script, PartyChanged)
    assert isinstance(cue, PartyChanged)
    assert cue.cue is PartyCue.DISCONNECT_PULSE


def test_busy_tone_follows_the_callers_hanging_up() -> None:
    script = run(named_scene("caller-hangs-up"), asking)
    on = of(script, HookChanged)[-1]
    assert isinstance(on, HookChanged)
    beats = [
        sum(tones(script, at, 800, 425.0)) > 0.9
        and level_dbm0(script.sound[0, at : at + 800]) > -20
        for at in range(on.sample - 4 * RATE, on.sample, 800)
    ]
    assert 15 <= sum(beats) <= 25  # half of forty
    assert of(script, PartyChanged) == []


def test_an_outgoing_call_dials_is_answered_and_reversed() -> None:
    script = run(named_scene("outgoing-agrees"))
    assert of(script, Ring) == []
    answer, _back = of(script, PolarityReversed)
    assert isinstance(answer, PolarityReversed)
    off = of(script, HookChanged)[1]
    assert isinstance(off, HookChanged)
    assert tones(script, off.sample + RATE, 2000, 425.0)[0] > 0.9  # dial tone
    assert has_key(script, off.sample + RATE, 770.0, 1477.0)  # 6
    ringback = [
        tones(script, at, 800, 425.0)[0] > 0.9
        for at in range(answer.sample - 5 * RATE, answer.sample, 800)
    ]
    assert 8 <= sum(ringback) <= 12  # one second in five


def test_dialling_on_hook_does_nothing() -> None:
    acts = (
        SceneAct(by="office", do="hang_up", on="lifted", after_ms=1000),
        SceneAct(by="office", do="dial", keys="12", on="near_gone", after_ms=500),
    )
    script = run(Scene(name="x", about="x", direction="outgoing", acts=acts))
    assert len(of(script, HookChanged)) == 3
    assert script.frames[-1].sample < 8 * RATE


def test_pulses_are_digits_and_no_flash() -> None:
    script = run(named_scene("outgoing-emergency:pulses"))
    digits = of(script, DigitPressed)
    assert [digit.key for digit in digits if isinstance(digit, DigitPressed)] == ["1", "1", "2"]
    assert of(script, PartyChanged) == []
    assert len(of(script, HookChanged)) == 3


def test_a_break_of_the_loop() -> None:
    scene = Scene.ordinary(NUMBER, "1", talk=6.0)
    broken = SceneAct(by="network", do="break", on="conversation", after_ms=2000, ms=200)
    script = run(structs.replace(scene, acts=(*scene.acts, broken)), asking)
    (cue,) = of(script, PartyChanged)
    assert isinstance(cue, PartyChanged)
    assert cue.cue is PartyCue.LOOP_BREAK
