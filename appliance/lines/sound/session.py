"""Run one card from its opening to its loss: one thread reads it, one feeds it.

Nothing waits inside a sound library. Each thread asks how much there is to read, or room to
write, and waits by itself, so that it can be told to end at any time and an unplugged card holds
nobody. Each uses a stream of its own; both are closed when neither thread uses them any more.
"""

import math
import threading
from collections.abc import Callable, Iterator

import numpy as np

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.sound.portaudio import BLOCK_SECONDS, CardStreams, Want
from appliance.lines.stream.clock import SoundClock
from appliance.lines.stream.frames import CapturedBlock
from appliance.lines.stream.output import Output
from appliance.model.audio import FRAME, RATE
from appliance.model.sentences.faults import device_fault
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import to_sound
from appliance.signals.resample import DELAY_SECONDS, Resampler
from appliance.threads import NamedThread

SILENT_SECONDS = 2.0
"""A card that gives nothing for so long has failed."""

LEAST_LEAD, MOST_LEAD = 0.03, 0.15
"""Seconds put out ahead of what sounds, in silence: by so much a prompt begins later."""

SPEAKING_LEAD = 0.25
"""Seconds put out ahead while a prompt goes out: a busy machine must not make a hole in it. What
is still to sound when it is stopped is thrown away."""

_LEAD_GROWS, _LEAD_SHRINKS = 0.03, 0.01
_MAY_SOUND = 0.05  # seconds that may still sound when a prompt is stopped
_CALM_BLOCKS = round(60 / BLOCK_SECONDS)
_STEADY_SECONDS = 0.5  # by then a card or sound server has come into step
_SHORTEST_WAIT = 0.001
_END_SECONDS = 5.0


class _Lead:
    """Grows when a card has run dry, and shrinks again, a step a minute, while it does not."""

    def __init__(self) -> None:
        self.seconds = LEAST_LEAD
        self._calm = 0

    def ran_dry(self) -> None:
        self.seconds = min(self.seconds + _LEAD_GROWS, MOST_LEAD)
        self._calm = 0

    def fed(self) -> None:
        self._calm += 1
        if self._calm >= _CALM_BLOCKS:
            self.seconds = max(self.seconds - _LEAD_SHRINKS, LEAST_LEAD)
            self._calm = 0


class CardSession:
    """Reads and feeds the streams of an open card."""

    def __init__(
        self,
        want: Want,
        streams: CardStreams,
        output: Output,
        clock: Clock,
        throw_away: Callable[[], None],
    ) -> None:
        """Take over streams that nobody else uses.

        Args:
            want: what was opened.
            streams: the card.
            output: gives what is to be put out; it is asked from a thread of the session's own.
            clock: tells when nothing has come for too long.
            throw_away: lets nothing more sound of what was put out.
        """
        self._want = want
        self._streams = streams
        self._output = output
        self._clock = clock
        self._throw_away = throw_away
        self._block = round(want.rate * BLOCK_SECONDS)
        self._ended = threading.Event()
        self._error: Exception | None = None  # of the feeder
        self._raise = Resampler(RATE, want.rate, 1)
        self._consumes: SoundClock | None = None
        self._quiet = 0  # blocks of nothing put out in a row
        self._silence = bytes(2 * self._block)
        self._feeder = NamedThread(self._feed, f"feeder {want.card}")

    def heard(self) -> Iterator[CapturedBlock]:
        """Feed the card from now on, and yield what is read, until ``end`` or the card is wanted.

        Raises:
            LineError: the card is gone or failed.
        """
        self._feeder.start()
        stream, rate = self._streams.hears, self._want.rate
        # The first read is longer by what the resampler keeps: each one then makes a frame whole.
        step, count = rate * FRAME // RATE, rate * FRAME // RATE + math.ceil(rate * DELAY_SECONDS)
        latest = self._clock.monotonic()
        while not self._ended.is_set() and not self._streams.recalled.is_set():
            there, now = self._asked(stream.get_read_available), self._clock.monotonic()
            # Looked at before anything is read: what comes after the machine slept is another call.
            if now - latest > SILENT_SECONDS:
                raise LineError(device_fault("card_silent", card=self._want.card))
            if there >= count:
                latest = now
                count += (there - count) // step * step
                yield CapturedBlock(self._read(count), there - count)
                count = step
                continue
            self._ended.wait(max(_SHORTEST_WAIT, (count - there) / rate))
        if self._error is not None:
            raise self._error

    def end(self) -> None:
        """Let ``heard`` come to its end. Any thread."""
        self._ended.set()

    def finish(self) -> bool:
        """End the feeding; False if a thread is stuck in the sound library and the card with it."""
        self._ended.set()
        if self._feeder.ident is not None:
            self._feeder.join(_END_SECONDS)
        return not self._feeder.is_alive()

    def _read(self, count: int) -> Floats:
        try:
            data = self._streams.hears.read(count, exception_on_overflow=False)
        except OSError as error:
            raise self._lost() from error
        sound = np.frombuffer(data, "<i2").reshape(-1, self._want.channels)
        return sound.T.astype(np.float32)

    # -- the feeder's thread ----------------------------------------------------------------------

    def _feed(self) -> None:
        try:
            self._feed_on()
        except Exception as error:  # whatever it is: without a feeder nobody would be asked again
            self._error = error
            self._ended.set()

    def _feed_on(self) -> None:
        rate, lead = self._want.rate, _Lead()
        room, written = self._room(), 0
        while not self._ended.is_set():
            ahead = room - self._room()
            if self._output.broken_off() and ahead > _MAY_SOUND * rate:
                self._throw_away()
                self._output.ran_dry()
                self._consumes, room, written = None, self._room(), 0
                continue
            if written and self._ran_dry(ahead, (written - ahead) / rate):
                self._output.ran_dry()
                lead.ran_dry()
            wanted = SPEAKING_LEAD if self._output.speaking else lead.seconds
            while ahead < wanted * rate and ahead + self._block <= room:
                count = self._write()
                ahead, written = ahead + count, written + count
                lead.fed()
            left = ahead / rate - wanted + BLOCK_SECONDS
            self._ended.wait(min(BLOCK_SECONDS, max(_SHORTEST_WAIT, left)))

    def _room(self) -> int:
        return self._asked(self._streams.says.get_write_available)

    def _ran_dry(self, ahead: int, consumed: float) -> bool:
        """Say whether the card has put out nothing for a while; a sound server does not tell.

        What it has consumed then stays behind the machine's clock.
        """
        now = self._clock.monotonic()
        if self._consumes is None:
            if consumed < _STEADY_SECONDS:
                return ahead <= 0
            self._consumes = SoundClock(now - consumed)
        late = self._consumes.arrived(consumed, now) > 0
        return ahead <= 0 or late

    def _write(self) -> int:
        """Put the next block out and return how much of the card's it is."""
        sound = self._output.next_sound(round(RATE * BLOCK_SECONDS))
        self._quiet = 0 if sound.any() else self._quiet + 1
        data, count = self._silence, self._block
        if self._quiet < 2:  # after that the resampler has rung out, too
            raised = to_sound(self._raise.resample(sound[None])[0].astype(np.float64))
            data, count = raised.astype("<i2").tobytes(), raised.size
        try:
            self._streams.says.write(data, count)
        except OSError as error:
            raise self._lost() from error
        return count

    def _asked(self, question: Callable[[], int]) -> int:
        try:
            answer = question()
        except OSError as error:
            raise self._lost() from error
        if answer < 0:  # PortAudio's error numbers
            raise self._lost()
        return answer

    def _lost(self) -> LineError:
        return LineError(device_fault("card_gone", card=self._want.card))
