"""The panel's word for its proxy: whole, small, a plain file, or refused in one sentence."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config.settings import Panel
from appliance.errors import ConfigError
from appliance.link import panel_word

PANEL = Panel(
    host="192.168.1.20",
    port=8470,
    names=("zgoda.lan",),
    certificate="/etc/zgoda/tls/panel.pem",
    key="/etc/zgoda/tls/panel.key",
)


def test_what_is_left_is_read_and_others_may_read_it(tmp_path: Path) -> None:
    assert panel_word.left(tmp_path) is None
    for panel in (PANEL, replace(PANEL, port=9000)):
        panel_word.leave(tmp_path, panel)
        assert panel_word.left(tmp_path) == panel
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_gone_holds_no_panel_up(tmp_path: Path) -> None:
    panel_word.leave(tmp_path / "gone", PANEL)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b'{"host": 5}',
        b'{"port": 0}',
        b'{"port": 70000}',
        b'{"host": "0.0.0.0"}',
        b"[" * 10_000,
        b" " * (panel_word.LONGEST + 1),
        b"\xff\xfe",
        b'{"host": "\xff"}',
        b'{"a":' * 3000,
    ],
)
def test_another_word_is_refused(tmp_path: Path, said: bytes) -> None:
    (tmp_path / panel_word.FILE).write_bytes(said)
    with pytest.raises(ConfigError):
        panel_word.left(tmp_path)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_plain_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / panel_word.FILE
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(ConfigError):
        panel_word.left(tmp_path)


def test_the_word_of_an_earlier_version_opens_nothing_in_clear(tmp_path: Path) -> None:
    """It is still there while a box is updated."""
    said = b'{"host": "192.168.1.20", "trusted": false, "allow_unencrypted": true}'
    (tmp_path / panel_word.FILE).write_bytes(said)
    with pytest.raises(ConfigError, match="Name a certificate and its key"):
        panel_word.left(tmp_path)
