"""Join a device that tells who calls to a source of the hook."""

from appliance.lines.base import Deliver, HookEvent, HookSource
from appliance.model.audio import AudioFrame
from appliance.model.events import CallerId, Gap


class CallerBeside:
    """A source of the hook, and a device beside it that tells who calls."""

    def __init__(self, hook: HookSource, caller: HookSource) -> None:
        """Join both; the caller's device may be absent, and the line still has its hook."""
        self.lateness_ms = hook.lateness_ms
        self.sees_flash = hook.sees_flash
        self._hook, self._caller = hook, caller

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver, from each device's own thread; further calls do nothing."""
        self._hook.start(deliver)
        self._caller.start(callers_alone(deliver))

    def close(self) -> None:
        """End both and release their ports; safe to call twice."""
        self._hook.close()
        self._caller.close()


def callers_alone(deliver: Deliver) -> Deliver:
    """Return a delivery of callers alone: without them the line still has its hook."""

    def only(item: AudioFrame | Gap | HookEvent) -> None:
        if isinstance(item, CallerId):
            deliver(item)

    return only
