"""A modem as the hook source, over a pseudo-terminal: probed, polled, lost, found again."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import LineError
from appliance.lines.base import Deliver
from appliance.lines.modem.driver import NO_HOOK, Modem
from appliance.lines.plugged.beside import CallerBeside
from appliance.lines.plugged.flow import MOST_EVENTS
from appliance.model.events import (
    CallerId,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
    PolarityReversed,
    Ring,
)
from appliance.model.terms import Hook, PartyCue
from tests.clocks import ManualClock
from tests.lines.modem.scripted_modem import CONEXANT, USR, Kept, ModemLine, ScriptedModem
from tests.lines.serial_wire import Inbox, Position


@pytest.fixture(name="line")
def _line(tmp_path: Path) -> Iterator[ModemLine]:
    line = ModemLine(tmp_path)
    yield line
    line.close()


def test_it_declares_what_polling_can_and_cannot(line: ModemLine) -> None:
    assert (line.driver.lateness_ms, line.driver.sees_flash) == (600, False)


def test_it_finds_out_what_the_modem_is_and_stays_on_hook(line: ModemLine) -> None:
    line.at_rest()
    assert line.driver.found is not None
    assert line.driver.found.profile == "conexant"
    assert line.driver.found.sees_hook
    assert line.driver.found.hangs_up
    assert "AT&D2" in line.modem.heard
    taking = ("ATA", "ATD", "ATH1", "AT+VLS=1")
    assert [text for text in line.modem.heard if text.startswith(taking)] == []


def test_a_call_is_told_in_order(line: ModemLine) -> None:
    line.at_rest()
    line.modem.say("RING")
    assert isinstance(line.inbox.next(), Ring)
    line.modem.say("DATE=0825|TIME=1201|NMBR=+48221234567|NAME=NOWAK")
    line.pass_ms(20)
    line.pass_ms(500)
    told = line.inbox.next()
    assert told == CallerId(told.sample, "+48221234567", "NOWAK")
    line.poll(9.0, 2)
    off = line.inbox.next()
    assert off == HookChanged(off.sample, Hook.OFF)
    line.poll(47.0)
    assert isinstance(line.inbox.next(), PartyDoubted)
    line.poll(47.0, 2)
    on = line.inbox.next()
    assert on == HookChanged(on.sample, Hook.ON)
    assert line.inbox.empty()


def test_a_number_that_comes_before_the_first_ring_is_told_at_the_ring(line: ModemLine) -> None:
    line.at_rest()
    line.modem.say("NMBR = 221234567")
    line.pass_ms(0)
    line.modem.say("RING")
    assert isinstance(line.inbox.next(), CallerId)
    assert isinstance(line.inbox.next(), Ring)


def test_a_ring_inside_an_answer_spoils_the_figure_and_is_told(line: ModemLine) -> None:
    line.at_rest()
    inside = [b"\r\nRING\r\n"]
    line.modem.before_answer = lambda text: inside.pop() if inside and text == "AT-TRV" else b""
    line.poll(1.0)
    assert isinstance(line.inbox.next(), Ring)
    line.poll(48.0, 4)
    assert line.inbox.empty()


def test_one_burst_told_as_text_and_as_code_is_one_ring(line: ModemLine) -> None:
    line.at_rest()
    line.modem.send(b"\r\nRING\r\n\x10R")
    assert isinstance(line.inbox.next(), Ring)
    line.pass_ms(20)
    assert line.inbox.empty()


def test_the_modems_own_keys_and_tones_are_nothing_to_us(line: ModemLine) -> None:
    line.talking()
    line.modem.send(b"\x10/\x101\x10~\x105\x10d\x10b\x10s\x10q\x10c")
    line.poll(9.0)
    assert line.inbox.empty()


def test_reversed_polarity_is_told(line: ModemLine) -> None:
    line.talking()
    line.modem.send(b"\x10L")
    assert isinstance(line.inbox.next(), PolarityReversed)


def test_a_flash_that_a_reading_meets_is_another_party(line: ModemLine) -> None:
    line.talking()
    line.poll(47.0)
    doubted = line.inbox.next()
    assert isinstance(doubted, PartyDoubted)
    line.poll(9.0)
    assert line.inbox.next() == PartyChanged(doubted.sample, PartyCue.FLASH)


def test_an_answer_that_is_missing_in_a_call_is_a_doubt_and_three_are_a_fault(
    line: ModemLine,
) -> None:
    line.talking()
    line.modem.dumb = True
    line.poll()
    line.pass_ms(350)
    doubted = line.inbox.next()
    assert isinstance(doubted, PartyDoubted)
    polls = line.modem.polls
    line.pass_ms(300)
    line.modem.wait_polled(polls + 1)
    line.pass_ms(350)
    line.pass_ms(300)
    line.modem.wait_polled(polls + 2)
    line.clock.advance(0.35)
    fault = line.inbox.next()
    assert isinstance(fault, LineFault)
    assert fault.sample == doubted.sample
    assert "does not answer" in fault.reason


def test_a_missing_answer_at_rest_is_nothing_for_five_seconds(line: ModemLine) -> None:
    line.at_rest()
    line.modem.dumb = True
    line.poll()
    for _ in range(15):
        line.pass_ms(300)
    assert line.inbox.empty()
    line.position.pass_ms(2000)
    line.clock.advance(0.35)
    line.modem.wait_polled(line.modem.polls)
    line.clock.advance(0.35)
    assert isinstance(line.inbox.next(), LineFault)


def test_an_unplugged_modem_is_one_fault_and_is_found_again_by_its_name(
    line: ModemLine, caplog: pytest.LogCaptureFixture
) -> None:
    line.talking()
    with caplog.at_level(logging.INFO):
        line.modem.unplug()
        fault = line.inbox.next()
        assert isinstance(fault, LineFault)
        assert fault.reason == f"{line.modem.name} has vanished; plug the modem in again"
        line.modem.volts = 48.0
        line.modem.plug()
        before = line.clock.monotonic()
        polls = line.modem.polls
        line.go_on_until(lambda: line.modem.polls >= polls + 2)
        assert line.inbox.next() == LineRestored(fault.sample, "hook")
        line.poll(48.0, 3)
        changed = line.inbox.next()
        assert changed == HookChanged(changed.sample, Hook.ON)
        assert line.clock.monotonic() - before < 10
    assert [text for text in caplog.messages if "vanished" in text or "answers" in text] == [
        f"line Line: {fault.reason}",
        "line Line: the modem answers",
    ]


@pytest.mark.parametrize("code", [b"\x10L", b"\r\nNMBR=1\r\n"])
def test_a_modem_that_never_stops_telling_is_a_fault(line: ModemLine, code: bytes) -> None:
    """Few bytes can make more events than a line's thread can follow, without end."""
    line.at_rest()
    line.modem.send(code * 401)
    told = [line.inbox.next()]
    while not isinstance(told[-1], LineFault):
        told.append(line.inbox.next())
    assert told[-1].reason == f"{line.modem.name} sends more than a modem can; replace it"
    assert len(told) <= MOST_EVENTS + 1


def test_what_was_learnt_is_kept(tmp_path: Path) -> None:
    line = ModemLine(tmp_path)
    line.kept.volts = None
    try:
        line.modem.volts = 50.0
        line.modem.plug()
        line.start()
        line.modem.wait_polled(2)
        line.position.pass_ms(0)
        line.poll(50.0, 3)
        assert isinstance(line.inbox.next(), HookChanged)
        assert line.kept.volts == 50.0
    finally:
        line.close()


def test_a_modem_that_sees_no_hook_says_so(tmp_path: Path) -> None:
    line = ModemLine(tmp_path)
    line.modem.volts = None
    try:
        line.modem.plug()
        line.start()
        fault = line.inbox.next()
        assert isinstance(fault, LineFault)
        assert fault.reason == NO_HOOK
    finally:
        line.close()


def test_a_port_without_a_modem_says_so(tmp_path: Path) -> None:
    line = ModemLine(tmp_path)
    line.modem.dumb = True
    try:
        line.modem.plug()
        line.start()
        for attempt in range(1, 3):
            line.modem.wait_heard(attempt)
            line.pass_ms(1000)
            line.pass_ms(300)
        line.modem.wait_heard(3)
        line.clock.advance(1.0)
        fault = line.inbox.next()
        assert isinstance(fault, LineFault)
        assert (
            fault.reason == "Nothing that is a modem answers; name its port, or plug it out and in"
        )
    finally:
        line.close()


def test_a_port_that_is_not_there_is_a_fault_until_it_is(line: ModemLine) -> None:
    line.start()
    fault = line.inbox.next()
    assert isinstance(fault, LineFault)
    assert fault.reason == f"{line.modem.name} is not there; plug the modem in"


def test_a_fault_of_ours_is_a_fault_of_the_line_and_not_the_end(
    line: ModemLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.at_rest()
    with monkeypatch.context() as broken:
        broken.setattr(line.driver, "_read", None)
        line.clock.advance(0.25)
        fault = line.inbox.next()
    assert isinstance(fault, LineFault)
    assert fault.reason == "The driver of the device failed; look at the system log"
    line.go_on_until(lambda: not line.inbox.empty())
    assert isinstance(line.inbox.next(), LineRestored)


def test_silicon_labs_tell_the_voltage_in_steps(tmp_path: Path) -> None:
    answers = {**CONEXANT, "ATI0": ["Si2457"], "ATI3": ["D"], "AT:R79": []}
    line = ModemLine(tmp_path, answers, profile="silabs")
    try:
        line.modem.plug()
        line.start()
        line.modem.wait_polled(2)
        line.position.pass_ms(0)
        line.poll(48.0, 2)
        assert isinstance(line.inbox.next(), HookChanged)
        line.poll(9.0, 2)
        off = line.inbox.next()
        assert off == HookChanged(off.sample, Hook.OFF)
        assert "AT-TRV" not in line.modem.heard
    finally:
        line.close()


def test_a_phone_behind_the_modem_is_told_by_its_codes(tmp_path: Path) -> None:
    line = ModemLine(tmp_path, profile="phone-jack")
    line.modem.volts = None
    try:
        line.modem.plug()
        line.start()
        line.go_on_until(lambda: "AT+VLS=?" in line.modem.heard)
        line.position.pass_ms(0)
        line.modem.say("RING")
        assert isinstance(line.inbox.next(), HookChanged)  # a line that rings is on-hook
        assert isinstance(line.inbox.next(), Ring)
        line.modem.send(b"\x10H\x10H")
        off = line.inbox.next()
        assert off == HookChanged(off.sample, Hook.OFF)
        line.modem.send(b"\x10h")
        on = line.inbox.next()
        assert on == HookChanged(on.sample, Hook.ON)
        assert line.inbox.empty()
    finally:
        line.close()


def test_a_modems_own_hook_is_no_phones(line: ModemLine) -> None:
    line.at_rest()
    line.modem.send(b"\x10H\x10h")
    line.poll(48.0)
    assert line.inbox.empty()


def test_a_modem_beside_a_monitor_tells_who_calls_and_nothing_else(tmp_path: Path) -> None:
    """A USR5637 sees no hook, and its own H and h are nobody's: that is no fault of the line."""
    modem, inbox = ScriptedModem(tmp_path / "usb-modem", USR), Inbox()
    clock, position = ManualClock(), Position()
    told = {"port": str(modem.name)}
    caller = Modem("Line", told, position, clock, Kept(), callers_alone=True)
    beside = CallerBeside(Still(), caller)
    try:
        beside.start(inbox.deliver)  # absent at first
        modem.plug()
        clock.advance(1)
        modem.wait_heard(20)
        position.pass_ms(20)
        modem.send(b"\r\nRING\r\n\x10H\r\nNMBR = 48221234567\r\nNAME = ZOFIA\r\n\x10h")
        position.pass_ms(0)
        position.pass_ms(600)
        caller_id = inbox.next()
        assert isinstance(caller_id, CallerId)
        assert (caller_id.number, caller_id.name) == ("48221234567", "ZOFIA")
        assert modem.polls == 0
        modem.unplug()
    finally:
        beside.close()
        modem.close()
    assert inbox.empty()


class Still:
    """A source of the hook that has nothing to tell."""

    lateness_ms, sees_flash = 50, True

    def start(self, deliver: Deliver) -> None:
        pass

    def close(self) -> None:
        pass


def test_closing_ends_the_thread_at_any_time_and_twice(line: ModemLine) -> None:
    line.talking()
    line.driver.close()
    line.driver.close()
    assert line.driver._thread is not None
    assert not line.driver._thread.is_alive()


def test_there_must_be_a_profile() -> None:
    with pytest.raises(LineError, match="There is no profile hayes"):
        Modem("Line", {"port": "/dev/null", "profile": "hayes"}, Position(), ManualClock(), Kept())
