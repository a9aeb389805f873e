"""``zgoda call`` reports the outcome, and refuses wrong use before it makes anything."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.call import _on_isdn, command
from appliance.config.read import trial
from appliance.config.settings import Part
from appliance.errors import LineError, PromptError, ZgodaError
from appliance.model.papers import REASONS
from appliance.model.records import Reason
from appliance.model.sentences.heard import UNREAL_SENTENCES
from tests.boxes import TrialBox
from tests.prompts.short import short_text
from tests.recorded import recorded
from tests.scenes.ways import RULES


def call(data: Path, *words: str) -> Result:
    return CliRunner().invoke(command, ["--data", str(data), *words])


@pytest.mark.parametrize("number", ["anonymous", "+48 22 x", "12", "+" * 9, "1" * 21])
def test_what_is_no_number_is_refused(tmp_path: Path, number: str) -> None:
    done = call(tmp_path / "data", "--from", number)
    assert done.exit_code == 2
    assert f"“{number}” is not a telephone number" in done.output
    assert not (tmp_path / "data").exists()


def test_a_modem_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    done = call(tmp_path / "data", "--modem", "none")
    assert done.exit_code == 2
    assert "No modem is called “none”; choose one of these: conexant" in done.output
    assert not (tmp_path / "data").exists()


def test_a_modem_beside_a_configuration_of_ones_own_is_refused(tmp_path: Path) -> None:
    done = call(tmp_path / "data", "--modem", "conexant", "--config", str(tmp_path / "own.toml"))
    assert done.exit_code == 2
    assert "give the line’s hook the driver exchange and the modem conexant" in done.output
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("answer", ["12", "x", ""])
def test_what_is_no_key_is_refused(tmp_path: Path, answer: str) -> None:
    done = call(tmp_path / "data", "--answer", answer)
    assert done.exit_code == 2
    assert "is not a key" in done.output
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--scene", "nothing"), LineError),
        (("--scene", "nothing.toml"), LineError),
        (("--speech", __file__), PromptError),
    ],
)
def test_what_cannot_be_read_is_told_before_a_vault_is_made(
    tmp_path: Path, words: tuple[str, ...], error: type[ZgodaError]
) -> None:
    done = call(tmp_path / "data", *words)
    assert isinstance(done.exception, error)
    assert "Errno" not in str(done.exception)
    assert not (tmp_path / "data").exists()


def test_a_voice_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = call(tmp_path / "data", "--speech", str(tmp_path / "no.wav"))
    assert done.exit_code == 2
    assert "does not exist" in done.output


def test_a_person_is_told_in_words(trial_box: TrialBox, tmp_path: Path) -> None:
    config = tmp_path / "zgoda.toml"
    config.write_text(short_text(), "utf-8")
    short = ("--config", str(config))
    done = call(trial_box.folders.data, *short, "--talk", "1")
    assert done.exit_code == 0, done.output
    (file,) = recorded(trial_box.folders)
    unreal, first, consent, *events = done.output.splitlines()
    assert unreal == UNREAL_SENTENCES["simulated"]
    assert first == f"Recorded as {file.name}; it ended because somebody hung up."
    assert consent == "Key 1, evidence grade A, agreed to: quality, training."
    assert any("digit_pressed" in event and "key 1" in event for event in events)
    refused = call(trial_box.folders.data, *short, "--answer", "2").output.splitlines()
    assert refused[1] == "Not recorded: the caller refused."
    assert not any("agreed" in line for line in refused)


def test_a_key_that_no_basis_asks_for_is_said_not_to_be_pressed(
    trial_box: TrialBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RULES["contract"].of(trial_box, tmp_path / "prompts").config
    monkeypatch.setattr("appliance.commands.call.read_config", lambda *_: config)
    done = call(trial_box.folders.data, "--answer", "2", "--talk", "1")
    assert done.exit_code == 0, done.output
    assert "The line’s notice asks for no key, so 2 was not pressed" in done.stderr
    assert "its basis asks for no key. Purposes: order." in done.stdout


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(Reason)


def test_on_isdn_simulated_lines_are_on_a_bus_and_real_ones_stay() -> None:
    config = trial()
    (line,) = config.lines
    real = replace(line, name="Real", audio=Part("sound", {"card": "LineTap"}))
    simulated, same = _on_isdn(replace(config, lines=(line, real))).lines
    assert simulated.audio == Part("exchange", {"sides": "far/near"})
    assert same == real
