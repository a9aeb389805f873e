"""Ask again where a wrong day or a mistyped name would cost a recording, and mend it."""

import pytest

from appliance.clock import DAY
from tests.keeper.backup.copies import backups, files, manifest
from tests.keeper.handlers.recovery.bench import Bench
from tests.model.refusals import refuses

LATER = "2036-01-01"


def test_a_day_that_leaves_recordings_away_is_asked_about_with_their_number(bench: Bench) -> None:
    assert bench.refused(today=LATER) == "due_that_day"
    assert bench.refused(today=LATER, due=2) == "due_that_day"
    assert not bench.new.folders.restoring.exists()
    bench.begin(bench.rids[0].encode(), today=LATER, due=2)
    result = bench.desk.restoring.seen.result
    assert result is not None
    assert (result.due, result.erased) == (2, 1)


def test_what_a_wrong_day_left_away_stays_on_the_medium_until_a_person_asks(bench: Bench) -> None:
    before = files(bench.medium)
    bench.begin(today=LATER, due=3)
    assert list(bench.new.folders.recordings.iterdir()) == []
    for _ in range(4):
        assert not backups(bench.new).run()
        assert backups(bench.new).seen().code == "waits"
        bench.new.clock.advance(DAY)
    bench.new.restart()
    bench.point()
    assert not backups(bench.new).run()
    assert files(bench.medium) == before
    assert bench.new.acts().count("backup_failed") == 2, "once for each start"
    assert bench.new.acts().count("backup_started") == 1, "the old box's own"

    backups(bench.new)._wanted = True
    assert backups(bench.new).run()
    assert manifest(bench.medium).recordings == {}
    assert (backups(bench.new).seen().code, backups(bench.new).run()) == ("", False)


def test_a_restore_that_left_nothing_away_as_due_backs_up_by_itself(bench: Bench) -> None:
    bench.begin(bench.rids[0].encode())
    assert backups(bench.new).run(), backups(bench.new).seen().trouble
    assert set(manifest(bench.medium).recordings) == set(bench.rids[1:])


@pytest.mark.parametrize("cut", [slice(31), slice(1, None), slice(0, 32, 2)])
def test_a_name_that_is_mistyped_is_refused_with_its_line(bench: Bench, cut: slice) -> None:
    listed = f"one certificate\n{bench.rids[0]}\n{bench.rids[1][cut]}\n"
    with refuses("doubtful") as told:
        bench.begin(listed.encode())
    assert told.value.values == {"line": 3}
    assert not bench.new.folders.restoring.exists()
