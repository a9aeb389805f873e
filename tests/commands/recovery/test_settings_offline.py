"""Show and take back settings while no keeper runs, as the owner of the data folder."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner, Result

from appliance.commands.helpers import offline_settings
from appliance.commands.settings import command
from appliance.config.kept import in_force
from appliance.config.places import user_name
from appliance.errors import VaultError, ZgodaError
from appliance.keeper.audit.lines import readable
from appliance.keeper.settings.versions import VersionStore
from appliance.keeper.storage import owner
from appliance.link.requests.settings import ChangeSettings, ListVersions
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.chips import BOOT


@pytest.fixture(name="box")
def _box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeeperBox]:
    """A box whose pause was changed twice, and whose keeper has ended."""
    made = set_up(tmp_path / "data")
    token = made.log_in()
    for base, minutes in ((0, 5), (2, 9)):
        text = made.seed.text.replace(
            'country = "PL"', f'country = "PL"\npause_minutes = {minutes}'
        )
        assert text != made.seed.text
        change = ChangeSettings(base, "text")
        made.keeper.handle(change, token, text.encode())
    made.keeper.close()
    monkeypatch.setattr(offline_settings, "SystemClock", lambda: made.clock)
    monkeypatch.setattr(offline_settings, "this_boot", lambda: BOOT)
    yield made
    made.keeper.close()


def run(box: KeeperBox, *words: str, config: str | None = None) -> Result:
    seed = box.folders.data.parent / "zgoda.toml"
    seed.write_text(config or box.seed.text, "utf-8")
    first, *rest = words
    named = ("--config", str(seed)) if config != "" else ()
    return CliRunner().invoke(command, [first, "--data", str(box.folders.data), *named, *rest])


def pause(box: KeeperBox) -> int:
    return in_force(box.folders, box.seed).config.office.pause_minutes


def test_undo_works_without_a_keeper_and_the_keeper_goes_on_with_it(box: KeeperBox) -> None:
    assert "pause_minutes = 9" in run(box, "show").output
    done = run(box, "undo")
    assert done.exit_code == 0, done.output
    assert "Settings version 4 holds. The recorder is not running" in done.output
    assert pause(box) == 5
    *_, (entry, _) = readable(box.folders.audit)
    assert (entry.type, entry.actor, entry.detail) == ("settings_changed", "root", "v4")
    listed = run(box, "history").output.splitlines()
    assert any(f"{user_name(os.getuid())}  office, back to 2" in each for each in listed)

    box.restart()
    assert box.sound_audit()
    token = box.log_in()
    versions = box.ask(ListVersions(), token)
    assert versions.now == 4
    assert versions.versions[0].undone == 2
    assert "failed" not in box.acts()
    assert "seed_changed" not in box.acts()


def test_it_never_works_beside_a_keeper(box: KeeperBox) -> None:
    """A keeper that hangs, or whose socket is gone, still has its lock."""
    lock = owner.own(box.folders)
    try:
        done = run(box, "undo")
    finally:
        os.close(lock)
    assert "Another keeper is already at work" in str(done.exception)
    assert pause(box) == 9


def test_another_user_is_refused(box: KeeperBox) -> None:
    with mock.patch.object(
        offline_settings, "settings_without_keeper", side_effect=PermissionError(13, "no")
    ):
        done = run(box, "undo")
    assert isinstance(done.exception, ZgodaError)
    assert "only root and the owner of" in str(done.exception)


def test_the_audits_entry_is_there_before_the_act(box: KeeperBox) -> None:
    seen: list[str] = []

    def fails(self: VersionStore, text: str, row: object) -> None:
        *_, (entry, _) = readable(box.folders.audit)
        seen.append(f"{entry.type} {entry.detail}")
        raise VaultError("The disk is full.")

    with mock.patch.object(VersionStore, "keep", fails):
        done = run(box, "undo")
    assert isinstance(done.exception, VaultError)
    assert seen == ["settings_changed v4"]
    *_, (entry, _) = readable(box.folders.audit)
    assert (entry.type, entry.detail) == ("failed", "settings.v4")
    assert pause(box) == 9


def test_a_configuration_that_is_not_the_boxs_is_not_guessed(box: KeeperBox) -> None:
    """The trial's stands for none: the keeper would take it for a seed that was changed by hand."""
    done = run(box, "undo", config="")
    assert "name it with --config" in str(done.exception)
    assert pause(box) == 9


def test_a_folder_without_a_vault_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = CliRunner().invoke(command, ["undo", "--data", str(tmp_path / "data")])
    assert "no vault" in str(done.exception)
