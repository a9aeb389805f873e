"""Give the courier a request for a time stamp, and take the answer that it brings."""

from appliance.link.operations import Done, Message, Operation, WithoutRole
from appliance.model.outside.stamps import MOST_ANSWER


class StampErrand(Message, frozen=True):
    """A request that is to be posted to an authority."""

    wanted: bool  # False: nothing is set up, so no courier is needed for it
    number: int = 0
    address: str = ""  # http or https; empty: nothing is to be done now
    query: bytes = b""


class TakeStampErrand(Operation[StampErrand], frozen=True, tag="stamps.take"):
    """Ask for a request that is to be posted."""

    roles = WithoutRole.COURIER
    audit = "stamp_begun"
    audited = "inside"  # only if there is one


class TellStampErrand(Operation[Done], frozen=True, tag="stamps.tell"):
    """Tell how a request ended, and hand over the answer."""

    roles = WithoutRole.COURIER
    audit = "stamped"
    audited = "inside"  # or ``stamp_failed``
    upload = MOST_ANSWER
    number: int
    code: str  # of ``model.outside.stamps``; empty: an answer came
