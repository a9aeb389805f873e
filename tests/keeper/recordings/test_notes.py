"""Notes and markers, however many and whatever they are, hold nobody up."""

import os
from pathlib import Path

import msgspec
import pytest

from appliance.keeper.recordings import notes as counting
from appliance.keeper.recordings.notes import MOST_NOTES
from appliance.link.requests.audit import GetCounts
from appliance.model.records import CallNote
from appliance.vault.seal import leave_marker
from tests.keeper.office import Office

NOTE = msgspec.json.encode(
    CallNote(line="Reception", day="2026-09-21", outcome="unrecorded", reason="refused")
)


def put(office: Office, count: int) -> None:
    for number in range(count):
        (office.folders.notes / f"{number:016x}.json").write_bytes(NOTE)


def counted(office: Office) -> int:
    return sum(calls for *_, calls in office.ask(GetCounts(days=30)).rows)


def left(office: Office) -> int:
    return len(list(office.folders.notes.iterdir()))


def test_many_notes_are_counted_in_turns(office: Office) -> None:
    put(office, MOST_NOTES + 5)
    office.records.take_up()
    assert (counted(office), left(office)) == (MOST_NOTES, 5)
    office.records.take_up()
    assert (counted(office), left(office)) == (MOST_NOTES + 5, 0)


def test_a_power_cut_after_counting_counts_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_NOTES", 4)
    put(office, 10)
    with monkeypatch.context() as cut:
        cut.setattr(Path, "unlink", _cut)
        with pytest.raises(_PowerCut):
            office.records.take_up()
    assert (counted(office), left(office)) == (4, 10)
    office.build()
    for _ in range(3):
        office.records.take_up()
    assert (counted(office), left(office)) == (10, 0)


class _PowerCut(BaseException):
    pass


def _cut(path: Path, *, missing_ok: bool = False) -> None:
    raise _PowerCut


def test_what_can_be_no_note_goes_and_stops_no_note(office: Office, tmp_path: Path) -> None:
    folder = office.folders.notes
    (tmp_path / "outside").mkdir()
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "file").write_bytes(b"x" * 10_000)
    (folder / "folder.json").mkdir()
    (folder / "full").mkdir()
    (folder / "full" / "inside").touch()
    os.mkfifo(folder / "pipe.json")
    put(office, 1)
    for _ in range(2):
        office.records.take_up()
    assert counted(office) == 1
    assert [path.name for path in folder.iterdir()] == ["full"]
    assert (tmp_path / "outside").is_dir()


def test_a_note_that_was_never_finished_goes_at_the_second_take_up(office: Office) -> None:
    path = office.folders.notes / ".0123456789abcdef"
    path.write_bytes(b"{")
    office.records.take_up()
    assert path.exists()
    office.records.take_up()
    assert not path.exists()


def test_a_take_up_looks_at_so_many_names_and_a_marker_among_more_is_still_found(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_NAMES", 10)
    rid = office.seal()
    for number in range(30):
        leave_marker(office.folders.withdrawn, f"{number:032x}")
    leave_marker(office.folders.withdrawn, rid)
    office.records.take_up()
    assert ("erasing", rid) in office.acts()
    assert ("sealed", rid) not in office.acts()
    for _ in range(3):
        office.records.take_up()
    assert list(office.folders.withdrawn.iterdir()) == []
