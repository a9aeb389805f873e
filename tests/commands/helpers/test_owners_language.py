"""Whatever a command prints for an owner, it prints in the language of the terminal."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from tests.commands.served import PASSWORD, Served
from tests.keeper.office import make_office
from tests.web.words.catalogues import LANGUAGES

TERMINALS = {"en": "C", "pl": "pl_PL.UTF-8", "de": "de_DE.UTF-8"}
NAMES = re.compile(r"\S*/\S*|\b\w*\d\w*\b|Ewa Nowak|Ewa Maj|Anna Żółć|Reception|training|\W|_")
"""What is the same in every language: paths, figures and ids, names, and the signs between."""


def spoken(language: str, *words: str) -> str:
    """Run a command in a terminal of a language; return all that it prints."""
    environment = {"LC_ALL": TERMINALS[language], "LANGUAGE": "", "ZGODA_NAME": ""}
    done = CliRunner().invoke(zgoda, words, env=environment, prog_name="zgoda")
    assert done.exit_code in {0, 1}, (done.output, done.exception)
    return done.output


def same(english: str, other: str) -> list[str]:
    """Return the lines of one output that stand in the other, and say something."""
    lines = {NAMES.sub("", line): line for line in english.splitlines()}
    theirs = {NAMES.sub("", line) for line in other.splitlines()}
    return [line for bare, line in lines.items() if bare and bare in theirs]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = make_office(tmp_path / "box" / "data")
    office.seal(seconds=2.0, number="+48221234567", name="Anna Żółć", channels=2)
    office.seal(seconds=1.0, number=None, name=None, withheld=True)
    office.audit.sign_head()
    made = Served(office.folders.data, office.sounds)
    yield made
    made.close()


def commands(served: Served, where: Path) -> Iterator[tuple[str, ...]]:
    """Yield commands one behind the other, each of which an owner types."""
    rid = next(iter(served.sounds))
    data = ("--data", str(served.data))
    login = (*data, "--name", "Ewa Nowak", "--password-file", str(served.data / "password"))
    held = ("--ground", "claims", "--reason", "1", "--review", "2027-06-30")
    yield "recordings", "list", *login
    yield "recordings", "hold", *login, rid, *held
    yield "recordings", "list", *login
    yield "recordings", "show", *login, rid
    yield "recordings", "hold", *login, rid, "--release"
    yield "recordings", "export", *login, rid, "--out", str(where / "1.wav")
    yield "recordings", "proof", *login, rid, "--out", str(where / "1.jsonl")
    yield "audit", "verify", *data
    yield "verify", str(served.data)
    yield "verify", str(where / "1.wav")
    yield "verify", str(where)
    yield "time", "show", *login
    yield "erase-all", "show", *login
    yield "settings", "history", *login
    yield "people", "let-in", *data, "Ewa Nowak"
    yield "hear", str(where / "1.wav")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_left_in_english(served: Served, tmp_path: Path, language: str) -> None:
    said: dict[str, list[tuple[str, str]]] = {}
    for each in ("en", language):
        folder = tmp_path / each
        folder.mkdir()
        said[each] = [(" ".join(one[:2]), spoken(each, *one)) for one in commands(served, folder)]
    both = zip(said["en"], said[language], strict=True)
    left = [(words, same(english, other)) for (words, english), (_, other) in both]
    assert [one for one in left if one[1]] == []


def test_a_line_that_is_left_is_found() -> None:
    assert same("Calls: 3, page 1.\nDone\n", "Gotowe\nCalls: 2, page 1.\n") == ["Calls: 3, page 1."]


def test_the_password_is_asked_for_in_the_language(served: Served) -> None:
    words = ("recordings", "list", "--data", str(served.data), "--name", "Ewa Nowak")
    environment = {"LC_ALL": TERMINALS["pl"]}
    done = CliRunner().invoke(zgoda, words, env=environment, input=f"{PASSWORD}\n")
    assert "Hasło: Ewa Nowak" in done.output
    assert "Rozmowy: 2, strona 1 z 1." in done.output
