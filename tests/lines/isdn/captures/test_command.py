"""``zgoda isdn`` prints the calls of captures, and refuses other files in one sentence."""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.isdn import command
from appliance.commands.main import main
from appliance.lines.isdn.captures.capture import frames_of, write
from appliance.lines.isdn.frames import DFrame
from appliance.lines.isdn.lapd import Control, LapdFrame
from appliance.lines.isdn.q931 import message
from appliance.lines.isdn.q931.elements import Element, Ident
from appliance.lines.isdn.q931.message import Message
from appliance.lines.isdn.q931.message import MessageType as M
from tests.lines.isdn.bus import CALLER, DATA, OTHER, VOICE, WITHHELD, Bus, calling, cause, channel
from tests.lines.isdn.bus_calls import FIRST, SECOND_PHONE, answered, offered
from tests.lines.isdn.captures.wireshark import GOLDEN


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(command, [str(each) for each in arguments])
    assert done.exit_code == 0, done.output
    return done


def saved(tmp_path: Path, bus: Bus) -> Path:
    path = tmp_path / "bus.pcap"
    write(path, bus.frames)
    return path


@pytest.mark.parametrize("name", ["day.pcap", "day.eyesdn", "day_alone.pcap"])
def test_a_day_of_calls(name: str) -> None:
    assert run(GOLDEN / name).stdout == (GOLDEN / "day.jsonl").read_text("utf-8")
    listed = run(GOLDEN / name, "--calls")
    assert listed.stdout == (GOLDEN / "day.txt").read_text("utf-8")
    assert listed.stderr == ""


def test_calls_typed_by_hand_and_written_by_wireshark() -> None:
    listed = run(GOLDEN / "by_hand.pcap", "--calls").stdout
    assert listed == (GOLDEN / "by_hand_calls.txt").read_text("utf-8")


def test_a_list_has_numbers_times_channels_and_causes() -> None:
    first, became, *_ = run(GOLDEN / "day.pcap", "--calls").stdout.splitlines()
    assert first == (
        "  1  2025-11-25 14:30:10 UTC  incoming  from 221234567 (Anna Kowalska) to 221234500"
    )
    assert became.strip() == (
        "channel 1, TEI 64, rang 7.2 s, connected 30.1 s, "
        "cleared by the network: 16 normal call clearing (public network at the office)"
    )


def test_each_event_is_an_object_with_time_kind_and_call() -> None:
    printed = [json.loads(line) for line in run(GOLDEN / "day.pcap").stdout.splitlines()]
    assert all(list(each)[:3] == ["at", "event", "call"] for each in printed)
    assert [each["at"] for each in printed] == sorted(each["at"] for each in printed)


@pytest.mark.parametrize("name", ["day.pcap", "by_hand.pcap"])
def test_a_withheld_number_is_printed_nowhere(name: str) -> None:
    """The capture has it, and no other call of that number beside it."""
    for options in ((), ("--calls",)):
        done = run(GOLDEN / name, *options).output.splitlines()
        told = [line for line in done if "withheld" in line and '"withheld":false' not in line]
        assert told
        assert not [line for line in told if CALLER in line]


def test_every_way_that_a_call_can_go(tmp_path: Path) -> None:
    bus = answered(offered(Bus(), 5, Element(Ident.REDIRECTING, b"\x21\x03\x8f" + OTHER.encode())))
    bus.terminal(FIRST, M.HOLD, 5).network(FIRST, M.HOLD_ACKNOWLEDGE, 5)
    bus.terminal(FIRST, M.RETRIEVE, 5).network(FIRST, M.RETRIEVE_ACKNOWLEDGE, 5, channel(1))
    bus.network(FIRST, M.NOTIFY, 5, Element(Ident.NOTIFICATION, b"\xf9"))
    bus.terminal(FIRST, M.SUSPEND, 5).network(FIRST, M.SUSPEND_ACKNOWLEDGE, 5)
    bus.terminal(SECOND_PHONE, M.RESUME, 3, of=True)
    bus.network(SECOND_PHONE, M.RESUME_ACKNOWLEDGE, 3, channel(2), of=False)
    bus.network(127, M.SETUP, 6, *DATA, calling(""), channel(1)).wait(20)
    bus.network(FIRST, M.DISCONNECT, 7)
    path = saved(tmp_path, bus)

    events = [json.loads(line) for line in run(path).stdout.splitlines()]
    assert [each["event"] for each in events] == [
        *("call", "connected", "held", "retrieved", "party_may_change", "suspended", "resumed"),
        *("call", "ended", "call", "clearing"),
    ]
    assert events[0]["diverted_by"] == {"number": OTHER, "withheld": False, "unavailable": False}
    assert (events[7]["service"], events[7]["unavailable"]) == ("data", True)
    assert (events[9]["partial"], "number" in events[9]) == (True, False)
    assert events[8]["how"] == "no_response"
    listed = run(path, "--calls").stdout
    assert f"diverted by {OTHER}" in listed
    assert "channel 2, TEI 65, held 1×, goes on at the end of the capture" in listed
    assert "data service, channel 1, no response" in listed
    assert "from an unknown number" in listed
    assert "number not captured\n     unknown service, no channel, TEI 64, cleared by the" in listed


def test_what_an_office_that_dials_nothing_gets(tmp_path: Path) -> None:
    bus = Bus().terminal(FIRST, M.SETUP, 1, of=True)
    bus.network(FIRST, M.RELEASE_COMPLETE, 1, cause(96), of=False)
    listed = run(saved(tmp_path, bus), "--calls").stdout
    assert "outgoing  to nobody" in listed
    assert "96 mandatory element missing" in listed


def test_a_capture_without_calls_says_so(tmp_path: Path) -> None:
    path = tmp_path / "no_calls.eyesdn"
    write(path, [DFrame(0, True, b"\x03"), DFrame(1, True, b"\x02\x81\x01\x00")])
    done = run(path)
    assert done.stdout == ""
    assert done.stderr == f"Frames that are none of LAPD: 1.\nNo call is in {path}.\n"


@pytest.mark.parametrize("at_us", [-1, 0, 10**17, 2**40 * 1_000_000 - 1])
def test_a_clock_that_no_calendar_knows_breaks_nothing(tmp_path: Path, at_us: int) -> None:
    path = tmp_path / "odd.eyesdn"
    frames = answered(offered(Bus())).frames
    write(path, [DFrame(max(0, at_us), f.from_network, f.data) for f in frames])
    (call, *_) = run(path).stdout.splitlines()
    assert (json.loads(call)["began"] is None) == (at_us > 10**16 * 26)
    assert "incoming" in run(path, "--calls").stdout


def test_a_name_steers_no_terminal(tmp_path: Path) -> None:
    bus = offered(Bus(), 5, Element(Ident.DISPLAY, b"\x1b[2J\x9b2J\r\n\xadAnna"))
    done = run(saved(tmp_path, bus), "--calls")
    assert "(" in done.stdout
    assert all(sign.isprintable() or sign == "\n" for sign in done.stdout)


def test_a_saved_capture_lists_the_same_calls_without_withheld_numbers(tmp_path: Path) -> None:
    for name in ("copy.pcap", "copy.eyesdn", "copy.EyeSDN", "copy"):
        run(GOLDEN / "day.pcap", "--save", tmp_path / name)
        assert run(tmp_path / name).stdout == (GOLDEN / "day.jsonl").read_text("utf-8")
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    eyesdn = [(tmp_path / name).read_bytes().startswith(b"EyeSDN") for name in os.listdir(tmp_path)]
    assert sum(eyesdn) == 2
    numbers = [frame.data.count(CALLER.encode()) for frame in frames_of(tmp_path / "copy.pcap")]
    assert sum(numbers) == 1
    before = [frame.data.count(CALLER.encode()) for frame in frames_of(GOLDEN / "day.pcap")]
    assert sum(before) == 3  # number and name of who withholds them


def test_a_saved_capture_has_no_frame_that_nobody_can_read(tmp_path: Path) -> None:
    bus = offered(Bus())
    for sapi, octets in ((0, b"\x08\x01\x05\x04" + CALLER.encode()), (16, b"x"), (0, b"\x43\x01")):
        bus.frame(LapdFrame(sapi, 64, True, Control.UI, information=octets), True)
    bus.frames.append(DFrame(bus.now_us, True, b"\x03" + CALLER.encode()))
    run(saved(tmp_path, bus), "--save", tmp_path / "copy.pcap")
    assert list(frames_of(tmp_path / "copy.pcap")) == bus.frames[:1]


def test_numbers_of_a_link_of_modulo_8_are_cut_too(tmp_path: Path) -> None:
    bus = Bus().link(64, Control.SABM)
    setup = message.encode(Message(M.SETUP, 5, True, (*VOICE, WITHHELD)))
    bus.frames.append(DFrame(bus.now_us, True, b"\x02\x81\x00" + setup))
    run(saved(tmp_path, bus), "--save", tmp_path / "copy.pcap")
    *_, frame = frames_of(tmp_path / "copy.pcap")
    assert frame.data[:7] == b"\x02\x81\x00" + setup[:4]
    assert CALLER.encode() not in frame.data


def refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str | Path
) -> tuple[str, str]:
    """Run the command as a person does, expect exit 2, return its sentence and what it printed."""
    monkeypatch.setattr(sys, "argv", ["zgoda", "isdn", *map(str, words)])
    with pytest.raises(SystemExit) as exited:
        main()
    printed, sentence = capsys.readouterr()
    assert exited.value.code == 2
    assert sentence.count("\n") == 1
    return sentence.removeprefix("zgoda: "), printed


@pytest.mark.parametrize("options", [(), ("--calls",)])
def test_a_capture_that_breaks_off_is_read_so_far(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    options: tuple[str, ...],
) -> None:
    path = tmp_path / "day.pcap"
    shutil.copy(GOLDEN / "day.pcap", path)
    path.write_bytes(path.read_bytes()[:2000])
    sentence, printed = refused(monkeypatch, capsys, path, *options)
    assert sentence == f"{path} breaks off after frame 48.\n"
    assert CALLER in printed


def test_a_capture_that_breaks_off_is_saved_so_far(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path, copy = tmp_path / "day.pcap", tmp_path / "copy.pcap"
    path.write_bytes((GOLDEN / "day.pcap").read_bytes()[:2000])
    refused(monkeypatch, capsys, path, "--save", copy)
    assert len(list(frames_of(copy))) == 48


def test_no_file_is_written_over_and_none_is_made_of_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "day.pcap"
    shutil.copy(GOLDEN / "day.pcap", path)
    sentence, _ = refused(monkeypatch, capsys, path, "--save", path)
    assert sentence == f"{path} is there already; name a new file.\n"
    assert path.read_bytes() == (GOLDEN / "day.pcap").read_bytes()
    refused(monkeypatch, capsys, tmp_path / "nothing", "--save", tmp_path / "copy.pcap")
    assert not (tmp_path / "copy.pcap").exists()
    refused(monkeypatch, capsys, path, "--save", tmp_path / "nowhere" / "copy.pcap")


def test_a_copy_that_fails_leaves_no_half_file(tmp_path: Path) -> None:
    def fails() -> Iterator[DFrame]:
        yield DFrame(0, True, b"\x02\x81\x7f")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "copy.pcap", fails())
    assert not (tmp_path / "copy.pcap").exists()


def test_other_files_are_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    letter = tmp_path / "letter.pcap"
    letter.write_text("Dear Sir or Madam")
    said = f"{letter} is no capture that can be read (pcap and pcapng of LAPD, and EyeSDN).\n"
    assert refused(monkeypatch, capsys, letter) == (said, "")
    nothing = tmp_path / "nothing.pcap"
    assert refused(monkeypatch, capsys, nothing) == (f"There is no file {nothing}.\n", "")
    assert refused(monkeypatch, capsys, tmp_path)[0].endswith("is a folder, not a capture.\n")
