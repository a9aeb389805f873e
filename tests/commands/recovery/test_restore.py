"""``zgoda restore`` and ``zgoda drill`` on a backup, as a person types them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.recovery import drill, restore
from appliance.commands.unseal import command as unseal
from appliance.errors import Refused, WrongSecret
from appliance.vault.opening.keys import new_secret, sheet_text
from tests.commands.served import PASSWORD, Served, with_a_stick
from tests.keeper.backup.copies import manifest
from tests.keeper.desks import backups_of
from tests.keeper.office import make_office


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A keeper with a finished backup of two calls on a stick, and the sheet in a file."""
    office = make_office(tmp_path / "data")
    for _ in range(2):
        office.seal()
    made = with_a_stick(office, tmp_path)
    assert made.keeper.box is not None
    assert backups_of(made.keeper).run()
    yield made
    made.close()


def begin_again(folder: Path, *words: str) -> Result:
    said = [str(folder / "stick"), "--sheet", str(folder / "sheet.txt"), "--name", "Ewa Nowak"]
    said += ["--password-file", str(folder / "password"), "--data", str(folder / "new")]
    (folder / "password").write_text(f"{PASSWORD} and more\n")
    return CliRunner().invoke(restore.command, [*said, *words])


def test_a_new_box_is_made_and_says_what_became_of_it(served: Served, tmp_path: Path) -> None:
    done = begin_again(tmp_path, "--today", "2026-09-21")
    assert done.exit_code == 0, done.output
    assert "Restored recordings: 2." in done.stdout
    assert "restored-zgoda.toml: put the file in place" in done.stdout
    assert "Is there a newer one" in done.stderr
    assert "later than today" not in done.stderr
    assert (tmp_path / "new" / "keyring.0").exists()
    again = begin_again(tmp_path, "--today", "2026-09-21").exception
    assert isinstance(again, Refused)
    assert again.code == "folder_not_empty"


def test_certificates_name_what_stays_away(served: Served, tmp_path: Path) -> None:
    gone, stays = sorted(manifest(tmp_path / "stick").recordings)
    (tmp_path / "certificates.txt").write_text(f"Certificate of erasure\nRecording {gone}\n")
    (tmp_path / "none.txt").write_text("nothing here")
    listed = ("--erased", str(tmp_path / "certificates.txt"))
    assert (
        begin_again(
            tmp_path, "--today", "2026-09-21", "--erased", str(tmp_path / "none.txt")
        ).exit_code
        == 2
    )
    done = begin_again(tmp_path, "--today", "2026-09-21", *listed, "--json")
    told = json.loads(done.stdout)
    assert (told["recordings"], told["erased"], told["due"]) == (1, 1, 0)
    assert [path.name for path in (tmp_path / "new" / "rec").iterdir()] == [stays]


def test_a_name_that_the_backup_does_not_know_takes_a_second_word(
    served: Served, tmp_path: Path
) -> None:
    gone, stays = sorted(manifest(tmp_path / "stick").recordings)
    wrong = gone[:-1] + ("0" if gone[-1] != "0" else "1")
    (tmp_path / "list.txt").write_text(f"Recording {wrong}\nRecording {wrong}\n")
    listed = ("--today", "2026-09-21", "--erased", str(tmp_path / "list.txt"))
    refused = begin_again(tmp_path, *listed).exception
    assert str(refused) == f"names_unknown count=1 names={wrong}"
    assert not (tmp_path / "new" / "keyring.0").exists()

    done = begin_again(tmp_path, *listed, "--unknown", "1", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["erased"] == 0
    assert {path.name for path in (tmp_path / "new" / "rec").iterdir()} == {gone, stays}


def test_after_an_erasure_of_everything_no_recording_of_an_older_backup_comes_back(
    served: Served, tmp_path: Path
) -> None:
    """Its certificate names none."""
    rids = manifest(tmp_path / "stick").recordings
    done = begin_again(tmp_path, "--today", "2026-09-21", "--erased-all", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["recordings"], told["erased"], told["due"]) == (0, len(rids), 0)
    assert list((tmp_path / "new" / "rec").iterdir()) == []


def test_no_clock_alone_drops_anything(served: Served, tmp_path: Path) -> None:
    assert begin_again(tmp_path).exit_code != 0
    assert begin_again(tmp_path, "--today", "yesterday").exit_code == 2
    assert not (tmp_path / "new" / "keyring.0").exists()
    for agreed in ((), ("--due", "1")):
        refused = begin_again(tmp_path, "--today", "2030-01-01", *agreed).exception
        assert str(refused) == "due_that_day count=2"
    assert not (tmp_path / "new" / "keyring.0").exists()
    done = begin_again(tmp_path, "--today", "2030-01-01", "--due", "2", "--json")
    assert json.loads(done.stdout)["due"] == 2


def test_a_day_before_the_backup_is_told_and_counts(served: Served, tmp_path: Path) -> None:
    """The clock of the old box was ahead."""
    done = begin_again(tmp_path, "--today", "2026-08-01")
    assert done.exit_code == 0, done.output
    assert "later than today: look at the day again" in done.stderr
    assert "Restored recordings: 2." in done.stdout


def test_a_drill_opens_the_newest_recording_and_the_box_notes_it(
    served: Served, tmp_path: Path
) -> None:
    words = [str(tmp_path / "stick"), "--sheet", str(tmp_path / "sheet.txt")]
    words += ["--data", str(served.data)]
    done = CliRunner().invoke(drill.command, words)
    assert done.exit_code == 0, done.output
    assert "The sheet opens backup 1: the call of " in done.stdout
    assert "complete." in done.stdout
    assert "The device has noted it." in done.stdout
    assert served.acts()[-1] == "drill_done"
    assert served.keeper.box is not None
    assert served.keeper.box.keyring.content.drill is not None

    mistyped = "-".join(
        "AAAAA" if at in {4, 9} else group
        for at, group in enumerate((tmp_path / "sheet.txt").read_text().strip().split("-"))
    )
    named = CliRunner().invoke(
        drill.command, [str(tmp_path / "stick"), "--sheet", mistyped, "--data", str(served.data)]
    )
    assert str(named.exception) == "These groups of the sheet have a typing mistake: 5, 10."
    other = [str(tmp_path / "stick"), "--sheet", sheet_text(new_secret())]
    failed = CliRunner().invoke(drill.command, [*other, "--data", str(served.data)])
    assert isinstance(failed.exception, WrongSecret)
    for path in (tmp_path / "stick" / "zgoda-backup" / "rec").iterdir():
        path.unlink()
    lost = CliRunner().invoke(drill.command, words)
    assert "is missing on the medium" in str(lost.exception)
    assert served.acts().count("drill_done") == 1


def test_the_second_reader_opens_a_backup_too(served: Served, tmp_path: Path) -> None:
    """It was written from docs/format.md alone."""
    medium, made = tmp_path / "stick" / "zgoda-backup", manifest(tmp_path / "stick")
    words = [str(medium / "rec" / min(made.recordings)), str(tmp_path / "sheet.txt")]
    words += [str(medium / made.folder / "keyring.age"), str(tmp_path / "call.wav")]
    script = Path(__file__).parents[3] / "docs" / "unseal.py"
    done = subprocess.run([sys.executable, str(script), *words], check=True, capture_output=True)
    assert json.loads(done.stdout)["verdict"] == "complete"
    assert (tmp_path / "call.wav").stat().st_size > 44


def test_unseal_takes_a_backups_keyring(served: Served, tmp_path: Path) -> None:
    medium = tmp_path / "stick" / "zgoda-backup"
    made = manifest(tmp_path / "stick")
    words = [str(medium / "rec" / min(made.recordings)), "--sheet", str(tmp_path / "sheet.txt")]
    words += ["--keyring", str(medium / made.folder / "keyring.age")]
    done = CliRunner().invoke(unseal, [*words, "--out", str(tmp_path / "call.wav")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "call.wav").stat().st_size > 44
