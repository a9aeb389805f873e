"""Read and write why a call is cleared, with its name.

Source: ITU-T Q.850, sections 2.2.3 to 2.2.5. Octet 3 has the location, octet 4 the value; octet 3a
stands between them if octet 3 ends with ext 0. Diagnostics are not read: they can hold a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.lines.isdn.q931.elements import Element, Ident, extended

USER, LOCAL_NETWORK = 0, 2
"""Locations: a terminal of the office, the public network at the office."""

CLEARING, BUSY, NO_RESPONSE, NO_ANSWER, REJECTED, NOT_SELECTED = 16, 17, 18, 19, 21, 26
"""Values that decide what became of a call."""

LOCATIONS: Mapping[int, str] = {
    0: "user",
    1: "private network at the office",
    2: "public network at the office",
    3: "transit network",
    4: "public network of the other party",
    5: "private network of the other party",
    7: "international network",
    10: "network beyond an interworking point",
}

NAMES: Mapping[int, str] = {
    1: "unallocated number",
    2: "no route to the transit network",
    3: "no route to the destination",
    4: "send special information tone",
    5: "misdialled trunk prefix",
    6: "channel unacceptable",
    7: "call awarded in an established channel",
    8: "preemption",
    9: "preemption, circuit reserved",
    16: "normal call clearing",
    17: "user busy",
    18: "no user responding",
    19: "no answer from user",
    20: "subscriber absent",
    21: "call rejected",
    22: "number changed",
    23: "redirection to a new destination",
    25: "exchange routing error",
    26: "non-selected user clearing",
    27: "destination out of order",
    28: "invalid number format",
    29: "facility rejected",
    30: "response to status enquiry",
    31: "normal, unspecified",
    34: "no channel available",
    38: "network out of order",
    39: "frame mode connection out of service",
    40: "frame mode connection operational",
    41: "temporary failure",
    42: "switching equipment congestion",
    43: "access information discarded",
    44: "requested channel not available",
    46: "precedence call blocked",
    47: "resource unavailable",
    49: "quality of service unavailable",
    50: "facility not subscribed",
    53: "outgoing calls barred in this group",
    55: "incoming calls barred in this group",
    57: "bearer capability not authorized",
    58: "bearer capability not available now",
    62: "inconsistent access information",
    63: "service not available",
    65: "bearer capability not implemented",
    66: "channel type not implemented",
    69: "facility not implemented",
    70: "only restricted digital information available",
    79: "service not implemented",
    81: "invalid call reference",
    82: "channel does not exist",
    83: "no suspended call of this identity",
    84: "call identity in use",
    85: "no call suspended",
    86: "suspended call has been cleared",
    87: "user not in the closed group",
    88: "incompatible destination",
    90: "closed group does not exist",
    91: "invalid transit network",
    95: "invalid message",
    96: "mandatory element missing",
    97: "message type unknown",
    98: "message not compatible with the call's state",
    99: "element unknown",
    100: "invalid element contents",
    101: "message not compatible with the call's state",
    102: "recovery on timer expiry",
    103: "parameter passed on",
    110: "message discarded",
    111: "protocol error",
    127: "interworking, unspecified",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause and where it comes from."""

    value: int  # 0 to 127
    location: int = USER  # 0 to 15
    standard: int = 0  # 0: ITU-T; values of another one have no names here

    @property
    def name(self) -> str:
        """Return what the value means, as far as it is known."""
        return NAMES.get(self.value, "unknown") if self.standard == 0 else "of another standard"

    @property
    def where(self) -> str:
        """Return the name of the location."""
        return LOCATIONS.get(self.location, "unknown")


def decode(contents: bytes) -> Cause | None:
    """Return the cause, or None if the contents end before its value."""
    head = extended(contents)
    if not head or len(contents) <= head:
        return None
    return Cause(contents[head] & 0x7F, contents[0] & 0x0F, contents[0] >> 5 & 3)


def encode(cause: Cause) -> Element:
    """Return the element of a cause."""
    octets = bytes((0x80 | cause.standard << 5 | cause.location, 0x80 | cause.value))
    return Element(Ident.CAUSE, octets)
