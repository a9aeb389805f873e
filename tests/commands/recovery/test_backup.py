"""``zgoda backup``: a medium prepared, a copy begun and shown, checked, its key."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.recovery.backup import command
from appliance.config.outside import Backup
from appliance.errors import Refused, WrongSecret
from appliance.keeper.backup.medium import BackupFailed
from tests.commands.served import Served
from tests.keeper.desks import backups_of
from tests.keeper.office import make_office
from tests.small.media import told_apart


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = make_office(tmp_path / "data")
    office.seal()
    office.audit.sign_head()
    (tmp_path / "sheet.txt").write_text(office.sheet)
    (tmp_path / "stick").mkdir()
    made = Served(office.folders.data, office.sounds)
    around = made.keeper._around
    answered = replace(around.config.office, backup_days=31)
    told = Backup(str(tmp_path / "stick"), "hand")
    around.config = replace(around.config, office=answered, backup=told)
    yield made
    made.close()


def run(*words: str) -> Result:
    return CliRunner().invoke(command, list(words))


def finish(served: Served) -> None:
    assert served.keeper.box is not None
    thread = backups_of(served.keeper)._thread
    assert thread is not None
    thread.join()


def test_from_an_empty_stick_to_a_checked_backup(served: Served, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    prepared = run("prepare", str(stick), "--data", str(served.data))
    assert prepared.exit_code == 0
    assert f'[backup]\nfolder = "{stick}"' in prepared.stdout
    mark = (stick / "zgoda-backup" / "zgoda-backup").read_bytes()
    assert run("prepare", str(stick), "--data", str(served.data)).exit_code == 0
    assert (stick / "zgoda-backup" / "zgoda-backup").read_bytes() == mark, "prepared once"

    assert served.ask("backup.start").stdout == "Done.\n"
    finish(served)
    (medium,) = served.asked("backup.get")["media"]
    assert (medium["number"], medium["recordings"]) == (1, 1)

    good = run("check", str(stick))
    assert good.exit_code == 0
    assert "Backup 1 of " in good.stdout
    (recording,) = (stick / "zgoda-backup" / "rec").iterdir()
    recording.write_bytes(recording.read_bytes()[:-1])
    bad = run("check", str(stick), "--json")
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["bad"] == [f"rec/{recording.name}"]

    assert isinstance(served.ask("backup.forget", "--medium", "00").exception, Refused)
    assert served.ask("backup.forget", "--medium", medium["id"]).stdout == "Done.\n"
    assert served.asked("backup.get")["media"] == []


def test_its_key_is_one_of_the_program_age(tmp_path: Path, served: Served) -> None:
    told = run("key", "--sheet", str(tmp_path / "sheet.txt")).stdout
    (tmp_path / "key.txt").write_text(told)
    read = subprocess.run(
        ["age-keygen", "-y", str(tmp_path / "key.txt")], check=True, capture_output=True, text=True
    )
    assert read.stdout.startswith("age1")
    assert isinstance(run("key", "--sheet", "nonsense").exception, WrongSecret)


def test_what_is_not_prepared_is_said(served: Served, tmp_path: Path) -> None:
    assert served.ask("backup.start").exit_code == 0
    finish(served)
    shown = served.ask("backup.get")
    assert shown.exit_code == 1, "the last attempt failed"
    assert re.search(r"^trouble\s+(- )?There is no medium", shown.stdout, re.MULTILINE)
    failed = run("check", str(tmp_path / "stick")).exception
    assert isinstance(failed, BackupFailed)
    (tmp_path / "stick" / "zgoda-backup").mkdir()
    (tmp_path / "stick" / "zgoda-backup" / "holiday.jpg").touch()
    refused = run("prepare", str(tmp_path / "stick"), "--data", str(served.data)).exception
    assert isinstance(refused, BackupFailed)
    assert refused.code == "unmarked"


def test_a_folder_where_nothing_is_mounted_is_not_prepared(served: Served, tmp_path: Path) -> None:
    with told_apart():
        refused = run("prepare", str(tmp_path / "stick"), "--data", str(served.data)).exception
    assert isinstance(refused, BackupFailed)
    assert refused.code == "own_disk"
    assert "mount the medium there first" in str(refused)
    assert list((tmp_path / "stick").iterdir()) == []
