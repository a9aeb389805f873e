"""Parse what a voice modem sends: text and shielded codes in one stream, no I/O (V.253).

Theory of operation. What a byte means depends on the mode alone, and on the DLE (0x10) before it:

    COMMAND, VOICE   lines of text, with ``DLE c`` codes anywhere between their letters
    RECORDING        sound; ``DLE DLE`` is one 0x10 of it, ``DLE SUB`` two, ``DLE ETX`` its end
    DUPLEX           the same, while our sound goes the other way

A command that starts a stream changes the mode at the very end of its ``CONNECT`` line, so that the
next byte is already sound. Between ``DLE X`` and ``DLE .`` a modem reports caller ID as text, in
any mode. ``RING`` and caller ID may come inside the reply to a command and are never part of it.

Time is passed in, in seconds. A command without its final word in time is answered with None; what
comes late is then dropped for a moment, so that no reply is taken for the next command's.
"""

import re
from dataclasses import dataclass
from enum import Enum

DLE, ETX, CAN, SUB = 0x10, 0x03, 0x18, 0x1A
_SHIELD = bytes((DLE,))

LONGEST_LINE = 600
"""Bytes: a caller ID message of 255 bytes in hex, and some more."""

LONGEST_REPORT = 1200
"""Bytes between ``DLE X`` and ``DLE .``; a modem that never ends its report is not followed."""

MOST_LINES = 60
"""Lines kept of a reply: more than the longest list that a modem was seen to give."""

SETTLE_SECONDS = 0.3
"""After a command ran out of time, what comes within this belongs to it."""

_FINAL = frozenset({"OK", "ERROR", "NO CARRIER", "NO DIALTONE", "NO DIAL TONE", "BUSY", "VCON"})
_CALLER = re.compile(r"(DATE|TIME|NMBR|NAME|MESG) *= *(.*)")
_RING = re.compile(r"RING( [A-D0-9])?")
_LINE_END = re.compile(rb"[\r\n]")


class Mode(Enum):
    """What a byte from the modem means."""

    COMMAND = "command"
    VOICE = "voice"
    RECORDING = "recording"
    DUPLEX = "duplex"

    @property
    def hears(self) -> bool:
        """Say whether the modem sends sound."""
        return self is Mode.RECORDING or self is Mode.DUPLEX


@dataclass(frozen=True, slots=True)
class Ask:
    """One command and how its reply looks."""

    data: bytes
    wants: re.Pattern[str] | None = None
    """Lines of the reply that are kept; None keeps none."""
    seconds: float = 2.0
    """The longest wait for the final word."""
    enters: Mode | None = None
    """The mode that begins with ``CONNECT``."""

    def __str__(self) -> str:
        """Return the command as it is shown to a person."""
        return self.data.decode("ascii", "replace").strip()


def command(text: str, wants: str | None = None, seconds: float = 2.0) -> Ask:
    """Return the question that a line of text asks, such as ``ATI0``; ``wants`` is a pattern."""
    return Ask(text.encode("ascii") + b"\r", None if wants is None else re.compile(wants), seconds)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command."""

    ask: Ask
    result: str | None
    """The final word; None if it did not come in time."""
    lines: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether the modem did it."""
        return self.result in {"OK", "VCON"}

    @property
    def connected(self) -> bool:
        """Say whether a stream began."""
        return self.result is not None and self.result.startswith("CONNECT")


@dataclass(frozen=True, slots=True)
class Rang:
    """The modem told of a ring, as text."""


@dataclass(frozen=True, slots=True)
class CallerField:
    """A line of caller ID."""

    key: str  # DATE, TIME, NMBR, NAME or MESG
    value: str


@dataclass(frozen=True, slots=True)
class Code:
    """A shielded code, such as ``R`` or ``d``; ``~`` is one however the modem spells it."""

    code: str


@dataclass(frozen=True, slots=True)
class LineSound:
    """Sound of the line, unescaped, in the modem's format."""

    data: bytes


@dataclass(frozen=True, slots=True)
class StreamEnded:
    """The modem ended its sound."""


Item = Reply | Rang | CallerField | Code | LineSound | StreamEnded


def escape(sound: bytes) -> bytes:
    """Return sound as it goes to the modem: every 0x10 doubled."""
    return sound.replace(_SHIELD, _SHIELD * 2)


def shielded(codes: bytes, dles: int = 1) -> bytes:
    """Return codes to the modem, each behind its DLE.

    Some modems understood a single DLE only from a program and three from a terminal.
    """
    return b"".join(_SHIELD * dles + bytes((code,)) for code in codes)


class V253:
    """The modem's side of one port."""

    def __init__(self) -> None:
        """Begin in command mode, with nothing asked."""
        self.mode = Mode.COMMAND
        self._held = b""  # a DLE whose code has not come yet
        self._line = bytearray()
        self._skipping = False  # an endless line is dropped up to its end
        self._report: int | None = None  # bytes of a complex report so far
        self._after_cr = False  # the line end of CONNECT is CR LF: its LF is no sound
        self._pending: Ask | None = None
        self._lines: list[str] = []
        self._until = 0.0
        self._quiet_until = 0.0
        self._items: list[Item] = []
        self._sound = bytearray()

    @property
    def asked(self) -> bool:
        """Say whether a command waits for its final word."""
        return self._pending is not None

    def may_ask(self, now: float) -> bool:
        """Say whether a command can go out: none waits, and nothing late is to be expected."""
        return self._pending is None and now >= self._quiet_until

    def ask(self, ask: Ask, now: float) -> bytes:
        """Note a command and return the bytes that send it."""
        self._pending, self._lines, self._until = ask, [], now + ask.seconds
        return ask.data

    def receive(self, data: bytes, now: float) -> list[Item]:
        """Take the bytes that came, or none to pass time; return what they mean, in order.

        However the bytes are split, the items are the same, but for pieces of sound that follow
        each other.
        """
        data, self._held = self._held + data, b""
        at = 0
        while at < len(data):
            at = self._take(data, at)
        self._pass_time(now)
        self._flush_sound()
        items, self._items = self._items, []
        return items

    def _take(self, data: bytes, at: int) -> int:
        """Take the next stretch and return where the one after it begins."""
        if self._after_cr:
            self._after_cr = False
            if data[at] == ord("\n"):
                return at + 1
        if data[at] != DLE:
            end = data.find(_SHIELD, at)
            return self._take_plain(data, at, len(data) if end < 0 else end)
        if at + 1 == len(data):
            self._held = _SHIELD
            return at + 1
        self._take_code(data[at + 1])
        return at + 2

    def _take_plain(self, data: bytes, at: int, end: int) -> int:
        if self.mode.hears and self._report is None:
            self._sound += data[at:end]
            return end
        if self._report is None:
            return self._take_text(data, at, end)
        end = min(end, at + LONGEST_REPORT - self._report)
        if end == at:
            self._end_report()
            return at
        stop = self._take_text(data, at, end)
        self._report += stop - at
        return stop

    def _take_text(self, data: bytes, at: int, end: int) -> int:
        """Take text up to the end of its line, if that has come, and return where that is."""
        found = _LINE_END.search(data, at, end)
        stop = end if found is None else found.start()
        if not self._skipping:
            self._line += data[at:stop]
            if len(self._line) > LONGEST_LINE:
                self._line.clear()
                self._skipping = True
        if found is None:
            return end
        self._end_line()
        self._after_cr = found[0] == b"\r" and self.mode.hears and self._report is None
        return found.end()

    # -- codes -------------------------------------------------------------------------------------

    def _take_code(self, code: int) -> None:
        if self._report is not None:
            if code == ord("."):
                self._end_report()
            return
        if self.mode.hears and code in {DLE, SUB}:
            self._sound += _SHIELD if code == DLE else _SHIELD * 2
        elif code == ETX:
            self._end_stream()
        elif code == ord("X"):
            self._flush_sound()
            self._line.clear()
            self._report = 0
        elif code not in {DLE, SUB}:
            self._add(Code("~" if code == 0x7F else chr(code)))

    def _end_report(self) -> None:
        self._end_line()
        self._report = None

    def _end_stream(self) -> None:
        if self.mode.hears:
            self.mode = Mode.VOICE
            self._add(StreamEnded())

    # -- lines -------------------------------------------------------------------------------------

    def _end_line(self) -> None:
        text = self._line.decode("latin-1").strip()
        skipped, self._skipping = self._skipping, False
        self._line.clear()
        if not text or skipped:
            return
        caller = _CALLER.fullmatch(text)
        if _RING.fullmatch(text):
            self._add(Rang())
        elif caller is not None:
            self._add(CallerField(caller[1], caller[2].strip()))
        elif self._pending is not None and self._report is None:
            self._take_reply(self._pending, text)

    def _take_reply(self, ask: Ask, text: str) -> None:
        if text in _FINAL or text == "CONNECT" or text.startswith("CONNECT "):
            self._answer(ask, text)
            if text.startswith("CONNECT") and ask.enters is not None:
                self.mode = ask.enters
        elif ask.wants is not None and len(self._lines) < MOST_LINES and ask.wants.fullmatch(text):
            self._lines.append(text)

    def _answer(self, ask: Ask, result: str | None) -> None:
        self._pending = None
        self._add(Reply(ask, result, tuple(self._lines)))

    def _pass_time(self, now: float) -> None:
        if self._pending is None or now < self._until:
            return
        ask = self._pending
        self._quiet_until = now + SETTLE_SECONDS
        if not self.mode.hears:
            self._line.clear()
            self._skipping = False
        self._answer(ask, None)

    def give_up_stream(self) -> None:
        """Read text again: the modem does not say that its sound has ended."""
        self._flush_sound()
        self._report = None
        self.mode = Mode.VOICE

    def _add(self, item: Item) -> None:
        self._flush_sound()
        self._items.append(item)

    def _flush_sound(self) -> None:
        if self._sound:
            self._items.append(LineSound(bytes(self._sound)))
            self._sound.clear()
