"""Simulate a NetCallerID: it prints who calls, after the first ring."""

from dataclasses import dataclass

from appliance.exchange.scene import SceneCaller
from appliance.model.audio import RATE

_CALLER_AFTER = RATE * 25 // 10
_RINGS_OVER = RATE * 8


@dataclass(slots=True)
class SimulatedNetCallerId:
    """One box; it sees the ringing and hears the caller's number."""

    _began: int | None = None
    _rang: int = 0
    _named: bool = False

    def observe(self, ringing: bool, sample: int, caller: SceneCaller | None) -> bytes:
        """Observe the line, each 20 ms; return what is printed."""
        if ringing:
            if self._began is None:
                self._began, self._named = sample, False
            self._rang = sample
        if self._began is None:
            return b""
        if sample - self._rang >= _RINGS_OVER:
            self._began = None
        elif not self._named and sample - self._began >= _CALLER_AFTER:
            self._named = True
            return _message(caller) if caller is not None else b""
        return b""


def _message(caller: SceneCaller) -> bytes:
    number = "PRIVATE" if caller.withheld else caller.number.lstrip("+")
    name = caller.name or ("-PRIVATE-" if caller.withheld else "")
    text = f"###DATE11070743...NMBR{number}...NAME{name}+++\r"
    return text.encode("ascii", "replace")
