"""Drive a voice modem as the hook source of a line; its thread owns the port.

Theory of operation::

    open ──► probe ──► ask the voltage, listen … ──► the port fails, or no answer comes ──► fault
     ▲       (1 s)        RING, caller ID and codes come between                              │
     └──────────────────── wait 0.5 s, 1 s, 2 s, 4 s, 5 s … ◄─────────────────────────────────┘

The modem stays on-hook: it looks at the line's voltage four times a second, and a phone that is
lifted draws it down (``volts``). Where the modem has a jack for the phone, its codes tell the same.
While a phone is off-hook, an answer that is missing is a doubt at once, since a flash could hide in
it, and the third one in a row is a fault, dated at the last answer.

Whatever ends this process, the port's closing drops DTR and the modem hangs up (``AT&D2``).
"""

import contextlib
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.base import Deliver, HookEvent, LineClock
from appliance.lines.device import VoltageStore
from appliance.lines.modem.callers import CallerReports
from appliance.lines.modem.probe import Capabilities, prepare, voltage_question, volts
from appliance.lines.modem.profile import GENERIC, ModemProfile, modem_profile
from appliance.lines.modem.talk import Closed, Silent, Talk
from appliance.lines.modem.v253 import CallerField, Code, Item, Rang
from appliance.lines.modem.volts import LoopVoltage
from appliance.lines.plugged.attempts import DriverAttempts
from appliance.lines.plugged.connection import UNKNOWN, Attachment, Kernel
from appliance.lines.plugged.port import Broken, open_port, vanished
from appliance.model.audio import samples
from appliance.model.events import (
    HookChanged,
    LineFault,
    LineRestored,
    PartyDoubted,
    PolarityReversed,
    Ring,
)
from appliance.model.sentences.faults import device_fault
from appliance.model.terms import Hook
from appliance.threads import NamedThread

if TYPE_CHECKING:
    from appliance.lines.modem.voice import ModemVoice

log = logging.getLogger(__name__)

SAME_RING = samples(1.0)
"""A modem may tell of one burst as text and as a code."""

_DOUBT = samples(2.0)
_MISSES = 3
"""In a call, so many answers missing in a row are a fault: 1.9 s, before the 2 s after which a call
without a hook is cut."""

_CALM_SECONDS = 5.0
"""On-hook, where nothing is recorded, a modem may be silent for so long."""

_END_SECONDS = 5.0

NO_HOOK = device_fault("modem_no_hook")


class Modem:
    """One voice modem on one serial port."""

    def __init__(
        self,
        name: str,
        options: Mapping[str, Any],
        line: LineClock,
        clock: Clock,
        store: VoltageStore,
        voice: "ModemVoice | None" = None,
        *,
        callers_alone: bool = False,
    ) -> None:
        """Take the options; ``start`` opens the port.

        Args:
            name: of the line.
            options: ``port``, the path of the device; perhaps ``profile`` and ``short_loop``.
            line: stamps the events.
            clock: paces the questions and the attempts to open an absent port.
            store: keeps the voltage that was learnt.
            voice: the line's sound, where it comes through the modem, too.
            callers_alone: it is there to tell who calls; another source sees the hook.

        Raises:
            LineError: there is no such profile.
        """
        self._profile_name: str | None = options.get("profile")
        declared = modem_profile(self._profile_name or GENERIC)
        self.lateness_ms = declared.lateness_ms
        self.sees_flash = declared.sees_flash
        self.found: Capabilities | None = None
        """What the modem can do, once it has answered."""
        self._declared = declared
        self._connection = UNKNOWN
        self._name = name
        self._path = str(options["port"])
        self._short = bool(options.get("short_loop"))
        self._line = line
        self._clock = clock
        self._store = store
        self._voice = voice
        self._callers_alone = callers_alone
        self._callers = CallerReports()
        self._judge: LoopVoltage | None = None
        self._deliver: Deliver = lambda item: None
        self._hook = Hook.UNKNOWN
        self._rang_at = -SAME_RING
        self._spoilt = False  # a ring came into the answer that is awaited
        self._answered = 0  # line clock of the last answer
        self._misses = 0
        self._faulty = False
        self._reason = ""
        self._attempts = DriverAttempts(f"line {name}", "modem", clock)
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver events from its own thread; further calls do nothing.

        A port that cannot be opened, falls silent or vanishes is a ``LineFault``, one for each
        reason. The driver retries until the port is back.
        """
        if self._thread is None:
            self._deliver = deliver
            self._thread = NamedThread(self._run, f"modem {self._name}")
            self._thread.start()

    def connected(self) -> Attachment:
        """Return by what it is connected, as the kernel said when the port was last opened."""
        return self._connection

    def close(self) -> None:
        """End the thread, hang up and release the port; safe to call twice."""
        self._closing.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_END_SECONDS)
            if self._thread.is_alive():
                log.error("line %s: %s cannot be closed", self._name, self._path)

    # -- the modem's own thread --------------------------------------------------------------------

    def _run(self) -> None:
        between = None if self._voice is None else self._keep_time
        self._attempts.run(self._closing, self._attend, self._lose, between)

    def _attend(self) -> None:
        try:
            with contextlib.suppress(Closed):
                self._use_port()
        except Broken:
            self._lose(vanished(self._path, "modem"))

    def _use_port(self) -> None:
        """Prepare the modem and watch the line until the port fails or the line is closed."""
        declared = self._declared
        with open_port(self._path, declared.baud, "modem", handshake=declared.handshake) as port:
            self._connection = Kernel().port(port.fileno(), self._path)
            talk = Talk(port, self._path, self._clock, self._hear, self._listening)
            try:
                profile, found = prepare(talk.ask, self._profile_name)
                if self._callers_alone:
                    found = replace(found, voltage=None, local_phone=False)
                port.rtscts = profile.handshake
                self._found(profile, found)
                self._watch(talk, profile, found)
            except Broken:
                # Reported at once: a stuck port may take half a minute to close.
                self._lose(vanished(self._path, "modem"))
            finally:
                talk.farewell()

    def _listening(self) -> None:
        """Do what is due every 20 ms, and stop waiting for answers once the line is closed."""
        now = self._line.position()
        self._tell(self._callers.pass_time(now))
        self._keep_time()
        if self._voice is not None and self._voice.holding:
            self._answered = now  # by its sound: if it vanishes now, it was there until now
        if self._closing.is_set():
            raise Closed

    def _keep_time(self) -> None:
        if self._voice is not None:
            self._voice.keep_time(self._deliver)

    def _found(self, profile: ModemProfile, found: Capabilities) -> None:
        if found != self.found:
            log.info("line %s: %s; %s", self._name, profile.name, found.identity)
        self.found = found
        if not (found.sees_hook or self._callers_alone):
            self._attempts.pace.slow_down()
            raise LineError(NO_HOOK)
        if self._voice is not None:
            self._attempts.pace.slow_down()
            self._voice.meet(found)
        self._judge = None
        if found.voltage is not None:
            self._judge = LoopVoltage(
                profile.hook,
                self.lateness_ms,
                self._store.load(),
                self._store.save,
                short_loop=self._short,
            )
        self._answered, self._misses = self._line.position(), 0

    def _watch(self, talk: Talk, profile: ModemProfile, found: Capabilities) -> None:
        if found.voltage is None:
            self._restored()
        due = self._clock.monotonic()
        while not self._closing.is_set():
            now = self._clock.monotonic()
            if self._voice is not None and self._voice.wants_line(self._hook):
                self._voice.hold_line(talk, profile, found, self._deliver, self._closing)
                self._answered = self._line.position()
                if self._judge is not None:
                    self._judge.looked_away(self._answered)
                due = self._clock.monotonic()
            elif found.voltage is not None and now >= due:
                due = max(due + profile.hook.poll_seconds, now)
                self._spoilt = False
                self._read(volts(talk.ask(voltage_question(found.voltage)), found.voltage))
            else:
                talk.listen()

    # -- readings ----------------------------------------------------------------------------------

    def _read(self, reading: float | None) -> None:
        """Take one answer to the question for the voltage, or that there was none."""
        now = self._line.position()
        if reading is not None and self._judge is not None and not self._spoilt:
            self._attempts.pace.begin_anew()
            self._answered, self._misses = now, 0
            self._tell(self._judge.reading(reading, now))
            if not self._judge.dead:
                self._restored()
        elif self._spoilt and self._hook is not Hook.OFF:
            self._answered = now  # it rings: the modem is there, and nothing can be missed
        else:
            self._miss(now)

    def _miss(self, now: int) -> None:
        self._misses += 1
        off = self._hook is Hook.OFF
        silent = now - self._answered
        if off and self._misses < _MISSES:
            if self._misses == 1:
                self._tell([PartyDoubted(self._answered, now + _DOUBT)])
        elif off or silent >= samples(_CALM_SECONDS):
            raise Silent(device_fault("modem_silent", path=self._path))

    # -- what the modem says by itself -------------------------------------------------------------

    def _hear(self, item: Item) -> None:
        match item:
            case Rang():
                self._rang()
            case CallerField():
                self._tell(self._callers.take(item, self._line.position()))
            case Code():
                self._take_code(item.code)
        if self._voice is not None:
            self._voice.hear(item)

    def _rang(self) -> None:
        now = self._line.position()
        self._spoilt = True
        if now - self._rang_at < SAME_RING:
            return
        self._rang_at = now
        self._tell(self._callers.flush())
        if self._judge is not None:
            self._judge.rang(now)
        elif self._hook is Hook.UNKNOWN:
            self._tell([HookChanged(now, Hook.ON)])  # a line that rings is on-hook
        self._tell([Ring(now)])

    def _take_code(self, code: str) -> None:
        now = self._line.position()
        phone = self.found is not None and self.found.local_phone
        match code:
            case "R":
                self._rang()
            case "L":
                self._tell([PolarityReversed(now)])
            case "H" | "h" if phone and self._judge is None:
                hook = Hook.OFF if code == "H" else Hook.ON
                if hook is not self._hook:
                    self._tell([HookChanged(now, hook)])

    # -- the line's thread -------------------------------------------------------------------------

    def _restored(self) -> None:
        if self._faulty:
            log.info("line %s: the modem answers", self._name)
            self._tell([LineRestored(self._line.position(), "hook")])

    def _lose(self, reason: str) -> None:
        """Tell of the loss, and again where the reason is another one."""
        at = self._answered if self._hook is Hook.OFF else self._line.position()
        self._hook = Hook.UNKNOWN
        if reason != self._reason:
            self._reason, self._faulty = reason, True
            log.warning("line %s: %s", self._name, reason)
            self._deliver(LineFault(at, "hook", reason))

    def _tell(self, events: Iterable[HookEvent]) -> None:
        for event in events:
            if isinstance(event, HookChanged):
                self._hook = event.hook
                if event.hook is Hook.OFF:
                    self._tell(self._callers.flush())
            elif isinstance(event, LineFault):
                self._hook, self._faulty, self._reason = Hook.UNKNOWN, True, event.reason
                log.warning("line %s: %s", self._name, event.reason)
            elif isinstance(event, LineRestored):
                self._faulty, self._reason = False, ""
            if self._voice is not None:
                self._voice.follow(event)
            self._deliver(event)
