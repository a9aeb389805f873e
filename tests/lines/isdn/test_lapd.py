"""The data link of the D-channel: addresses, controls of both moduli, and any garbage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.isdn.lapd import (
    EVERYBODY,
    MANAGEMENT,
    SIGNALLING,
    SUPERVISORY,
    UNNUMBERED,
    Control,
    LapdFrame,
    Modulo,
    command_response,
    decode,
    encode,
)

CARRYING = {Control.I, Control.UI, Control.FRMR, Control.XID}


@pytest.mark.parametrize(
    ("octets", "frame"),
    [
        ("02 81 7f", LapdFrame(0, 64, True, Control.SABME, True)),
        ("02 81 73", LapdFrame(0, 64, True, Control.UA, True)),
        ("02 ff 03 08", LapdFrame(0, EVERYBODY, True, Control.UI, information=b"\x08")),
        ("fc ff 03 0f", LapdFrame(MANAGEMENT, EVERYBODY, False, Control.UI, information=b"\x0f")),
        ("00 81 04 06 08", LapdFrame(0, 64, False, Control.I, False, 2, 3, b"\x08")),
        ("00 81 fe ff 08", LapdFrame(0, 64, False, Control.I, True, 127, 127, b"\x08")),
        ("02 81 01 0b", LapdFrame(0, 64, True, Control.RR, True, 0, 5)),
        ("02 81 05 0a", LapdFrame(0, 64, True, Control.RNR, False, 0, 5)),
        ("02 81 09 0a", LapdFrame(0, 64, True, Control.REJ, False, 0, 5)),
        ("00 81 53", LapdFrame(0, 64, False, Control.DISC, True)),
        ("00 81 1f", LapdFrame(0, 64, False, Control.DM, True)),
        ("02 81 87 00 00 00 00 00", LapdFrame(0, 64, True, Control.FRMR, information=bytes(5))),
    ],
)  # fmt: skip
def test_frames_as_traces_show_them(octets: str, frame: LapdFrame) -> None:
    assert decode(bytes.fromhex(octets)) == frame
    assert encode(frame) == bytes.fromhex(octets)


def test_numbers_of_a_link_set_up_by_sabm_stand_in_one_octet() -> None:
    assert decode(bytes.fromhex("00 81 76 08"), 8) == LapdFrame(
        0, 64, False, Control.I, True, 3, 3, b"\x08"
    )
    assert decode(bytes.fromhex("02 81 b1"), 8) == LapdFrame(0, 64, True, Control.RR, True, 0, 5)
    assert decode(bytes.fromhex("02 81 b1")) is None


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "02",
        "02 81",
        "03 81 7f",  # the address ends after one octet
        "02 80 7f",  # and here after three
        "02 81 0b",  # no modifier of this value
        "02 81 00",  # N(R) is missing
        "02 81 0d 00",  # no supervisory frame of this type
        "02 81 7f 00",  # SABME carries nothing
        "02 81 01 0a 00",  # nor does RR
    ],
)
def test_what_is_no_frame_is_none(octets: str) -> None:
    assert decode(bytes.fromhex(octets)) is None


def test_a_frame_longer_than_any_is_none() -> None:
    assert decode(bytes.fromhex("02 ff 03") + bytes(1021)) is not None
    assert decode(bytes.fromhex("02 ff 03") + bytes(1022)) is None


@pytest.mark.parametrize("from_network", [True, False])
def test_the_cr_bit_tells_who_sent_a_frame(from_network: bool) -> None:
    command = command_response(from_network=from_network)
    response = command_response(from_network=from_network, response=True)
    for control in (Control.I, Control.UI, Control.SABME, Control.DISC):
        assert LapdFrame(0, 64, command, control).from_network is from_network
    for control in (Control.UA, Control.DM, Control.FRMR):
        assert LapdFrame(0, 64, response, control).from_network is from_network
    for control in (Control.RR, Control.XID):
        assert LapdFrame(0, 64, command, control).from_network is None


@st.composite
def frames(draw: st.DrawFn, modulo: Modulo) -> LapdFrame:
    control = draw(st.sampled_from(Control))
    number = st.integers(0, modulo - 1)
    numbered = control is Control.I or control in SUPERVISORY.values()
    return LapdFrame(
        draw(st.integers(0, 63)),
        draw(st.integers(0, 127)),
        draw(st.booleans()),
        control,
        draw(st.booleans()),
        draw(number) if control is Control.I else 0,
        draw(number) if numbered else 0,
        draw(st.binary(max_size=64)) if control in CARRYING else b"",
    )


@given(frames(128))
def test_a_frame_comes_back_as_it_was(frame: LapdFrame) -> None:
    assert decode(encode(frame)) == frame


@given(frames(8))
def test_a_frame_of_modulo_8_comes_back_as_it_was(frame: LapdFrame) -> None:
    assert decode(encode(frame, 8), 8) == frame


@given(st.binary(max_size=300), st.sampled_from([8, 128]))
def test_any_octets_are_a_frame_that_encodes_to_them_or_none(data: bytes, modulo: Modulo) -> None:
    frame = decode(data, modulo)

    if frame is not None:
        assert encode(frame, modulo) == data
        assert frame.control in {Control.I, *SUPERVISORY.values(), *UNNUMBERED.values()}
        assert 0 <= frame.sapi < 64
        assert 0 <= frame.tei < 128
    assert SIGNALLING == 0
