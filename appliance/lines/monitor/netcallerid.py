"""Parse what a NetCallerID box prints: the caller's number and name, nothing of the hook.

A message is one line, ended by CR alone: ``###DATE…`` up to ``+++``, its fields parted by three
dots. Nothing may be sent to the box, and it has no heartbeat: it is silent until somebody calls.
"""

import re

from appliance.lines.base import HookEvent
from appliance.lines.monitor.text import LineReader
from appliance.lines.plugged.caller import caller
from appliance.model.events import LineFault, LineRestored

_MESSAGE = re.compile(rb"###([ -~]*)\+\+\+")
_FIELD = re.compile(r"(DATE|NMBR|NAME)(.*)")


class NetCallerId:
    """The parser for one box."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self._lines = LineReader()
        self._lost = ""  # why
        self._now = 0

    def opened(self, sample: int) -> None:
        """Start again: the port was opened at ``sample``."""
        self._now = max(self._now, sample)
        self._lines.drop_begun_line()

    def lost(self, reason: str, sample: int) -> list[HookEvent]:
        """Take note that the port is gone; return a fault, once for each reason."""
        self._now = max(self._now, sample)
        told, self._lost = self._lost, reason
        return [] if told == reason else [LineFault(self._now, "hook", reason)]

    def request(self) -> bytes:
        """Return nothing: the box cannot be asked."""
        return b""

    def receive(self, data: bytes, sample: int) -> list[HookEvent]:
        """Take the bytes that arrived at ``sample``, or none to pass time; return the events."""
        self._now = max(self._now, sample)
        events: list[HookEvent] = []
        if self._lost:  # the port is open again, which is all that can be known
            self._lost = ""
            events.append(LineRestored(self._now, "hook"))
        for line in self._lines.ended_lines(data.replace(b"\r", b"\n")):
            found = self._caller(line)
            events += [] if found is None else [found]
        return events

    def _caller(self, line: bytes) -> HookEvent | None:
        message = _MESSAGE.search(line)
        if message is None:
            return None
        parts = message[1].decode("ascii").split("...")
        fields = {found[1]: found[2].strip() for found in map(_FIELD.match, parts) if found}
        name = fields.get("NAME", "")
        if "NMBR" not in fields or name.startswith("-MSG"):
            return None  # a message waits at the operator's; nobody calls
        return caller(self._now, fields["NMBR"], name)
