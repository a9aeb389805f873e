"""Ask again where a wrong day or a mistyped name would cost a recording, and mend it."""

from pathlib import Path

import pytest

from appliance.clock import DAY
from tests.keeper.backup.copies import backed_up_box, backups, erase, files, manifest
from tests.keeper.boxes import make_keeper
from tests.keeper.erasure.everything import record
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


def other(rid: str) -> str:
    """Return a name that differs in its last digit."""
    return rid[:-1] + ("0" if rid[-1] != "0" else "1")


def test_a_wrong_digit_brings_nothing_back_before_a_second_word(bench: Bench) -> None:
    wrong = other(bench.rids[0])
    listed = f"{bench.rids[1]}\n{wrong}\n{wrong.upper()}\n".encode()
    with refuses("names_unknown") as told:
        bench.begin(listed)
    assert told.value.values == {"count": 1, "names": wrong}
    assert not bench.new.folders.restoring.exists()

    bench.begin(listed, unknown=1)
    assert {path.name for path in bench.new.folders.recordings.iterdir()} == {
        rid for rid in bench.rids if rid != bench.rids[1]
    }


@pytest.mark.parametrize(
    "listed",
    ["", "\n \n", "Recorded on 2026-09-21, 14:05\nErased on 21.09.2026\n", "file number 2026/117"],
)
def test_a_list_without_a_name_needs_no_second_word(bench: Bench, listed: str) -> None:
    bench.begin(listed.encode())
    result = bench.desk.restoring.seen.result
    assert result is not None
    assert (result.recordings, result.erased) == (3, 0)


def test_of_many_unknown_names_the_first_are_told_with_their_number(bench: Bench) -> None:
    strange = [f"{number:032x}" for number in range(1, 6)]
    with refuses("names_unknown") as told:
        bench.begin("\n".join(reversed(strange)).encode(), unknown=4)
    assert told.value.values == {"count": 5, "names": ", ".join(strange[:3]) + " …"}


def test_where_everything_was_erased_no_name_can_be_wrong(bench: Bench) -> None:
    bench.begin(other(bench.rids[0]).encode(), erased_all=True)
    assert list(bench.new.folders.recordings.iterdir()) == []


def test_what_was_erased_before_the_backup_is_known_to_it(tmp_path: Path) -> None:
    old, medium = backed_up_box(tmp_path / "old")
    rids = record(old, 2)
    erase(old, rids[0])
    backups(old).run()
    old.keeper.close()
    bench = Bench(old, rids, medium, make_keeper(tmp_path / "new"))
    bench.point()
    listed = f"{rids[0]}\n{other(rids[0])}".encode()

    with refuses("names_unknown") as told:
        bench.begin(listed)
    assert told.value.values == {"count": 1, "names": other(rids[0])}
    bench.begin(listed, unknown=1)
    assert [path.name for path in bench.new.folders.recordings.iterdir()] == [rids[1]]
    bench.new.keeper.close()


def test_a_damaged_log_vouches_for_no_name(bench: Bench) -> None:
    for path in (bench.medium / "parts").iterdir():
        path.write_bytes(b"")
    with refuses("backup_damaged"):
        bench.begin(other(bench.rids[0]).encode())
    assert not bench.new.folders.restoring.exists()
