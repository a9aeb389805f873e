"""Receive caller ID from sound: FSK messages after their marks, and the DTMF forms."""

from appliance.model.audio import FRAME, RATE
from appliance.signals.caller_id.fsk import Demodulator, FskByte
from appliance.signals.caller_id.messages import (
    MDMF,
    SDMF,
    CallerIdMessage,
    parse_keys,
    parse_message,
)
from appliance.signals.goertzel import History
from appliance.signals.tones import FskStandard

_LEAD = RATE // 10  # sound before the detection of the carrier
_LONGEST = 3 * RATE
"""A message of 258 bytes takes 2.2 s."""

_PATIENCE = RATE
"""Without a byte for so long, the message is over."""

_COPY = RATE * 30 // 1000
"""A key so soon after the same one is its copy on another channel: no key is shorter."""


class FskReceiver:
    """Receives one FSK message after each carrier."""

    def __init__(self, history: History) -> None:
        """Read samples from ``history``."""
        self._history = history
        self._demodulator: Demodulator | None = None
        self._bytes: list[FskByte] = []
        self._began = 0

    @property
    def listening(self) -> bool:
        """Return whether the message of a carrier may still come."""
        return self._demodulator is not None

    def start(self, standard: FskStandard) -> None:
        """Listen from shortly before now, unless a message is under way."""
        if self._demodulator is not None:
            return
        self._began = self._history.end - _LEAD
        self._bytes = []
        self._demodulator = Demodulator(standard, self._began)
        # The frame just heard comes with the next step.
        self._demodulator.demodulate(self._history.last(_LEAD)[:-FRAME])

    def stop(self) -> None:
        """Stop listening until the next carrier."""
        self._demodulator = None

    def step(self) -> CallerIdMessage | None:
        """Process the frame just pushed to the history; return its complete message."""
        if self._demodulator is None:
            return None
        self._bytes += self._demodulator.demodulate(self._history.last(FRAME))
        message = find_message([byte.value for byte in self._bytes])
        last = self._bytes[-1].sample if self._bytes else self._began
        if (
            message is not None
            or self._history.end - self._began > _LONGEST
            or self._history.end - last > _PATIENCE
        ):
            self._demodulator = None
        return message


def find_message(values: list[int]) -> CallerIdMessage | None:
    """Return the first complete message among bytes that may begin with noise."""
    heard = bytes(values)
    for start, kind in enumerate(heard[:-2]):
        if kind in {SDMF, MDMF}:
            message = parse_message(heard[start : start + heard[start + 1] + 3])
            if message is not None:
                return message
    return None


class DtmfReceiver:
    """Collects the keys that the network sends while the phone is, or may be, on-hook."""

    def __init__(self) -> None:
        """Start without a key."""
        self._keys = ""
        self._last = 0

    def add_key(self, key: str, sample: int, *, bare: bool = True) -> CallerIdMessage | None:
        """Add a key; return the message that it completes; ``bare`` as in ``parse_keys``."""
        if self._keys.endswith(key) and sample - self._last < _COPY:
            return None
        if sample - self._last > _PATIENCE:
            self._keys = ""
        self._last = sample
        self._keys = (self._keys + key)[-40:]
        if key not in "C#":
            return None
        message = parse_keys(self._keys, bare=bare)
        if message is not None:
            self._keys = ""
        return message
