"""Send the emulated modem what no host should; it never fails, hangs or grows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.exchange.modem.commands import Command, NotACommand, next_command
from appliance.exchange.modem.line_side import ModemInput
from appliance.exchange.modem.modem import EmulatedModem
from appliance.exchange.modem.profile import modem_names, modem_profile
from appliance.model.audio import FRAME

WORDS = st.sampled_from(
    [
        *(b"AT", b"+FCLASS=8", b"+VLS=1", b"+VLS=0", b"+VTX", b"+VRX", b"+VTR", b"\r", b";"),
        *(b"\x10", b"\x03", b"!", b"^", b"\x18", b"-TRV", b":R79", b"+VTS=[1,2,3]", b"D123", b"A"),
        *(b"H", b"S0=1", b"=?", b"?", b"E0", b"V0", b"Q1", b"+VSM=1,8000", b"\x80" * 200, b"A/"),
    ]
)
HOST = st.lists(WORDS | st.binary(max_size=12), max_size=30)
QUIET = ModemInput(np.zeros(FRAME))


@given(st.sampled_from(modem_names()), HOST)
def test_whatever_the_host_sends_the_modem_goes_on(name: str, sent: list[bytes]) -> None:
    modem = EmulatedModem(modem_profile(name))
    for data in sent:
        done = modem.step(data, QUIET)
        assert len(done.to_host) < 20_000
    modem.drop_dtr()
    assert not modem.off_hook or b"D0" in b"".join(sent)
    modem.lose_power()
    for _ in range(3):
        said = modem.step(b"AT\r", QUIET).to_host
    assert said.endswith(b"OK\r\n")


@given(
    st.lists(st.sampled_from([b"AT", b"E0", b"+FCLASS=8", b"I0", b"\r"]), max_size=12), st.data()
)
def test_a_command_may_be_cut_anywhere(parts: list[bytes], data: st.DataObject) -> None:
    text = b"".join(parts)
    cut = data.draw(st.integers(0, len(text)))
    one, two = (EmulatedModem(modem_profile("generic")) for _ in range(2))
    whole = one.step(text, QUIET).to_host + one.step(b"", QUIET).to_host
    assert two.step(text[:cut], QUIET).to_host + two.step(text[cut:], QUIET).to_host == whole


@given(st.text('AT+-#:&%\\VSM=?;,"[]{}0189DSHZ', max_size=40))
def test_a_line_is_commands_or_refused(line: str) -> None:
    for _ in range(len(line) + 1):
        try:
            command, rest = next_command(line)
        except NotACommand:
            return
        assert len(rest) < len(line)
        assert command.name
        line = rest


@pytest.mark.parametrize(
    ("line", "command", "rest"),
    [
        ("E0V1", Command("E", "do", "0"), "V1"),
        ("&D2H", Command("&D", "do", "2"), "H"),
        ("+VSM=?;+VLS=1", Command("+VSM", "test"), "+VLS=1"),
        ("+VSM=1,8000;H", Command("+VSM", "set", "1,8000"), "H"),
        ("-TRV", Command("-TRV"), ""),
        (":R79", Command(":R79"), ""),
        (":U69,4", Command(":U69", "set", "4"), ""),
        ("S7=60S0?", Command("S7", "set", "60"), "S0?"),
        ("S0?", Command("S0", "read"), ""),
        ("DT22,1;H", Command("D", "do", "T22,1"), "H"),
        ('+VEM="A;B";H', Command("+VEM", "set", '"A;B"'), "H"),
    ],
)
def test_commands(line: str, command: Command, rest: str) -> None:
    assert next_command(line) == (command, rest)
