"""The doctor says how well each process keeps its memory."""

import os
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.keeper.doctor.memory import examine_memory
from appliance.memory import TOLD, missing, tell, told
from appliance.model.findings import find

ALL = ("recorder", "keeper", "panel")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path / "data")
    for folder in (folders.recorder_run, folders.keeper_run, folders.panel_run):
        folder.mkdir(parents=True)
        (folder / TOLD).write_text("\n")
    return folders


def found(folders: Folders, *running: str) -> list[tuple[str, str]]:
    *each, of_all = examine_memory(folders, running)
    assert of_all == find("memory.root"), "what no measure helps against is said, too"
    return [(one.id, one.values["process"]) for one in each]


def test_each_running_process_keeps_its_memory(folders: Folders) -> None:
    assert found(folders, *ALL) == [("memory.kept", name) for name in ALL]


def test_of_a_process_that_does_not_run_nothing_is_said(folders: Folders) -> None:
    assert found(folders, "keeper") == [("memory.kept", "keeper")]


def test_nothing_is_said_where_nothing_runs(folders: Folders) -> None:
    assert list(examine_memory(folders, ())) == []


def test_the_recorder_overwrites_nothing_and_is_well(folders: Folders) -> None:
    (folders.recorder_run / TOLD).write_text("unwiped\n")

    assert found(folders, "recorder") == [("memory.held", "recorder")]


def test_each_thing_that_is_missing_is_named(folders: Folders) -> None:
    (folders.keeper_run / TOLD).write_text("unwiped unlocked\n")
    (folders.panel_run / TOLD).write_text("dumpable\n")

    assert found(folders, *ALL) == [
        ("memory.kept", "recorder"),
        ("memory.unwiped", "keeper"),
        ("memory.unlocked", "keeper"),
        ("memory.dumpable", "panel"),
    ]


@pytest.mark.parametrize("held", [None, b"\xff\xfe", b""])
def test_a_process_that_has_not_told_is_named(folders: Folders, held: bytes | None) -> None:
    (folders.keeper_run / TOLD).unlink()
    if held is not None:
        (folders.keeper_run / TOLD).write_bytes(held)

    assert found(folders, "keeper") == [("memory.untold", "keeper")]


def test_a_process_that_cannot_tell_works_all_the_same(tmp_path: Path) -> None:
    tell(tmp_path / "missing")

    assert told(tmp_path / "missing") is None


def test_a_process_tells_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / TOLD).write_text("of an earlier start")
    mask = os.umask(0o077)
    try:
        tell(tmp_path)
    finally:
        os.umask(mask)

    assert told(tmp_path) == missing()
    assert (tmp_path / TOLD).stat().st_mode & 0o777 == 0o644  # the keeper reads the panel's
