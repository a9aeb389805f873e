"""Hear and speak through a modem, while it holds the line.

Theory of operation. A modem gives sound only while it is off-hook itself, as one more phone on the
line. So it takes the line when a phone has answered a call that came in, and at no other time: a
modem that took it while somebody dials would spoil the number (P1). Between such calls the line has
silence for sound::

    ring ── lifted ──► +VLS, +VTR ══ sound both ways ══► DLE ^, ATH ── the voltage shows the hook
                           ▲                                ▲
                  dialled: never                 silence, tones, codes, limit (``letting_go``)

It cannot hear what the office dials. So after any call that was lifted without a ring it stays away
for half an hour, as after a call for help, which that may have been.

The modem's crystal is the line's clock then: as many samples go out as come in, a little ahead.
"""

import logging
import threading

import numpy as np

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.base import Deliver, HookEvent
from appliance.lines.modem.formats import SampleCoding, decode, encode
from appliance.lines.modem.letting_go import HoldWatch
from appliance.lines.modem.probe import Capabilities
from appliance.lines.modem.profile import ModemProfile
from appliance.lines.modem.talk import Talk
from appliance.lines.modem.v253 import (
    CAN,
    Ask,
    Code,
    Item,
    LineSound,
    Mode,
    StreamEnded,
    escape,
    shielded,
)
from appliance.lines.stream.clock import SoundClock
from appliance.lines.stream.frames import CapturedBlock, Frames
from appliance.lines.stream.output import Output
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, samples
from appliance.model.events import RING_TO_ANSWER, Gap, HookChanged, LineFault, LineRestored, Ring
from appliance.model.sentences.faults import device_fault, text_of
from appliance.model.terms import Hook

log = logging.getLogger(__name__)

SIDES: Sides = ("both",)

AWAY_SECONDS = 30 * 60.0
"""After a call whose number nobody heard, callers may be calling back from an emergency room."""

QUIET_LEAD, SPEAKING_LEAD = samples(0.08), samples(0.25)
"""Samples that go out ahead of those that have come in: in silence, and while a prompt goes out. A
modem buffers half a second and more; so much less has to be thrown away when a prompt stops."""

_BLOCK = samples(0.02)
_NO_SOUND_SECONDS = 1.0
_CONNECT_SECONDS = 3.0

NO_VOICE = device_fault("modem_no_voice")
NOT_DUPLEX = device_fault("modem_half")
UNHEARD = device_fault("modem_unheard")
NOT_TAKEN = device_fault("modem_not_taken")


class ModemVoice:
    """The sound of a line that one modem makes alone. The modem's thread, but for the output."""

    def __init__(self, name: str, country: str, clock: Clock, time: SoundClock) -> None:
        """Begin with the line let go.

        Args:
            name: of the line.
            country: whose network's tones end a hold.
            clock: the machine's.
            time: the line's clock.
        """
        self.output = Output()
        self._name = name
        self._country = country
        self._clock = clock
        self._time = time
        self._next = 0  # line clock after the latest frame
        self._rang_at: int | None = None
        self._away_until = 0.0
        self._wanted = False
        self._at_rest = False
        self._mute = False  # let go, and nobody knows yet whether the call goes on
        self._told = ""  # the fault that the line knows of
        self._unfit = ""  # why a call could not be carried; it is not tried again
        self._watch: HoldWatch | None = None
        self._heard: list[bytes] = []
        self._ended = False

    # -- between holds -----------------------------------------------------------------------------

    def meet(self, found: Capabilities) -> None:
        """Take note of a modem that was just plugged in; what another one could not do is over.

        Raises:
            LineError: it can ask nobody. Better told at once than in the middle of a call.
        """
        self._unfit = ""
        if not found.plays:
            raise LineError(NO_VOICE)
        if not found.duplex:
            raise LineError(NOT_DUPLEX)

    def follow(self, event: HookEvent) -> None:
        """Learn from the hook whether a call came in, and when it is over."""
        if isinstance(event, Ring):
            self._rang_at = event.sample
        elif isinstance(event, LineFault):
            self._wanted = False
        elif isinstance(event, HookChanged):
            self._wanted = False
            self._at_rest = event.hook is Hook.ON
            if event.hook is Hook.OFF:
                self._lifted(event.sample)
            else:
                self._mute = False

    def _lifted(self, sample: int) -> None:
        rang, self._rang_at = self._rang_at, None
        now = self._clock.monotonic()
        if rang is None or sample - rang > RING_TO_ANSWER:
            self._away_until = now + AWAY_SECONDS
        elif now >= self._away_until and not self._unfit:
            self._wanted = True

    def wants_line(self, hook: Hook) -> bool:
        """Say whether the modem is to take the line now."""
        return self._wanted and hook is Hook.OFF

    @property
    def holding(self) -> bool:
        """Say whether the modem holds the line."""
        return self._watch is not None

    def keep_time(self, deliver: Deliver) -> None:
        """Deliver silence up to now, unless the modem holds the line or has just let go."""
        now = self._time.position(self._clock.monotonic())
        if self._watch is not None or self._mute:
            return
        if now - self._next > RATE:  # the thread was away, or the line was mute
            self._skip_to(now - FRAME, deliver)
        while self._next + FRAME <= now:
            silence = np.zeros((1, FRAME), np.int16)
            deliver(AudioFrame(self._name, self._next, silence, SIDES))
            self._next += FRAME
        self._tell_whether_away(deliver)

    def _tell_whether_away(self, deliver: Deliver) -> None:
        """Tell a fault while no caller can be asked, so that the line is not called ready."""
        away = self._at_rest and self._clock.monotonic() < self._away_until
        reason = self._unfit or (UNHEARD if away else "")
        if reason:
            self._tell_fault(reason, deliver)
        elif self._told:
            self._told = ""
            deliver(LineRestored(self._next, "audio"))

    def _tell_fault(self, reason: str, deliver: Deliver) -> None:
        """Tell why no caller can be asked, once for each reason."""
        if reason != self._told:
            self._told = reason
            log.warning("line %s: %s", self._name, reason)
            deliver(LineFault(self._next, "audio", reason))

    def _skip_to(self, sample: int, deliver: Deliver) -> None:
        if sample > self._next:
            deliver(Gap(self._next, sample - self._next))
            self._next = sample

    # -- holding the line --------------------------------------------------------------------------

    def hear(self, item: Item) -> None:
        """Take what the modem says."""
        match item:
            case LineSound():
                self._heard.append(item.data)
            case StreamEnded():
                self._ended = True
            case Code() if self._watch is not None:
                self._watch.code(item.code)
                if item.code == "u":
                    self.output.ran_dry()

    def hold_line(
        self,
        talk: Talk,
        profile: ModemProfile,
        found: Capabilities,
        deliver: Deliver,
        closing: threading.Event,
    ) -> None:
        """Take the line, carry sound both ways, and let go when it is time."""
        self._wanted = False
        try:
            coding = self._take_line(talk, profile, found)
        except LineError as error:
            _hang_up(talk)
            self._fail(text_of(error), deliver)
            return
        watch = HoldWatch(profile.let_go, self._country, local_phone=found.local_phone)
        self._watch = watch
        try:
            why = self._carry(talk, coding, watch, deliver, closing)
        finally:
            self._watch = None
            self._mute = True
        log.info("line %s: the modem lets go of the line: %s", self._name, why)
        talk.end_stream(b"^")
        _hang_up(talk)

    def _take_line(self, talk: Talk, profile: ModemProfile, found: Capabilities) -> SampleCoding:
        """Go off-hook, begin to carry sound and return its coding.

        Raises:
            LineError: the modem cannot.
        """
        if found.format is None:
            raise LineError(NO_VOICE)
        talk.say(f"AT+VSM={found.format.number},{RATE}")
        if profile.silence_off:
            talk.say(f"AT+VSD={profile.silence_off}")
        if not any(talk.say(f"AT+VLS={label}", seconds=3.0).ok for label in profile.take_line):
            raise LineError(NOT_TAKEN)
        self._heard.clear()
        self._ended = False
        self.output.reopened()
        duplex = Ask(b"AT+VTR\r", enters=Mode.DUPLEX, seconds=_CONNECT_SECONDS)
        if not talk.ask(duplex).connected:
            raise LineError(NOT_DUPLEX)
        return found.format.coding

    def _carry(
        self,
        talk: Talk,
        coding: SampleCoding,
        watch: HoldWatch,
        deliver: Deliver,
        closing: threading.Event,
    ) -> str:
        """Carry sound until there is a reason to let go, and return it."""
        frames = Frames(self._name, SIDES, RATE, self._time, self.output)
        sent = came = 0
        heard_at = self._clock.monotonic()
        try:
            while not watch.why and not self._ended and not closing.is_set():
                data, self._heard = b"".join(self._heard), []
                now = self._clock.monotonic()
                if data:
                    block = CapturedBlock(decode(coding, data)[None].astype(np.float32), 0)
                    if not came:
                        self._skip_to(frames.begin(block, now, self._next), deliver)
                    came, heard_at = came + len(data), now
                    frames.deliver_frames(block, now, self._watching(watch, deliver))
                    self._next = frames.next
                elif now - heard_at > _NO_SOUND_SECONDS:
                    return "no sound comes from it any more"
                if self.output.broken_off():
                    talk.send(shielded(bytes((CAN,))))
                    self.output.ran_dry()
                    sent = came
                sent = self._feed(talk, coding, sent, came)
                talk.listen()
        finally:
            frames.finish(self._watching(watch, deliver))
            self._next = max(self._next, frames.next)
        return watch.why or "it ended its sound by itself"

    def _feed(self, talk: Talk, coding: SampleCoding, sent: int, came: int) -> int:
        """Send what is due to go out; return how much has gone out since the beginning."""
        while sent - came < (SPEAKING_LEAD if self.output.speaking else QUIET_LEAD):
            talk.send(escape(encode(coding, self.output.next_sound(_BLOCK))))
            sent += _BLOCK
        return sent

    def _watching(self, watch: HoldWatch, deliver: Deliver) -> Deliver:
        def watched(item: AudioFrame | Gap | HookEvent) -> None:
            if isinstance(item, AudioFrame):
                watch.hear(item.sound[0], spoken=item.played is not None)
            deliver(item)

        return watched

    def _fail(self, reason: str, deliver: Deliver) -> None:
        """Tell that a call could not be carried: the line is not called ready any more."""
        self._unfit, self._mute = reason, True
        self._tell_fault(reason, deliver)


def _hang_up(talk: Talk) -> None:
    """Go on-hook, in the words of V.253 and in everybody's."""
    talk.say("AT+VLS=0", seconds=3.0)
    talk.say("ATH0", seconds=3.0)
