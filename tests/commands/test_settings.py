"""Show, edit and take back the settings from the command line, through the keeper's socket."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.settings import command
from appliance.config.kept import in_force
from appliance.config.read import parse
from appliance.link.server import Server
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, set_up


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data")
    server = Server(made.folders.keeper_socket, made.keeper.handle, {os.getuid()})
    server.start()
    yield made
    server.stop()
    made.keeper.close()


def run(box: KeeperBox, *words: str) -> Result:
    secret = box.folders.data.parent / "password"
    secret.write_text(f"{PASSWORD}\n")
    first, *rest = words
    options = ("--data", str(box.folders.data), "--name", OWNER, "--password-file", str(secret))
    return CliRunner().invoke(command, [first, *options, *rest])


def edited(box: KeeperBox, old: str, new: str) -> str:
    path = box.folders.data.parent / "new.toml"
    text = in_force(box.folders, box.seed).text
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return str(path)


def test_it_shows_edits_lists_and_goes_back(box: KeeperBox) -> None:
    shown = run(box, "show")
    assert shown.output == box.seed.text
    file = edited(box, 'name = "Kancelaria Nowak"', 'name = "Kancelaria Wójcik" # since May')
    tried = run(box, "edit", "--file", file, "--try")
    assert "office.name: Kancelaria Nowak -> Kancelaria Wójcik" in tried.output
    assert "recorder is not running" in tried.output
    assert run(box, "show").output == box.seed.text
    done = run(box, "edit", "--file", file)
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        0,
        "Settings version 2 holds. The recorder is not running; it follows at its next start.",
    )
    assert '"Kancelaria Wójcik" # since May' in run(box, "show").output
    listed = run(box, "history").output.splitlines()
    assert listed[0].startswith("*    2")
    assert OWNER in listed[0]
    assert run(box, "undo").exit_code == 0
    assert run(box, "show").output == box.seed.text
    assert "back to 1" in run(box, "history").output


def test_a_trials_settings_are_taken_into_a_new_folder(box: KeeperBox, tmp_path: Path) -> None:
    old, real = (
        'hook = { driver = "exchange" }',
        'hook = { driver = "modem", port = "/dev/ttyACM0" }',
    )
    parts = {role: real.replace("hook", role) for role in ("audio", "prompt")}
    parts["audio"] = parts["audio"].replace(" }", ", holds_line = true }")

    def wired(text: str) -> str:
        for role in ("audio", "prompt"):
            text = text.replace(old.replace("hook", role), parts[role])
        return text.replace(old, real)

    file = tmp_path / "real.toml"
    file.write_text(wired(box.seed.text), "utf-8")
    refused = run(box, "edit", "--file", str(file))
    assert refused.exit_code == 1
    assert "line.hook.driver" in refused.output
    assert "This is a trial, and a trial never records real calls." in refused.output

    taken = run(box, "take")
    assert taken.exit_code == 0
    assert parse(taken.output) == replace(box.seed.config(), fresh=True)
    other = set_up(tmp_path / "other", seed_text=taken.output)
    server = Server(other.folders.keeper_socket, other.keeper.handle, {os.getuid()})
    server.start()
    try:
        file.write_text(wired(taken.output), "utf-8")
        assert run(other, "edit", "--file", str(file)).exit_code == 0
    finally:
        server.stop()
        other.keeper.close()


def test_every_mistake_is_told_with_its_line(box: KeeperBox) -> None:
    file = edited(box, 'country = "PL"', 'country = "Poland"\npause_minutes = 77')
    done = run(box, "edit", "--file", file)
    assert done.exit_code == 1
    assert "7: office.country" in done.output
    assert "8: office.pause_minutes" in done.output
    assert not box.folders.settings_now.exists()


def test_a_statement_that_nobody_confirms_keeps_the_settings(box: KeeperBox) -> None:
    words = "Callers often dispute orders, so we need a record of what was agreed."
    file = edited(box, 'id = "quality"', f'id = "quality"\njustification = "{words}"')
    done = run(box, "edit", "--file", file)
    assert (done.exit_code, "--confirm justified.quality" in done.output) == (1, True)
    assert not box.folders.settings_now.exists()
    done = run(box, "edit", "--file", file, "--confirm", "justified.quality", "--json")
    assert json.loads(done.output.splitlines()[-1])["version"] == 2


def test_there_is_nothing_to_undo_at_first(box: KeeperBox) -> None:
    done = run(box, "undo")
    assert "no earlier version" in str(done.exception)
