"""Read and write L1oIP packets, and keep a tunnel alive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.isdn.l1oip import (
    KEEPALIVE_SECONDS,
    LOST_SECONDS,
    SEEK_SECONDS,
    ForeignPacket,
    Tunnel,
    build,
    parse,
)
from appliance.lines.isdn.ports import B1, B2, LONGEST_FRAME, D, PortInput

TUNNEL = 0x1234ABCD
SPEECH = bytes(range(160))
FRAME = bytes.fromhex("02ff03080101")


def test_a_packet_is_laid_out_as_the_kernels_driver_does() -> None:
    assert build(B1, SPEECH, 0x0102) == bytes.fromhex("00010102") + SPEECH
    assert build(D, FRAME, 7, TUNNEL) == bytes.fromhex("101234abcd030007") + FRAME
    assert build(B2, b"x", 0x10000 + 5) == bytes.fromhex("00020005") + b"x"


@given(st.sampled_from((B1, B2)), st.binary(min_size=1, max_size=1400), st.integers(0, 0xFFFF))
def test_what_is_built_is_read_again(channel: int, data: bytes, base: int) -> None:
    for tunnel in (0, TUNNEL):
        assert parse(build(channel, data, base, tunnel), tunnel) == [PortInput(channel, data, base)]


def test_a_frame_of_the_d_channel_has_no_time() -> None:
    assert parse(build(D, FRAME, 9)) == [PortInput(D, FRAME, None)]
    assert parse(build(D, b"", 0)) == []


def test_several_channels_may_share_a_packet() -> None:
    packet = bytes((0, 0x80 | B1, 2, 0, 5, 1, 2, 0x80 | D, 3, 0, 0, *FRAME[:3], B2, 0, 6, 9))
    assert parse(packet) == [
        PortInput(B1, b"\1\2", 5),
        PortInput(D, FRAME[:3], None),
        PortInput(B2, b"\t", 6),
    ]
    long = bytes((0, 0x80 | B1, 0, 0, 5, *256 * b"\1", B2, 0, 6, 9))
    assert [len(each.data) for each in parse(long)] == [256, 1]


@pytest.mark.parametrize(
    ("packet", "tunnel", "why"),
    [
        (b"", 0, "short"),
        (bytes((0, 1, 0)), 0, "short"),
        (bytes(1501), 0, "long"),
        (bytes((0x40, 1, 0, 0)), 0, "version"),
        (bytes((0x20, 1, 0, 0)), 0, "interface"),
        (bytes((0x02, 1, 0, 0, 9)), 0, "codec"),  # u-law
        (bytes((0x03, 1, 0, 0, 9)), 0, "codec"),  # four bits
        (build(B1, SPEECH, 0), TUNNEL, "id"),
        (build(B1, SPEECH, 0, TUNNEL), 0, "id"),
        (build(B1, SPEECH, 0, TUNNEL + 1), TUNNEL, "id"),
        (build(B1, b"", 0, TUNNEL)[:6], TUNNEL, "short"),
        (bytes((0, 0, 0, 0)), 0, "channel"),
        (bytes((0, 4, 0, 0, 9)), 0, "channel"),
        (bytes((0, 3, 0, 0, 9)), 0, "short"),
        (bytes((1, 3, 0, 0, 9, 9)), 0, "codec"),
        (build(D, bytes(LONGEST_FRAME + 1), 0), 0, "long"),
        (bytes((0, 0x81, 1, 0)), 0, "short"),
        (bytes((0, 0x81, 5, 0, 0, 1, 2)), 0, "length"),
        (bytes((0, 0x81, 2, 0, 0, 1, 2)), 0, "length"),  # and nothing after it
        (bytes((0, 0x81, 2, 0, 0, 1, 2, 1)), 0, "short"),
    ],
)
def test_what_is_none_of_this_tunnel_is_refused_with_its_reason(
    packet: bytes, tunnel: int, why: str
) -> None:
    with pytest.raises(ForeignPacket) as refused:
        parse(packet, tunnel)
    assert refused.value.why == why


@given(st.binary(max_size=1600), st.sampled_from((0, TUNNEL)))
def test_any_bytes_are_read_or_refused(packet: bytes, tunnel: int) -> None:
    try:
        found = parse(packet, tunnel)
    except ForeignPacket:
        return
    assert sum(len(each.data) for each in found) <= len(packet)
    assert {each.channel for each in found} <= {B1, B2, D}


def test_a_refused_packet_changes_nothing_but_its_count() -> None:
    tunnel = Tunnel(TUNNEL)
    assert tunnel.receive(build(B1, SPEECH, 0, TUNNEL + 1), 1.0) == []
    # One good channel before a bad one counts as little.
    assert tunnel.receive(build(B1, SPEECH, 0, TUNNEL)[:5] + bytes((0x81, 1, 0, 0, 9)), 1.0) == []
    assert not tunnel.present(1.0)
    assert dict(tunnel.refused) == {"id": 1, "length": 1}


def test_a_peer_is_there_until_65_seconds_of_silence() -> None:
    tunnel = Tunnel(TUNNEL)
    assert tunnel.receive(build(B1, SPEECH, 4, TUNNEL), 5.0) == [PortInput(B1, SPEECH, 4)]
    assert tunnel.present(5.0 + LOST_SECONDS - 0.1)
    assert not tunnel.present(5.0 + LOST_SECONDS)
    tunnel.receive(build(D, b"", 0, TUNNEL), 80.0)
    assert tunnel.present(80.0)
    tunnel.gone()
    assert not tunnel.present(80.0)


def test_an_empty_packet_is_sent_each_15_seconds_of_silence_and_sooner_while_nobody_answers() -> (
    None
):
    tunnel, empty = Tunnel(TUNNEL), build(D, b"", 0, TUNNEL)
    assert tunnel.due(0.0) == empty
    assert tunnel.due(SEEK_SECONDS - 0.1) is None
    assert tunnel.due(SEEK_SECONDS) == empty
    tunnel.receive(empty, 3.0)
    assert tunnel.due(3.0) == empty  # the peer, which is new, is answered at once
    assert tunnel.due(3.0 + KEEPALIVE_SECONDS - 0.1) is None
    tunnel.packet(B1, SPEECH, 0, 10.0)
    assert tunnel.due(3.0 + KEEPALIVE_SECONDS) is None
    assert tunnel.due(10.0 + KEEPALIVE_SECONDS) == empty


def test_two_peers_do_not_answer_each_other_for_ever() -> None:
    here, there = Tunnel(TUNNEL), Tunnel(TUNNEL)
    sent = 0
    for _ in range(20):
        for one, other in ((here, there), (there, here)):
            packet = one.due(1.0)
            if packet is not None:
                other.receive(packet, 1.0)
                sent += 1
    assert sent <= 4


def test_frames_of_the_d_channel_are_numbered_and_samples_keep_their_time() -> None:
    tunnel = Tunnel()
    assert tunnel.packet(D, FRAME, 99, 0.0) == build(D, FRAME, 0)
    assert tunnel.packet(D, FRAME, 99, 0.0) == build(D, FRAME, 1)
    assert tunnel.packet(B1, SPEECH, 99, 0.0) == build(B1, SPEECH, 99)
