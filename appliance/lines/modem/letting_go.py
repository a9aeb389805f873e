"""Decide when a modem that holds the line lets go of it.

While a modem is off-hook the network sees a phone that is lifted, whatever the office does. So it
lets go at the first of:

- a steady tone right at the beginning: the caller had given up, and the office hears a dial tone;
  it is going to dial, and a modem that holds the loop lets no pulse through;
- silence: both have hung up, or nobody speaks;
- dial, busy or congestion tone, as our own ears or the modem's codes tell;
- a break of the loop current: the far end's exchange has cleared;
- the code of a phone in parallel, or behind the modem, that was hung up;
- an absolute limit.

Letting go ends no call: a phone that is still lifted holds the line itself. The voltage then shows
whether one is.
"""

from collections.abc import Mapping

import numpy as np

from appliance.lines.modem.profile import LetGo
from appliance.model.audio import FRAME, RATE, Sound, samples
from appliance.model.terms import Tone
from appliance.signals.goertzel import Floats, History
from appliance.signals.pcm import dbm0_of_power
from appliance.signals.progress.detector import ProgressDetector, ToneFound

_CODES: Mapping[str, str] = {
    "d": "dial tone",
    "i": "dial tone",
    "b": "busy tone",
    "K": "congestion tone",
    "l": "the loop current broke",
    "p": "a phone was hung up",
}
"""Codes of the modem -> why it lets go. Its keys are nothing to us: our own ears hear them."""

_TONES: Mapping[Tone, str] = {
    Tone.DIAL: "dial tone",
    Tone.BUSY: "busy tone",
    Tone.CONGESTION: "congestion tone",
}


_BEGINNING = samples(2.5)
_STEADY = samples(0.36)
"""A tone in the beginning that lasts so long is a dial tone: the detector needs a second more, to
tell it from ringback, and by then somebody may dial. No voice is so steady."""

_WINDOW = np.hanning(FRAME).astype(np.float32)
_LOWEST = 300 * FRAME // RATE
"""Bin of the lowest dial tone: below is mains hum."""

_PURE = 0.9
"""Part of the power within 150 Hz of the strongest frequency."""


class HoldWatch:
    """One hold of the line, from its beginning on."""

    def __init__(self, rule: LetGo, country: str, *, local_phone: bool) -> None:
        """Begin.

        Args:
            rule: the limits.
            country: whose network's tones are known.
            local_phone: the code ``h`` tells of a phone behind the modem.
        """
        self._rule = rule
        self._local_phone = local_phone
        self._history = History(ahead=FRAME)
        self._progress = ProgressDetector(country, self._history)
        self._held = 0
        self._quiet = 0
        self._steady, self._peak = 0, 0
        self._why = ""

    @property
    def why(self) -> str:
        """Return why the line is to be let go; empty while it may be held."""
        return self._why

    def hear(self, sound: Sound, *, spoken: bool) -> None:
        """Take 20 ms of the line; ``spoken`` says whether our own words were among them."""
        heard = self._history.push(sound)
        power = float(np.dot(heard, heard)) / FRAME
        self._held += FRAME
        quiet = not spoken and dbm0_of_power(power) < self._rule.silent_dbm0
        self._quiet = self._quiet + FRAME if quiet else 0
        if self._held <= _BEGINNING:
            self._look_for_steady_tone(heard, tone=not (quiet or spoken))
        for found in self._progress.step(power):
            if isinstance(found, ToneFound) and found.tone in _TONES:
                self._end(_TONES[found.tone])
        if self._quiet >= samples(self._rule.silent_seconds):
            self._end(f"{self._rule.silent_seconds:.0f} s of silence")
        if self._held >= self._rule.longest_minutes * 60 * RATE:
            self._end(f"{self._rule.longest_minutes:.0f} minutes are over")

    def _look_for_steady_tone(self, heard: Floats, *, tone: bool) -> None:
        powers = np.abs(np.fft.rfft(heard * _WINDOW)) ** 2
        peak = int(np.argmax(powers))
        pure = float(powers[max(0, peak - 3) : peak + 4].sum()) > _PURE * float(powers.sum())
        same = abs(peak - self._peak) <= 2 and peak >= _LOWEST
        self._steady = self._steady + FRAME if tone and pure and same else 0
        self._peak = peak
        if self._steady >= _STEADY:
            self._end("a steady tone")

    def code(self, code: str) -> None:
        """Take one of the modem's codes."""
        if code in _CODES:
            self._end(_CODES[code])
        elif code == "h" and self._local_phone:
            self._end("the phone was hung up")

    def _end(self, why: str) -> None:
        self._why = self._why or why
