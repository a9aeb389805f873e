"""Carry a tunnel over UDP on loopback; peers are away, strange or too many."""

import errno
import logging
import socket
from collections.abc import Iterator

import pytest

from appliance.errors import LineError
from appliance.lines.isdn.l1oip import SEEK_SECONDS, Tunnel, build
from appliance.lines.isdn.ports import B1, MOST_AT_ONCE, D, PortInput
from appliance.lines.isdn.udp import Ends, UdpPort
from tests.lines.isdn.udp_peer import UdpPeer

TUNNEL = 0x5A2B4C6D


@pytest.fixture
def peer() -> Iterator[UdpPeer]:
    made = UdpPeer()
    yield made
    made.close()


@pytest.fixture
def port(peer: UdpPeer) -> Iterator[UdpPort]:
    made = UdpPort(Ends(("127.0.0.1", 0), peer.address), Tunnel(TUNNEL))
    made.open()
    peer.meet(made.here)
    yield made
    made.close()


def test_packets_go_and_come(port: UdpPort, peer: UdpPeer) -> None:
    assert port.missing(0.0).startswith(f"The ISDN peer at {port.name} does not answer")
    assert port.receive(0.0) == []
    assert peer.next_packet() == build(D, b"", 0, TUNNEL)
    peer.send(build(B1, b"speech", 3, TUNNEL))
    assert port.receive(0.1) == [PortInput(B1, b"speech", 3)]
    assert port.missing(0.1) == ""
    port.send(D, b"\2\xff\3", 0, 0.2)
    assert peer.next_of(D, TUNNEL) == PortInput(D, b"\2\xff\3")
    assert len(port.filenos()) == 1


def test_nobody_else_is_heard(port: UdpPort, peer: UdpPeer) -> None:
    stranger = UdpPeer()
    stranger.socket.sendto(build(B1, b"strange", 3, TUNNEL), port.here)
    stranger.close()
    peer.send(build(B1, b"speech", 3, TUNNEL))
    assert port.receive(0.0) == [PortInput(B1, b"speech", 3)]
    assert port.received == 1


def test_a_wrong_id_is_dropped_counted_and_logged_once(
    port: UdpPort, peer: UdpPeer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            peer.send(build(B1, b"speech", 3, TUNNEL + 1))
            assert port.receive(0.0) == []
    assert dict(port.tunnel.refused) == {"id": 3}
    assert port.missing(0.0)
    assert caplog.messages == [f"packets from {port.name} are refused: id"]


def test_a_flood_is_taken_in_portions(port: UdpPort, peer: UdpPeer) -> None:
    for number in range(MOST_AT_ONCE + 5):
        peer.send(build(B1, b"flood", number, TUNNEL))
    assert len(port.receive(0.0)) == MOST_AT_ONCE
    assert len(port.receive(0.0)) == 5


def test_a_datagram_longer_than_any_packet_is_refused(port: UdpPort, peer: UdpPeer) -> None:
    peer.send(build(B1, bytes(5000), 0, TUNNEL))
    assert port.receive(0.0) == []
    assert dict(port.tunnel.refused) == {"long": 1}


def test_a_peer_whose_program_ended_is_missed_at_once_and_found_again(
    port: UdpPort, peer: UdpPeer
) -> None:
    peer.send(build(D, b"", 0, TUNNEL))
    port.receive(0.0)
    assert port.missing(0.0) == ""
    where = peer.address
    peer.close()
    port.send(B1, b"to nobody", 0, 0.1)  # the kernel tells it with the next call
    port.receive(0.2)
    assert port.missing(0.2)
    again = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    again.bind(where)
    again.settimeout(5)
    again.connect(port.here)
    try:
        port.receive(0.2 + SEEK_SECONDS)
        assert again.recv(100) == build(D, b"", 0, TUNNEL)
        again.send(build(D, b"", 0, TUNNEL))
        port.receive(0.3 + SEEK_SECONDS)
        assert port.missing(0.3 + SEEK_SECONDS) == ""
    finally:
        again.close()


def test_what_cannot_be_opened_says_what_to_do(port: UdpPort, peer: UdpPeer) -> None:
    taken = UdpPort(Ends(port.here, peer.address), Tunnel())
    with pytest.raises(LineError, match="is in use; end the other program or choose another port"):
        taken.open()
    assert taken.filenos() == []
    elsewhere = UdpPort(Ends(("192.0.2.1", 9301), ("192.0.2.2", 9311)), Tunnel())
    with pytest.raises(LineError, match="is no address of this device"):
        elsewhere.open()


@pytest.mark.parametrize("number", [errno.EAFNOSUPPORT, errno.EPERM])
def test_a_recorder_without_a_network_says_where_to_read(
    peer: UdpPeer, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(*args: object) -> socket.socket:
        raise OSError(number, "refused")

    port = UdpPort(Ends(("127.0.0.1", 0), peer.address), Tunnel())
    with monkeypatch.context() as sandbox:
        sandbox.setattr(socket, "socket", refused)
        with pytest.raises(LineError, match=r"see docs/isdn-lines.md, Transports"):
            port.open()


def test_a_port_that_is_closed_says_so_and_closes_twice(port: UdpPort) -> None:
    port.close()
    port.close()
    assert port.filenos() == []
    with pytest.raises(LineError, match="failed"):
        port.receive(0.0)
    with pytest.raises(LineError, match="failed"):
        port.send(D, b"\2\xff\3", 0, 0.0)
    port.open()
    assert port.receive(0.0) == []


def test_a_socket_that_breaks_is_a_fault(port: UdpPort) -> None:
    assert port._socket is not None
    port._socket.close()
    with pytest.raises(LineError, match="failed"):
        port.receive(0.0)


def test_an_address_of_ipv6_makes_a_socket_of_its_family(
    peer: UdpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the machine has IPv6 or not."""
    asked: list[object] = []

    def refused(*words: object) -> socket.socket:
        asked.extend(words)
        raise OSError(errno.EADDRNOTAVAIL, "none here")

    port = UdpPort(Ends(("::1", 0), ("::1", 9311)), Tunnel())
    with monkeypatch.context() as machine:
        machine.setattr(socket, "socket", refused)
        with pytest.raises(LineError, match="is no address of this device"):
            port.open()
    assert asked == [socket.AF_INET6, socket.SOCK_DGRAM]
