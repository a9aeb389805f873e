"""Read caller ID between the rings, and print it as voice modems do."""

from dataclasses import dataclass, field

import numpy as np

from appliance.exchange.modem.profile import EmulatedProfile
from appliance.exchange.modem.voice_stream import DLE, code
from appliance.signals.caller_id.fsk import Demodulator
from appliance.signals.caller_id.messages import CallerIdMessage, build_mdmf
from appliance.signals.caller_id.receiver import find_message
from appliance.signals.pcm import Wave
from appliance.signals.tones import BELL_202, V23

_MOST = 1200
"""Bytes of one pause between two rings; a message has 258 at most."""


@dataclass(slots=True)
class CallerReceiver:
    """The modem's receiver of FSK, open from one ring to the next."""

    _receivers: list[tuple[Demodulator, list[int]]] = field(default_factory=list)

    def open(self) -> None:
        """Listen for a message from now on."""
        self._receivers = [(Demodulator(standard), []) for standard in (V23, BELL_202)]

    def close(self) -> None:
        """Listen no longer."""
        self._receivers = []

    def hear(self, sound: Wave) -> CallerIdMessage | None:
        """Take 20 ms of the line; return the message that is complete."""
        for demodulator, values in self._receivers:
            new = demodulator.demodulate(np.asarray(sound, np.float32))
            values += [byte.value for byte in new]
            message = find_message(values) if new else None
            if message is not None or len(values) > _MOST:
                self.close()
                return message
        return None


def report(message: CallerIdMessage, profile: EmulatedProfile, *, hex: bool, voice: bool) -> bytes:
    """Return the report of a caller, as ``+VCID=1`` prints it, or with ``hex`` as ``+VCID=2``."""
    if hex:
        fields = [("MESG", build_mdmf(message).hex().upper())]
    else:
        fields = _fields(message, names=profile.tells_name)
    lines = [profile.caller_line.format(tag=tag, value=value) for tag, value in fields]
    text = "".join(f"\r\n{line}\r\n" for line in lines).encode("ascii", "replace")
    if voice and profile.caller_report == "code":
        return code("X") + text.replace(bytes([DLE]), b"") + code(".")
    return text


def _fields(message: CallerIdMessage, *, names: bool) -> list[tuple[str, str]]:
    fields = []
    if message.when:
        fields += [("DATE", message.when[:4]), ("TIME", message.when[4:])]
    if message.number:
        fields.append(("NMBR", message.number))
    elif message.number_absent is not None:
        fields.append(("NMBR", "P" if message.withheld else "O"))
    if names and message.name:
        fields.append(("NAME", message.name))
    return fields
