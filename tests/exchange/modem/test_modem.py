"""Check what the emulated modems answer, and what they tell of ringing and the caller."""

import pytest

from appliance.exchange.modem.profile import modem_names
from appliance.exchange.scene import Scene, SceneAct
from tests.exchange.modem.bench import NUMBER, Bench, codes

ALL = modem_names()
IDENTITY = {
    "conexant": "56000",
    "conexant-no-trv": "56000",
    "usr5637": "5601",
    "silabs": "Si2494",
    "generic": "56000",
}
OFF_HOOK_VOLTS = 10.8
"""Of the simulated line with a phone lifted: 4 V and 220 Ω behind 1200 Ω and 48 V."""


# -- commands -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_a_modem_tells_who_it_is(name: str) -> None:
    bench = Bench(name)
    assert bench.send(b"ATE0\r") == b"ATE0\r\r\nOK\r\n"
    assert bench.command("ATI0") == [IDENTITY[name], "OK"]
    assert "8" in bench.command("AT+FCLASS=?")[0].split(",")
    assert bench.command("AT#CLS?") == ["ERROR"]  # the voice commands of another maker


@pytest.mark.parametrize("name", ALL)
def test_formats_and_labels_are_listed_and_only_those_can_be_chosen(name: str) -> None:
    bench = Bench(name)
    bench.voice_mode()
    for what in ("+VSM", "+VLS"):
        *listed, result = bench.command(f"AT{what}=?")
        assert result == "OK"
        ids = [int(line.split(",")[0]) for line in listed]
        for id in ids:
            rate = ",8000" * (what == "+VSM")
            assert bench.command(f"AT{what}={id}{rate}")[-1] == "OK"
        assert bench.command(f"AT{what}={max(ids) + 1}") == ["ERROR"]


def test_a_line_of_commands_ends_at_its_first_error() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\r")
    assert bench.command("AT+FCLASS=8;+VCID=1;+VNONSENSE=3;+VCID=2") == ["ERROR"]
    assert bench.command("AT+VCID?") == ["1", "OK"]
    assert bench.command("at e0 s7=60 &d2") == ["OK"]
    assert bench.command("ATS7?") == ["060", "OK"]
    assert bench.send(b"A/") == b"\r\n060\r\n\r\nOK\r\n"
    assert bench.command("AT" + "E0" * 200) == ["ERROR"]
    assert bench.command("AT") == ["OK"]


def test_noise_before_a_command_is_passed_over_and_typing_can_be_corrected() -> None:
    bench = Bench("generic")
    bench.send(b"ATE0\r")
    assert bench.send(b"\x10\x03!!gAaAT\r") == b"\r\nOK\r\n"
    assert bench.send(b"ATI1\x080\r") == b"\r\n56000\r\n\r\nOK\r\n"
    assert bench.send(b"x" * 5000 + b"\rAT\r") == b"\r\nOK\r\n"


def test_the_active_profile_shows_what_was_set() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0M0&D0\r")
    heading, settings, result = bench.command("AT&V")
    assert (heading, result) == ("ACTIVE PROFILE:", "OK")
    assert {"E0", "M0", "&D0", "X4"} <= set(settings.split())
    bench.send(b"ATZ\r")
    assert "&D2" in bench.send(b"AT&V\r").decode().split()


def test_results_can_be_digits_or_none() -> None:
    bench = Bench("silabs")
    bench.send(b"ATE0\r")
    assert bench.send(b"ATV0\r") == b"0\r"
    assert bench.send(b"AT+NO=1\r") == b"4\r"
    assert bench.send(b"ATQ1\r") == b""
    assert bench.send(b"ATQ0V1\r") == b"\r\nOK\r\n"


def test_a_value_out_of_range_is_refused_and_changes_nothing() -> None:
    bench = Bench("usr5637")
    bench.voice_mode()
    assert bench.command("AT+VGR=121") == ["OK"]
    assert bench.command("AT+VGR=200") == ["ERROR"]  # the maker's effective range is 121 to 134
    assert bench.command("AT+VGR?") == ["121", "OK"]
    assert bench.command("AT+VGT=300") == ["ERROR"]
    assert bench.command("ATS7=300") == ["ERROR"]


def test_voice_commands_need_voice_mode_and_the_line() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\r")
    assert bench.command("AT+VLS=1") == ["ERROR"]
    assert bench.command("AT+VTX") == ["ERROR"]
    bench.command("AT+FCLASS=8")
    assert bench.command("AT+VRX") == ["ERROR"]
    assert bench.command("AT+VLS=1") == ["OK"]
    assert bench.send(b"AT+VRX\r").startswith(b"\r\nCONNECT\r\n")


# -- the line's voltage ---------------------------------------------------------------------------


def test_volts_show_the_phone_and_nothing_connected() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\r")
    assert bench.command("AT-TRV") == ["48.00", "OK"]
    bench.does("office", "lift")
    bench.run(1.0)
    volts, _ = bench.command("AT-TRV")
    assert float(volts) == pytest.approx(OFF_HOOK_VOLTS, abs=0.1)
    assert bench.command("AT:R79") == ["ERROR"]


def test_a_line_without_voltage_reads_as_the_diodes() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\r")
    cut = SceneAct(by="network", do="disconnect", on="start", ms=3000)
    bench.place(Scene(name="cut", about="The line is cut.", acts=(cut,)))
    bench.run(0.5)
    assert bench.command("AT-TRV") == ["1.40", "OK"]


def test_the_sense_register_counts_steps_of_2_75_volts() -> None:
    bench = Bench("silabs")
    bench.send(b"ATE0\r")
    assert bench.command("AT:R79") == ["0011", "OK"]  # 17 steps, 47 V
    bench.does("office", "lift")
    bench.run(1.0)
    assert bench.command("AT:R79") == ["0004", "OK"]  # 11 V
    assert bench.command("AT-TRV") == ["ERROR"]


def test_a_ring_can_come_into_the_reply_to_a_question_for_volts() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\r")
    bench.called()
    replies = b"".join(bench.send(b"AT-TRV\r", 0.14) for _ in range(14))
    lines = [line for line in replies.split(b"\r\n") if line]
    at = lines.index(b"RING")
    assert lines[at - 1] == b"OK" or lines[at + 1] == b"OK"
    assert lines.count(b"OK") == replies.count(b"8.00")


# -- ringing and the caller -----------------------------------------------------------------------


def test_rings_and_the_caller_are_printed_in_data_mode() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\rAT+VCID=1\r")
    bench.called("Zofia Testowa")
    said = bench.run(6.5).decode().split("\r\n")
    lines = [line for line in said if line]
    assert lines == [
        *("RING", "DATE = 1125", "TIME = 1030"),
        *(f"NMBR = {NUMBER}", "NAME = Zofia Testowa", "RING"),
    ]
    assert bench.command("AT+VRID=0")[2] == f"NMBR = {NUMBER}"


def test_a_withheld_number_is_a_letter_and_nothing_is_printed_unasked() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\r")
    bench.does("caller", "call")
    assert b"NMBR" not in bench.run(6.5)
    bench.send(b"AT+VCID=1\r")
    assert "NMBR = P" in bench.command("AT+VRID=0")


def test_the_caller_can_come_before_the_first_ring_and_without_a_name() -> None:
    bench = Bench("conexant-no-trv")
    bench.send(b"ATE0\rAT+VCID=1\r")
    bench.called("Zofia Testowa")
    said = bench.run(6.5)
    assert 0 <= said.find(f"NMBR={NUMBER}".encode()) < said.find(b"RING")
    assert b"NAME" not in said


def test_in_voice_mode_a_ring_is_a_code_and_the_caller_a_report() -> None:
    bench = Bench("generic")
    bench.voice_mode()
    bench.send(b"AT+VCID=1\r")
    bench.called("Zofia Testowa")
    said = bench.run(6.5)
    assert codes(said) == "RX.R"
    report = said[said.index(b"\x10X") + 2 : said.index(b"\x10.")]
    assert f"NMBR = {NUMBER}".encode() in report


def test_a_message_can_be_told_in_hexadecimal() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\rAT+VCID=2\r")
    bench.called()
    assert b"MESG = 80" in bench.run(4.0)
