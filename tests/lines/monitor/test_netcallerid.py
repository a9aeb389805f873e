"""A NetCallerID's messages: who calls, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.monitor.netcallerid import NetCallerId
from appliance.model.events import CallerId, LineFault, LineRestored

MESSAGE = b"###DATE08082225...NMBR48221234567...NAMEZOFIA TESTOWA+++\r"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (MESSAGE, CallerId(80, "48221234567", "ZOFIA TESTOWA")),
        (b"###DATE08082225...NMBR48221234567...NAME+++\r\n", CallerId(80, "48221234567")),
        (b"###DATE08082225...NMBR48221234567+++\r", CallerId(80, "48221234567")),
        (
            b"###DATE08082225...NMBRPRIVATE...NAME-PRIVATE-+++\r",
            CallerId(80, None, None, True),
        ),
        (b"###DATE08082225...NMBR...NAME-UNKNOWN CALLER-+++\r", CallerId(80, None)),
        (b"noise###DATE...NMBR112...NAMEA...B+++noise\r", CallerId(80, "112", "A")),
    ],
)
def test_a_caller_is_told(said: bytes, told: CallerId) -> None:
    assert NetCallerId().receive(said, 80) == [told]


@pytest.mark.parametrize(
    "said",
    [
        b"###DATE08082225...NMBR48221234567...NAMEZOFIA+++",  # its end has not come
        b"###DATE08082225...NMBR...NAME-MSG OFF-+++\r",
        b"###DATE08082225...NMBR...NAME+++\r",
        b"###DATE08082225...NAMEZOFIA+++\r",
        b"RING\r###+++\r\n\xff###NMBR\xff+++\r",
        700 * b"#" + MESSAGE,
    ],
)
def test_anything_else_is_no_caller(said: bytes) -> None:
    assert NetCallerId().receive(said, 80) == []


def test_it_is_never_asked_and_a_port_that_is_gone_and_back_is_told_once() -> None:
    parser = NetCallerId()
    parser.opened(0)
    assert parser.request() == b""
    assert parser.lost("gone", 80) == [LineFault(80, "hook", "gone")]
    assert parser.lost("gone", 80) == []
    parser.opened(160)
    assert parser.receive(b"", 160) == [LineRestored(160, "hook")]
    assert parser.request() == b""


@given(
    st.lists(st.one_of(st.sampled_from([MESSAGE, b"###", b"+++\r"]), st.binary(max_size=99))),
    st.data(),
)
def test_any_split_of_any_bytes_gives_the_same_callers(
    said: list[bytes], data: st.DataObject
) -> None:
    raw = b"".join(said)
    whole = NetCallerId().receive(raw, 80)
    parser, pieces, at = NetCallerId(), [], 0
    while at < len(raw):
        size = data.draw(st.integers(1, len(raw) - at))
        pieces += parser.receive(raw[at : at + size], 80)
        at += size
    assert pieces == whole
    assert len(whole) <= raw.count(b"\r") + raw.count(b"\n")
