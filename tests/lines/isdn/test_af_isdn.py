"""Lay out the kernel's structures, and say plainly that a machine has no ISDN.

What needs mISDN itself runs in the virtual machine; here the C library and the kernel of this
machine answer, and a pair of sockets stands for a card's channels.
"""

import ctypes
import errno
import fcntl
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import LineError
from appliance.lines.isdn import af_isdn
from appliance.lines.isdn.af_isdn import HEAD, KernelCard
from appliance.lines.isdn.kernel_port import (
    ACTIVATE_SECONDS,
    DOWN_SECONDS,
    TUNNEL_SECONDS,
    KernelPort,
)
from appliance.lines.isdn.ports import B1, B2, D, PortInput

CARD = KernelCard(2, "HFC-S_USB.1", terminal=True, network=True, channels=2)


def ioctl_number(number: int) -> int:
    """Compute _IOR('I', number, int) as linux/ioctl.h does on our machines."""
    return 2 << 30 | 4 << 16 | ord("I") << 8 | number


def test_structures_have_the_sizes_of_the_kernels_header() -> None:
    sizes = (af_isdn.ADDRESS.size, af_isdn.HEAD.size, af_isdn.DEVICE.size)
    assert sizes == (6, 8, 56)
    assert (af_isdn.IMGETCOUNT, af_isdn.IMGETDEVINFO) == (ioctl_number(67), ioctl_number(68))


def test_this_machine_says_that_it_has_no_isdn_or_lists_its_cards() -> None:
    if "misdn" in Path("/proc/net/protocols").read_text("ascii"):
        assert all(card.name for card in af_isdn.list_cards())
    else:
        with pytest.raises(LineError, match=r"This kernel has no ISDN \(mISDN\)"):
            af_isdn.list_cards()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EAFNOSUPPORT, "This kernel has no ISDN"),
        (errno.EPROTONOSUPPORT, "This kernel has no ISDN"),
        (errno.ENOPROTOOPT, "This kernel has no ISDN"),
        (errno.EMFILE, "ISDN cannot be used"),
    ],
)
def test_each_refusal_of_the_kernel_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    def refused(*args: object) -> socket.socket:
        raise OSError(number, "refused")

    with monkeypatch.context() as kernel:
        kernel.setattr(socket, "socket", refused)
        with pytest.raises(LineError, match=said):
            af_isdn.list_cards()


def test_the_c_library_binds_a_family_that_python_does_not_know() -> None:
    # An address of AF_ISDN on a socket of another family: the kernel itself refuses it.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        assert af_isdn._bind(other.fileno(), af_isdn.ADDRESS.pack(34, 0, 1, 0, 0)) == -1
        assert ctypes.get_errno() == errno.EINVAL


class Kernel:
    """A kernel with one card, as far as it shows without mISDN: sockets that are pairs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.far: dict[int, socket.socket] = {}
        self.asked: list[tuple[int, bytes]] = []
        self.refuses = 0
        self.there = True
        self.every: list[socket.socket] = []
        monkeypatch.setattr(af_isdn, "_socket", self.make)
        monkeypatch.setattr(af_isdn, "_bind", self.bind)
        monkeypatch.setattr(fcntl, "ioctl", self.ioctl)
        self.made: dict[int, tuple[socket.socket, int]] = {}

    def make(self, protocol: int) -> socket.socket:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        near.setblocking(False)
        far.setblocking(False)
        self.made[near.fileno()] = far, protocol
        self.every.append(far)
        return near

    def bind(self, fileno: int, address: bytes) -> int:
        family, device, channel, sapi, tei = af_isdn.ADDRESS.unpack(address)
        assert (family, device, sapi, tei) == (34, CARD.id, 0, 0)
        far, protocol = self.made[fileno]
        self.asked.append((protocol, address))
        if self.refuses:
            ctypes.set_errno(self.refuses)
            return -1
        self.far[channel if protocol == af_isdn.B_RAW else D] = far
        return 0

    def ioctl(self, asked: socket.socket, number: int, info: bytearray) -> int:
        assert number == af_isdn.IMGETDEVINFO
        if struct.unpack_from("=I", info)[0] != CARD.id or not self.there:
            raise OSError(errno.ENODEV, "No such device")
        name = CARD.name.encode()
        af_isdn.DEVICE.pack_into(info, 0, CARD.id, 0b110, 0, 0, bytes(16), 2, name)
        return 0

    def say(self, channel: int, primitive: int, data: bytes = b"", ident: int = 0) -> None:
        self.far[channel].send(HEAD.pack(primitive, ident) + data)

    def told(self, channel: int) -> tuple[int, bytes]:
        message = self.far[channel].recv(4096)
        return HEAD.unpack_from(message)[0], message[8:]

    def close(self) -> None:
        for far in self.every:
            far.close()


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    made = Kernel(monkeypatch)
    yield made
    made.close()


@pytest.fixture
def port(kernel: Kernel) -> Iterator[KernelPort]:
    made = KernelPort(CARD.name, terminal=True)
    made.open()
    yield made
    made.close()


def test_cards_are_listed_with_holes_between(kernel: Kernel) -> None:
    assert af_isdn.list_cards() == [CARD]
    assert af_isdn.find_card("HFC-S_USB.1") == CARD
    with pytest.raises(LineError, match=r"card usb is not there"):
        af_isdn.find_card("usb")
    kernel.there = False
    with pytest.raises(LineError, match="is not there; plug it in"):
        af_isdn.find_card("usb")


def test_all_channels_are_opened_and_activated(kernel: Kernel, port: KernelPort) -> None:
    assert [protocol for protocol, _ in kernel.asked] == [af_isdn.TE_S0, 0x21, 0x21]
    assert [address[3] for _, address in kernel.asked] == [1, B1, B2]  # D with its echo
    for channel in (D, B1, B2):
        assert kernel.told(channel) == (af_isdn.PH_ACTIVATE_REQ, b"")
    assert len(port.filenos()) == 3
    port.open()
    assert len(kernel.asked) == 3


def test_frames_and_pieces_come_and_go(kernel: Kernel, port: KernelPort) -> None:
    assert "hears no bus" in port.missing(0.0)
    kernel.say(D, af_isdn.PH_ACTIVATE_IND)
    kernel.say(D, af_isdn.PH_DATA_IND, b"\2\xff\3")
    kernel.say(D, af_isdn.PH_DATA_E_IND, b"\0\x81\3")
    kernel.say(D, af_isdn.PH_DATA_REQ, b"ours")  # a log also shows what we sent
    kernel.say(B2, af_isdn.PH_DATA_IND, b"speech", 0xFFFF)
    assert port.receive(0.0) == [
        PortInput(D, b"\2\xff\3"),
        PortInput(D, b"\0\x81\3", echo=True),
        PortInput(B2, b"speech"),
    ]
    assert port.missing(0.0) == ""
    for channel in (D, B1):
        kernel.told(channel)
    port.send(D, b"\2\xff\3", 0, 0.0)
    port.send(B1, b"words", 77, 0.0)
    assert kernel.told(D) == (af_isdn.PH_DATA_REQ, b"\2\xff\3")
    assert kernel.told(B1) == (af_isdn.PH_DATA_REQ, b"words")


def test_a_bus_that_the_network_lets_sleep_is_woken_before_it_counts_as_gone(
    kernel: Kernel, port: KernelPort
) -> None:
    kernel.told(D)
    kernel.say(D, af_isdn.PH_ACTIVATE_IND)
    port.receive(0.0)
    port.receive(600.0)
    kernel.say(D, af_isdn.PH_DEACTIVATE_IND)
    port.receive(600.1)
    assert kernel.told(D) == (af_isdn.PH_ACTIVATE_REQ, b"")
    assert not port.missing(600.2)
    kernel.say(D, af_isdn.PH_ACTIVATE_IND)
    port.receive(600.3)
    assert not port.missing(700.0)


def test_a_tunnel_that_reports_itself_down_may_wait_for_the_next_packet(
    kernel: Kernel, port: KernelPort
) -> None:
    port._counts = True  # as for a card whose name begins with l1oip
    kernel.say(D, af_isdn.PH_ACTIVATE_IND)
    port.receive(0.0)
    kernel.say(D, af_isdn.PH_DEACTIVATE_IND)
    port.receive(65.0)
    assert not port.missing(65.0 + TUNNEL_SECONDS - 0.1)
    assert "hears no bus" in port.missing(65.0 + TUNNEL_SECONDS)


def test_a_bus_whose_cable_is_out_is_a_fault_and_is_asked_again_and_again(
    kernel: Kernel, port: KernelPort
) -> None:
    kernel.told(D)
    kernel.say(D, af_isdn.PH_ACTIVATE_IND)
    port.receive(0.0)
    kernel.say(D, af_isdn.PH_DEACTIVATE_IND)
    port.receive(100.0)
    kernel.told(D)
    kernel.say(D, af_isdn.PH_DEACTIVATE_IND)  # nobody answers
    port.receive(100.0 + ACTIVATE_SECONDS - 0.1)
    assert "hears no bus" in port.missing(100.0 + DOWN_SECONDS)
    port.receive(100.0 + ACTIVATE_SECONDS)
    assert kernel.told(D) == (af_isdn.PH_ACTIVATE_REQ, b"")


def test_the_kernels_own_tunnel_tells_the_time_of_its_samples(
    kernel: Kernel, port: KernelPort
) -> None:
    port._counts = True  # as for a card whose name begins with l1oip
    kernel.say(B1, af_isdn.PH_DATA_IND, b"speech", 0x12345)
    assert port.receive(0.0) == [PortInput(B1, b"speech", 0x2345)]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EBUSY, "The ISDN card HFC-S_USB.1 is in use; end the other program"),
        (errno.ENODEV, "The ISDN card HFC-S_USB.1 is not there; plug it in"),
        (errno.EINVAL, "The ISDN card HFC-S_USB.1 cannot be opened: Invalid argument"),
    ],
)
def test_a_card_that_cannot_be_opened_is_let_go_whole(
    kernel: Kernel, number: int, said: str
) -> None:
    kernel.refuses = number
    port = KernelPort(CARD.name, terminal=False)
    with pytest.raises(LineError) as refused:
        port.open()
    assert str(refused.value) == said
    assert port.filenos() == []
    assert kernel.asked[0][0] == af_isdn.NT_S0


def test_a_channel_that_another_program_has_is_named(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    bind = kernel.bind

    def taken(fileno: int, address: bytes) -> int:
        kernel.refuses = errno.EBUSY if kernel.made[fileno][1] == af_isdn.B_RAW else 0
        return bind(fileno, address)

    monkeypatch.setattr(af_isdn, "_bind", taken)
    port = KernelPort(CARD.name, terminal=True)
    with pytest.raises(LineError, match=r"ISDN card HFC-S_USB\.1 is in use"):
        port.open()
    assert port.filenos() == []


def test_a_card_without_an_echo_channel_is_opened_without(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    bind = kernel.bind

    def no_echo(fileno: int, address: bytes) -> int:
        is_d = kernel.made[fileno][1] != af_isdn.B_RAW
        kernel.refuses = errno.EINVAL if is_d and address[3] == 1 else 0
        return bind(fileno, address)

    monkeypatch.setattr(af_isdn, "_bind", no_echo)
    port = KernelPort(CARD.name, terminal=True)
    port.open()
    assert [address[3] for _, address in kernel.asked] == [1, 0, B1, B2]
    port.close()


def test_a_card_that_is_unplugged_is_a_fault(kernel: Kernel, port: KernelPort) -> None:
    kernel.far[B1].close()
    kernel.far[D].close()
    with pytest.raises(LineError, match=r"HFC-S_USB\.1 has vanished; plug it in again"):
        port.send(D, b"\2\xff\3", 0, 0.0)


def test_a_message_without_its_head_is_a_fault(kernel: Kernel, port: KernelPort) -> None:
    kernel.far[D].send(b"abc")
    with pytest.raises(LineError, match="has vanished"):
        port.receive(0.0)


def test_a_channel_that_is_full_loses_the_piece(
    port: KernelPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as hardware:
        hardware.setattr(af_isdn, "write", full)
        port.send(B1, b"words", 0, 0.0)
    assert port.filenos()
