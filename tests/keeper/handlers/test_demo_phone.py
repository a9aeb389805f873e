"""Prompts and voices by their hash, and what the prompts say."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Config
from appliance.errors import Refused
from appliance.keeper.handlers.demo_phone import Sounds
from appliance.keeper.people.sessions import NOBODY
from appliance.keeper.surroundings import Surroundings
from appliance.link.handlers import handlers_of
from appliance.link.requests.demo_phone import GetSound, GetWords, SoundFile, SpokenWords
from appliance.model.audio import RATE
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import digest
from appliance.prompts.library import Library
from appliance.prompts.speech import simulated_voices
from tests.clocks import ManualClock
from tests.prompts.short import short_trial

CONFIG: Config = trial()
QUESTION = Saying(PromptKind.QUESTION)
PROMPTS = Library().prompts(CONFIG, CONFIG.lines[0])


def around(config: Config) -> Surroundings:
    return Surroundings(config, Folders(Path("nowhere")), ManualClock())


def ask(sounds: Sounds, operation: Any) -> Any:
    return handlers_of(sounds)[type(operation)](operation, NOBODY)


@pytest.mark.parametrize("saying", PROMPTS)
def test_every_prompt_of_the_box_is_found_by_the_hash_of_the_receipt(saying: Saying) -> None:
    prompt = PROMPTS[saying]
    told, raw = ask(Sounds(around(CONFIG)), GetSound(sha256=prompt.ref.sha256))
    assert told == SoundFile(round(prompt.sound.size / RATE, 3))
    assert raw[:4] == b"RIFF"
    assert raw[44:] == prompt.sound.astype("<i2").tobytes()


def test_the_voices_of_the_simulated_parties_are_found_too() -> None:
    sounds = Sounds(around(CONFIG))
    for voice in simulated_voices():
        _, raw = ask(sounds, GetSound(sha256=digest(voice)))
        assert raw[44:] == voice.tobytes()


@pytest.mark.parametrize("sha256", ["", "00" * 32, "../../etc/passwd"])
def test_nothing_else_is_found(sha256: str) -> None:
    with pytest.raises(Refused) as caught:
        ask(Sounds(around(CONFIG)), GetSound(sha256=sha256))
    assert caught.value.code == "no_sound"


def test_what_a_shipped_prompt_says_can_be_read() -> None:
    sounds = Sounds(around(CONFIG))
    words = ask(sounds, GetWords(sha256=PROMPTS[Saying(PromptKind.QUESTION)].ref.sha256))
    assert words.language == "pl"
    assert words.text.startswith("Dzień dobry, tu Kancelaria Nowak w Warszawie.")
    assert words.text.endswith("Na oba cele: jedynka.")
    assert ask(sounds, GetWords(sha256="00" * 32)) == SpokenWords("", "")


def test_what_the_box_spoke_itself_can_be_read_too() -> None:
    config = short_trial()
    question = Library(config.vault.prompts).prompts(config, config.lines[0])[QUESTION]
    assert question.ref != PROMPTS[QUESTION].ref
    words = ask(Sounds(around(config)), GetWords(sha256=question.ref.sha256))
    assert (words.text, words.language) == (question.text, "pl")


def test_an_owners_prompt_that_is_new_is_found(tmp_path: Path) -> None:
    own = tmp_path / "pl"
    config = replace(CONFIG, vault=replace(CONFIG.vault, prompts=str(tmp_path)))
    sounds = Sounds(around(config))
    confirmation = Saying(PromptKind.CONFIRMATION, frozenset({"training", "quality"}))
    shipped = PROMPTS[confirmation]
    ask(sounds, GetSound(sha256=shipped.ref.sha256))
    own.mkdir()
    raw = ask(sounds, GetSound(sha256=PROMPTS[Saying(PromptKind.REFUSED)].ref.sha256))[1]
    (own / "confirmation.wav").write_bytes(raw)
    new = Library(tmp_path).prompts(config, config.lines[0])[confirmation]
    assert new.ref.sha256 != shipped.ref.sha256
    assert ask(sounds, GetSound(sha256=new.ref.sha256))[1][44:] == new.sound.tobytes()
