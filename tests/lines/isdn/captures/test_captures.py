"""Captures of every form: whole, damaged, cut anywhere, and any bytes at all."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError
from appliance.lines.isdn import lapd
from appliance.lines.isdn.captures import eyesdn, pcap
from appliance.lines.isdn.captures.capture import frames_of
from appliance.lines.isdn.captures.link_types import LAPD
from appliance.lines.isdn.frames import DFrame
from tests.fuzz.feeding import memory_file
from tests.lines.isdn.bus_calls import busy_day

FRAMES = busy_day().frames[:12]
SETUP = bytes.fromhex("02ff030801050504038090a318 0189")


def reads(raw: bytes) -> list[DFrame]:
    return list(frames_of(memory_file("capture").holds(raw)))


def refusal(raw: bytes) -> str:
    path = memory_file("capture").holds(raw)
    with pytest.raises(FileFormatError) as refused:
        list(frames_of(path))
    return str(refused.value).replace(f"{path} ", "")


def written(write: Callable[[BinaryIO, list[DFrame]], None], frames: list[DFrame]) -> bytes:
    file = io.BytesIO()
    write(file, frames)
    return file.getvalue()


def header(order: str, magic: int, link_type: int = LAPD) -> bytes:
    return struct.pack(order + "IHHIIII", magic, 2, 4, 0, 0, 65535, link_type)


def record(order: str, seconds: int, fraction: int, data: bytes) -> bytes:
    return struct.pack(order + "IIII", seconds, fraction, len(data), len(data)) + data


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("magic", "fraction"), [(0xA1B2C3D4, 250), (0xA1B23C4D, 250_999)])
def test_pcap_of_either_order_and_unit(order: str, magic: int, fraction: int) -> None:
    raw = header(order, magic) + record(order, 7, fraction, SETUP)
    assert reads(raw) == [DFrame(7_000_250, True, SETUP)]


def test_an_fcs_is_cut_off() -> None:
    raw = header("<", 0xA1B2C3D4, 0x14000000 | LAPD) + record("<", 7, 0, SETUP + b"\x12\x34")
    raw += record("<", 8, 0, b"\x12")
    assert reads(raw) == [DFrame(7_000_000, True, SETUP), DFrame(8_000_000, True, b"")]


def cooked(kind: int, at_network: int, data: bytes, protocol: int = 0x30) -> bytes:
    return struct.pack(">HHHB7xH", kind, 8445, 1, at_network, protocol) + data


RR = bytes.fromhex("0081 0102")


@pytest.mark.parametrize(
    ("kind", "at_network", "from_network"),
    [(4, 1, True), (4, 0, False), (0, 1, False), (0, 0, True), (3, 0, False), (3, 1, False)],
)
def test_linux_says_who_sent_what_the_frame_leaves_open(
    kind: int, at_network: int, from_network: bool
) -> None:
    raw = header("<", 0xA1B2C3D4, 177) + record("<", 1, 0, cooked(kind, at_network, RR))
    assert reads(raw) == [DFrame(1_000_000, from_network, RR)]


def test_other_records_of_a_linux_pcap_are_passed_over() -> None:
    records = [cooked(0, 0, RR, 0x800), b"short", cooked(0, 0, RR)]
    raw = header("<", 0xA1B2C3D4, 177) + b"".join(record("<", 1, 0, each) for each in records)
    assert len(reads(raw)) == 1


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order: str, link_type: int = LAPD, options: bytes = b"") -> bytes:
    return block(order, 1, struct.pack(order + "HHI", link_type, 0, 0) + options)


def packet(order: str, ticks: int, data: bytes, number: int = 0) -> bytes:
    head = struct.pack(
        order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data)
    )
    return block(order, 6, head + data)


def option(order: str, code: int, value: bytes) -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


@pytest.mark.parametrize("order", "<>")
def test_pcapng_of_either_order(order: str) -> None:
    resolution = option(order, 9, b"\x09") + option(order, 14, struct.pack(order + "q", 3))
    power = option(order, 9, b"\x8a") + option(order, 0, b"")
    raw = b"".join(
        (
            section(order),
            interface(order),
            interface(order, options=resolution),
            interface(order, options=power),
            interface(order, link_type=1),
            block(order, 5, b"statistics"),
            packet(order, 7_000_250, SETUP),
            packet(order, 4_000_250_999, SETUP, 1),
            packet(order, 7 * 1024, SETUP, 2),
            packet(order, 7, b"ethernet", 3),
            block(order, 2, struct.pack(order + "HHIIII", 0, 0, 0, 9, 4, 4) + RR),
            block(order, 3, struct.pack(order + "I", 4) + RR),
        )
    )
    times = [frame.at_us for frame in reads(raw)]
    assert times == [7_000_250, 7_000_250, 7_000_000, 9, 0]


def test_a_second_section_has_interfaces_of_its_own() -> None:
    raw = section("<") + interface("<", 1) + section(">") + interface(">") + packet(">", 1, SETUP)
    assert reads(raw) == [DFrame(1, True, SETUP)]


PCAP, EYESDN = written(pcap.write, FRAMES), written(eyesdn.write, FRAMES)
NG = section("<") + interface("<") + packet("<", 1, SETUP) + packet("<", 2, SETUP)
TYPES = "LAPD (203) and Linux LAPD (177)"
HUGE = struct.pack("<IIII", 0, 0, 1 << 30, 4)
NOTHING = "is no capture that can be read (pcap and pcapng of LAPD, and EyeSDN)."


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is empty."),
        (b"RIFFxxxxWAVE", NOTHING),
        (b"EyeSDX", NOTHING),
        (b"\xa1\xb2\xcd\x34" + bytes(20), NOTHING),  # a pcap of an old kind
        (b"{}", NOTHING),
        (header("<", 0xA1B2C3D4, 1), f"holds frames of link type 1; {TYPES} can be read."),
        (PCAP[:20], "breaks off after frame 0."),
        (PCAP[:-1], "breaks off after frame 11."),
        (header("<", 0xA1B2C3D4) + HUGE, "is damaged behind frame 0."),
        (EYESDN[:-1], "breaks off after frame 11."),
        (EYESDN[:5], "breaks off after frame 0."),
        (EYESDN + b"\x00", "is damaged behind frame 12."),
        (EYESDN + b"\xff\x00\xff", "is damaged behind frame 12."),
        (EYESDN + b"\xff\xfe\x00", "is damaged behind frame 12."),
        (NG[:-1], "breaks off after frame 1."),
        (section("<")[:-4] + b"\0\0\0\0", "is damaged behind frame 0."),
        (section("<")[:8] + bytes(20), "is damaged behind frame 0."),
        (section("<") + interface("<", 1), "holds no LAPD; link types 203 and 177 can be read."),
        (section("<") + packet("<", 1, SETUP), "is damaged behind frame 1."),
        (section("<") + interface("<") + block("<", 6, b"tiny"), "is damaged behind frame 1."),
        (section("<") + interface("<") * 257, "is damaged behind frame 0."),
        (section("<") + b"\x01\x00\x00\x00\xff\xff\xff\x7f", "is damaged behind frame 0."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_sentence(raw: bytes, said: str) -> None:
    assert refusal(raw) == said


def test_a_folder_or_nothing_is_no_capture(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path, "is a folder, not a capture"),
        (tmp_path / "x", "There is no file"),
    ):
        with pytest.raises(FileFormatError, match=said):
            list(frames_of(path))


def as_far_as_it_goes(raw: bytes) -> tuple[list[DFrame], str]:
    """Return the frames of a capture and the sentence that ends them, if one does."""
    found: list[DFrame] = []
    try:
        found.extend(frames_of(memory_file("capture").holds(raw)))
    except FileFormatError as error:
        return found, str(error)
    return found, ""


def test_the_frames_before_a_break_are_read() -> None:
    assert as_far_as_it_goes(PCAP[:-1])[0] == FRAMES[:-1]


@pytest.mark.parametrize("other", [b"\x01\x00", b"\x00\x02", b"\x00\x05"])
def test_eyesdn_of_a_b_channel_or_another_protocol_is_passed_over(other: bytes) -> None:
    frame = b"\xff" + bytes(8) + other + b"\x00\x01\x2a"
    assert reads(EYESDN + frame) == FRAMES


def test_a_frame_tells_who_sent_it_better_than_the_program_that_wrote_it() -> None:
    alert = bytes.fromhex("0081000008018501")
    raw = header("<", 0xA1B2C3D4, 177) + record("<", 1, 0, cooked(0, 0, alert))
    assert reads(raw) == [DFrame(1_000_000, False, alert)]


def consistent(frame: DFrame) -> DFrame:
    """Return a frame that says itself who sent it, if its kind says that at all."""
    found = lapd.decode(frame.data)
    sender = None if found is None else found.from_network
    return frame if sender is None else DFrame(frame.at_us, sender, frame.data)


frames = st.builds(
    DFrame,
    st.integers(0, 2**32 * 1_000_000 - 1),
    st.booleans(),
    st.binary(max_size=60) | st.binary(max_size=30).map(lambda raw: b"\x02\xff\x03" + raw),
).map(consistent)


@given(st.lists(frames, max_size=10))
def test_frames_come_back_from_a_capture(listed: list[DFrame]) -> None:
    assert reads(written(eyesdn.write, listed)) == listed
    assert reads(written(pcap.write, listed)) == listed


@given(st.lists(frames, max_size=10))
def test_eyesdn_holds_no_byte_that_begins_a_frame_but_where_one_begins(
    listed: list[DFrame],
) -> None:
    assert written(eyesdn.write, listed).count(b"\xff") == len(listed)


STARTS = (b"", b"EyeSDN", b"EyeSDN\xff", header("<", 0xA1B2C3D4), header(">", 0xA1B23C4D, 177), NG)


@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_any_bytes_are_frames_or_one_sentence(start: bytes, raw: bytes) -> None:
    _, said = as_far_as_it_goes(start + raw)
    assert not said or (said.endswith(".") and "\n" not in said)


@given(st.sampled_from([PCAP, EYESDN, NG]), st.data())
def test_a_capture_cut_anywhere_is_read_up_to_the_cut(raw: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(raw)))
    whole = reads(raw)
    found, _ = as_far_as_it_goes(raw[:cut])
    assert found == whole[: len(found)]
    assert len(found) == len(whole) or cut < len(raw)


def test_a_pcap_without_directions_is_written_too(tmp_path: Path) -> None:
    path = tmp_path / "alone.pcap"
    with path.open("wb") as file:
        pcap.write(file, FRAMES, LAPD)
    assert list(frames_of(path)) == FRAMES
