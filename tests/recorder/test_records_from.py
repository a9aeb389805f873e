"""A line records nothing before its first day, and believes the keeper's day alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.config.read import trial, trial_text
from appliance.config.settings import Line, Part
from appliance.exchange.scene import Scene
from appliance.link.requests.processes.news import TellDay
from appliance.link.requests.settings import NextCalls, TryCalls
from appliance.model.terms import Obstacle
from appliance.recorder.line.stated_day import StatedDay
from appliance.recorder.numbers.exempt import ExemptList
from appliance.vault.disk import Disk
from tests.boxes import TrialBox
from tests.recorder.line.test_following_settings import Office, with_line

DAY = "2027-01-11"
CALL = Scene.ordinary("+48223334455", "1", talk=1.0)


class FullDisk(Disk):
    full = True

    def replace(self, *args: Any, **kwargs: Any) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        super().replace(*args, **kwargs)


class ReadOnlyDisk(FullDisk):
    def __init__(self) -> None:
        self.synced: list[Path] = []

    def unlink(self, path: Path) -> None:
        if self.full:
            raise OSError(30, "Read-only file system")
        super().unlink(path)

    def sync_folder(self, folder: Path) -> None:
        self.synced.append(folder)
        super().sync_folder(folder)


def office_from(box: TrialBox, day: str = DAY) -> Office:
    return Office(replace(box, config=with_line(box.config, records_from=day)))


def called(office: Office) -> list[tuple[str, str | None]]:
    office.let_call(CALL)
    office.recorder.line("Reception").thread.settle()
    found, office.outcomes[:] = list(office.outcomes), []
    return found


def tell(office: Office, day: str) -> None:
    office.recorder.handle(TellDay(day), None, b"")


def test_nobody_is_asked_or_recorded_before_the_day(trial_box: TrialBox) -> None:
    office = office_from(trial_box)
    try:
        office.recorder.start()
        assert called(office) == [("unrecorded", "not_yet")], "the keeper has told no day"
        tell(office, "2027-01-10")
        assert called(office) == [("unrecorded", "not_yet")]
        (status,) = office.recorder.statuses()
        assert status.records_from == DAY
        tell(office, DAY)
        assert called(office) == [("recorded", None)]
        (status,) = office.recorder.statuses()
        assert status.records_from == ""
    finally:
        office.recorder.close()
    assert len(office.box.recordings()) == 1


def test_a_line_that_lacks_more_than_its_day_does_not_just_wait(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has lent the list of numbers that are never recorded: a day alone helps nobody."""
    office = office_from(trial_box)
    try:
        office.recorder.start()
        assert called(office) == [("unrecorded", "not_yet")]
        (status,) = office.recorder.statuses()
        assert (status.obstacle, status.waits) == (Obstacle.DAY, True)
        monkeypatch.setattr(ExemptList, "known", False)
        assert called(office)[0][0] == "unrecorded"
        (status,) = office.recorder.statuses()
        assert (status.obstacle, status.waits) == (Obstacle.LIST, False)
    finally:
        office.recorder.close()


def test_the_day_is_known_after_a_restart_without_the_keeper(trial_box: TrialBox) -> None:
    before = office_from(trial_box)
    tell(before, "2027-02-01")
    before.recorder.close()
    office = office_from(trial_box)
    try:
        office.recorder.start()
        assert called(office) == [("recorded", None)]
    finally:
        office.recorder.close()


def test_a_day_that_was_believed_wrongly_is_taken_back(trial_box: TrialBox) -> None:
    office = office_from(trial_box)
    try:
        office.recorder.start()
        for day in ("2031-01-01", "2026-12-01"):
            tell(office, day)
        assert called(office) == [("unrecorded", "not_yet")]
        tell(office, "2031-01-01")
        tell(office, "")
        assert called(office) == [("unrecorded", "not_yet")], "nobody knows the day any more"
    finally:
        office.recorder.close()
    assert not trial_box.folders.day.exists()


@pytest.mark.parametrize("told", ["", "2026-12-01", DAY, "2031-01-01"])
@pytest.mark.parametrize("first", ["", DAY])
@pytest.mark.parametrize("real", [True, False])
def test_a_real_line_records_only_once_the_time_was_confirmed(
    tmp_path: Path, told: str, first: str, *, real: bool
) -> None:
    """The keeper tells a day as soon as anybody has confirmed one, and none before."""
    day, line = StatedDay(tmp_path / "day"), trial().lines[0]
    part = Part("sound", {"card": "LineTap"})
    hook = Part("monitor", {"dialect": "lm1", "port": "/dev/ttyACM0"})
    line = replace(line, records_from=first)
    line = replace(line, hook=hook, audio=part, prompt=part) if real else line
    assert line.simulated is not real
    day.tell(told)

    if first:
        assert day.against(line) is (None if told >= DAY else Obstacle.DAY)
    else:
        assert day.against(line) is (Obstacle.TIME if real and not told else None)
    assert StatedDay(tmp_path / "day").against(line) is day.against(line), "after a restart, too"


def test_a_line_before_the_time_was_confirmed_is_silent_and_says_why(
    trial_box: TrialBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Line, "simulated", property(lambda line: False))
    office = office_from(trial_box, "")
    try:
        office.recorder.start()
        assert called(office) == [("unrecorded", "not_yet")], "the keeper has told no day"
        (status,) = office.recorder.statuses()
        assert (status.obstacle, status.waits) == (Obstacle.TIME, False)
        assert not office.box.recordings()
        tell(office, "2026-12-01")
        assert called(office) == [("recorded", None)]
        tell(office, "")
        assert called(office) == [("unrecorded", "not_yet")], "nobody knows the day any more"
    finally:
        office.recorder.close()


@pytest.mark.parametrize(
    "kept", [b"", b"2027-01-11", b"9999\n", b"2027-13-99 \n", b"x" * 500, b"\xff\xfe2027\n"]
)
def test_a_damaged_file_says_that_no_day_has_come(tmp_path: Path, kept: bytes) -> None:
    path = tmp_path / "day"
    path.write_bytes(kept)
    assert not StatedDay(path).has_come(DAY)
    assert StatedDay(path).has_come(""), "a line that waits for no day is not held off"


def test_a_full_disk_holds_nothing_up(tmp_path: Path) -> None:
    day = StatedDay(tmp_path / "day", FullDisk())
    day.tell(DAY)
    assert day.has_come(DAY)
    assert not StatedDay(tmp_path / "day").has_come(DAY)


@pytest.mark.parametrize("earlier", ["2026-12-01", ""])
def test_a_full_disk_keeps_no_later_day_than_was_told(tmp_path: Path, earlier: str) -> None:
    """Else a restart would let a line record before its first day."""
    path = tmp_path / "day"
    StatedDay(path).tell("2031-01-01")
    StatedDay(path, FullDisk()).tell(earlier)
    assert not StatedDay(path).has_come(DAY)


@pytest.mark.parametrize("earlier", ["2026-12-01", ""])
def test_what_a_disk_did_not_take_is_written_at_the_next_word(tmp_path: Path, earlier: str) -> None:
    path, disk = tmp_path / "day", ReadOnlyDisk()
    StatedDay(path).tell("2031-01-01")
    day = StatedDay(path, disk)
    day.tell(earlier)
    assert not day.has_come(DAY)
    disk.full = False
    day.tell(earlier)
    assert disk.synced, "the old day does not come back after a power cut"
    assert not StatedDay(path).has_come(DAY)
    kept = path.read_text("ascii") if path.exists() else ""
    assert kept.strip() == earlier
    disk.synced.clear()
    day.tell(earlier)
    assert not disk.synced, "nothing is written twice"


def test_a_word_that_is_no_day_does_not_reach_the_recorder() -> None:
    raw = msgspec.json.encode(TellDay("soon"))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(raw, type=TellDay)


def test_a_preview_says_from_which_day_on(trial_box: TrialBox) -> None:
    office = office_from(trial_box)
    text = trial_text().replace('more_key = "9"', f'records_from = "{DAY}"\nmore_key = "9"')
    asked = TryCalls()

    def told() -> str:
        answer = office.recorder.handle(asked, None, text.encode())
        assert isinstance(answer, NextCalls)
        return answer.calls[0].records_from

    assert told() == DAY
    tell(office, DAY)
    assert told() == ""
    office.recorder.close()
