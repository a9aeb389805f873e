"""Decode and encode LAPD, the data link of the D-channel: bytes in, frames out, no I/O.

Source: ITU-T Q.921 (ETS 300 125), section 3.

    octet 1   SAPI (6 bits) · C/R · 0          which service: 0 signalling, 63 TEI management
    octet 2   TEI (7 bits) · 1                 which terminal; 127 is all of them
    then      I   N(S)·0  N(R)·P               modulo 128, set up by SABME; both in one octet
              S   0000 type 01  N(R)·P/F       modulo 8, set up by SABM
              U   modifier with P/F            one octet

The C/R bit is 1 in a command of the network and in a response of a terminal. So it tells who sent
a frame that can only be one of both, which some captures do not say.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from appliance.lines.isdn.frames import LONGEST_FRAME

SIGNALLING, MANAGEMENT = 0, 63
"""SAPIs: call control, and the management of TEIs."""

EVERYBODY = 127
"""The TEI of a broadcast."""

Modulo = Literal[8, 128]


class Control(StrEnum):
    """The kind of a frame."""

    I = "I"  # noqa: E741 - the standard's name
    RR = "RR"
    RNR = "RNR"
    REJ = "REJ"
    UI = "UI"
    SABME = "SABME"
    SABM = "SABM"
    DISC = "DISC"
    UA = "UA"
    DM = "DM"
    FRMR = "FRMR"
    XID = "XID"


SUPERVISORY = {0x01: Control.RR, 0x05: Control.RNR, 0x09: Control.REJ}
UNNUMBERED = {
    0x03: Control.UI,
    0x0F: Control.DM,
    0x2F: Control.SABM,
    0x43: Control.DISC,
    0x63: Control.UA,
    0x6F: Control.SABME,
    0x87: Control.FRMR,
    0xAF: Control.XID,
}
"""Control octet without P/F -> kind."""

_OCTETS = {kind: octet for octet, kind in (SUPERVISORY | UNNUMBERED).items()}
_CARRIES = {Control.I, Control.UI, Control.FRMR, Control.XID}
_COMMANDS = {Control.I, Control.UI, Control.SABME, Control.SABM, Control.DISC}
_RESPONSES = {Control.UA, Control.DM, Control.FRMR}
_POLL_FINAL = 0x10


@dataclass(frozen=True, slots=True)
class LapdFrame:
    """A frame of the data link."""

    sapi: int  # 0 to 63
    tei: int  # 0 to 127
    command_response: bool  # the C/R bit as it is sent
    control: Control
    poll_final: bool = False
    sent: int = 0  # N(S), of I
    received: int = 0  # N(R), of I, RR, RNR and REJ
    information: bytes = b""

    @property
    def from_network(self) -> bool | None:
        """Say who sent the frame, by its C/R bit; None where the kind leaves it open."""
        if self.control in _COMMANDS:
            return self.command_response
        return not self.command_response if self.control in _RESPONSES else None


def command_response(*, from_network: bool, response: bool = False) -> bool:
    """Return the C/R bit of a command or a response (Q.921, table 1)."""
    return from_network != response


def decode(data: bytes, modulo: Modulo = 128) -> LapdFrame | None:
    """Return the frame, or None if the bytes are no frame of LAPD.

    Args:
        data: from the address on, without the FCS.
        modulo: of the numbers on this link.
    """
    if not 3 <= len(data) <= LONGEST_FRAME or data[0] & 1 or not data[1] & 1:
        return None
    address = data[0] >> 2, data[1] >> 1, bool(data[0] & 2)
    if data[2] & 3 == 3:
        return _unnumbered(address, data)
    numbered = _numbers_of_128 if modulo == 128 else _numbers_of_8
    return numbered(address, data)


def encode(frame: LapdFrame, modulo: Modulo = 128) -> bytes:
    """Return the bytes of a frame, from the address on and without the FCS."""
    address = bytes((frame.sapi << 2 | frame.command_response << 1, frame.tei << 1 | 1))
    if frame.control in UNNUMBERED.values():
        octet = _OCTETS[frame.control] | _POLL_FINAL * frame.poll_final
        return address + bytes((octet,)) + frame.information
    first = frame.sent << 1 if frame.control is Control.I else _OCTETS[frame.control]
    if modulo == 128:
        numbers = bytes((first, frame.received << 1 | frame.poll_final))
    else:
        numbers = bytes((first | _POLL_FINAL * frame.poll_final | frame.received << 5,))
    return address + numbers + frame.information


_Address = tuple[int, int, bool]


def _unnumbered(address: _Address, data: bytes) -> LapdFrame | None:
    control = UNNUMBERED.get(data[2] & ~_POLL_FINAL)
    if control is None:
        return None
    return _whole(LapdFrame(*address, control, bool(data[2] & _POLL_FINAL), information=data[3:]))


def _numbers_of_128(address: _Address, data: bytes) -> LapdFrame | None:
    if len(data) < 4:
        return None
    poll, received, rest = bool(data[3] & 1), data[3] >> 1, data[4:]
    if not data[2] & 1:
        return LapdFrame(*address, Control.I, poll, data[2] >> 1, received, rest)
    control = SUPERVISORY.get(data[2])
    return _whole(LapdFrame(*address, control, poll, 0, received, rest)) if control else None


def _numbers_of_8(address: _Address, data: bytes) -> LapdFrame | None:
    poll, received, rest = bool(data[2] & _POLL_FINAL), data[2] >> 5, data[3:]
    if not data[2] & 1:
        return LapdFrame(*address, Control.I, poll, data[2] >> 1 & 7, received, rest)
    control = SUPERVISORY.get(data[2] & 0x0F)
    return _whole(LapdFrame(*address, control, poll, 0, received, rest)) if control else None


def _whole(frame: LapdFrame) -> LapdFrame | None:
    """Refuse a frame with information where its kind carries none."""
    return frame if frame.control in _CARRIES or not frame.information else None
