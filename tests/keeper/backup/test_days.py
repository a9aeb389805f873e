"""The day that a restoring person says is one of the place, and retention counts in UTC."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from appliance.clock import DAY, HOUR, day_of
from appliance.keeper.backup.wanted import day_begun
from tests.clocks import Move
from tests.keeper.backup.copies import backed_up_box, backups, keyring
from tests.keeper.backup.restored import begin_again
from tests.keeper.erasure.everything import record
from tests.vaults import change


@pytest.mark.parametrize("zone", ["UTC", "EST5", "CET-1", "<+14>-14", "<-12>12"])
def test_no_moment_of_a_day_here_is_before_the_day_counted(move: Move, zone: str) -> None:
    move(zone)
    there = date(2027, 1, 11)
    day = day_begun(there)
    first = datetime(there.year, there.month, there.day).astimezone()
    assert day == day_of(first.timestamp())
    assert day_of((first + timedelta(hours=24, seconds=-1)).timestamp()) in {day, day + 1}


def test_after_midnight_in_warsaw_nothing_of_the_last_day_in_utc_is_lost(
    tmp_path: Path, move: Move
) -> None:
    old, medium = backed_up_box(tmp_path)
    (rid,) = record(old)
    last = day_of(old.clock.now())
    change(keyring(old), rid, due_day=last)
    backups(old).run()
    old.keeper.close()
    move("CET-1")
    midnight = datetime.fromtimestamp((last + 1) * DAY - HOUR, UTC).astimezone()

    done = begin_again(old, medium, tmp_path / "new", today=day_begun(midnight.date()))

    assert midnight.hour == 0
    assert midnight.date() > datetime.fromtimestamp(midnight.timestamp(), UTC).date()
    assert (done.due, done.recordings) == (0, 1)


def test_a_day_out_of_all_clocks_reach_is_refused_by_its_name(move: Move) -> None:
    move("CET-1")
    with pytest.raises(ValueError, match="0001-01-01"):
        day_begun(date.min)
