"""Ask within how many days a person renews backups, which hold what was erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.config.read import trial_text
from appliance.link.requests.doctor import Examine
from appliance.link.requests.outside.sftp import ChangeSftp, SftpPlace, StopSftp
from appliance.link.requests.settings import Changed
from appliance.vault.opening.content import MediumState
from tests.boxes import PASSWORD
from tests.keeper.settings.changing import Office
from tests.keeper.settings.test_recipients import mistakes, opened
from tests.model.refusals import refuses

PLACE = SftpPlace("127.0.0.1", 1, "zgoda", "", "hand", "own")
ASKED = "configuration.backup_days_open"
REFUSED = [(("office", "backup_days"), "backups_by_hand")]
MEDIUM = MediumState(1, 1, 0.0, None, 0, 1, 1, 0, 0)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office without backups."""
    yield from opened(tmp_path / "data", trial_text())


def asked(office: Office) -> bool:
    return ASKED in {each.id for each in office.box.ask(Examine(), office.token).found}


def answer(office: Office, days: int) -> Changed:
    values = office.values()
    values["office"].pop("backup_days", None)
    if days:
        values["office"]["backup_days"] = days
    return office.change(values)


def sftp(office: Office, every: str) -> None:
    office.box.ask(ChangeSftp(structs.replace(PLACE, every=every), PASSWORD), office.token)


def know(office: Office, **media: MediumState) -> None:
    assert office.box.keeper.box is not None
    with office.box.keeper.box.keyring.changing() as draft:
        draft.media = media


def test_no_backup_is_made_by_hand_before_the_office_says_how_often(office: Office) -> None:
    with refuses("backup_days_open"):
        sftp(office, "hand")
    sftp(office, "week")
    assert not asked(office)
    assert mistakes(answer(office, 31)) == []
    sftp(office, "hand")
    assert not asked(office)
    assert mistakes(answer(office, 0)) == REFUSED
    assert mistakes(answer(office, 14)) == []
    office.box.ask(StopSftp(PASSWORD), office.token)
    assert mistakes(answer(office, 0)) == []


def test_a_folder_of_before_goes_on_and_is_asked_about(tmp_path: Path) -> None:
    folder = f'[backup]\nfolder = "{tmp_path}"\nevery = "hand"\nwhose = "own"\n'
    for office in opened(tmp_path / "data", trial_text() + folder):
        assert asked(office)
        assert mistakes(office.pause(5)) == [], "other settings are changed as always"
        assert mistakes(answer(office, 31)) == []
        assert not asked(office)
        assert mistakes(answer(office, 0)) == REFUSED


def test_a_medium_that_lies_apart_is_asked_about(tmp_path: Path) -> None:
    """The device reaches one medium in its folder, and its server; no other."""
    folder = f'[backup]\nfolder = "{tmp_path}"\nwhose = "own"\n'
    for office in opened(tmp_path / "data", trial_text() + folder):
        know(office, one=MEDIUM)
        assert not asked(office)
        know(office, one=MEDIUM, two=structs.replace(MEDIUM, number=0, begun=0))
        assert not asked(office), "nothing was ever written there"
        know(office, one=MEDIUM, two=MEDIUM)
        assert asked(office)
        know(office, one=MEDIUM, left=structs.replace(MEDIUM, far=True))
        assert asked(office), "of a server that is set up no more"
        assert mistakes(answer(office, 31)) == []
        assert not asked(office)
        assert mistakes(answer(office, 0)) == REFUSED
        know(office, one=MEDIUM)
        assert mistakes(answer(office, 0)) == []
