"""Define a frame of the D-channel, as captures, L1oIP and the kernel deliver it."""

from dataclasses import dataclass

LONGEST_FRAME = 1024
"""Bytes: LAPD carries up to 260 of information (ITU-T Q.921, N201); mISDN's buffers hold more."""


@dataclass(frozen=True, slots=True)
class DFrame:
    """One LAPD frame of the D-channel, from its address on and without its FCS.

    ``at_us`` counts microseconds from any origin that the source keeps: 1970 in a capture, the
    line's beginning in a driver. Frames come in order of time.
    """

    at_us: int
    from_network: bool  # network -> terminals; False: a terminal -> network
    data: bytes
