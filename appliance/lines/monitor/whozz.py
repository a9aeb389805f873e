"""Parse a Whozz Calling unit's reports for one line: bytes in, events out, no I/O.

Theory of operation. The unit judges by itself and reports edges, for all its lines in one stream:

    01 R              11/07 07:43:52        ringing began: the phone is on-hook
    $01 I S 0000 G A1 11/07 07:43 AM …      who calls
    01 F              11/07 07:44:02        off-hook
    01 H              11/07 07:45:10        a flash
    01 N              11/07 07:46:23        on-hook
    $01 I E 0141 G A2 11/07 07:43 AM …      the call is over, answered or not

It cannot be asked for a line's state. So the hook is unknown from the opening of the port up to
the first edge. Some units report the first burst of ringing alone: the phone counts as ringing
until it is lifted or the unit reports the call's end.
"""

import re
from dataclasses import dataclass

from appliance.lines.base import HookEvent
from appliance.lines.monitor.text import LineReader
from appliance.lines.monitor.whozz_unit import WhozzUnit
from appliance.lines.plugged.caller import caller
from appliance.lines.profiles import WhozzProfile
from appliance.model.audio import samples
from appliance.model.events import HookChanged, LineFault, LineRestored, PartyChanged, Ring
from appliance.model.terms import Hook, PartyCue

_DETAIL = re.compile(rb"\$?(\d\d) ([RFNH]) {1,13}\d\d/\d\d \d\d:\d\d:\d\d")
_CALL = re.compile(
    rb"\$?(\d\d) ([IO]) ([SE]) [\d ]{4} ([GB]) [ -~]{2} \d\d/\d\d [\d ]\d:\d\d [AP]M(?: ([ -~]*))?"
)
_NUMBER, _NAME = slice(0, 14), slice(15, 30)
"""Columns behind the time, whether or not a dollar sign leads the line."""


@dataclass(frozen=True, slots=True)
class Detail:
    """An edge on a line: ``R`` ring, ``F`` off-hook, ``N`` on-hook, ``H`` flash."""

    line: int
    code: str


@dataclass(frozen=True, slots=True)
class WhozzRecord:
    """The beginning or the end of a call."""

    line: int
    inbound: bool
    start: bool
    good: bool  # the network's checksum was right
    number: str
    name: str


def parse_record(text: bytes) -> Detail | WhozzRecord | None:
    """Parse one line of a unit's output, without its end; None for anything else."""
    detail = _DETAIL.fullmatch(text)
    if detail is not None:
        return Detail(int(detail[1]), detail[2].decode())
    call = _CALL.fullmatch(text)
    if call is None:
        return None
    rest = (call[5] or b"").decode("ascii")
    return WhozzRecord(
        line=int(call[1]),
        inbound=call[2] == b"I",
        start=call[3] == b"S",
        good=call[4] == b"G",
        number=rest[_NUMBER].strip(),
        name=rest[_NAME].strip(),
    )


class Whozz:
    """The parser for one line of a unit."""

    def __init__(self, profile: WhozzProfile, unit: WhozzUnit, number: int) -> None:
        """Start with the hook unknown.

        Args:
            profile: the unit's figures.
            unit: its settings and presence, shared by all its lines.
            number: the line that the unit reports under this number.
        """
        self._profile = profile
        self._unit = unit
        self._number = number
        self._lines = LineReader()
        self._now = 0
        self._heard = 0  # the unit's last word
        self._lost = ""  # why, as reported
        self._hook = Hook.UNKNOWN
        self._rang_at: int | None = None  # the last ring reported, while the phone rings
        self._ringing_since = 0
        self._events: list[HookEvent] = []

    def opened(self, sample: int) -> None:
        """Start again: the port was opened at ``sample`` and nothing is known."""
        self._now = self._heard = max(self._now, sample)
        self._lines.drop_begun_line()
        self._unit.opened(self._number)
        self._forget()

    def lost(self, reason: str, sample: int) -> list[HookEvent]:
        """Take note that the port is gone; return a fault, once for each reason."""
        self._now = max(self._now, sample)
        return self._fault(reason, self._now)

    def request(self) -> bytes:
        """Return the command to send to the unit now, or nothing."""
        return self._unit.command(self._number, at_rest=self._hook is not Hook.OFF)

    def receive(self, data: bytes, sample: int) -> list[HookEvent]:
        """Take the bytes that arrived at ``sample``, or none to pass time; return the events."""
        self._now = max(self._now, sample)
        for line in self._lines.ended_lines(data):
            self._take(line)
        trouble = self._unit.trouble()
        if trouble:
            self._events += self._fault(trouble, self._heard)
        self._go_on_ringing()
        events, self._events = self._events, []
        return events

    def _fault(self, reason: str, sample: int) -> list[HookEvent]:
        told, self._lost = self._lost, reason
        self._forget()
        return [] if told == reason else [LineFault(sample, "hook", reason)]

    def _take(self, text: bytes) -> None:
        record = parse_record(text)
        if record is None and not self._unit.take_settings(text):
            return  # noise, an echo, or a word of another firmware
        self._unit.spoke()
        if self._unit.trouble():
            return
        self._heard = self._now
        if self._lost and self._unit.confirmed:
            self._lost = ""
            self._tell(LineRestored(self._now, "hook"))
        if record is None or record.line != self._number or self._lost:
            return
        if isinstance(record, Detail):
            self._edge(record.code)
        else:
            self._call(record)

    def _edge(self, code: str) -> None:
        if code == "R":
            self._change(Hook.ON)  # no phone rings that is off-hook
            self._ringing_since = self._now if self._rang_at is None else self._ringing_since
            self._ring()
            return
        self._rang_at = None
        match code:
            case "F":
                if self._hook is Hook.OFF:
                    self._change(Hook.ON)  # its hang-up was lost on the way: this is another call
                self._change(Hook.OFF)
            case "N":
                self._change(Hook.ON)
            case _:
                self._flash()

    def _flash(self) -> None:
        if self._hook is Hook.OFF:
            self._tell(PartyChanged(self._now, PartyCue.FLASH))
        else:
            self._change(Hook.UNKNOWN)  # off-hook, and nobody saw since when

    def _call(self, record: WhozzRecord) -> None:
        if not record.start:
            self._rang_at = None
            self._change(Hook.ON)
        elif record.inbound and record.good and self._hook is not Hook.OFF:
            known = caller(self._now, record.number, record.name)
            if known is not None:
                self._tell(known)

    def _change(self, hook: Hook) -> None:
        if hook is not self._hook:
            self._hook = hook
            self._tell(HookChanged(self._now, hook))

    def _ring(self) -> None:
        self._rang_at = self._now
        self._tell(Ring(self._now))

    def _go_on_ringing(self) -> None:
        if self._rang_at is None:
            return
        if self._now - self._ringing_since > samples(self._profile.longest_ringing_seconds):
            self._rang_at = None
        elif self._now - self._rang_at >= samples(self._profile.ring_every_ms / 1000):
            self._ring()

    def _forget(self) -> None:
        self._hook, self._rang_at = Hook.UNKNOWN, None

    def _tell(self, event: HookEvent) -> None:
        self._events.append(event)
