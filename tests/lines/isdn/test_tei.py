"""TEI management: how terminals get and lose their addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.isdn import lapd
from appliance.lines.isdn.tei import TeiAct, TeiMessage, decode, encode


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("fc ff 03 0f 12 34 01 ff", TeiMessage(TeiAct.REQUEST, 0x1234, (127,))),
        ("fe ff 03 0f 12 34 02 81", TeiMessage(TeiAct.ASSIGNED, 0x1234, (64,))),
        ("fe ff 03 0f 00 00 04 ff", TeiMessage(TeiAct.CHECK, 0, (127,))),
        ("fc ff 03 0f 12 34 05 80 83", TeiMessage(TeiAct.CHECK_ANSWER, 0x1234, (64, 65))),
        ("fe ff 03 0f 00 00 06 81", TeiMessage(TeiAct.REMOVE, 0, (64,))),
    ],
)
def test_messages_as_traces_show_them(octets: str, message: TeiMessage) -> None:
    frame = lapd.decode(bytes.fromhex(octets))
    assert frame is not None
    assert decode(frame) == message
    assert lapd.encode(encode(message)) == bytes.fromhex(octets)


@pytest.mark.parametrize(
    "octets",
    [
        "02 ff 03 0f 12 34 01 ff",  # signalling
        "fc 81 00 00 0f 12 34 01 ff",  # not broadcast as UI
        "fc ff 03 0e 12 34 01 ff",  # another entity
        "fc ff 03 0f 12 34 08 ff",  # no such type
        "fc ff 03 0f 12 34 01",  # cut
        "fc ff 03 0f 12 34 05 80 82",  # no last TEI
    ],
)
def test_what_is_no_message_is_none(octets: str) -> None:
    frame = lapd.decode(bytes.fromhex(octets))
    assert frame is not None
    assert decode(frame) is None


@given(
    st.builds(
        TeiMessage,
        st.sampled_from(TeiAct),
        st.integers(0, 0xFFFF),
        st.lists(st.integers(0, 127), min_size=1, max_size=8).map(tuple),
    )
)
def test_a_message_comes_back_as_it_was(message: TeiMessage) -> None:
    frame = lapd.decode(lapd.encode(encode(message)))
    assert frame is not None
    assert decode(frame) == message


@given(st.binary(max_size=40))
def test_any_octets_are_a_message_or_none(data: bytes) -> None:
    frame = lapd.decode(b"\xfe\xff\x03" + data)
    if frame is not None and (message := decode(frame)) is not None:
        assert all(0 <= tei < 128 for tei in message.teis)
