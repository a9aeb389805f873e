"""Check the shielded stream of a modem, cut anywhere."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from appliance.exchange.modem.voice_stream import HostStream, Piece, shielded

CUTS = st.lists(st.integers(0, 200), max_size=8)
STREAM = st.lists(
    st.sampled_from([b"\x10", b"\x10\x10", b"\x1a", b"\x03", b"!", b"a", b"\x80" * 5]), max_size=40
).map(b"".join)


def read(data: bytes, cuts: list[int], dles: int = 1) -> list[Piece]:
    """Return all that a host's stream holds, with voice joined."""
    stream = HostStream(dles)
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces: list[Piece] = []
    for start, stop in pairwise(places):
        for piece, _ in stream.pieces(data[start:stop]):
            if isinstance(piece, bytes) and pieces and isinstance(pieces[-1], bytes):
                pieces[-1] += piece
            else:
                pieces.append(piece)
    return pieces


@given(STREAM, CUTS, st.sampled_from([1, 3]))
def test_however_a_stream_is_cut_it_means_the_same(data: bytes, cuts: list[int], dles: int) -> None:
    assert read(data, cuts, dles) == read(data, [], dles)


@given(st.binary(max_size=60), CUTS)
@example(b"\x10\x10\x10", [1])
@example(b"\x10\x03", [])
def test_voice_that_is_shielded_is_read_as_it_was(voice: bytes, cuts: list[int]) -> None:
    assert read(shielded(voice), cuts) == ([voice] if voice else [])


def test_codes_stand_between_the_voice() -> None:
    assert read(b"ab\x10uc\x10\x10d\x10\x1ae\x10\x03", []) == [
        *(b"ab", ord("u"), b"c\x10d\x10\x10e", 3)
    ]


def test_where_three_are_needed_one_is_no_code() -> None:
    assert read(b"a\x10\x03b\x10\x10\x10\x03", [], 3) == [b"ab", 3]
    assert read(b"\x10\x10\x10\x10\x10!", [], 3) == [b"\x10", ord("!")]


def test_reading_stops_where_the_host_stops() -> None:
    stream = HostStream()
    piece, place = next(iter(stream.pieces(b"\x10\x03AT\r")))
    assert (piece, place) == (3, 2)
    assert read(b"AT\r", []) == [b"AT\r"]
