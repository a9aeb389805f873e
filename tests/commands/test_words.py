"""``zgoda words`` shows what the lines say, and has it spoken."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.words import command
from appliance.config.read import trial_text
from appliance.prompts.library import RENDERED
from appliance.prompts.store import INDEX
from appliance.prompts.voices import choose
from tests.prompts.engines import bring, put_on_path
from tests.prompts.test_render import Tones


def run(*options: str) -> Result:
    return CliRunner().invoke(command, options)


def office(folder: Path, *, prompts: bool = True) -> str:
    """A configuration that says nothing which ships, and the folder for its prompts."""
    text = trial_text().replace("w Warszawie", "w Lipowie")
    if prompts:
        text += f'\n[vault]\nprompts = "{folder / "prompts"}"\n'
    file = folder / "office.toml"
    file.write_text(text, "utf-8")
    return str(file)


def test_it_prints_every_text_with_the_place_of_the_mark() -> None:
    told = run().output
    assert told.startswith("Reception (pl)\n  question: Dzień dobry, tu Kancelaria Nowak")
    assert "Na oba cele: | jedynka." in told
    assert "  confirmation quality training: " in told
    assert "Nobody has confirmed how the office’s name is spoken." in told


def test_it_prints_a_line_of_two_languages_in_both(tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    keyed = 'more_key = "9"\nother_languages = ["en"]'
    file.write_text(trial_text().replace('more_key = "9"', keyed), "utf-8")
    told = run("--config", str(file)).output
    polish, english = told.split("Reception (en)\n")
    assert polish.startswith("Reception (pl)\n")
    assert "w Warszawie. For English, press three. Prosimy" in polish
    assert "in Warsaw. Po polsku: proszę nacisnąć trójkę. With your consent" in english


def test_speaking_needs_a_folder(tmp_path: Path) -> None:
    told = run("--config", office(tmp_path, prompts=False), "--speak")
    assert str(told.exception).startswith("Name a folder for announcements in the settings")


def test_it_speaks_what_is_new_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "choose", lambda *_: Tones(16))
    config = office(tmp_path)

    first = run("--config", config, "--speak").output
    again = run("--config", config, "--speak").output

    assert "tones hum 1: Dzień dobry, tu Kancelaria Nowak w Lipowie." in first
    assert "\nTexts that were spoken: 2. A recorder that runs does not know of them yet." in first
    assert again == "Texts that were spoken: 0.\n"
    assert (tmp_path / "prompts" / RENDERED / INDEX).exists()


def test_without_a_voice_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for engine in ("find_rhvoice", "find_espeak", "find_pico", "find_respelt"):
        monkeypatch.setattr(choose, engine, lambda _: [])
    told = run("--config", office(tmp_path), "--speak")
    assert "has no voice for “Polish”: install RHVoice" in str(told.exception)
    listed = run("--config", office(tmp_path), "--voices").output
    assert "pl: no voice is installed." in listed


def test_voices_that_the_owner_brought_are_tried_and_faulty_ones_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = put_on_path(tmp_path / "bin", monkeypatch)
    folder = tmp_path / "prompts" / "voices"
    folder.mkdir(parents=True)
    bring(folder)
    bring(folder, "gosia.onnx")
    config = office(tmp_path)
    listed = run("--config", config, "--voices").output
    assert "pl: piper pl_PL-gosia-medium, read its MODEL_CARD\n    It spoke a sentence of" in listed
    assert "gosia.onnx is not named like" in listed
    programs.breaks("piper")
    broken = run("--config", config, "--voices").output
    assert "    It cannot be used. The speech program piper reports: this is no model." in broken
