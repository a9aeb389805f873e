"""The modem's stream: text and shielded codes, cut anywhere, in every mode."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.modem.v253 import (
    LONGEST_LINE,
    LONGEST_REPORT,
    SETTLE_SECONDS,
    V253,
    Ask,
    CallerField,
    Code,
    Item,
    LineSound,
    Mode,
    Rang,
    Reply,
    StreamEnded,
    command,
    escape,
    shielded,
)

TRV = command("AT-TRV", r"\d+\.\d+")
RECORD = Ask(b"AT+VRX\r", enters=Mode.RECORDING)


def recording() -> V253:
    codec = V253()
    codec.ask(RECORD, 0.0)
    codec.receive(b"\r\nCONNECT\r\n", 0.0)
    assert codec.mode is Mode.RECORDING
    return codec


def joined(items: list[Item]) -> list[Item]:
    """Put pieces of sound that follow each other into one."""
    out: list[Item] = []
    for item in items:
        if isinstance(item, LineSound) and out and isinstance(out[-1], LineSound):
            out[-1] = LineSound(out[-1].data + item.data)
        else:
            out.append(item)
    return out


def answers(said: bytes, ask: Ask = TRV) -> list[Item]:
    codec = V253()
    assert codec.ask(ask, 0.0) == ask.data
    return codec.receive(said, 0.0)


def test_a_reply_is_the_lines_that_were_wanted_and_the_final_word() -> None:
    assert answers(b"AT-TRV\r\r\n48.10\r\n\r\nOK\r\n") == [Reply(TRV, "OK", ("48.10",))]
    assert answers(b"\r\nERROR\r\n") == [Reply(TRV, "ERROR")]
    assert answers(b"\r\nnoise\r\nOK\r\n") == [Reply(TRV, "OK")]


@pytest.mark.parametrize(
    ("said", "item"),
    [
        (b"\r\nRING\r\n", Rang()),
        (b"\r\nNMBR = +48221234567\r\n", CallerField("NMBR", "+48221234567")),
        (b"\r\nNAME=NOWAK\r\n", CallerField("NAME", "NOWAK")),
        (b"\x10R", Code("R")),
    ],
)
def test_what_comes_by_itself_inside_a_reply_is_no_part_of_it(said: bytes, item: Item) -> None:
    assert answers(b"\r\n48.10\r\n" + said + b"\r\nOK\r\n") == [
        item,
        Reply(TRV, "OK", ("48.10",)),
    ]


def test_a_code_may_come_between_the_letters_of_a_line() -> None:
    assert answers(b"\r\n48\x10L.10\r\nO\x10hK\r\n") == [
        Code("L"),
        Code("h"),
        Reply(TRV, "OK", ("48.10",)),
    ]


def test_a_ring_in_the_middle_of_a_figure_leaves_no_other_figure() -> None:
    assert answers(b"\r\n48.\r\nRING\r\n10\r\n\r\nOK\r\n") == [Rang(), Reply(TRV, "OK")]


def test_both_spellings_of_a_keys_end_are_one() -> None:
    codec = V253()
    assert codec.receive(b"\x10/\x105\x10~\x10\x7f", 0.0) == [
        Code("/"),
        Code("5"),
        Code("~"),
        Code("~"),
    ]


def test_without_a_final_word_the_answer_is_none_and_what_is_late_is_nobodys() -> None:
    codec = V253()
    codec.ask(TRV, 1.0)
    assert codec.receive(b"\r\n48.1", 2.9) == []
    assert codec.receive(b"", 3.0) == [Reply(TRV, None)]
    assert not codec.may_ask(3.0)
    assert codec.receive(b"0\r\nOK\r\n", 3.1) == []
    assert codec.may_ask(3.0 + SETTLE_SECONDS)
    codec.ask(TRV, 4.0)
    assert codec.receive(b"\r\n9.00\r\nOK\r\n", 4.1) == [Reply(TRV, "OK", ("9.00",))]


def test_sound_begins_with_the_byte_after_connect() -> None:
    codec = V253()
    codec.ask(RECORD, 0.0)
    assert codec.receive(b"\r\nCONNECT\r\n\nRING\r\n", 0.0) == [
        Reply(RECORD, "CONNECT"),
        LineSound(b"\nRING\r\n"),
    ]


def test_a_line_end_cut_in_two_is_no_sound() -> None:
    codec = V253()
    codec.ask(RECORD, 0.0)
    codec.receive(b"\r\nCONNECT\r", 0.0)
    assert codec.receive(b"\n\x80", 0.0) == [LineSound(b"\x80")]


def test_sound_is_unescaped_and_codes_are_taken_out_of_it() -> None:
    codec = recording()
    assert codec.receive(b"ab\x10\x10c\x10\x1ad\x10de", 0.0) == [
        LineSound(b"ab\x10c\x10\x10d"),
        Code("d"),
        LineSound(b"e"),
    ]


def test_the_end_of_sound_is_text_again() -> None:
    codec = recording()
    end = Ask(shielded(b"!"))
    assert codec.ask(end, 0.0) == b"\x10!"
    assert codec.receive(b"\x80\x10\x03\r\nOK\r\n", 0.0) == [
        LineSound(b"\x80"),
        StreamEnded(),
        Reply(end, "OK"),
    ]
    assert codec.mode is Mode.VOICE


def test_a_report_within_sound_is_text_up_to_its_end() -> None:
    codec = recording()
    said = b"\x80\x10X\r\nNMBR=221234567\r\nNAME=NOWAK\x10.\x81"
    assert codec.receive(said, 0.0) == [
        LineSound(b"\x80"),
        CallerField("NMBR", "221234567"),
        CallerField("NAME", "NOWAK"),
        LineSound(b"\x81"),
    ]


def test_a_report_without_end_gives_the_sound_back() -> None:
    codec = recording()
    heard = codec.receive(b"\x10X" + b"\x80" * (LONGEST_REPORT + 100), 0.0)
    assert isinstance(heard[-1], LineSound)
    assert 99 <= len(heard[-1].data) <= 101


def test_an_endless_line_is_dropped_up_to_its_end() -> None:
    codec = V253()
    codec.ask(TRV, 0.0)
    assert codec.receive(b"48.10" * LONGEST_LINE, 0.0) == []
    assert len(codec._line) <= LONGEST_LINE
    assert codec.receive(b"\r\n48.10\r\nOK\r\n", 0.0) == [Reply(TRV, "OK", ("48.10",))]


def test_codes_to_the_modem_are_shielded_by_one_or_three() -> None:
    assert shielded(b"\x18\x03") == b"\x10\x18\x10\x03"
    assert shielded(b"!", 3) == b"\x10\x10\x10!"


@given(st.binary(max_size=200))
def test_what_is_escaped_comes_back_as_it_was(sound: bytes) -> None:
    codec = recording()
    assert joined(codec.receive(escape(sound), 0.0)) == ([LineSound(sound)] if sound else [])


LIKELY = st.sampled_from(
    [b"\x10", b"\r", b"\n", b"\r\nOK\r\n", b"CONNECT\r\n", b"\x10X", b"\x10.", b"\x10\x03",
     b"RING\r\n", b"NMBR = 12\r\n", b"48.10", b"\x10\x10", b"\x10\x1a", b"\x10\x7f", b"A"]
)  # fmt: skip
STREAM = st.lists(LIKELY | st.binary(max_size=4), max_size=40).map(b"".join)


@given(STREAM, st.lists(st.integers(0, 200), max_size=8), st.sampled_from([TRV, RECORD, None]))
def test_any_split_of_any_bytes_means_the_same(
    stream: bytes, cuts: list[int], ask: Ask | None
) -> None:
    whole, pieces = V253(), V253()
    if ask is not None:
        whole.ask(ask, 0.0)
        pieces.ask(ask, 0.0)
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    heard = [item for a, b in pairwise(places) for item in pieces.receive(stream[a:b], 0.5)]
    assert joined(heard) == joined(whole.receive(stream, 0.5))
    assert len(whole._line) <= LONGEST_LINE
