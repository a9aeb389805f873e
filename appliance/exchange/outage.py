"""Take the adapter's sound or the monitor's bytes from the box in a simulated call."""

from dataclasses import dataclass

from appliance.exchange.scene import SceneAct
from appliance.model.audio import FRAME, RATE


@dataclass(slots=True)
class Outage:
    """The times at which the box gets no sound and no monitor bytes."""

    _deaf: range = range(0)
    _blind_until: int = 0
    _restarts_at: int | None = None

    def begin(self, act: SceneAct, sample: int) -> int:
        """Begin the outage of an act at ``sample``; return its end."""
        end = sample + act.ms * RATE // 1000
        if act.do in {"lose_sound", "restart"}:
            self._deaf = range(sample, end)
        if act.do in {"lose_monitor", "restart"}:
            self._blind_until = end
        if act.do == "restart":
            self._restarts_at = end
        return end

    def deaf(self, sample: int) -> bool:
        """Return whether this frame's sound is lost; its middle decides."""
        return sample + FRAME // 2 in self._deaf

    def away(self, sample: int) -> bool:
        """Return whether nothing at all of the line reaches the box."""
        return self.deaf(sample) or sample < self._blind_until

    def told(self, told: bytes, banner: bytes, sample: int) -> bytes:
        """Return the monitor's bytes that arrive: none in an outage, its banner after a restart."""
        if sample < self._blind_until:
            return b""
        if self._restarts_at is not None and sample >= self._restarts_at:
            self._restarts_at = None
            return banner + b"\r\n" + told
        return told
