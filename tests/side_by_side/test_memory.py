"""The files of tests go into memory where there is room, unless somebody chose a place."""

import tempfile
import tomllib
from pathlib import Path

import pytest

from tests.side_by_side import memory
from tests.side_by_side.memory import keep_files_there, room_in

ROOT = Path(__file__).parents[2]
USUAL = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"][
    "ini_options"
]["addopts"][-1]


@pytest.fixture(autouse=True)
def tempdir_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())


def test_what_is_run_by_hand_has_its_files_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "ROOM", 1)
    environ: dict[str, str] = {}
    keep_files_there(USUAL, environ, tmp_path)

    assert environ == {"TMPDIR": str(tmp_path)}
    assert tempfile.tempdir is None


@pytest.mark.parametrize("markexpr", ["", "root", "faults", "image", "vm", "not vm", "voices"])
def test_what_needs_a_disk_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, markexpr: str
) -> None:
    monkeypatch.setattr(memory, "ROOM", 1)
    environ: dict[str, str] = {}
    keep_files_there(markexpr, environ, tmp_path)

    assert environ == {}


def test_a_chosen_place_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "ROOM", 1)
    environ = {"TMPDIR": "/elsewhere"}
    keep_files_there(USUAL, environ, tmp_path)

    assert environ == {"TMPDIR": "/elsewhere"}


def test_a_small_memory_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "ROOM", room_in(tmp_path) * 2)
    environ: dict[str, str] = {}
    keep_files_there(USUAL, environ, tmp_path)
    keep_files_there(USUAL, environ, tmp_path / "missing")

    assert environ == {}
