"""What the box itself loses in a simulated call: its adapter's sound, its monitor's bytes."""

from dataclasses import dataclass

from appliance.exchange.scene import Act
from appliance.model.audio import FRAME, RATE


@dataclass(slots=True)
class Outage:
    """Knows when the box hears and sees nothing."""

    _deaf: range = range(0)
    _blind_until: int = 0
    _restarts_at: int | None = None

    def begin(self, act: Act, sample: int) -> int:
        """Carry out an act of the box's at ``sample`` and return its end."""
        end = sample + act.ms * RATE // 1000
        if act.do in {"lose_sound", "restart"}:
            self._deaf = range(sample, end)
        if act.do in {"lose_monitor", "restart"}:
            self._blind_until = end
        if act.do == "restart":
            self._restarts_at = end
        return end

    def deaf(self, sample: int) -> bool:
        """Say whether the adapter gives no sound of the frame now: its middle is not heard."""
        return sample + FRAME // 2 in self._deaf

    def told(self, told: bytes, banner: bytes, sample: int) -> bytes:
        """Return what arrives of the monitor's bytes: none while blind, its banner after that."""
        if sample < self._blind_until:
            return b""
        if self._restarts_at is not None and sample >= self._restarts_at:
            self._restarts_at = None
            return banner + b"\r\n" + told
        return told
