"""Debian's kernel carries ISDN without hardware: two S0 interfaces joined by L1oIP."""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess

import pytest

pytestmark = pytest.mark.vm

AF_ISDN = 34
BASE, RAW_S0_TE, RAW_S0_NT = 0, 0x01, 0x02
IMGETCOUNT = 0x80044943
D_CHANNEL = 0
PH_ACTIVATE_REQ, PH_DATA_REQ, PH_DATA_IND = 0x0101, 0x2001, 0x2002
_HEAD = struct.Struct("=II")  # mISDNhead: what it is, and an id
_MOST = 4096
SABME = bytes.fromhex("00857f")  # SAPI 0, TEI 66, extended mode, P=1


@pytest.fixture(scope="module")
def joined() -> None:
    """Load the kernel's ISDN with one cable between two interfaces."""
    subprocess.run(
        [
            *("modprobe", "l1oip", "type=1,1", "codec=0,0"),
            *("ip=127,0,0,1,127,0,0,1", "port=931,932", "remoteport=932,931"),
        ],
        check=True,
    )


def bind(sock: socket.socket, device: int, channel: int, sapi: int = 0, tei: int = 127) -> None:
    """Bind a socket to a channel; Python's own bind refuses the family."""
    where = struct.pack("=HBBBB", AF_ISDN, device, channel, sapi, tei)
    library = ctypes.CDLL(None, use_errno=True)
    if library.bind(sock.fileno(), where, len(where)):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def d_channel(device: int, protocol: int) -> socket.socket:
    """Open an interface's raw D-channel."""
    sock = socket.socket(AF_ISDN, socket.SOCK_DGRAM, protocol)
    sock.settimeout(10.0)
    bind(sock, device, D_CHANNEL)
    return sock


def test_the_kernel_has_two_isdn_interfaces(joined: None) -> None:
    with socket.socket(AF_ISDN, socket.SOCK_RAW, BASE) as control:
        count = bytearray(4)
        fcntl.ioctl(control.fileno(), IMGETCOUNT, count)

    assert struct.unpack("=i", count) == (2,)


def test_a_frame_sent_into_one_d_channel_comes_out_of_the_other(joined: None) -> None:
    with d_channel(0, RAW_S0_TE) as terminal, d_channel(1, RAW_S0_NT) as network:
        for side in (network, terminal):
            side.send(_HEAD.pack(PH_ACTIVATE_REQ, 0))
        terminal.send(_HEAD.pack(PH_DATA_REQ, 1) + SABME)

        for _ in range(50):
            came = network.recv(_MOST)
            kind, _id = _HEAD.unpack_from(came)
            if kind == PH_DATA_IND:
                break

    assert came[_HEAD.size :] == SABME
