"""Drive one USB sound adapter: hear the line, speak on it, keep its time.

Audio source, prompt sink and line clock are one device with one clock, or our own words could not
be taken out of what is heard. The driver reports a card that fails or is pulled out once, then
looks for it until it is back; meanwhile the line clock goes by the machine's.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from appliance.clock import Clock
from appliance.errors import LineError, fault
from appliance.lines.base import Deliver
from appliance.lines.plugged.attempts import Pace
from appliance.lines.plugged.connection import UNKNOWN, Attachment
from appliance.lines.sound.portaudio import CardStreams, PortAudio, Want
from appliance.lines.sound.session import CardSession
from appliance.lines.stream.clock import SoundClock
from appliance.lines.stream.frames import Frames
from appliance.lines.stream.output import Output
from appliance.model.audio import Sides
from appliance.model.events import Gap, LineFault, LineRestored
from appliance.model.prompts import Prompt
from appliance.model.sentences.faults import device_fault, text_of
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

SIDES: Mapping[str, Sides] = {
    "both": ("both",),
    "voltage/current": ("voltage", "current"),
    "far/near": ("far", "near"),
}
"""The option ``sides`` -> what each channel carries."""

USUAL_RATE = 48000

_END_SECONDS = 8.0


class SoundLine:
    """One line's sound."""

    def __init__(
        self,
        name: str,
        audio: Mapping[str, Any],
        prompt: Mapping[str, Any],
        clock: Clock,
        portaudio: PortAudio,
    ) -> None:
        """Take the options; no device is opened before ``start``.

        Args:
            name: of the line.
            audio: the options of the line's ``audio`` part: card, rate, sides.
            prompt: those of its ``prompt`` part; the same card.
            clock: fills the line clock while no sound comes.
            portaudio: opens the cards of all lines.

        Raises:
            LineError: the two name different cards.
        """
        if audio["card"] != prompt["card"]:
            raise LineError(device_fault("line_unusable"))
        self.sides: Sides = SIDES[str(audio.get("sides", "both"))]
        self.idle: Callable[[], bool] = lambda: False
        """Whether the line can do without its card for a second, so that a new card of another
        line can be found; the line's thread sets it."""
        self._name = name
        self._want = Want(audio["card"], int(audio.get("rate", USUAL_RATE)), len(self.sides))
        self._clock = clock
        self._portaudio = portaudio
        self._time = SoundClock(clock.monotonic())
        self._output = Output()
        self._connection = UNKNOWN
        self._next = 0  # line clock after the latest frame
        self._faulty = False
        self._reason = ""  # why the card is not there, as the log says
        self._pace = Pace()
        self._closing = threading.Event()
        self._session: CardSession | None = None
        self._lock = threading.Lock()  # guards _session and _thread
        self._thread: threading.Thread | None = None

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver frames, gaps, and faults of the sound, from a thread of its own.

        A card that is missing or fails is a ``LineFault``, one for each reason; it is retried until
        it is there. Once is enough.
        """
        with self._lock:
            if self._thread is not None or self._closing.is_set():
                return
            self._thread = NamedThread(self._run, f"sound {self._name}", (deliver,))
            self._thread.start()

    def play(self, prompt: Prompt) -> None:
        """Begin to play, replacing what is playing; return at once. Any thread."""
        self._output.play(prompt)

    def stop(self) -> None:
        """Be silent within one frame and the device's latency. Any thread."""
        self._output.stop()

    def position(self) -> int:
        """Return the line clock of the sample that is on the wires now; never goes back.

        It is 0 when the line is made and runs on while no sound comes. Any thread.
        """
        return self._time.position(self._clock.monotonic())

    def connected(self) -> Attachment:
        """Return by what the card is connected, as the kernel said when it was last opened."""
        return self._connection

    def close(self) -> None:
        """Be silent, end the threads and release the device; safe to call twice."""
        self._output.stop()
        self._closing.set()
        with self._lock:
            session, thread = self._session, self._thread
        if session is not None:
            session.end()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_END_SECONDS)
            if thread.is_alive():
                log.error("line %s: the sound library does not let its card go", self._name)

    # -- the line's reader ------------------------------------------------------------------------

    def _run(self, deliver: Deliver) -> None:
        while not self._closing.is_set():
            try:
                self._hear_out(self._portaudio.open(self._want, self._ready), deliver)
            except LineError as error:
                self._lost(text_of(error), deliver)
            except Exception as error:
                log.error("line %s: a fault of ours: %s", self._name, fault(error))
                self._lost(device_fault("driver_failed"), deliver)

    def _ready(self) -> bool:
        return not self._output.speaking and self.idle()

    def _lost(self, reason: str, deliver: Deliver) -> None:
        """Tell of the loss, again where the reason is another one, and wait before trying again."""
        if reason != self._reason:
            self._reason, self._faulty = reason, True
            log.warning("line %s: %s", self._name, reason)
            deliver(LineFault(self.position(), "audio", reason))
        self._closing.wait(self._pace.next_wait())

    def _hear_out(self, streams: CardStreams, deliver: Deliver) -> None:
        """Hear until the card is lost, wanted back, or the line is closed."""
        self._connection = streams.connection
        self._output.reopened()
        throw_away = partial(self._portaudio.throw_away, self._want, streams)
        session = CardSession(self._want, streams, self._output, self._clock, throw_away)
        with self._lock:
            self._session = session
        if self._closing.is_set():
            session.end()
        frames = Frames(self._name, self.sides, self._want.rate, self._time, self._output)
        heard_any = False
        try:
            for heard in session.heard():
                now = self._clock.monotonic()
                if not heard_any:
                    heard_any = True
                    self._begin(frames.begin(heard, now, self._next), deliver)
                frames.deliver_frames(heard, now, deliver)
        finally:
            if heard_any:
                frames.finish(deliver)
                self._next = frames.next
            if session.finish():
                self._portaudio.give_back(streams)
            else:
                log.error("line %s: the sound library hangs", self._name)

    def _begin(self, sample: int, deliver: Deliver) -> None:
        """Know that sound flows (again), from ``sample`` on."""
        self._pace.begin_anew()
        if self._faulty:
            self._faulty, self._reason = False, ""
            log.info("line %s: the sound card is there", self._name)
            deliver(LineRestored(sample, "audio"))
        if sample > self._next:
            deliver(Gap(self._next, sample - self._next))
