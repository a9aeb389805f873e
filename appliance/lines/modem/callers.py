"""Make one caller of the caller ID lines that a modem prints around rings.

A report has no end: a network may leave out the name, or all but the number. So what has come is
passed on half a second after its last line, at the next ring, when the phone is lifted, or when
the first line of another report comes; never because it looks complete.
"""

import binascii

from appliance.lines.modem.v253 import CallerField
from appliance.lines.plugged.caller import caller
from appliance.model.audio import samples
from appliance.model.events import CallerId
from appliance.signals.caller_id import messages

PATIENCE = samples(0.5)
"""A report goes on within this: its lines follow each other at once, at 115,200 baud."""


class CallerReports:
    """The caller ID of one modem."""

    def __init__(self) -> None:
        """Begin with nothing reported."""
        self._fields: dict[str, str] = {}
        self._since = 0
        self._last = 0

    def take(self, field: CallerField, sample: int) -> list[CallerId]:
        """Take one line; return the caller of the report before, if this begins another."""
        done = self.flush() if field.key in self._fields else []
        if field.key == "MESG":
            return [*done, *self.flush(), *_of_message(field.value, sample)]
        if not self._fields:
            self._since = sample
        self._fields[field.key] = field.value
        self._last = sample
        return done

    def pass_time(self, sample: int) -> list[CallerId]:
        """Return the caller whose report is over by now, if one is."""
        return self.flush() if sample - self._last >= PATIENCE else []

    def flush(self) -> list[CallerId]:
        """Return the caller as far as told, and begin anew."""
        fields, self._fields = self._fields, {}
        told = caller(self._since, fields.get("NMBR", ""), fields.get("NAME", ""))
        return [] if told is None else [told]  # a date alone is nobody


def _of_message(value: str, sample: int) -> list[CallerId]:
    """Return the caller of a message in hexadecimal, if it is whole."""
    try:
        message = binascii.unhexlify(value.replace(" ", ""))
    except (binascii.Error, ValueError):
        return []
    told = messages.parse_message(message)
    return [] if told is None else [CallerId(sample, told.number, told.name, told.withheld)]
