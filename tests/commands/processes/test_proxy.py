"""Check that the proxy goes by the panel's own word, and ends when that changes."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.commands.processes import proxy
from appliance.config.folders import Folders
from appliance.config.read import trial_text
from appliance.config.settings import Panel
from appliance.errors import ConfigError
from appliance.link import panel_word

PANEL = Panel(certificate="/etc/zgoda/tls/panel.pem", key="/etc/zgoda/tls/panel.key")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Folders, Path]:
    """A box whose settings the proxy's user may not see, and its seed."""

    def denied(*_: object) -> None:
        raise ConfigError("settings: cannot be read: Permission denied")

    monkeypatch.setattr(proxy, "settings_of", denied)
    seed = tmp_path / "zgoda.toml"
    seed.write_text(f"{trial_text()}\n[panel]\nport = 9000\n", "utf-8")
    return Folders(tmp_path / "hidden"), seed


def test_the_panels_word_holds_and_the_seed_before_it(
    installed: tuple[Folders, Path], tmp_path: Path
) -> None:
    folders, seed = installed
    assert proxy._panel(folders, seed, tmp_path)[0].port == 9000
    panel_word.leave(tmp_path, PANEL)
    assert proxy._panel(folders, seed, tmp_path) == (PANEL, PANEL)


def test_settings_that_can_be_seen_but_not_read_are_told(
    installed: tuple[Folders, Path], tmp_path: Path
) -> None:
    folders, seed = installed
    folders.settings.mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be read"):
        proxy._panel(folders, seed, tmp_path)


def test_it_ends_when_the_panel_follows_other_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "LOOK_SECONDS", 0.05)
    panel_word.leave(tmp_path, replace(PANEL, port=9001))
    assert proxy.run_while_said(["/bin/sleep", "60"], {}, tmp_path, PANEL) == 0


def test_a_word_that_cannot_be_read_changes_nothing_and_haproxys_end_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "LOOK_SECONDS", 0.05)
    (tmp_path / panel_word.FILE).write_bytes(b"nonsense")
    command = ["/bin/sh", "-c", "exit 3"]
    assert proxy.run_while_said(command, {"PATH": "/bin"}, tmp_path, PANEL) == 3
