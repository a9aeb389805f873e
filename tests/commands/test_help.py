"""Every command's help has whole lines, an example and no marks of its source."""

import re

import click
import pytest
from click.testing import CliRunner

from appliance.commands.main import COMMANDS, zgoda


def told(*words: str) -> str:
    done = CliRunner().invoke(zgoda, [*words, "--help"], prog_name="zgoda")
    assert done.exit_code == 0, done.output
    return done.output


def leaves() -> list[tuple[str, ...]]:
    """Return every command that does something, by its words; the panel's help is its own."""
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = zgoda.get_command(click.Context(zgoda), name)
        parts = command.commands if isinstance(command, click.Group) else None
        found += [(name, part) for part in parts] if parts else [(name,)]
    return [words for words in found if words != ("panel",)]


@pytest.mark.parametrize("words", [(), ("recordings",), ("audit",)])
def test_a_list_of_commands_says_each_in_whole(words: tuple[str, ...]) -> None:
    listed = told(*words).split("Commands:")[1].strip().split("\n\n")[0].splitlines()
    assert all(re.fullmatch(r" *[a-z-]+ {2,}[A-Z].*\.", line) for line in listed), listed
    assert not [line for line in listed if line.endswith("...")]


def test_the_first_help_names_the_first_command_to_try() -> None:
    assert "zgoda run --data data" in told().split("Example:")[1]


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_help_has_an_example_and_no_marks_of_its_source(words: tuple[str, ...]) -> None:
    text = told(*words)
    assert f"zgoda {' '.join(words)}" in text.split("Example:")[1]
    assert "\\b" not in text
    assert "``" not in text
