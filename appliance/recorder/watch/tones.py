"""Play tones on an idle line and measure what comes back, while its dial tone sounds.

The dial tone is what makes it safe: it says that nobody is at the other end. So the check begins on
an idle line, waits for the phone to be lifted and for the dial tone to be known, and is silent at
once when a key is pressed, the dial tone ends, anything rings or the phone is put down. Everything
here happens in the line's own thread; meanwhile the line asks nobody::

    lift ──lifted──▸ dial_tone ──heard──▸ playing ──all came──▸ done
      └───────────────────┴───────────────────┴──▸ stopped
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.lines.base import PromptSink
from appliance.link.requests.doctor import CheckStopped, ToneCheck
from appliance.model import events as ev
from appliance.model.audio import FRAME, AudioFrame, Sound, milliseconds, samples
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt, digest
from appliance.model.terms import Hook, Tone
from appliance.recorder.watch.verdicts import check_found
from appliance.signals.round_trip import LEVELS, LONGEST, RoundTrip, dial_tone_dbm0, measure, series

_LIFTED_WITHIN, _HEARD_WITHIN = samples(60.0), samples(6.0)
_LOOKED = samples(0.2)
"""The dial tone is looked for in so much sound at a time."""

_THERE_DBM0 = -40.0
_LOST_DB = 20.0
"""A dial tone so much quieter than at first is over; a gain control alone does not do that."""

_ENDS: Mapping[type[ev.Event], CheckStopped] = {
    ev.CallerId: "call",
    ev.Answered: "call",
    ev.PartyChanged: "call",
    ev.PolarityReversed: "call",
    ev.KeyBegan: "key",
    ev.DigitPressed: "key",
    ev.LineFault: "no_sound",
    ev.Gap: "no_sound",
    ev.ToneHeard: "no_dial_tone",
}
"""What ends a check, and why; a dial tone is none of them."""


class ToneCheckSession:
    """The check of one line."""

    def __init__(
        self,
        line: str,
        sink: PromptSink,
        clock: Clock,
        dial: Callable[[], Sequence[float]],
        exempt: Callable[[], bool],
    ) -> None:
        """Prepare; nothing happens before ``begin``.

        Args:
            line: its name.
            sink: plays on the line.
            clock: dates the result.
            dial: returns the frequencies of the network's dial tone.
            exempt: says whether who calls now may be calling back after a call for help.
        """
        self._line, self._sink, self._clock = line, sink, clock
        self._dial, self._exempt = dial, exempt
        self.now = ToneCheck()
        """How far it is, or what the last one has shown."""
        self.changed: Callable[[], None] = lambda: None
        self._hook = Hook.UNKNOWN
        self._rang_at = -ev.RING_TO_ANSWER
        self._sample = 0
        self._until = 0
        self._heard: list[Sound] = []
        self._pilot = 0.0  # dBm0 at the beginning
        self._expected_db = 0.0

    @property
    def going(self) -> bool:
        """Say whether a check goes on; the line then asks nobody."""
        return self.now.stage in {"lift", "dial_tone", "playing"}

    def begin(self, expected_db: float) -> None:
        """Wait for the phone to be lifted.

        Args:
            expected_db: level at which a prompt arrives, against its own.

        Raises:
            Refused: the phone is not on its hook, it rang a moment ago, or somebody called for
                help.
        """
        if self._exempt():
            raise Refused("help_called")
        if self._hook is not Hook.ON or self._sample - self._rang_at < ev.RING_TO_ANSWER:
            raise Refused("line_not_idle")
        self._until, self._expected_db = self._sample + _LIFTED_WITHIN, expected_db
        self._show(ToneCheck(stage="lift"))

    def end(self, why: CheckStopped = "ended") -> None:
        """Break off, and be silent at once."""
        if self.going:
            plays = self.now.stage == "playing"
            self._show(ToneCheck(stage="stopped", stopped=why, at=self._clock.now()))
            self._heard = []
            if plays:
                self._sink.stop()  # last: a sink that fails must not keep a check going

    def follow(self, event: ev.Event) -> None:
        """Take an event of the line."""
        match event:
            case ev.HookChanged():
                self._hook = event.hook
                self._hook_moved()
            case ev.Ring():
                self._rang_at = event.sample
                self.end("call")
            case ev.ToneHeard(tone=Tone.DIAL):
                if self.now.stage == "dial_tone":
                    self._play()
            case ev.LineFault(part="hook"):
                self._hook = Hook.UNKNOWN
                self.end("no_sound")
            case _ if (why := _ENDS.get(type(event))) is not None:
                self.end(why)

    def follow_frame(self, frame: AudioFrame) -> None:
        """Take 20 ms of the line."""
        self._sample = frame.sample + FRAME
        if not self.going:
            return
        if self._exempt():
            self.end("emergency")
        elif self.now.stage == "playing":
            self._listen(frame)
        elif self._sample > self._until:
            self.end("expired" if self.now.stage == "lift" else "no_dial_tone")
        else:
            self._heard = [*self._heard[1 - _LOOKED // FRAME :], frame.mixed.copy()]

    def _hook_moved(self) -> None:
        if self.now.stage == "lift" and self._hook is Hook.OFF:
            self._until = self._sample + _HEARD_WITHIN
            self._show(ToneCheck(stage="dial_tone"))
        else:
            self.end("hung_up")

    def _play(self) -> None:
        self._pilot = dial_tone_dbm0(self._newest(), self._dial())
        if self._pilot < _THERE_DBM0:
            self.end("no_dial_tone")
            return
        sound = series()
        ref = PromptRef("tone check", digest(sound), "")
        self._heard = []
        self._show(ToneCheck(stage="playing"))
        self._sink.play(Prompt(ref, PromptKind.QUESTION, sound, sound.size))

    def _listen(self, frame: AudioFrame) -> None:
        self._heard.append(frame.mixed.copy())
        count = len(self._heard) * FRAME
        if count % _LOOKED == 0 and self._dial_tone_over():
            self.end("no_dial_tone")
        elif count >= LONGEST:
            self._judge(measure(np.concatenate(self._heard), self._dial()))

    def _dial_tone_over(self) -> bool:
        now = dial_tone_dbm0(self._newest(), self._dial())
        return now < max(_THERE_DBM0, self._pilot - _LOST_DB)

    def _newest(self) -> Sound:
        return np.concatenate(self._heard[-(_LOOKED // FRAME) :] or [np.zeros(FRAME, np.int16)])

    def _judge(self, trip: RoundTrip | None) -> None:
        self._silence()
        if trip is None or trip.disturbed:
            why: CheckStopped = "lost" if trip is None else "disturbed"
            self._show(ToneCheck(stage="stopped", stopped=why, at=self._clock.now()))
            return
        self._show(
            ToneCheck(
                stage="done",
                at=self._clock.now(),
                round_trip_ms=milliseconds(trip.samples),
                level_db=trip.level_db,
                sent=LEVELS,
                heard=tuple(round(each, 1) for each in trip.dbm0),
                dial_tone_db=trip.pilot_db,
                found=check_found(self._line, trip, self._expected_db),
            )
        )

    def _silence(self) -> None:
        """Be silent if we speak; nothing else that speaks is ours to stop."""
        if self.now.stage == "playing":
            self._sink.stop()
        self._heard = []

    def _show(self, now: ToneCheck) -> None:
        self.now = now
        self.changed()
