"""Wireshark reads our captures as we do, and what it writes we read."""

from pathlib import Path

import pytest

from appliance.lines.isdn.captures import pcap
from appliance.lines.isdn.captures.capture import frames_of, write
from appliance.lines.isdn.captures.link_types import LAPD, LINUX_LAPD
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import Control
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import MessageType
from tests.lines.isdn.bus import ANY, CALLER, Bus, cause, channel, connected, keypad
from tests.lines.isdn.bus_calls import busy_day
from tests.lines.isdn.captures.wireshark import BY_HAND, Read, dissected, written_by_text2pcap

WITHHELD = {"q931.calling_party_number.digits", "q931.display_information"}


def every_message(bus: Bus) -> Bus:
    """Each type of message with elements of every kind, by both sides of both kinds of call."""
    for number, kind in enumerate(MessageType):
        restart = Element(Ident.RESTART, b"\x87")
        bus.network(64, kind, number, cause(number + 1, number % 8), channel(1), keypad("*21#"))
        bus.network(64, kind, 127, channel(None), connected("227654321"), of=False)
        bus.terminal(70, kind, 1, ANY, of=True)
        bus.terminal(70, kind, 1, channel(2, exclusive=False), restart)
    for control in (Control.DISC, Control.UA, Control.DM, Control.SABME):
        bus.link(64, control)
    return bus


def check_agrees(path: Path) -> None:
    """Compare each frame's fields with those of tshark, but for what is withheld."""
    frames = list(frames_of(path))
    assert len(frames) > 10
    for theirs, frame in zip(dissected(path), frames, strict=True):
        ours = Read(frame).fields
        hidden = WITHHELD if theirs.get("q931.presentation_ind") == "0x01" else set()
        assert ours == {name: each for name, each in theirs.items() if name not in hidden}


def test_tshark_agrees_on_each_message_of_a_linux_pcap(tmp_path: Path) -> None:
    path = tmp_path / "bus.pcap"
    write(path, every_message(busy_day()).frames)
    check_agrees(path)


def test_tshark_agrees_on_each_message_of_an_eyesdn_capture(tmp_path: Path) -> None:
    path = tmp_path / "bus.eyesdn"
    write(path, every_message(busy_day()).frames)
    check_agrees(path)


def test_tshark_agrees_on_each_message_of_a_pcap_without_directions(tmp_path: Path) -> None:
    path = tmp_path / "bus.pcap"
    with path.open("wb") as file:
        pcap.write(file, every_message(busy_day()).frames, LAPD)
    check_agrees(path)


def test_wireshark_sees_the_withheld_number_that_we_drop(tmp_path: Path) -> None:
    """Else the tests before would show nothing."""
    path = tmp_path / "bus.pcap"
    write(path, busy_day().frames)
    withheld = [row for row in dissected(path) if row.get("q931.presentation_ind") == "0x01"]
    assert [row["q931.calling_party_number.digits"] for row in withheld] == [CALLER]


FORMS = {
    "pcap": ("-F", "pcap", "-l", str(LAPD)),
    "nanoseconds": ("-F", "nsecpcap", "-l", str(LAPD)),
    "pcapng": ("-l", str(LAPD)),
    "linux": ("-F", "pcap", "-l", str(LINUX_LAPD)),
    "eyesdn": ("-F", "eyesdn", "-E", "isdn"),
}


@pytest.mark.parametrize("form", FORMS)
def test_we_read_each_form_that_wireshark_writes(tmp_path: Path, form: str) -> None:
    path = written_by_text2pcap(BY_HAND, tmp_path / "by_hand", *FORMS[form])
    frames = list(frames_of(path))

    assert [frame.data for frame in frames] == typed()
    assert [frame.from_network for frame in frames] == [
        *(True, False, True, False, True, True, False, True),
        *(True, False),
        *(False, True, True, False, True),
    ]
    assert frames[0].at_us == 1_764_081_000 * 1_000_000
    assert frames[1].at_us - frames[0].at_us == 250_000
    check_agrees(path)


def typed() -> list[bytes]:
    """Return the frames that were typed by hand."""
    found: list[bytes] = []
    for line in BY_HAND.read_text("utf-8").splitlines():
        offset, _, octets = line.partition(" ")
        if line.startswith("#") or "-" in offset:
            continue
        if offset == "0000":
            found.append(b"")
        found[-1] += bytes.fromhex(octets)
    return found


def test_all_forms_hold_the_same_frames(tmp_path: Path) -> None:
    frames = busy_day().frames
    alone, linux, eyesdn = (tmp_path / name for name in ("alone", "linux", "bus.eyesdn"))
    with alone.open("wb") as file:
        pcap.write(file, frames, LAPD)
    write(linux, frames)
    write(eyesdn, frames)

    for path in (alone, linux, eyesdn):
        assert list(frames_of(path)) == [DFrame(f.at_us, f.from_network, f.data) for f in frames]
