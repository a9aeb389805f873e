"""Handle time stamps: give the courier what is to be asked, take what comes back."""

from appliance.keeper.box import WhileOpen
from appliance.keeper.people.sessions import Caller
from appliance.keeper.stamps.stamping import HeadStamps
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.stamps import (
    StampErrand,
    TakeStampErrand,
    TellStampErrand,
)


class StampDesk:
    """The handlers of time stamps."""

    def __init__(self, stamping: WhileOpen[HeadStamps]) -> None:
        """Take what has heads stamped."""
        self._stamping = stamping

    @handles(TakeStampErrand)
    def take(self, operation: TakeStampErrand, who: Caller) -> StampErrand:
        """Return the next request; before the first run there is none."""
        stamping = self._stamping.now
        return stamping.take() if stamping is not None else StampErrand(wanted=False)

    @handles(TellStampErrand)
    def told(self, operation: TellStampErrand, who: Caller, upload: bytes) -> Done:
        """Take an answer, or word that none came."""
        self._stamping().told(operation.number, operation.code, upload)
        return Done()
