"""The recovery sheet is tried on a backup from the panel, in a process of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import LinkError, Refused
from appliance.keeper.audit.lines import readable
from appliance.keeper.backup import drilling
from appliance.keeper.backup.drilling import prove, prove_apart
from appliance.keeper.backup.medium import BackupFailed
from appliance.link.requests.outside.backup import GetBackup
from appliance.link.requests.recovery.drill import TrySheet
from appliance.vault.opening.keys import new_secret, read_sheet, sheet_text
from tests.keeper.backup.copies import backed_up_box, backups, point_to
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import SECOND, record


@dataclass
class Bench:
    """A box with a backup."""

    box: KeeperBox
    medium: Path
    token: str

    def refused(self, sheet: str = "") -> str:
        with pytest.raises(Refused) as told:
            self.box.ask(TrySheet(sheet or self.box.sheet), self.token)
        return told.value.code


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    box, medium = backed_up_box(tmp_path)
    record(box, 2)
    backups(box).run()
    yield Bench(box, medium, box.log_in(SECOND))
    box.keeper.close()


def test_the_sheet_opens_the_newest_recording_and_it_is_noted(bench: Bench) -> None:
    before = {path: path.read_bytes() for path in bench.medium.rglob("*") if path.is_file()}
    tried = bench.box.ask(TrySheet(bench.box.sheet.lower()), bench.token)

    assert (tried.number, tried.verdict) == (1, "complete")
    assert tried.seconds > 0
    assert bench.box.acts()[-1] == "drill_done"
    *_, (entry, _) = readable(bench.box.folders.audit)
    assert entry.detail == "copy_1"
    assert bench.box.keeper.box is not None
    people = bench.box.keeper.box.keyring.content.operators
    assert people[entry.actor].name == SECOND, "who tried it stands there"
    assert bench.box.ask(GetBackup(), bench.token).drilled is not None
    after = {path: path.read_bytes() for path in bench.medium.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("AAAAA" * 13, "wrong_groups"),
        ("ABC", "sheet_letters"),
        (sheet_text(new_secret()), "wrong_backup_sheet"),
    ],
)
def test_another_sheet_opens_nothing_and_nothing_is_noted(
    bench: Bench, sheet: str, code: str
) -> None:
    assert bench.refused(sheet) == code
    assert "drill_done" not in bench.box.acts()
    assert bench.box.ask(GetBackup(), bench.token).drilled is None


def test_another_boxs_backup_proves_nothing_here(bench: Bench, tmp_path: Path) -> None:
    other, medium = backed_up_box(tmp_path / "other")
    record(other)
    backups(other).run()
    point_to(bench.box, medium.parent)

    assert bench.refused() == "wrong_backup_sheet"
    assert bench.refused(other.sheet) == "backup_other_box"
    assert "drill_done" not in bench.box.acts()
    other.keeper.close()


@pytest.mark.parametrize(
    ("what", "code"),
    [("gone", "absent"), ("none", "none"), ("altered", "damaged"), ("missing", "damaged")],
)
def test_without_a_good_backup_it_says_why(bench: Bench, what: str, code: str) -> None:
    match what:
        case "gone":
            bench.medium.parent.rename(bench.medium.parent.with_name("drawer"))
        case "none":
            (bench.medium / "manifest").unlink()
        case "altered":
            for path in (bench.medium / "rec").iterdir():
                path.chmod(0o600)
                raw = bytearray(path.read_bytes())
                raw[5000] ^= 1
                path.write_bytes(raw)
        case "missing":
            for path in (bench.medium / "rec").iterdir():
                path.unlink()
    assert bench.refused() == f"backup_{code}"
    assert "drill_done" not in bench.box.acts()


def test_where_no_folder_is_set_up_there_is_nothing_to_try(bench: Bench) -> None:
    point_to(bench.box, None)
    assert bench.refused() == "no_backup_place"


def test_a_process_that_dies_or_babbles_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for boot in (
        "raise SystemExit(1)",
        "import sys, socket; s = socket.socket(fileno=int(sys.argv[1])); s.sendall(b'x' * 99)",
        "import sys, socket; s = socket.socket(fileno=int(sys.argv[1])); s.sendall(bytes(8))",
    ):
        monkeypatch.setattr(drilling, "_BOOT", boot)
        assert bench.refused() == "trial_away"
    monkeypatch.setattr(drilling, "_BOOT", "import signal; signal.pause()")
    monkeypatch.setattr(drilling, "PATIENCE", 0.2)
    assert bench.refused() == "trial_away"


def test_the_secret_is_wiped_where_it_was_used(bench: Bench) -> None:
    secret = read_sheet(bench.box.sheet)
    prove(bench.medium, secret)
    assert not any(secret)


def test_no_process_can_be_started(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(LinkError, match="No process"):
        prove_apart(read_sheet(bench.box.sheet), bench.medium)


def test_a_box_without_recordings_has_nothing_to_try(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    with pytest.raises(BackupFailed) as told:
        prove_apart(read_sheet(box.sheet), medium)
    assert told.value.code == "none"
    box.keeper.close()
