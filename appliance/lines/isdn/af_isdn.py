"""Open Linux' ISDN sockets (mISDN, ``AF_ISDN``), which Python cannot bind by itself.

Numbers and layouts are those of ``include/linux/mISDNif.h``, release 29; everything is in the
machine's byte order. CPython refuses to bind this family, so the C library does it, by ctypes.

Cards are listed through an unbound data socket: the kernel answers it without privileges
(``data_sock_ioctl``), while its management socket needs CAP_NET_RAW.
"""

import ctypes
import errno
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from appliance.errors import LineError
from appliance.model.sentences.faults import FaultText, device_fault

AF_ISDN = 34
TE_S0, NT_S0, B_RAW = 0x01, 0x02, 0x21
"""Protocols of a socket: the terminal's and the network's end of an S0 bus, a plain B-channel."""

PH_ACTIVATE_REQ, PH_ACTIVATE_IND, PH_ACTIVATE_CNF = 0x0101, 0x0102, 0x4102
PH_DEACTIVATE_IND, PH_DEACTIVATE_CNF = 0x0202, 0x4202
PH_DATA_REQ, PH_DATA_IND, PH_DATA_E_IND = 0x2001, 0x2002, 0x3002

ANY_ID = 0xFFFF
LONGEST_MESSAGE = 4096
"""More than the kernel's longest; it refuses to cut a message (ENOSPC)."""

ADDRESS = struct.Struct("=HBBBB")
"""``sockaddr_mISDN``: family, device, channel, SAPI, TEI."""

HEAD = struct.Struct("=II")
"""``mISDNhead``: primitive and id before each message."""

DEVICE = struct.Struct("=IIII16sI20s")
"""``mISDN_devinfo``: id, D and B protocols, protocol in use, channel map, B-channels, name."""

IMGETCOUNT, IMGETDEVINFO = 0x80044943, 0x80044944

MOST_CARDS = 64
"""``MISDN_MAX_DEVS`` is 63; ids count from 0, and one that was unplugged leaves a hole."""

_MISSING = {errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT, errno.ENOPROTOOPT}


@dataclass(frozen=True, slots=True)
class KernelCard:
    """An ISDN device of the kernel's."""

    id: int
    name: str
    terminal: bool  # it can be a terminal
    network: bool  # it can be a network
    channels: int


def list_cards() -> list[KernelCard]:
    """Return the kernel's ISDN devices.

    Raises:
        LineError: this kernel has no ISDN.
    """
    with closing(_socket(TE_S0)) as asked:
        return list(_cards(asked))


def find_card(name: str) -> KernelCard:
    """Return a device by its name, which it keeps when it is plugged in again.

    Raises:
        LineError: there is none, or no ISDN at all.
    """
    found = list_cards()
    for card in found:
        if card.name == name:
            return card
    raise LineError(device_fault("isdn_away", card=name))


def open_d(card: KernelCard, protocol: int) -> socket.socket:
    """Open a card's D-channel at layer 1, with the echo of terminals where the card has it.

    Raises:
        LineError: it cannot be opened; the sentence says why.
    """
    try:
        return _bound(card, protocol, 1)  # D and E
    except LineError:
        return _bound(card, protocol, 0)


def open_b(card: KernelCard, channel: int) -> socket.socket:
    """Open a B-channel; one program alone can have it.

    Raises:
        LineError: it cannot be opened; the sentence says why.
    """
    return _bound(card, B_RAW, channel)


def read(opened: socket.socket) -> tuple[int, int, bytes] | None:
    """Return the next message's primitive, id and data; None if none waits.

    Raises:
        OSError: the socket failed.
    """
    try:
        message = opened.recv(LONGEST_MESSAGE)
    except BlockingIOError:
        return None
    if len(message) < HEAD.size:
        raise OSError(errno.ENODEV, "the ISDN device is gone")
    primitive, ident = HEAD.unpack_from(message)
    return primitive, ident, message[HEAD.size :]


def write(opened: socket.socket, primitive: int, data: bytes = b"") -> None:
    """Send a message.

    Raises:
        OSError: it was not taken.
    """
    opened.send(HEAD.pack(primitive, ANY_ID) + data)


def _cards(asked: socket.socket) -> Iterator[KernelCard]:
    for number in range(MOST_CARDS):
        info = bytearray(DEVICE.size)
        struct.pack_into("=I", info, 0, number)
        try:
            fcntl.ioctl(asked, IMGETDEVINFO, info)
        except OSError as error:
            if error.errno == errno.ENODEV:
                continue
            raise LineError(device_fault("isdn_unusable", detail=error.strerror)) from error
        ident, d_protocols, _, _, _, channels, name = DEVICE.unpack(info)
        shown = name.split(b"\0")[0].decode("ascii", "replace")
        yield KernelCard(
            ident, shown, bool(d_protocols >> TE_S0 & 1), bool(d_protocols >> NT_S0 & 1), channels
        )


def _socket(protocol: int) -> socket.socket:
    try:
        made = socket.socket(AF_ISDN, socket.SOCK_DGRAM, protocol)
    except OSError as error:
        if error.errno in _MISSING:
            raise LineError(device_fault("isdn_no_kernel")) from error
        raise LineError(device_fault("isdn_unusable", detail=error.strerror)) from error
    made.setblocking(False)
    return made


def _bound(card: KernelCard, protocol: int, channel: int) -> socket.socket:
    made = _socket(protocol)
    address = ADDRESS.pack(AF_ISDN, card.id, channel, 0, 0)
    if _bind(made.fileno(), address) == 0:
        return made
    number = ctypes.get_errno()
    made.close()
    raise LineError(_why_unbound(card.name, number))


def _bind(fileno: int, address: bytes) -> int:
    """Call the C library's ``bind``, which takes any family."""
    libc = ctypes.CDLL(None, use_errno=True)
    bound: int = libc.bind(ctypes.c_int(fileno), address, ctypes.c_uint(len(address)))
    return bound


def _why_unbound(card: str, number: int) -> FaultText:
    if number == errno.EBUSY:
        return device_fault("isdn_in_use", card=card)
    if number == errno.ENODEV:
        return device_fault("isdn_away", card=card)
    return device_fault("isdn_unopened", card=card, detail=os.strerror(number))
