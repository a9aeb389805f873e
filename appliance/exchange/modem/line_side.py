"""Be a modem on its telephone line: take and leave it, watch, hear and measure it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from appliance.exchange.modem.caller import CallerReceiver
from appliance.exchange.modem.ear import Ear
from appliance.exchange.modem.profile import EmulatedProfile
from appliance.exchange.modem.watch import ModemWatch
from appliance.model.audio import FRAME
from appliance.signals.caller_id.messages import CallerIdMessage
from appliance.signals.pcm import Wave

_REGISTER_VOLTS, _REGISTER_MILLIAMPS, _REGISTER_MOST = 2.75, 3.0, 31
"""A step of the sense register on-hook and off-hook, and its five bits (Silicon Labs AN93)."""


@dataclass(frozen=True, slots=True, eq=False)
class ModemInput:
    """20 ms of the line, as a modem sees it."""

    sound: Wave  # [FRAME], without what the modem sends itself
    volts: float = 48.0  # at its terminals; negative with the wires swapped
    milliamps: float = 0.0  # through the modem
    ringing: bool = False
    phone: bool = False  # a phone behind its jack draws current


class LineSide:
    """The relay, the detectors and the tone generator."""

    def __init__(self, profile: EmulatedProfile, country: str) -> None:
        """Begin on-hook; ``country`` is whose tones it knows."""
        self.off_hook = False
        """Whether it holds the loop."""
        self.caller: CallerIdMessage | None = None
        """Who called last."""
        self._profile = profile
        self._ear = Ear(country, profile.bracketed_keys, profile.key_end)
        self._watch = ModemWatch(profile.rings_not_told, profile.phone_jack)
        self._receiver = CallerReceiver()
        self._seen = ModemInput(np.zeros(FRAME))
        self._sending: Wave = np.zeros(0)
        self._dialled = ""

    @property
    def rings(self) -> int:
        """Return how often this call has rung."""
        return self._watch.rings

    def take(self) -> bool:
        """Go off-hook; return False if it was."""
        if self.off_hook:
            return False
        self.off_hook = True
        self._ear.listen()
        self._receiver.close()
        self._watch.seized()
        return True

    def leave(self) -> bool:
        """Go on-hook; return False if it was."""
        was, self.off_hook = self.off_hook, False
        self._sending = self._sending[:0]
        return was

    def wait_for_voice(self) -> None:
        """Measure silence from now on."""
        self._ear.wait_for_voice()

    def look(self, seen: ModemInput, silence: int) -> Iterator[int | CallerIdMessage]:
        """Pass 20 ms; yield codes of events and the caller.

        Args:
            seen: the line.
            silence: samples after which silence is told, 0 for never.
        """
        self._seen = seen
        for event in self._watch.look(seen, self.off_hook):
            if event == "pause":
                self._receiver.open()
            else:
                yield ord(event)
        if self.off_hook:
            self._receiver.close()
            yield from self._ear.hear(seen.sound, silence)
            return
        message = self._receiver.hear(seen.sound)
        if message is not None:
            self.caller = message
            yield message

    def measured(self) -> str:
        """Return the line's voltage, as this modem prints it."""
        volts, milliamps = abs(self._seen.volts), abs(self._seen.milliamps)
        if self._profile.volts == "decimal":
            return f"{max(self._profile.offset_volts, volts):.2f}"
        steps = milliamps / _REGISTER_MILLIAMPS if self.off_hook else volts / _REGISTER_VOLTS
        return f"{min(round(steps), _REGISTER_MOST):04X}"

    def send(self, wave: Wave, keys: str = "") -> None:
        """Send tones from the next frame on, in which ``keys`` are dialled."""
        self._sending, self._dialled = wave, keys

    def next_tones(self) -> tuple[Wave | None, str]:
        """Return the next 20 ms of the tones, and the keys that begin to be dialled."""
        dialled, self._dialled = self._dialled, ""
        if not self._sending.size:
            return None, dialled
        part, self._sending = self._sending[:FRAME], self._sending[FRAME:]
        sent: Wave = np.zeros(FRAME)
        sent[: part.size] = part
        return sent, dialled
