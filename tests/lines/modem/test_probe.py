"""A modem is asked what it can do, and nothing is assumed."""

import re
import tomllib
from collections.abc import Mapping

import msgspec
import pytest

from appliance.config.drivers.profiles import firmware_config
from appliance.errors import LineError
from appliance.lines.modem.formats import SampleCoding, VoiceFormat
from appliance.lines.modem.probe import Capabilities, prepare, voltage_question, volts
from appliance.lines.modem.profile import (
    GENERIC,
    Voltage,
    fitting_profile,
    modem_profile,
    modem_profiles,
)
from appliance.lines.modem.v253 import Ask, Reply, command
from tests.lines.modem.scripted_modem import CONEXANT, TAKEN, USR


class Answering:
    """A modem that answers a table, in no time."""

    def __init__(self, answers: Mapping[str, list[str]], silent: int = 0) -> None:
        self.answers = {**{text: [] for text in TAKEN}, **answers}
        self.asked: list[str] = []
        self._silent = silent

    def __call__(self, ask: Ask) -> Reply:
        self.asked.append(str(ask))
        if self._silent > 0:
            self._silent -= 1
            return Reply(ask, None)
        lines = self.answers.get(str(ask))
        if lines is None:
            return Reply(ask, "ERROR")
        kept = [each for each in lines if ask.wants is not None and ask.wants.fullmatch(each)]
        return Reply(ask, "OK", tuple(kept))


def found(answers: Mapping[str, list[str]], name: str | None = None) -> Capabilities:
    return prepare(Answering(answers), name)[1]


def test_a_conexant_is_known_by_its_words_and_its_formats_are_its_own() -> None:
    modem = found({**CONEXANT, "AT-TRV": ["48.10"]})
    assert modem.profile == "conexant"
    assert modem.identity == "56000 · CX93001-EIS_V0.2013-V92"
    assert modem.format == VoiceFormat(1, SampleCoding.UNSIGNED)
    assert (modem.voice, modem.caller_id, modem.sees_hook, modem.plays) == (True,) * 4
    assert modem.hangs_up is True
    assert modem.asks_alone


def test_without_the_voltage_it_sees_no_hook_and_asks_nobody_alone() -> None:
    modem = found(CONEXANT)
    assert not modem.sees_hook
    assert not modem.asks_alone
    assert modem.plays


def test_a_usr_hears_nothing_while_it_speaks() -> None:
    modem = found({**USR, "AT-TRV": ["48.10"]})
    assert modem.profile == "usr5637"
    assert modem.format == VoiceFormat(128, SampleCoding.UNSIGNED)
    assert not modem.sees_hook  # its profile knows no way to ask for the voltage
    assert not modem.asks_alone


def test_silicon_labs_steps_are_volts() -> None:
    modem = found({**CONEXANT, "ATI0": ["Si2457"], "ATI3": ["D"], "AT:R79": ["0011"]})
    assert modem.profile == "silabs"
    assert modem.voltage is not None
    reply = Reply(voltage_question(modem.voltage), "OK", ("0011",))
    assert volts(reply, modem.voltage) == 17 * 2.75


def test_what_it_says_of_itself_can_be_shown() -> None:
    modem = found({**CONEXANT, "ATI3": ["\x1b[2Jevil\x07"]})
    assert modem.identity.isprintable()


def test_an_unknown_modem_is_asked_everything() -> None:
    modem = found({**CONEXANT, "ATI0": ["144"], "ATI3": ["V1"], "AT:R79": ["0x10"]})
    assert modem.profile == GENERIC
    assert modem.sees_hook is False  # 0x10 is not what the register prints
    asked = Answering({**CONEXANT, "ATI0": ["144"], "ATI3": ["V1"]})
    prepare(asked, None)
    assert {"AT-TRV", "AT:R79"} <= set(asked.asked)


def test_a_data_modem_has_no_voice() -> None:
    modem = found({**CONEXANT, "AT+FCLASS=?": ["0,1"], "AT-TRV": ["48.10"]})
    assert not modem.voice
    assert modem.sees_hook


@pytest.mark.parametrize(
    ("shown", "hangs_up"), [(["&C1 &D2 &K3"], True), (["&C1 &D0"], False), ([], None)]
)
def test_whether_it_hangs_up_with_the_port_is_read_back(
    shown: list[str], hangs_up: bool | None
) -> None:
    assert found({**CONEXANT, "AT&V": shown}).hangs_up is hangs_up


def test_a_modem_that_wakes_up_slowly_is_asked_again() -> None:
    assert prepare(Answering(CONEXANT, silent=2), None)[1].profile == "conexant"
    with pytest.raises(LineError, match="Nothing that is a modem answers"):
        prepare(Answering(CONEXANT, silent=9), None)


def test_nothing_that_the_probe_asks_takes_the_line() -> None:
    for answers in (CONEXANT, USR):
        modem = Answering(answers)
        prepare(modem, None)
        takes = re.compile(r"AT(A|D|H1|O|\+VLS=[1-9]|\+V[TR]X|\+VTR$)")
        assert [text for text in modem.asked if takes.match(text)] == []


@pytest.mark.parametrize(
    ("form", "line", "figure"),
    [("decimal", "48.10", 48.1), ("decimal", "-48.10", 48.1), ("register", "001F", 85.25)],
)
def test_a_voltage_is_read_in_its_form(form: str, line: str, figure: float) -> None:
    voltage = msgspec.convert({"ask": "AT?", "form": form, "volts_a_step": 2.75}, Voltage)
    assert volts(Reply(command("AT?"), "OK", (line,)), voltage) == figure
    assert volts(Reply(command("AT?"), "OK"), voltage) is None
    assert volts(Reply(command("AT?"), None, (line,)), voltage) is None


@pytest.mark.parametrize("name", modem_profiles())
def test_every_profile_is_whole_and_its_commands_are_commands(name: str) -> None:
    profile = modem_profile(name)
    texts = (*profile.setup, *profile.voice_setup, *profile.caller_id)
    assert all(re.fullmatch(r"AT[!-~]{1,30}", text) for text in texts)
    assert profile.lateness_ms >= modem_profile(GENERIC).lateness_ms
    assert profile.sees_flash is False
    if profile.local_phone:  # any other setting takes the line away from the phone behind it
        assert profile.take_line == (3,)
    assert profile.hook.on_share > profile.hook.off_share
    assert profile.hook.short_on_share > profile.hook.short_off_share


def test_each_figure_of_a_profile_has_its_reason_beside_it() -> None:
    text = (firmware_config() / "modems" / "conexant.toml").read_text("utf-8")
    figures = [line for line in text.splitlines() if re.match(r"\w+ = [\d.]+", line)]
    assert figures
    assert [line for line in figures if "#" not in line] == []


def test_the_longest_identity_that_fits_chooses() -> None:
    assert fitting_profile("nothing known") == GENERIC
    assert fitting_profile("CX93001 of USROBOTICS") == "usr5637"


def test_a_profile_with_a_mistake_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = tomllib.loads('nam = "x"')
    monkeypatch.setattr("appliance.toml.loads", lambda text: wrong)
    with pytest.raises(LineError, match=r"^The profile modems/generic\.toml holds a mistake"):
        modem_profile(GENERIC)
