"""Watch a line whose frames and events are put in by hand."""

from typing import Literal

import numpy as np
import pytest

from appliance.link.requests.doctor import LineEvent
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.terms import Hook, PartyCue, Side, Tone
from appliance.recorder.watch.line import (
    LOOKED_AT_SECONDS,
    MOST_EVENTS,
    STALE_SECONDS,
    LineWatch,
    happened,
)
from appliance.signals.pcm import sine_peak, to_sound
from tests.clocks import ManualClock

SECOND = RATE // FRAME


class Line:
    """A line of two channels."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.watch = LineWatch(self.clock)
        self.sample = 0

    def hear(self, seconds: float, dbm0: float = -20.0, *, private: bool = False) -> None:
        """Let time pass with a tone on the line."""
        for _ in range(round(seconds * SECOND)):
            time = (self.sample + np.arange(FRAME)) / RATE
            tone = to_sound(sine_peak(dbm0) * np.sin(2 * np.pi * 1000.0 * time))
            sound = np.stack((tone, tone // 2))
            frame = AudioFrame("Reception", self.sample, sound, ("voltage", "current"))
            self.watch.follow_frame(frame, self.clock.monotonic(), private=private)
            self.clock.advance(FRAME / RATE)
            self.sample += FRAME

    def hook(self, hook: Hook) -> None:
        self.watch.follow(ev.HookChanged(self.sample, hook))

    def told(self) -> list[str]:
        return [each.what for each in self.watch.look().happened]


@pytest.fixture
def line() -> Line:
    return Line()


def test_nothing_is_measured_or_remembered_before_somebody_looks(line: Line) -> None:
    line.hook(Hook.ON)
    line.watch.follow(ev.Ring(line.sample))
    line.hear(3.0)
    assert line.watch._condition is None
    seen = line.watch.look()
    assert (seen.channels, seen.happened) == ((), ())
    assert seen.hook is Hook.ON  # which is how the line is now


def test_figures_come_a_second_after_the_first_look_and_follow_the_line(line: Line) -> None:
    line.watch.look()
    line.hear(0.9)
    assert line.watch.look().channels == ()
    line.hear(0.3)
    voltage, current = line.watch.look().channels
    assert voltage.dbm0 == pytest.approx(-20.0, abs=0.2)
    assert current.dbm0 == pytest.approx(-26.0, abs=0.2)
    line.hear(1.0, -35.0)
    assert line.watch.look().channels[0].dbm0 == pytest.approx(-35.0, abs=0.2)


def test_what_happens_is_told_with_its_time_the_newest_first(line: Line) -> None:
    line.watch.look()
    line.hook(Hook.ON)
    line.hear(1.0)
    line.watch.follow(ev.Ring(line.sample))
    line.clock.advance(2.0)
    line.watch.follow(ev.CallerId(line.sample, "+48600555012", "Zofia Testowa"))
    line.hook(Hook.OFF)
    line.hook(Hook.OFF)  # told twice by two drivers: it happened once
    now = line.clock.now()
    assert line.watch.look().happened == (
        LineEvent(round(now, 3), "off_hook"),
        LineEvent(round(now, 3), "caller_id"),
        LineEvent(round(now - 2.0, 3), "ring"),
        LineEvent(round(now - 3.0, 3), "on_hook"),
    )
    assert line.watch.look().hook_since == now


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (ev.PartyChanged(0, PartyCue.FLASH), "flash"),
        (ev.PartyChanged(0, PartyCue.LOOP_BREAK), "loop_break"),
        (ev.PartyChanged(0, PartyCue.DISCONNECT_PULSE), "disconnect"),
        (ev.PolarityReversed(0), "reversal"),
        (ev.LineFault(0, "hook", "it is gone"), "fault"),
        (ev.LineRestored(0, "hook"), "restored"),
        (ev.Gap(0, 160), "gap"),
        (ev.HookChanged(0, Hook.UNKNOWN), None),
        (ev.KeyBegan(0, "1", Side.NEAR), None),
        (ev.ToneHeard(0, Tone.DIAL), None),
        (ev.VoiceHeard(0, Side.FAR, True), None),
    ],
)
def test_keys_tones_and_voices_are_nothing_to_watch(event: ev.Event, what: str | None) -> None:
    assert happened(event) == what


def test_every_sign_of_another_party_has_its_word() -> None:
    assert all(happened(ev.PartyChanged(0, cue)) for cue in PartyCue)


def test_a_watcher_who_left_costs_nothing_and_leaves_nothing(line: Line) -> None:
    line.watch.look()
    line.hear(2.0)
    line.watch.follow(ev.Ring(line.sample))
    condition = line.watch._condition
    assert condition is not None
    line.hear(LOOKED_AT_SECONDS)
    assert line.watch._condition is None
    assert not condition._sound.any()  # nothing of the sound is left
    assert not line.watch._happened
    line.hear(1.0)
    assert line.told() == []


def test_the_next_watcher_is_told_nothing_of_the_time_between(line: Line) -> None:
    line.watch.look()
    line.watch.follow(ev.Ring(line.sample))
    line.clock.advance(LOOKED_AT_SECONDS + 1)  # and no sound comes that could clear it
    assert line.told() == []
    line.watch.follow(ev.Ring(line.sample))
    assert line.told() == ["ring"]


def test_in_a_call_that_is_not_to_be_recorded_nothing_is_measured(line: Line) -> None:
    line.watch.look()
    line.hear(2.0)
    condition = line.watch._condition
    assert condition is not None
    line.hear(0.1, private=True)
    seen = line.watch.look()
    assert (seen.private, seen.channels) == (True, ())
    assert not condition._sound.any()
    line.hook(Hook.ON)  # what happens to the hook is shown all the same
    assert line.told() == ["on_hook"]
    line.hear(1.2)
    seen = line.watch.look()
    assert not seen.private
    assert seen.channels


def test_figures_are_gone_when_no_sound_comes_any_more(line: Line) -> None:
    line.watch.look()
    line.hear(2.0)
    assert line.watch.look().channels
    line.clock.advance(STALE_SECONDS + 0.1)
    assert line.watch.look().channels == ()


@pytest.mark.parametrize("part", ["hook", "audio"])
def test_a_fault_leaves_no_sound_and_only_what_is_still_known(
    line: Line, part: Literal["hook", "audio"]
) -> None:
    """A card that was pulled out in a call delivers no frame that would say that nobody looks."""
    line.watch.look()
    line.hook(Hook.OFF)
    line.hear(1.5)
    condition = line.watch._condition
    assert condition is not None
    line.watch.follow(ev.LineFault(line.sample, part, "unplugged"))
    assert not condition._sound.any()
    seen = line.watch.look()
    assert seen.channels == ()
    known = seen.hook, bool(seen.hook_since)
    assert known == ((Hook.UNKNOWN, False) if part == "hook" else (Hook.OFF, True))
    line.hear(1.5)
    assert line.watch.look().channels  # where sound still comes it is measured anew


def test_a_fault_that_goes_on_for_another_reason_is_told_once(line: Line) -> None:
    line.watch.look()
    for reason in ("vanished", "not there"):
        line.watch.follow(ev.LineFault(line.sample, "hook", reason))
    line.watch.follow(ev.LineFault(line.sample, "audio", "vanished"))
    line.watch.follow(ev.LineRestored(line.sample, "hook"))
    line.watch.follow(ev.LineFault(line.sample, "hook", "vanished"))
    assert line.told() == ["fault", "restored", "fault", "fault"]


def test_its_memory_has_an_end(line: Line) -> None:
    line.watch.look()
    for at in range(3 * MOST_EVENTS):
        line.watch.follow(ev.Ring(at))
    assert len(line.told()) == MOST_EVENTS


def test_a_clock_that_is_set_back_hides_nothing(line: Line) -> None:
    line.watch.look()
    line.clock.jump(-3600.0)
    line.watch.follow(ev.Ring(0))
    assert line.told() == ["ring"]


def test_two_watchers_are_woken_by_the_same_news(line: Line) -> None:
    first, second = (line.watch.latest.watch(0.0) for _ in range(2))
    assert next(first) is next(second) is True
    line.watch.look()
    assert next(first) is next(second) is None
    line.watch.follow(ev.Ring(0))
    assert next(first) is next(second) is True
