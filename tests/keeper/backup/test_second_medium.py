"""Give a second medium no backup before the office has answered."""

from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.keeper.backup.medium import FOLDER
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.doctor.backup import UNSAID, examine_backup
from appliance.link.requests.outside.backup import ForgetMedium
from tests.boxes import PASSWORD
from tests.keeper.backup.copies import answer, backed_up_box, backups, files, keyring, manifest
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import record

MARKED = {"zgoda-backup"}


class Drawer:
    """A box with a stick in it, and others apart."""

    def __init__(self, folder: Path) -> None:
        self.box, _ = backed_up_box(folder / "first")
        self._place, self._apart = folder / "first" / "stick", folder
        self._in = "first"

    def plug(self, name: str) -> Path:
        """Plug another stick in; a fresh one is prepared."""
        self._place.rename(self._apart / f"{self._in}.apart")
        self._in = name
        if (apart := self._apart / f"{name}.apart").exists():
            apart.rename(self._place)
        else:
            self._place.mkdir()
            prepare(self._place).close()
        return self._place / FOLDER

    def made(self) -> bool:
        """Say whether the next look makes a backup, a day later."""
        self.box.clock.advance(DAY)
        return backups(self.box).run()


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    made = Drawer(tmp_path)
    record(made.box)
    assert made.made()
    return made


def found(box: KeeperBox) -> set[str]:
    return {one.id for one in examine_backup(backups(box).seen())}


def failed(box: KeeperBox) -> int:
    return box.acts().count("backup_failed")


def test_a_second_one_waits_and_gets_its_backup_by_itself_once_the_office_has_answered(
    drawer: Drawer,
) -> None:
    second = drawer.plug("second")
    assert not drawer.made()
    assert files(second) == MARKED
    assert (backups(drawer.box).seen().code, failed(drawer.box)) == (UNSAID, 1)
    assert "backup.unsaid" in found(drawer.box)
    assert not drawer.made()
    assert failed(drawer.box) == 1, "looked at again, and told once"
    answer(drawer.box, 31)
    assert backups(drawer.box).run(), "at the next look, though a day has not passed"
    assert manifest(second).recordings
    assert len(keyring(drawer.box).content.media) == 2
    assert "backup.unsaid" not in found(drawer.box)


def test_nor_does_it_get_one_when_somebody_asks(drawer: Drawer) -> None:
    second = drawer.plug("second")
    backups(drawer.box)._wanted = True
    assert not backups(drawer.box).run()
    assert files(second) == MARKED
    assert backups(drawer.box).seen().code == UNSAID
    backups(drawer.box)._wanted = True
    assert not backups(drawer.box).run()
    assert failed(drawer.box) == 1, "told once"


def test_the_first_one_goes_on_meanwhile(drawer: Drawer) -> None:
    drawer.plug("second")
    assert not drawer.made()
    first = drawer.plug("first")
    assert backups(drawer.box).run()
    drawer.plug("second")
    assert not backups(drawer.box).run()
    assert backups(drawer.box).seen().code == UNSAID
    drawer.plug("first")
    assert not backups(drawer.box).run(), "not due yet"
    assert backups(drawer.box).seen().code == ""
    assert drawer.made()
    assert manifest(first).number == 3
    drawer.plug("second")
    assert not drawer.made()


def test_off_the_list_the_first_one_makes_room(drawer: Drawer) -> None:
    (first,) = keyring(drawer.box).content.media
    second = drawer.plug("second")
    assert not drawer.made()
    drawer.box.ask(ForgetMedium(first, PASSWORD), drawer.box.log_in())
    assert drawer.made()
    assert manifest(second).recordings
    assert {*keyring(drawer.box).content.media} == {manifest(second).medium}


def test_of_two_without_an_answer_the_one_goes_on_that_was_last_written_to(drawer: Drawer) -> None:
    """Whoever takes the answer out of the file brings no new call to one that lies apart."""
    answer(drawer.box, 31)
    second = drawer.plug("second")
    assert drawer.made()
    answer(drawer.box, 0)
    first = drawer.plug("first")
    assert not drawer.made()
    assert manifest(first).number == 1
    drawer.plug("second")
    assert drawer.made()
    assert manifest(second).number == 2


def test_one_that_was_only_begun_counts_as_well(drawer: Drawer) -> None:
    with keyring(drawer.box).changing() as draft:
        draft.media = {
            name: structs.replace(one, number=0, at=0.0, counted=None)
            for name, one in draft.media.items()
        }
    second = drawer.plug("second")
    assert not drawer.made()
    assert files(second) == MARKED
