"""The command line speaks the language of its terminal, in processes of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from appliance.config.mistakes import MISTAKES
from appliance.config.read import trial_text
from appliance.language import LANGUAGES, translated
from appliance.model.sentences.findings import SENTENCES
from appliance.model.sentences.lacking import LACKING
from appliance.model.sentences.refusals import REFUSALS
from tests.commands.served import Served
from tests.keeper.office import make_office

TERMINALS = {"pl": "pl_PL.UTF-8", "de": "de_DE.UTF-8", "en": "C"}


def zgoda(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a terminal of a language."""
    clean = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "appliance", *words],
        env={**clean, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        timeout=60,
        check=False,
    )


class Said(NamedTuple):
    """A command, its sentence in English and its exit code."""

    words: Sequence[str]
    english: str
    exit_code: int


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    office = make_office(tmp_path_factory.mktemp("box") / "data")
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    yield made
    made.close()


@pytest.fixture(scope="module")
def kinds(served: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    """One of each: a mistake, a refusal, something lacking, a finding."""
    folder = tmp_path_factory.mktemp("settings")
    wrong, unread = folder / "wrong.toml", folder / "unread.toml"
    wrong.write_text(trial_text().replace("retention_days = 90", "retention_days = 0", 1), "utf-8")
    unread.write_text(trial_text().replace("szkolenia prac", "nauki prac"), "utf-8")
    login = ("--name", "Ewa Nowak", "--password-file", str(served.data / "password"))
    accept = ("ask", "sftp.accept", "--data", str(served.data), *login, "--fingerprint", "x")
    return {
        "mistake": Said(("words", "--config", str(wrong)), MISTAKES["range"], 2),
        "refusal": Said(accept, REFUSALS["host_key_changed"].sentence, 2),
        "lacking": Said(("words", "--config", str(unread)), LACKING["purpose_unconfirmed"], 0),
        "finding": Said(
            ("doctor", "--data", str(folder / "data")),
            SENTENCES["processes.nothing_runs"].english,
            0,
        ),
    }


def begin(sentence: str) -> str:
    """Return a sentence up to its first value."""
    return sentence.partition("%(")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["mistake", "refusal", "lacking", "finding"])
def test_each_kind_speaks_the_language_of_lang(
    kinds: dict[str, Said], kind: str, language: str
) -> None:
    said = kinds[kind]
    done = zgoda(*said.words, LANG=TERMINALS[language])
    everything = done.stdout + done.stderr
    assert done.returncode == said.exit_code, everything
    for other in LANGUAGES:
        sentence = begin(translated(said.english, other))
        assert len(sentence) > 10
        assert (sentence in everything) == (other == language), (other, everything)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LC_ALL": "de_DE.UTF-8", "LANG": "pl_PL.UTF-8"}, "de"),
        ({"LC_ALL": "C", "LANG": "pl_PL.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "pl_PL.UTF-8", "LANG": "de_DE.UTF-8"}, "pl"),
        ({"LC_ALL": "", "LANG": "de_AT@euro"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_what_is_set_for_all_comes_first(
    kinds: dict[str, Said], environment: dict[str, str], language: str
) -> None:
    done = zgoda(*kinds["mistake"].words, **environment)
    assert begin(translated(MISTAKES["range"], language)) in done.stderr


def test_what_programs_read_is_the_same_in_every_language(
    kinds: dict[str, Said], served: Served
) -> None:
    doctor = (*kinds["finding"].words, "--json")
    english, polish = (json.loads(zgoda(*doctor, LANG=at).stdout) for at in ("C", "pl_PL.UTF-8"))
    assert polish["language"] == "en"
    told = [re.sub(r"\d+", "", each["text"]) for each in polish["findings"]]
    assert told == [re.sub(r"\d+", "", each["text"]) for each in english["findings"]]
    asked = json.loads(zgoda(*doctor, "--language", "de", LANG="pl_PL.UTF-8").stdout)
    assert asked["language"] == "de"
    box = ("ask", "people.box", "--data", str(served.data), "--json")
    assert zgoda(*box, LANG="C").stdout == zgoda(*box, LANG="de_DE.UTF-8").stdout


def test_a_terminal_that_lacks_a_sign_gets_another(kinds: dict[str, Said]) -> None:
    """ISO 8859-2 has every Polish letter, and none of the quotation marks."""
    done = zgoda(*kinds["lacking"].words, LANG="pl_PL", PYTHONIOENCODING="iso-8859-2")
    assert done.returncode == 0, done.stderr
    assert "celu ?training?" in done.stdout
