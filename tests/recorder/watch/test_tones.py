"""Check a line by tones; the line is played by hand."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from appliance.errors import Refused
from appliance.exchange.circuit.impairments import GainControl
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.prompts import Prompt
from appliance.model.terms import Hook, PartyCue, Side, Tone
from appliance.recorder.watch.tones import ToneCheckSession
from appliance.signals.pcm import Wave, sine_peak, to_sound
from tests.clocks import ManualClock

DIAL = (425.0,)


@dataclass
class Line:
    """A line with a phone, a dial tone, and what the box plays."""

    late_frames: int = 4
    gain: float = 1.0
    controls_gain: bool = False
    dial_dbm0: float = -12.0
    exempt: bool = False
    playing: list[Wave] = field(default_factory=list)
    plays: int = 0
    stops: int = 0

    def __post_init__(self) -> None:
        self.sample = 0
        self.clock = ManualClock()
        self._control = GainControl()
        self.check = ToneCheckSession(
            "Reception", self, self.clock, lambda: DIAL, lambda: self.exempt
        )
        self.hook(Hook.ON)
        self.pass_(8.0)

    # -- the sink -----------------------------------------------------------------------------

    def play(self, prompt: Prompt) -> None:
        self.plays += 1
        sound = prompt.sound.astype(np.float64) * self.gain
        whole = np.concatenate((np.zeros(self.late_frames * FRAME), sound, np.zeros(FRAME)))
        self.playing = [whole[at : at + FRAME] for at in range(0, whole.size - FRAME, FRAME)]

    def stop(self) -> None:
        self.stops += 1
        self.playing = []

    def close(self) -> None: ...

    # -- the line -----------------------------------------------------------------------------

    def pass_(self, seconds: float, *, dial: bool = False, voice: bool = False) -> None:
        for _ in range(round(seconds * RATE / FRAME)):
            time = (self.sample + np.arange(FRAME)) / RATE
            wave = self.playing.pop(0) if self.playing else np.zeros(FRAME)
            if dial:
                wave = wave + sine_peak(self.dial_dbm0) * np.sin(2 * np.pi * 425.0 * time)
            if voice:
                for hertz in (610.0, 850.0, 1500.0):
                    wave = wave + sine_peak(-18.0) * np.sin(2 * np.pi * hertz * time)
            if self.controls_gain:
                wave = self._control(wave)
            sound = to_sound(wave)[None]
            self.check.follow_frame(AudioFrame("Reception", self.sample, sound, ("both",)))
            self.sample += FRAME

    def happen(self, event: ev.Event) -> None:
        self.check.follow(event)

    def hook(self, hook: Hook) -> None:
        self.happen(ev.HookChanged(self.sample, hook))

    def lift(self) -> None:
        """Lift the phone once asked to, and let the dial tone be known."""
        self.check.begin(0.0)
        self.hook(Hook.OFF)
        self.pass_(1.4, dial=True)
        self.happen(ev.ToneHeard(self.sample, Tone.DIAL))

    @property
    def now(self) -> tuple[str, str]:
        return self.check.now.stage, self.check.now.stopped


@pytest.fixture
def line() -> Line:
    return Line()


def ids(line: Line) -> list[str]:
    return [each.id for each in line.check.now.found]


def test_what_comes_back_is_measured_while_the_dial_tone_sounds(line: Line) -> None:
    line.lift()
    assert line.now == ("playing", "")
    line.pass_(5.0, dial=True)
    now = line.check.now
    assert line.now == ("done", "")
    assert now.round_trip_ms == pytest.approx(80, abs=1)
    assert now.level_db == pytest.approx(0.0, abs=0.2)
    assert now.heard == pytest.approx(now.sent, abs=0.3)
    assert ids(line) == ["sound.tones_back"]
    assert not line.check.going
    assert now.at == line.clock.now()


def test_an_adapter_that_controls_its_gain_is_told_with_figures() -> None:
    line = Line(controls_gain=True)
    line.lift()
    line.pass_(5.0, dial=True)
    (found,) = (each for each in line.check.now.found if each.id == "sound.controls_gain")
    assert found.level == "warn"
    assert abs(float(found.values["apart"]) - 20.0) > 2.0
    assert "Auto Gain Control" in found.text


@pytest.mark.parametrize(
    ("gain_db", "expected_db", "off"), [(-9.0, 0.0, True), (-9.0, -8.0, False)]
)
def test_a_level_far_from_the_calibrated_one_is_told(
    gain_db: float, expected_db: float, off: bool
) -> None:
    line = Line(gain=10 ** (gain_db / 20))
    line.check.begin(expected_db)
    line.hook(Hook.OFF)
    line.pass_(1.4, dial=True)
    line.happen(ev.ToneHeard(line.sample, Tone.DIAL))
    line.pass_(5.0, dial=True)
    assert ("sound.speaks_off" in ids(line)) is off


def test_what_is_not_heard_again_is_told() -> None:
    line = Line(gain=0.0)
    line.lift()
    line.pass_(5.0, dial=True)
    assert line.now == ("stopped", "lost")


def test_a_voice_in_it_spoils_it(line: Line) -> None:
    line.lift()
    line.pass_(5.0, dial=True, voice=True)
    assert line.now == ("stopped", "disturbed")


KEY = ev.KeyBegan(0, "1", Side.NEAR)
ENDS = [
    (KEY, "key"),
    (ev.Ring(0), "call"),
    (ev.CallerId(0, None), "call"),
    (ev.PartyChanged(0, PartyCue.FLASH), "call"),
    (ev.PolarityReversed(0), "call"),
    (ev.HookChanged(0, Hook.ON), "hung_up"),
    (ev.HookChanged(0, Hook.UNKNOWN), "hung_up"),
    (ev.LineFault(0, "audio", "gone"), "no_sound"),
    (ev.Gap(0, 800), "no_sound"),
    (ev.ToneHeard(0, Tone.BUSY), "no_dial_tone"),
    (ev.ToneHeard(0, Tone.ANSWER), "no_dial_tone"),
]


@pytest.mark.parametrize(("event", "why"), ENDS)
def test_the_box_is_silent_at_once_when_anything_happens(
    line: Line, event: ev.Event, why: str
) -> None:
    line.lift()
    line.pass_(0.3, dial=True)
    line.happen(event)
    assert (line.stops, line.playing) == (1, [])
    assert line.now == ("stopped", why)
    line.pass_(6.0, dial=True)
    assert line.plays == 1
    assert line.now == ("stopped", why)


@pytest.mark.parametrize(("event", "why"), ENDS)
def test_nothing_is_played_if_it_happens_before(line: Line, event: ev.Event, why: str) -> None:
    line.check.begin(0.0)
    line.hook(Hook.OFF)
    line.pass_(0.5, dial=True)
    line.happen(event)
    assert line.now == ("stopped", why)
    line.happen(ev.ToneHeard(line.sample, Tone.DIAL))
    line.pass_(5.0, dial=True)
    assert (line.plays, line.stops) == (0, 0)  # nor is another's sound stopped


def test_a_ring_before_the_phone_is_lifted_ends_it(line: Line) -> None:
    line.check.begin(0.0)
    line.happen(ev.Ring(line.sample))
    line.hook(Hook.OFF)
    line.happen(ev.ToneHeard(line.sample, Tone.DIAL))
    assert line.now == ("stopped", "call")
    assert line.plays == 0


def test_the_dial_tone_is_looked_at_all_the_time(line: Line) -> None:
    line.lift()
    line.pass_(1.0, dial=True)
    line.pass_(0.5)
    assert line.now == ("stopped", "no_dial_tone")
    assert line.stops == 1


def test_a_dial_tone_that_is_said_to_be_there_has_to_be_there(line: Line) -> None:
    line.check.begin(0.0)
    line.hook(Hook.OFF)
    line.pass_(1.4)
    line.happen(ev.ToneHeard(line.sample, Tone.DIAL))
    assert (line.now, line.plays) == (("stopped", "no_dial_tone"), 0)


def test_without_a_dial_tone_nothing_is_played(line: Line) -> None:
    line.check.begin(0.0)
    line.hook(Hook.OFF)
    line.pass_(7.0)
    assert (line.now, line.plays) == (("stopped", "no_dial_tone"), 0)


def test_it_waits_a_minute_for_the_phone(line: Line) -> None:
    line.check.begin(0.0)
    line.pass_(59.0)
    assert line.check.going
    line.pass_(2.0)
    assert line.now == ("stopped", "expired")


def test_after_a_call_for_help_it_is_refused_and_ends(line: Line) -> None:
    line.lift()
    line.exempt = True
    line.pass_(0.1, dial=True)
    assert (line.now, line.stops) == (("stopped", "emergency"), 1)
    with pytest.raises(Refused):
        line.check.begin(0.0)


def test_it_begins_on_an_idle_line_alone(line: Line) -> None:
    for hook in (Hook.OFF, Hook.UNKNOWN):
        line.hook(hook)
        with pytest.raises(Refused) as refused:
            line.check.begin(0.0)
        assert refused.value.code == "line_not_idle"
    line.hook(Hook.ON)
    line.happen(ev.Ring(line.sample))
    with pytest.raises(Refused):
        line.check.begin(0.0)  # whoever lifts now answers
    line.pass_(6.1)
    line.check.begin(0.0)


def test_it_does_not_begin_where_nobody_sees_the_hook(line: Line) -> None:
    """What told of the hook is gone: the phone may be off-hook in a call."""
    line.hook(Hook.ON)
    line.check.follow(ev.LineFault(0, "hook", "unplugged"))
    with pytest.raises(Refused):
        line.check.begin(0.0)


def test_a_person_can_end_it(line: Line) -> None:
    line.lift()
    line.check.end()
    assert (line.now, line.stops) == (("stopped", "ended"), 1)
    line.check.end()
    assert line.stops == 1


def test_a_sink_that_cannot_stop_keeps_no_check_going(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise BrokenPipeError

    line.lift()
    monkeypatch.setattr(line, "stop", fails)
    with pytest.raises(BrokenPipeError):
        line.happen(KEY)
    assert line.now == ("stopped", "key")
