"""Remind of erased calls that a backup made by hand alone still holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.keeper.doctor.backup import OWED, examine_backup
from appliance.keeper.handlers.mail import EARLY
from appliance.link.requests.outside.backup import GetBackup
from tests.keeper.backup.copies import backed_up_box, backups, erase, keyring
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import record, token_of


def owes(box: KeeperBox) -> bool:
    """Say whether somebody is reminded, by the doctor and by what Home goes by."""
    told = OWED in {one.id for one in examine_backup(backups(box).seen())}
    assert told is backups(box).seen().owes
    return told


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made, _ = backed_up_box(tmp_path, "hand")
    yield made
    made.keeper.close()


def pass_days(box: KeeperBox, days: float) -> None:
    assert box.keeper.box is not None
    box.clock.advance(days * DAY)
    box.keeper.box.records.look_at_the_time()


def test_a_week_after_an_erasure_somebody_is_reminded_until_a_backup_is_made(
    box: KeeperBox,
) -> None:
    first, second = record(box, 2)
    backups(box).ask()
    backups(box).run()
    assert not owes(box)
    erase(box, first)
    pass_days(box, 6.9)
    assert not owes(box)
    pass_days(box, 0.2)
    assert owes(box)
    assert second in keyring(box)
    backups(box).ask()
    backups(box).run()
    assert not owes(box)
    pass_days(box, 30)
    assert not owes(box)


def test_a_call_that_no_backup_ever_held_is_owed_by_none(box: KeeperBox) -> None:
    record(box)
    backups(box).ask()
    backups(box).run()
    (later,) = record(box)
    erase(box, later)
    pass_days(box, 8)
    assert not owes(box)


def test_an_erasure_that_comes_later_is_found_although_none_was_before(box: KeeperBox) -> None:
    (rid,) = record(box)
    backups(box).ask()
    backups(box).run()
    pass_days(box, 20)
    assert not owes(box)
    erase(box, rid)
    assert not owes(box)
    pass_days(box, 8)
    assert owes(box)


def test_where_backups_make_themselves_a_medium_that_lies_apart_is_owed(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path, "week")
    first, second = record(box, 2)
    backups(box).run()
    erase(box, first)
    pass_days(box, 0.1)
    assert backups(box).run(), "it is plugged in: the box does it by itself"
    pass_days(box, 8)
    assert not owes(box)
    medium.rename(tmp_path / "drawer")
    erase(box, second)
    pass_days(box, 8)
    assert not backups(box).run()
    assert owes(box)
    box.keeper.close()


def test_home_and_mail_tell_it(box: KeeperBox) -> None:
    (rid,) = record(box)
    backups(box).ask()
    backups(box).run()
    erase(box, rid)
    pass_days(box, 8)
    assert box.ask(GetBackup(), token_of(box, "Adam Admin")).owes
    assert OWED in EARLY
