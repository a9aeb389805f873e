"""Check the simulated line between calls and in step with a clock."""

import threading

import pytest

from appliance.clock import SystemClock
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Network, Scene, SceneAct
from appliance.exchange.script.files import named_scene
from appliance.model.audio import RATE, AudioFrame
from appliance.model.events import HookChanged, PolarityReversed, Ring
from appliance.model.terms import Hook
from tests.clocks import ManualClock
from tests.exchange.scripted_recorder import VOICES, of, run

NUMBER = "+48221234567"


def test_the_caller_gives_up_waiting_for_the_office_to_hang_up() -> None:
    act = SceneAct(by="caller", do="hang_up", on="answered", after_ms=2000)
    scene = Scene(name="x", about="x", acts=(act,), network=Network(reversal=True))
    script = run(scene)
    assert len(of(script, HookChanged)) == 3
    assert len(of(script, PolarityReversed)) >= 1


def test_calls_follow_each_other_with_quiet_between() -> None:
    script = run([Scene.ordinary(NUMBER, None, talk=1.0)] * 2)
    rings = of(script, Ring)
    hooks = of(script, HookChanged)
    assert len(rings) == 4
    assert len(hooks) == 5
    third, hung_up = rings[2], hooks[2]
    assert isinstance(third, Ring)
    assert isinstance(hung_up, HookChanged)
    assert third.sample - hung_up.sample > 3 * RATE


def test_a_scene_that_needs_others_has_them_first() -> None:
    script = run(named_scene("call-back"))
    hooks = [event for event in of(script, HookChanged) if isinstance(event, HookChanged)]
    assert [hook.hook for hook in hooks] == [Hook.ON, Hook.OFF, Hook.ON, Hook.OFF, Hook.ON]
    (first, *_) = of(script, Ring)
    assert isinstance(first, Ring)
    assert first.sample > hooks[2].sample


def test_a_call_without_end_ends_at_its_limit() -> None:
    scene = Scene(name="endless", about="Nobody hangs up.", limit_seconds=12.0)
    script = run(scene)
    on = of(script, HookChanged)[-1]
    assert isinstance(on, HookChanged)
    assert on.sample == 3 * RATE + 12 * RATE


def test_settled_is_waited_for_after_each_frame() -> None:
    order: list[str] = []

    def deliver(item: object) -> None:
        if isinstance(item, AudioFrame):
            order.append("frame")

    exchange = Exchange("Reception", 0, VOICES, settled=lambda: order.append("settled"))
    exchange.place(Scene.ordinary(NUMBER, None, talk=0.5))
    exchange.start(deliver)
    exchange.start(deliver)  # hook source and audio source are one
    assert exchange.wait_over(15)
    exchange.close()
    exchange.close()
    assert order[0::2] == ["frame"] * (len(order) // 2)
    assert order[1::2] == ["settled"] * (len(order) // 2)


def test_at_speed_time_stands_still_without_a_call() -> None:
    frames: list[object] = []
    exchange = Exchange("Reception", 0, VOICES, settled=lambda: None)
    exchange.start(frames.append)
    assert exchange.wait_over(0.05)
    exchange.close()
    assert frames == []


def test_in_real_time_the_line_keeps_the_clocks_pace() -> None:
    clock = SystemClock()
    enough = threading.Event()
    arrived: list[float] = []

    def deliver(item: object) -> None:
        if isinstance(item, AudioFrame):
            arrived.append(clock.monotonic())
            if len(arrived) == 26:
                enough.set()

    began = clock.monotonic()
    exchange = Exchange("Reception", 0, VOICES, clock=clock)
    exchange.start(deliver)
    assert enough.wait(10)
    exchange.close()
    # The 26th frame is due after 25 frames of 20 ms, never before; late ones are caught up.
    assert arrived[25] - began >= 0.5 - 0.02


def test_a_machine_that_slept_does_not_hurry_after_the_clock() -> None:
    clock = ManualClock()
    exchange = Exchange("Reception", 0, VOICES, clock=clock)
    exchange.step()
    clock.advance(0.5)
    assert exchange._pace(clock, 0.0) == 0.0  # half a second late: it catches up
    clock.advance(10.0)
    assert exchange._pace(clock, 0.0) == pytest.approx(10.5 - 0.02)
