"""Ask within how many days a person renews backups, which hold what was erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.config.kept import Seed, digest, encode_kept, in_force, version_file
from appliance.config.mistakes import MistakesFound
from appliance.config.read import trial_text
from appliance.keeper.storage.settings_rows import VersionRow
from appliance.link.requests.doctor import Examine
from appliance.link.requests.outside.sftp import ChangeSftp, SftpPlace, StopSftp
from appliance.link.requests.settings import Changed
from appliance.vault.opening.content import MediumState, SftpState
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


def server(office: Office) -> SftpState | None:
    assert office.box.keeper.box is not None
    return office.box.keeper.box.keyring.content.sftp


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


def by_hand(folder: Path, days: int) -> str:
    """Return settings with backups that are made by hand into a folder."""
    answered = trial_text().replace("[office]\n", f"[office]\nbackup_days = {days}\n")
    return f'{answered}[backup]\nfolder = "{folder}"\nevery = "hand"\nwhose = "own"\n'


def test_a_folder_by_hand_is_read_with_the_answer_alone(tmp_path: Path) -> None:
    with pytest.raises(MistakesFound) as refused:
        Seed("zgoda.toml", by_hand(tmp_path, 0)).config()
    (one,) = refused.value.mistakes
    assert (one.place, one.code) == REFUSED[0]
    assert str(refused.value).startswith(f"zgoda.toml:{one.line}: office.backup_days = 0: ")
    assert by_hand(tmp_path, 0).splitlines()[one.line - 1] == "backup_days = 0"
    for office in opened(tmp_path / "data", by_hand(tmp_path, 31)):
        assert not asked(office)
        assert mistakes(office.pause(5)) == []
        assert mistakes(answer(office, 0)) == REFUSED
        assert mistakes(office.write(by_hand(tmp_path, 0))) == REFUSED


def test_a_device_that_nobody_has_set_up_has_no_office_to_answer(tmp_path: Path) -> None:
    backup = f'[backup]\nfolder = "{tmp_path}"\n'
    Seed("zgoda.toml", f"fresh = true\n{backup}").config()
    with pytest.raises(MistakesFound) as refused:
        Seed("zgoda.toml", f'fresh = true\n{backup}every = "hand"\n').config()
    (one,) = refused.value.mistakes
    assert (one.place, one.code, one.line) == (("backup", "every"), "backups_by_hand", 4)


def test_kept_settings_without_the_answer_are_refused_in_one_sentence_and_mended(
    tmp_path: Path,
) -> None:
    """No recorder begins with them, so nobody is told; the keeper serves with the seed."""
    for office in opened(tmp_path / "data", by_hand(tmp_path, 31)):
        assert mistakes(office.pause(5)) == []
        unread = office.text().replace("backup_days = 31\n", "")
        folders, box = office.box.folders, office.box.keeper.box
        assert box is not None
        box.records.ledger.keep_version(VersionRow(number=3, at=0.0, sha256=digest(unread)))
        for path in (version_file(folders, 3), folders.settings_now):
            path.write_bytes(encode_kept(3, unread))
        with pytest.raises(MistakesFound) as refused:
            in_force(folders, office.box.seed)
        assert [(each.place, each.code) for each in refused.value.mistakes] == REFUSED
        assert str(refused.value).endswith("say within how many days.")
        assert len(str(refused.value).splitlines()) == 1
        office.box.restart()
        again = Office(office.box, office.box.log_in())
        assert [each.code for each in again.show().problem] == ["backups_by_hand"]
        found = again.box.ask(Examine(), again.token).found
        assert "configuration.damaged" in {each.id for each in found}
        assert mistakes(answer(again, 14)) == []
        assert again.show().problem == ()
        assert in_force(folders, office.box.seed).config.office.backup_days == 14


def test_no_server_is_left_behind_with_a_backup_before_the_office_says_how_long(
    office: Office,
) -> None:
    sftp(office, "week")
    sftp(office, "day")
    left = server(office)
    assert left is not None
    know(office, **{left.medium: structs.replace(MEDIUM, far=True)})
    sftp(office, "week")
    for leaves in (
        ChangeSftp(structs.replace(PLACE, every="week", server="127.0.0.2"), PASSWORD),
        ChangeSftp(structs.replace(PLACE, every="week", folder="other"), PASSWORD),
        StopSftp(PASSWORD),
    ):
        acts = len(office.box.acts())
        with refuses("backup_left"):
            office.box.ask(leaves, office.token)
        assert server(office) == structs.replace(left, every="week"), "it goes on there"
        assert len(office.box.acts()) == acts
    assert not asked(office)
    assert mistakes(answer(office, 31)) == []
    office.box.ask(StopSftp(PASSWORD), office.token)
    assert mistakes(answer(office, 0)) == REFUSED
    know(office)
    assert mistakes(answer(office, 0)) == []


def test_a_server_without_a_backup_is_left_as_it_is(office: Office) -> None:
    sftp(office, "week")
    left = server(office)
    assert left is not None
    know(office, **{left.medium: structs.replace(MEDIUM, number=0, begun=0, far=True)})
    office.box.ask(StopSftp(PASSWORD), office.token)
    assert server(office) is None


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
