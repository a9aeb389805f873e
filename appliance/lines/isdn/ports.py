"""Define an ISDN port: one side of an S0 bus, by whatever means it is reached."""

from dataclasses import dataclass
from typing import Protocol

from appliance.lines.plugged.connection import Attachment

B1, B2, D = 1, 2, 3
"""The channels of an S0 bus, as L1oIP and mISDN number the B-channels."""

LONGEST_FRAME = 300
"""Bytes of a D-channel frame or of a piece of a B-channel (mISDN, ``MAX_DFRAME_LEN_L1``)."""

MOST_AT_ONCE = 64
"""Packets taken from a port before the other one has its turn: a flood stops nobody else."""


@dataclass(frozen=True, slots=True)
class PortInput:
    """What came through one channel of a port."""

    channel: int
    data: bytes
    """Of the D-channel one LAPD frame without flags and FCS; of a B-channel A-law, bits reversed,
    as the samples come."""
    base: int | None = None
    """Time base of a B-channel: the first sample's count, modulo 65536. None where the source
    delivers everything in order."""
    echo: bool = False
    """The frame is a terminal's, echoed by the network on the E-channel."""


class BusPort(Protocol):
    """One side of the bus. All of it belongs to the thread that forwards."""

    name: str
    """For people: an address or a card."""
    connection: Attachment
    """By what it was reached when it was last opened."""

    def open(self) -> None:
        """Open the port; further calls do nothing while it is open.

        Raises:
            LineError: it cannot be opened; the sentence says why.
        """

    def filenos(self) -> list[int]:
        """Return what can be waited on; nothing while it is closed."""

    def receive(self, now: float) -> list[PortInput]:
        """Return what has arrived, ``MOST_AT_ONCE`` at most, and keep the port alive.

        Raises:
            LineError: the port is gone.
        """

    def send(self, channel: int, data: bytes, base: int, now: float) -> None:
        """Send one frame or piece, or lose it: nothing waits here.

        Raises:
            LineError: the port is gone.
        """

    def missing(self, now: float) -> str:
        """Return why nothing can come from the other end now; empty while it is there."""

    def close(self) -> None:
        """Release everything; safe to call twice."""
