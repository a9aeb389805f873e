"""Check the emulated modems on the line: voice, keys, tones, hooks, and how they let go."""

import numpy as np
import pytest

from appliance.exchange.modem.profile import modem_names
from appliance.exchange.scene import Network, Scene, SceneAct
from appliance.model.audio import RATE
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import level_dbm0, sine_peak, to_sound
from tests.exchange.modem.bench import Bench, codes
from tests.likeness import likeness

ALL = modem_names()


def speech_bytes() -> bytes:
    """Return a second of a tone and a key, 8 bits unsigned."""
    time = np.arange(RATE) / RATE
    wave = sine_peak(-12.0) * np.sin(2 * np.pi * 700 * time)
    return bytes(((to_sound(wave) >> 8) + 128).astype(np.uint8))


def answered(name: str) -> Bench:
    """Return a bench whose modem has answered a call."""
    bench = Bench(name)
    bench.voice_mode()
    bench.called()
    bench.run(1.0)
    assert bench.state("caller") == "calling"
    assert "OK" in bench.command("AT+VLS=1")
    return bench


@pytest.mark.parametrize("name", ALL)
def test_a_modem_answers_and_lets_go(name: str) -> None:
    bench = answered(name)
    assert bench.state("caller") == "talking"
    assert bench.state("office") == "on_hook"  # nobody has lifted the phone
    assert bench.command("AT+VLS=0") == ["OK"] or name == "usr5637"
    bench.run(1.0)
    assert bench.state("caller") in {"busy", "silent"}


def test_a_fall_of_dtr_lets_the_line_go() -> None:
    bench = answered("conexant")
    bench.send(b"AT+VRX\r")
    bench.wire.dtr_falls = True
    bench.run(0.1)
    assert not bench.modem.off_hook
    bench.wire.to_host = b""
    assert bench.command("AT+FCLASS?") == ["0", "OK"]  # and it takes commands again


def test_dtr_can_be_ignored() -> None:
    bench = answered("conexant")
    bench.command("AT&D0")
    bench.wire.dtr_falls = True
    bench.run(0.1)
    assert bench.modem.off_hook


def test_the_caller_hears_what_is_played() -> None:
    bench = answered("conexant")
    bench.command("AT+VSM=130,8000")
    assert bench.command("AT+VTX", 0.1) == ["CONNECT"]
    said = bench.send(speech_bytes() + b"\x10\x03", 1.5)
    assert said == b"\r\nOK\r\n"
    heard = bench.volts(1.5)
    time = np.arange(RATE // 2) / RATE
    assert likeness(heard, np.sin(2 * np.pi * 700 * time)) > 0.95
    assert bench.command("AT") == ["OK"]


def test_what_is_played_can_be_cancelled() -> None:
    bench = answered("conexant")
    bench.send(b"AT+VTX\r", 0.1)
    said = bench.send(speech_bytes()[:4000] + b"\x10\x18\x10\x03", 0.1)
    assert said.endswith(b"\r\nOK\r\n")
    assert level_dbm0(bench.volts(0.08)) < -50.0


def test_an_underrun_and_an_overrun_are_told() -> None:
    bench = answered("conexant")
    bench.send(b"AT+VTX\r", 0.1)
    assert codes(bench.send(b"\x80" * 500, 0.5)) == "u"
    assert bench.modem.room <= RATE // 2  # it holds the host back
    bench.send(b"\x10\x03")
    bench.command("AT+IFC=0,0")
    bench.send(b"AT+VTX\r", 0.1)
    assert "o" in codes(bench.send(b"\x80" * RATE, 0.1))


def test_recording_hears_the_caller_and_ends_with_etx_and_ok() -> None:
    bench = answered("conexant")
    assert bench.send(b"AT+VRX\r", 0.02).startswith(b"\r\nCONNECT\r\n")
    bench.does("caller", "talk")
    sound = bench.run(3.0).replace(b"\x10\x10", b"\x10")
    levels = np.frombuffer(sound, np.uint8).astype(np.float64) - 128
    assert abs(len(sound) - 3 * RATE) < 200
    assert np.abs(levels).max() > 10
    assert bench.send(b"\x10!", 0.1).endswith(b"\x10\x03\r\nOK\r\n")
    assert bench.command("AT") == ["OK"]


def test_a_byte_like_dle_is_doubled_in_the_recording() -> None:
    bench = answered("conexant")
    bench.send(b"AT+VRX\r", 0.1)
    bench.does("caller", "talk")
    data = bench.run(6.0)
    at = 0
    while at < len(data):  # every DLE is followed by a code or by another
        if data[at] == 0x10:
            assert chr(data[at + 1]) in "\x10\x1aPpsquo0123456789*#ABCDrbdKl", hex(data[at + 1])
            at += 1
        at += 1


def test_duplex_plays_and_records_at_once() -> None:
    bench = answered("conexant")
    assert bench.send(b"AT+VTR\r", 0.02).startswith(b"\r\nCONNECT\r\n")
    heard = bench.send(speech_bytes(), 1.0)
    assert len(heard) > 7900
    own = np.frombuffer(heard.replace(b"\x10\x10", b"\x10"), np.uint8).astype(np.float64) - 128
    loud = np.frombuffer(speech_bytes(), np.uint8).astype(np.float64) - 128
    assert np.std(own) < np.std(loud) / 4  # its hybrid takes its own voice away
    assert bench.send(b"\x10^", 0.1).endswith(b"\x10\x03\r\nOK\r\n")


def test_usr_has_no_duplex() -> None:
    bench = answered("usr5637")
    assert bench.command("AT+VTR") == ["ERROR"]


@pytest.mark.parametrize("name", ALL)
def test_keys_of_the_caller_are_codes(name: str) -> None:
    bench = answered(name)
    bench.does("caller", "key", keys="7")
    told = codes(bench.run(1.0))
    assert "7" in told
    if name in {"usr5637", "generic"}:
        assert told[0] == "/"
        assert told[-1] == ("\x7f" if name == "usr5637" else "~")


def test_keys_are_heard_while_it_plays() -> None:
    bench = answered("generic")
    bench.send(b"AT+VSM=1,8000\rAT+VTX\r", 0.2)
    bench.does("caller", "key", keys="5")
    assert "5" in codes(bench.send(speech_bytes()[:7000] + b"\x10\x03", 1.2))


def test_usr_tells_its_own_hook() -> None:
    bench = Bench("usr5637")
    bench.voice_mode()
    assert codes(bench.send(b"AT+VLS=1\r", 0.5)) == "H"
    assert codes(bench.send(b"AT+VLS=0\r", 0.5)) == "h"


def test_a_modem_may_be_silent_for_a_while_after_a_call() -> None:
    bench = Bench("usr5637")
    bench.voice_mode()
    bench.command("AT+VLS=1")
    assert bench.command("AT+VLS=0", 0.7)[-1] == "OK"
    assert bench.command("AT", 1.0) == []
    bench.run(1.0)
    assert bench.command("AT") == ["OK"]


def test_a_lone_dle_is_overlooked_where_three_are_needed() -> None:
    bench = answered("conexant-no-trv")
    bench.send(b"AT+VTX\r", 0.1)
    assert b"OK" not in bench.send(b"\x80" * 800 + b"\x10\x03", 0.5)
    assert bench.send(b"\x10\x10\x10\x03", 0.1).endswith(b"\r\nOK\r\n")
    bench.send(b"AT+VRX\r", 0.1)
    assert b"OK" not in bench.send(b"\x10!", 0.2)
    assert bench.send(b"\x10\x10\x10!", 0.1).endswith(b"\x10\x03\r\nOK\r\n")


def test_a_phone_behind_the_jack_is_told() -> None:
    bench = Bench("generic")
    bench.voice_mode()
    bench.does("office", "lift")
    assert codes(bench.run(1.0)) == "H"
    bench.does("office", "hang_up")
    assert codes(bench.run(1.0)) == "h"


def test_a_phone_in_parallel_is_seen_while_the_modem_holds_the_line() -> None:
    bench = answered("conexant")
    bench.run(0.5)
    bench.does("office", "lift")
    assert codes(bench.run(0.5)) == "P"
    assert bench.state("office") == "talking"
    bench.does("office", "hang_up")
    assert codes(bench.run(0.5)) == "p"
    assert bench.state("caller") == "talking"  # the modem still holds the line


def test_a_flash_is_no_flash_while_the_modem_holds_the_line() -> None:
    bench = answered("conexant")
    bench.does("office", "lift")
    bench.run(0.5)
    bench.does("office", "flash")
    bench.run(1.0)
    assert bench.state("caller") == "talking"


def test_busy_tone_after_the_caller_has_gone_is_a_code() -> None:
    bench = answered("conexant")
    bench.does("caller", "hang_up")
    assert "b" in codes(bench.run(5.0))


def test_dial_tone_is_a_code() -> None:
    bench = Bench("conexant")
    bench.voice_mode()
    assert "d" in codes(bench.send(b"AT+VLS=1\r", 5.0))


def test_a_break_of_the_loop_and_a_reversal_are_codes() -> None:
    bench = Bench("silabs")
    bench.voice_mode()
    acts = (
        SceneAct(by="network", do="reverse", on="start", after_ms=4000),
        SceneAct(by="network", do="break", on="start", after_ms=5000, ms=400),
    )
    bench.place(Scene(name="wires", about="The network tells by wires.", acts=acts))
    bench.run(2.0)
    bench.send(b"AT+VLS=1\r")
    assert codes(bench.run(5.0)).replace("d", "") == "Ll"


def test_silence_is_told_while_it_records() -> None:
    bench = answered("conexant")
    bench.command("AT+VSD=128,20")
    bench.send(b"AT+VRX\r", 0.1)
    assert b"\x10s" in bench.run(3.0)  # nobody has ever spoken
    bench.send(b"\x10!")
    bench.send(b"AT+VRX\r", 0.1)
    bench.does("caller", "talk")
    bench.run(3.0)
    bench.does("caller", "hush")
    assert b"\x10q" in bench.run(4.0)


def test_after_the_call_a_network_may_be_silent() -> None:
    bench = Bench("conexant")
    bench.voice_mode()
    gone = SceneAct(by="caller", do="hang_up", on="answered", after_ms=3000)
    quiet = Network(when_far_gone="silence")
    bench.place(Scene(name="gone", about="The caller goes.", acts=(gone,), network=quiet))
    bench.run(1.0)
    bench.send(b"AT+VLS=1\r")
    bench.send(b"AT+VSD=128,30\rAT+VRX\r", 0.1)
    said = bench.run(8.0)
    assert b"\x10b" not in said
    assert b"\x10s" in said


@pytest.mark.parametrize(
    ("name", "tones", "answer"),
    [
        ("generic", "[933,0,30]", ["OK"]),
        ("generic", "[933,,30]", ["OK"]),
        ("generic", "5,{6,20}", ["OK"]),
        ("conexant", "[933,933,30]", ["OK"]),
        ("conexant", "[933,0,30]", ["ERROR"]),  # a second frequency of 0 is an error
        ("conexant", "5", []),  # and a lone digit not even that
        ("conexant", "[933,933,9999]", ["ERROR"]),
        ("conexant", "nonsense", ["ERROR"]),
    ],
)
def test_tones(name: str, tones: str, answer: list[str]) -> None:
    bench = answered(name)
    bench.run(0.5)
    assert bench.command(f"AT+VTS={tones}", 2.0) == answer
    if answer == ["OK"] and "933" in tones:
        time = np.arange(RATE // 5) / RATE
        assert likeness(bench.volts(2.0), np.sin(2 * np.pi * 933 * time)) > 0.9


def test_a_number_is_dialled_and_the_called_phone_rings() -> None:
    bench = Bench("generic")
    bench.voice_mode()
    assert bench.command("ATDT221234567", 5.0)[-1] == "VCON"
    bench.run(3.0)
    assert bench.state("caller") == "ringing"
    key = key_wave("7", 60.0, dbm0=-10.0)
    assert likeness(bench.volts(8.0), key) > 0.8


def test_in_data_mode_nobody_answers_and_it_lets_go() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0\r")
    assert bench.command("ATA", 6.0) == ["NO CARRIER"]
    assert not bench.modem.off_hook


def test_it_answers_by_itself_only_if_told() -> None:
    bench = Bench("conexant")
    bench.send(b"ATE0S0=1\rAT+FCLASS=8\r")
    bench.called()
    bench.run(2.0)
    assert bench.state("caller") == "talking"


def test_the_modem_is_a_load_on_the_line() -> None:
    bench = answered("conexant")
    bench.does("office", "lift")
    bench.run(0.5)
    bench.does("caller", "talk")
    bench.run(3.0)
    with_modem = level_dbm0(bench.volts(2.0))
    bench.command("AT+VLS=0")
    bench.run(3.0)
    assert bench.state("caller") == "talking"  # the phone holds the line now
    assert level_dbm0(bench.volts(2.0)) > with_modem + 2.0


def test_power_comes_back_as_at_the_first_time() -> None:
    bench = answered("usr5637")
    bench.modem.lose_power()
    assert not bench.modem.off_hook
    assert bench.send(b"AT\r") == b"AT\r\r\nOK\r\n"
