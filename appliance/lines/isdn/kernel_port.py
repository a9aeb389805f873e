"""Drive one card of the kernel's as a port of the bus: its D-channel and both B-channels."""

import errno
import math
import socket
from contextlib import suppress

from appliance.errors import LineError
from appliance.lines.isdn import af_isdn
from appliance.lines.isdn.ports import B1, B2, MOST_AT_ONCE, D, PortInput
from appliance.lines.plugged.connection import UNKNOWN, Attachment, Kernel
from appliance.model.sentences.faults import device_fault

_UP = {af_isdn.PH_ACTIVATE_IND, af_isdn.PH_ACTIVATE_CNF}
_DOWN = {af_isdn.PH_DEACTIVATE_IND, af_isdn.PH_DEACTIVATE_CNF}
_DATA = {af_isdn.PH_DATA_IND, af_isdn.PH_DATA_E_IND}

ACTIVATE_SECONDS = 10.0
"""Between two attempts to activate the bus, which ITU-T I.430 leaves to terminals, too: longer than
mISDN's timer T3, which gives one up after 7 s (``TIMER3_DEFAULT_VALUE`` in its ``layer1.c``)."""

DOWN_SECONDS = 1.0
"""A network may let an idle bus sleep; one that does not wake up in this time is not there."""

TUNNEL_SECONDS = 20.0
"""The same of mISDN's tunnel. It reports itself down 65 s after the first packet, whatever came
since (``l1oip_socket_parse`` moves the end of a running timer without telling the kernel), and up
with the next one: the other end sends one each 15 s."""

_BUSY = {errno.EBUSY, errno.ENOMEM, errno.ENOBUFS}
"""Errors of a channel that cannot take more now."""


class KernelPort:
    """One card, opened at layer 1."""

    def __init__(self, name: str, *, terminal: bool) -> None:
        """Take the card's name; ``open`` finds it.

        Args:
            name: as the kernel gives it.
            terminal: the card is a terminal on the network's bus; False: it is the network of the
                phone's bus.
        """
        self.name = name
        self.connection: Attachment = UNKNOWN
        self._protocol = af_isdn.TE_S0 if terminal else af_isdn.NT_S0
        self._sockets: dict[int, socket.socket] = {}
        self._counts = False
        self._up = False
        self._down_since = -math.inf
        self._ask_at: float | None = None

    def open(self) -> None:
        """Find the card by its name, open its channels and activate them."""
        if self._sockets:
            return
        card = af_isdn.find_card(self.name)
        # Only mISDN's own tunnel puts its time base into the id of what it delivers.
        self._counts = card.name.startswith("l1oip")
        self._up = False
        self._down_since, self._ask_at = -math.inf, None
        self.connection = Kernel().bus(card.name)
        try:
            self._sockets[D] = af_isdn.open_d(card, self._protocol)
            for channel in (B1, B2):
                self._sockets[channel] = af_isdn.open_b(card, channel)
        except LineError:
            self.close()
            raise
        for opened in self._sockets.values():
            self._write(opened, af_isdn.PH_ACTIVATE_REQ)

    def filenos(self) -> list[int]:
        """Return the sockets of all channels, while they are open."""
        return [opened.fileno() for opened in self._sockets.values()]

    def receive(self, now: float) -> list[PortInput]:
        """Return what has arrived on all channels."""
        found: list[PortInput] = []
        for channel, opened in self._sockets.items():
            for _ in range(MOST_AT_ONCE):
                try:
                    message = af_isdn.read(opened)
                except OSError as error:
                    raise self._gone() from error
                if message is None:
                    break
                found += self._taken(channel, *message, now)
        self._wake(now)
        return found

    def send(self, channel: int, data: bytes, base: int, now: float) -> None:
        """Send one frame or piece; a channel that still sends the one before loses it."""
        self._write(self._sockets[channel], af_isdn.PH_DATA_REQ, data)

    def missing(self, now: float) -> str:
        """Return what to do while layer 1 is down and does not wake up."""
        patience = TUNNEL_SECONDS if self._counts else DOWN_SECONDS
        if self._up or now - self._down_since < patience:
            return ""
        return device_fault("isdn_no_bus", card=self.name)

    def close(self) -> None:
        """Close all channels."""
        for opened in self._sockets.values():
            with suppress(OSError):
                opened.close()
        self._sockets.clear()

    def _wake(self, now: float) -> None:
        """Activate a bus that sleeps; ``open`` has asked once."""
        if self._up:
            return
        if self._ask_at is None:
            self._ask_at = now + ACTIVATE_SECONDS
        if now >= self._ask_at:
            self._ask_at = now + ACTIVATE_SECONDS
            self._write(self._sockets[D], af_isdn.PH_ACTIVATE_REQ)

    def _taken(
        self, channel: int, primitive: int, ident: int, data: bytes, now: float
    ) -> list[PortInput]:
        """Return what a message carries; the log also shows what we sent ourselves."""
        if channel == D and primitive in _UP | _DOWN:
            if self._up and primitive in _DOWN:
                self._down_since = self._ask_at = now
            self._up = primitive in _UP
        if primitive not in _DATA or not data:
            return []
        self._up = True
        base = ident & 0xFFFF if self._counts and channel != D else None
        return [PortInput(channel, data, base, echo=primitive == af_isdn.PH_DATA_E_IND)]

    def _write(self, opened: socket.socket, primitive: int, data: bytes = b"") -> None:
        try:
            af_isdn.write(opened, primitive, data)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            if error.errno is not None and error.errno in _BUSY:
                return
            raise self._gone() from error

    def _gone(self) -> LineError:
        return LineError(device_fault("isdn_vanished", card=self.name))
