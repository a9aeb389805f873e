"""Refuse to say that nobody receives recordings while backups go to somebody else's server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.config.mistakes import Place
from appliance.config.read import trial_text
from appliance.link.requests.doctor import Examine
from appliance.link.requests.outside.sftp import ChangeSftp, SftpPlace, StopSftp
from appliance.link.requests.settings import Changed
from tests.boxes import PASSWORD
from tests.keeper.boxes import set_up
from tests.keeper.settings.changing import Office
from tests.model.refusals import refuses

NOBODY = 'recipients = "nobody"'
PLACE = SftpPlace("127.0.0.1", 1, "zgoda", "", "week", "other")
NAMED = {"pl": "Serwery Lipowa", "en": "Lipowa Servers", "de": "Server Linde"}


def opened(data: Path, seed: str) -> Iterator[Office]:
    made = set_up(data, seed_text=seed)
    yield Office(made, made.log_in())
    made.keeper.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office that has said that nobody receives recordings."""
    yield from opened(tmp_path / "data", trial_text())


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Office]:
    """An office that nobody has ever asked."""
    without = "\n".join(line for line in trial_text().splitlines() if NOBODY not in line)
    yield from opened(tmp_path / "data", f"{without}\n")


def mistakes(changed: Changed) -> list[tuple[Place, str]]:
    return [(each.place, each.code) for each in changed.mistakes]


def asked(office: Office) -> set[str]:
    return {each.id for each in office.box.ask(Examine(), office.token).found}


def answer(office: Office, said: str) -> Changed:
    values = office.values()
    values["office"]["recipients"] = said
    values["office"].pop("recipients_say", None)
    if said == "these":
        values["office"]["recipients_say"] = NAMED
    return office.change(values, "words")


def sftp(office: Office, whose: str) -> None:
    office.box.ask(ChangeSftp(structs.replace(PLACE, whose=whose), PASSWORD), office.token)


def test_an_office_that_was_never_asked_goes_on_and_is_asked(silent: Office) -> None:
    assert "configuration.recipients_open" in asked(silent)
    assert mistakes(silent.pause(5)) == []
    assert mistakes(answer(silent, "nobody")) == []
    assert "configuration.recipients_open" not in asked(silent)


def test_nobody_is_refused_while_backups_go_elsewhere(silent: Office) -> None:
    sftp(silent, "other")
    told = answer(silent, "nobody")
    assert mistakes(told) == [(("office", "recipients"), "backups_elsewhere")]
    assert told.mistakes[0].values["server"] == PLACE.server
    assert mistakes(answer(silent, "these")) == []


def test_nobody_holds_beside_a_server_of_the_office(silent: Office) -> None:
    sftp(silent, "own")
    assert mistakes(answer(silent, "nobody")) == []


def test_backups_go_nowhere_else_while_nobody_receives_recordings(office: Office) -> None:
    with refuses("nobody_receives"):
        sftp(office, "other")
    with refuses("sftp_place"):
        sftp(office, "")
    sftp(office, "own")
    with refuses("nobody_receives"):
        sftp(office, "other")
    assert mistakes(answer(office, "these")) == []
    sftp(office, "other")
    assert mistakes(answer(office, "nobody")) == [(("office", "recipients"), "backups_elsewhere")]
    office.box.ask(StopSftp(PASSWORD), office.token)
    assert mistakes(answer(office, "nobody")) == []


def test_a_server_of_before_that_nobody_spoke_of_is_asked_about(office: Office) -> None:
    sftp(office, "own")
    assert office.box.keeper.box is not None
    with office.box.keeper.box.keyring.changing() as draft:
        assert draft.sftp is not None
        draft.sftp = structs.replace(draft.sftp, whose="")
    assert {"sftp.whose", "configuration.nobody_elsewhere"} <= asked(office)


NAS = "/mnt/nas/zgoda"
FOLDER = f'[backup]\nfolder = "{NAS}"\nevery = "week"\n'


@pytest.fixture
def nas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's list of mounts, where the folder for backups is a network drive."""
    listed = tmp_path / "mountinfo"
    listed.write_text(
        "20 1 179:2 / / rw - ext4 /dev/mmcblk0p2 rw\n"
        "30 20 0:50 / /mnt/nas rw - nfs4 nas:/volume1 rw\n"
    )
    monkeypatch.setattr("appliance.keeper.storage.mounts.MOUNTS", listed)
    return listed


@pytest.fixture
def beside_nas(nas: Path, tmp_path: Path) -> Iterator[Office]:
    """An office that nobody has ever asked, with backups on a network drive."""
    without = "\n".join(line for line in trial_text().splitlines() if NOBODY not in line)
    yield from opened(tmp_path / "data", f"{without}\n{FOLDER}")


def runs(office: Office, whose: str) -> Changed:
    values = office.values()
    values["backup"].pop("whose", None)
    if whose:
        values["backup"]["whose"] = whose
    return office.change(values)


def test_nobody_is_refused_while_the_folder_is_on_a_network_drive(beside_nas: Office) -> None:
    office = beside_nas
    assert "backup.whose" in asked(office)
    told = answer(office, "nobody")
    assert mistakes(told) == [(("office", "recipients"), "backups_in_folder")]
    assert told.mistakes[0].values["path"] == NAS
    assert mistakes(answer(office, "these")) == []
    assert mistakes(runs(office, "other")) == []
    assert "backup.whose" not in asked(office)
    assert mistakes(answer(office, "nobody")) == [(("office", "recipients"), "backups_in_folder")]


def test_nobody_holds_beside_a_network_drive_of_the_office(beside_nas: Office) -> None:
    office = beside_nas
    assert mistakes(runs(office, "own")) == []
    assert mistakes(answer(office, "nobody")) == []
    assert not {"backup.whose", "configuration.nobody_folder"} & asked(office)
    for whose in ("", "other"):
        assert mistakes(runs(office, whose)) == [(("backup", "whose"), "backups_in_folder")]
    assert mistakes(answer(office, "these")) == []
    assert mistakes(runs(office, "other")) == []


def test_a_folder_on_the_device_itself_is_not_asked_about(beside_nas: Office, nas: Path) -> None:
    nas.write_text("20 1 179:2 / / rw - ext4 /dev/mmcblk0p2 rw\n")
    assert "backup.whose" not in asked(beside_nas)
    assert mistakes(answer(beside_nas, "nobody")) == []
    for whose, wrong in (("own", []), ("other", [(("backup", "whose"), "backups_in_folder")])):
        assert mistakes(runs(beside_nas, whose)) == wrong, "what the owner says counts"


@pytest.mark.usefixtures("nas")
def test_a_configuration_of_before_that_says_nobody_goes_on_and_is_asked(tmp_path: Path) -> None:
    for office in opened(tmp_path / "data", trial_text() + FOLDER):
        found = {"backup.whose", "configuration.nobody_folder"}
        assert found <= asked(office)
        assert mistakes(office.pause(5)) == [], "other settings are changed as always"
        assert found <= asked(office)
        assert mistakes(runs(office, "own")) == []
        assert not found & asked(office)
