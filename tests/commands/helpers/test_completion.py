"""Shells complete commands and options, as docs/commands.md says."""

import re
from pathlib import Path

import pytest
from click.shell_completion import get_completion_class

from appliance.commands.main import zgoda

DOCUMENT = Path(__file__).parents[3] / "docs" / "commands.md"
SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_commands_and_options(shell: str) -> None:
    kind = get_completion_class(shell)
    assert kind is not None
    completing = kind(zgoda, {}, "zgoda", "_ZGODA_COMPLETE")
    commands = [each.value for each in completing.get_completions([], "re")]
    assert "recordings" in commands
    assert "recorder" in commands
    options = [each.value for each in completing.get_completions(["run"], "--")]
    assert {"--data", "--port"} <= set(options)


def test_each_shell_is_documented() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert set(re.findall(r"_ZGODA_COMPLETE=(\w+)_source zgoda", text)) == set(SHELLS)
