"""Emulate a voice modem: bytes of the host and the line in, bytes and acts on the line out.

It follows ITU-T V.250 and V.253 (IS-101), and its profile where it does not. No I/O, no clock: one
``step`` passes 20 ms.

Theory of operation. The host's bytes are read in one of two ways::

    command ── AT+VTX, +VRX, +VTR: CONNECT ──► voice: shielded bytes, codes between them
            ◄── DLE ETX, DLE !, DLE ^: OK ────

A command line is worked off one command after the other. What takes time (a reply to a
measurement, a tone, a number) makes the rest wait, and bytes that come meanwhile wait with it.
What happens by itself, such as a ring, is printed at once: it may come between two lines of a
reply.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from appliance.exchange.modem.caller import report
from appliance.exchange.modem.commands import Command, NotACommand, next_command
from appliance.exchange.modem.line_side import LineSide, ModemInput
from appliance.exchange.modem.profile import EmulatedProfile
from appliance.exchange.modem.registers import CommandError, Registers
from appliance.exchange.modem.sounds import dial_wave, tones_wave
from appliance.exchange.modem.terminal import Terminal
from appliance.exchange.modem.voice_data import VoiceData, VoiceFlow
from appliance.exchange.modem.voice_stream import code
from appliance.model.audio import FRAME, RATE
from appliance.signals.caller_id.messages import CallerIdMessage
from appliance.signals.pcm import Wave

_OWN_HOOK = RATE // 10
"""From a relay of the modem's own to the report that some make of it."""

_NO_CARRIER = 5 * RATE
"""No modem answers here: data mode waits so long for one."""

_MOST_BYTES = 4096  # of the host's, that wait while a command takes time
_NOMINAL = 128  # gain that changes nothing


@dataclass(frozen=True, slots=True, eq=False)
class ModemOutput:
    """What the modem does in 20 ms."""

    to_host: bytes
    off_hook: bool  # it holds the loop
    sound: Wave | None = None  # [FRAME], what it sends
    dialled: str = ""  # keys that it begins to send


class EmulatedModem:
    """One voice modem."""

    def __init__(self, profile: EmulatedProfile, country: str = "PL") -> None:
        """Switch it on: on-hook, in data mode.

        Args:
            profile: which one.
            country: whose tones it knows.
        """
        self._profile = profile
        self._registers = Registers(profile)
        self._terminal = Terminal(self._registers)
        self._line = LineSide(profile, country)
        self._now = 0
        self._class = 0
        self._format = profile.formats[0]
        self._label = profile.labels[0]
        self._voice: VoiceData | None = None
        self._input = b""  # of the host, not yet read
        self._todo: str | None = None  # what is left of the command line; None: there is none
        self._busy_until = 0
        self._finish: Callable[[], None] | None = None  # when it is no longer busy
        self._deaf = range(0)  # samples in which it neither reads nor prints
        self._does: Mapping[str, Callable[[Command], None]] = {
            "A": self._answer,
            "D": self._dial,
            "H": self._hook,
            "Z": self._reset,
            "&F": lambda command: self._registers.reset(),
            "+FCLASS": self._set_class,
            "+VLS": self._set_label,
            "+VRID": self._repeat_caller,
            "+VSM": self._set_format,
            "+VTS": self._tones,
            "-TRV": self._tell_volts,
            ":R79": self._tell_volts,
            **{flow.value: self._start_voice for flow in VoiceFlow},
        }

    # -- from outside -----------------------------------------------------------------------------

    @property
    def off_hook(self) -> bool:
        """Return whether the modem holds the loop."""
        return self._line.off_hook

    @property
    def room(self) -> int:
        """Return how many bytes of the host it takes now."""
        if self._voice is not None and self._registers.flow_control:
            return self._voice.room
        return max(0, _MOST_BYTES - len(self._input))

    def drop_dtr(self) -> None:
        """Take note that the host has closed the port: hang up, unless told ``AT&D0``."""
        if self._registers.heeds_dtr:
            self._break_off()

    def lose_power(self) -> None:
        """Begin anew: on-hook, with the maker's values."""
        self._break_off()
        self._registers.reset()
        self._deaf = range(0)

    def step(self, data: bytes, seen: ModemInput) -> ModemOutput:
        """Pass 20 ms with what the host sent and the line showed; return what the modem does."""
        self._now += FRAME
        deaf = self._now in self._deaf
        self._input += b"" if deaf else data
        self._observe(seen)
        self._read()
        sound, dialled = self._send()
        if self._voice is not None:
            heard = seen.sound * (self.off_hook * self._gain("+VGR"))
            self._terminal.send(self._voice.record(heard))
        out = self._terminal.take(self._now)
        return ModemOutput(
            b"" if deaf else out, self.off_hook, sound if self.off_hook else None, dialled
        )

    def _break_off(self) -> None:
        self._leave()
        self._voice, self._class = None, 0
        self._input, self._todo = b"", None
        self._finish, self._busy_until = None, 0
        self._terminal.forget()

    # -- what happens by itself -------------------------------------------------------------------

    def _observe(self, seen: ModemInput) -> None:
        """Report what the line shows."""
        records = self._voice is not None and self._voice.flow.records
        silence = self._registers.number("+VSD", 1) * RATE // 10 if records else 0
        for event in self._line.look(seen, silence):
            if isinstance(event, CallerIdMessage):
                self._print_caller(event)
            elif event == ord("R"):
                self._ring()
            else:
                self._report(event)

    def _ring(self) -> None:
        if self._in_voice and self._profile.voice_ring == "code":
            self._report(ord("R"))
        else:
            self._terminal.result("RING")
        answers_after = self._registers.s("S0")
        if 0 < answers_after <= self._line.rings and self._todo is None:
            self._todo = "A"

    def _print_caller(self, message: CallerIdMessage) -> None:
        shown = self._registers.number("+VCID")
        if shown:
            text = report(message, self._profile, hex=shown == 2, voice=self._in_voice)
            self._terminal.send(text)

    @property
    def _in_voice(self) -> bool:
        return self._class == 8

    def _report(self, letter: int) -> None:
        """Send the code of an event, if this modem reports it, in voice mode alone."""
        known = "0" if chr(letter) in "0123456789*#ABCD/" else chr(letter)
        if self._in_voice and (known in self._profile.codes or letter == self._profile.key_end):
            self._terminal.send(code(letter))

    # -- what the host sends ----------------------------------------------------------------------

    def _read(self) -> None:
        """Read the host's bytes and carry out what they say, as far as it does not take time."""
        goes_on = True
        while goes_on and self._now >= self._busy_until:
            finish, self._finish = self._finish, None
            if finish is not None:
                finish()
            elif self._todo is not None:
                self._work(self._todo)
            elif self._voice is not None:
                goes_on = self._listen(self._voice)
            else:
                self._todo, self._input = self._terminal.typed(self._input)
                goes_on = self._todo is not None

    def _listen(self, voice: VoiceData) -> bool:
        """Take voice; return whether something else may be read now."""
        if voice.ending or not self._input:
            return False  # what it holds is played before anything else is read
        events, self._input = voice.take(self._input)
        for event in events:
            self._report(ord(event))
        if voice.over:
            self._end_voice(voice)
        return True

    def _work(self, line: str) -> None:
        """Carry out the next command of a line, or print its result."""
        if not line:
            self._succeed("OK")
            return
        try:
            command, self._todo = next_command(line)
            does = self._does.get(command.name)
            if does is None or command.name in self._profile.lacks:
                self._terminal.say(self._registers.obey(command))
            else:
                does(command)
        except (NotACommand, CommandError):
            self._succeed("ERROR")

    def _succeed(self, result: str) -> None:
        """End the command line with a result."""
        self._todo = None
        self._terminal.result(result)

    def _wait(self, samples: int, then: Callable[[], None] | None = None) -> None:
        """Let the rest of the line wait, and then do something first."""
        self._busy_until, self._finish = self._now + samples, then

    # -- the line ---------------------------------------------------------------------------------

    def _take(self) -> None:
        if self._line.take() and self._profile.own_hook and self._in_voice:
            self._terminal.send_at(self._now + _OWN_HOOK, code("H"))

    def _leave(self) -> None:
        self._label = self._profile.labels[0]
        if not self._line.leave():
            return
        if self._profile.own_hook and self._in_voice:
            self._terminal.send_at(self._now + _OWN_HOOK, code("h"))
        first = self._now + 2 * self._settle  # its OK still comes
        self._deaf = range(first, first + self._profile.deaf_after_call_ms * RATE // 1000)

    @property
    def _settle(self) -> int:
        return self._profile.settle_ms * RATE // 1000

    def _hook(self, command: Command) -> None:
        if command.value not in {"", "0", "1"}:
            raise CommandError
        if command.value == "1":
            self._take()
        else:
            self._leave()
        self._wait(self._settle)

    def _answer(self, command: Command) -> None:
        self._take()
        self._connect(self._settle)

    def _dial(self, command: Command) -> None:
        self._take()
        wave, keys = dial_wave(command.value, self._registers.s("S6"), self._registers.s("S8"))
        self._line.send(wave, keys)
        self._connect(wave.size)

    def _connect(self, samples: int) -> None:
        """Wait so long, and in data mode for a modem at the other end, which never comes."""

        def nobody() -> None:
            self._leave()
            self._succeed("NO CARRIER")

        if self._in_voice:
            self._wait(samples, lambda: self._succeed(self._profile.voice_answer))
        else:
            self._wait(samples + _NO_CARRIER, nobody)

    def _set_class(self, command: Command) -> None:
        if command.op == "read":
            self._terminal.say([str(self._class)])
        elif command.op == "test":
            self._terminal.say([self._profile.classes])
        elif command.op == "set" and command.value in self._profile.classes.split(","):
            if command.value != "8" and self._in_voice:
                self._leave()
            self._class = int(command.value.partition(".")[0])
        else:
            raise CommandError

    def _reset(self, command: Command) -> None:
        self._leave()
        self._registers.reset()
        self._class = 0

    def _tell_volts(self, command: Command) -> None:
        """Print the line's voltage a little later; ``-TRV`` and ``:R79`` are not on one modem."""
        asked = {"decimal": "-TRV", "register": ":R79"}.get(self._profile.volts)
        if command.name != asked or command.op != "do":
            raise CommandError
        pause = self._profile.reply_ms * RATE // 1000

        def reply() -> None:
            self._terminal.say([self._line.measured()])
            self._wait(pause)

        self._wait(pause, reply)

    # -- voice mode -------------------------------------------------------------------------------

    def _need_voice(self, command: Command, op: str) -> None:
        if not self._in_voice or command.op != op:
            raise CommandError

    def _set_label(self, command: Command) -> None:
        if command.op == "read":
            self._terminal.say([str(self._label.id)])
            return
        if command.op == "test":
            self._terminal.say([label.line for label in self._profile.labels])
            return
        self._need_voice(command, "set")
        label = self._profile.label(command.value)
        if label is None:
            raise CommandError
        if label.off_hook:
            self._take()
        else:
            self._leave()
        self._label = label
        self._wait(self._settle)

    def _set_format(self, command: Command) -> None:
        if command.op == "test":
            self._terminal.say([each.line for each in self._profile.formats])
        elif command.op == "read":
            self._terminal.say([f"{self._format.id},{RATE},0,0"])
        else:
            id, _, rest = command.value.partition(",")
            chosen = self._profile.format(id)
            if chosen is None or rest.partition(",")[0] not in {"", str(RATE)}:
                raise CommandError
            self._format = chosen

    def _start_voice(self, command: Command) -> None:
        self._need_voice(command, "do")
        if not self._label.sound or not (self.off_hook or self._profile.sound_on_hook):
            raise CommandError
        self._line.wait_for_voice()
        self._voice = VoiceData(
            VoiceFlow(command.name),
            self._format.coding,
            self._profile.code_dles,
            drops=not self._registers.flow_control,
        )
        self._succeed("CONNECT")

    def _end_voice(self, voice: VoiceData) -> None:
        self._voice = None
        self._terminal.send(voice.farewell())
        self._terminal.result("OK")

    def _tones(self, command: Command) -> None:
        self._need_voice(command, "set")
        unit = self._registers.number("+VTD")
        try:
            wave, bare = tones_wave(command.value, unit, one_tone=self._profile.one_tone)
        except ValueError:
            raise CommandError from None
        if bare and not self._profile.digit_tones:
            self._todo = None  # not even an ERROR
            return
        self._line.send(wave)
        self._wait(wave.size)

    def _repeat_caller(self, command: Command) -> None:
        if self._line.caller is None:
            raise CommandError
        self._print_caller(self._line.caller)

    # -- sound ------------------------------------------------------------------------------------

    def _send(self) -> tuple[Wave | None, str]:
        """Return the next 20 ms that the modem sends, and what it begins to dial."""
        voice = self._voice
        if voice is None:
            return self._line.next_tones()
        wave, events = voice.play()
        for event in events:
            self._report(ord(event))
        if voice.over:
            self._end_voice(voice)
            self._read()
        return None if wave is None else wave * self._gain("+VGT"), ""

    def _gain(self, name: str) -> float:
        return (self._registers.number(name) or _NOMINAL) / _NOMINAL
