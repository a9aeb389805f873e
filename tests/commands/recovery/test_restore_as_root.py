"""``zgoda restore`` as root goes on as the user who owns the data folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner

from appliance.commands.recovery import drill
from appliance.commands.recovery.restore import command
from tests.commands.served import PASSWORD
from tests.keeper.backup.copies import backed_up_box, backups
from tests.keeper.boxes import OWNER
from tests.keeper.erasure.everything import record

NOBODY = 54_321
"""A user of whom this machine knows no name."""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may enter; pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def run_in_a_child(words: list[str], command: Command = command) -> int:
    """Run the command in a process of its own, which keeps what is imported; return its exit."""
    child = os.fork()
    if child == 0:
        done = CliRunner().invoke(command, words)
        still_root = os.geteuid() == 0 or os.getgid() == 0 or os.getgroups() != []
        os._exit(99 if still_root else done.exit_code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.root
def test_what_is_restored_belongs_to_the_owner_of_the_data_folder(open_folder: Path) -> None:
    box, medium = backed_up_box(open_folder / "old")
    record(box)
    assert backups(box).run()
    box.keeper.close()
    for path in (medium.parent, open_folder / "old"):
        path.chmod(0o755)
    for secret, text in (("sheet.txt", box.sheet), ("password", f"{PASSWORD} and more")):
        (open_folder / secret).write_text(text)
        (open_folder / secret).chmod(0o600)
    words = [str(medium.parent), "--sheet", str(open_folder / "sheet.txt"), "--name", OWNER]
    words += ["--password-file", str(open_folder / "password"), "--today", "2026-09-21"]
    first = CliRunner().invoke(command, [*words, "--data", str(open_folder / "first")])
    assert first.exit_code == 0, first.output

    new = open_folder / "new"
    new.mkdir(mode=0o751)
    os.chown(new, NOBODY, NOBODY)
    assert run_in_a_child([*words, "--data", str(new)]) == 0
    owners = {path.stat().st_uid for path in (new, *new.rglob("*"))}
    assert owners == {NOBODY}
    assert len(list((new / "rec").iterdir())) == 1


@pytest.mark.root
def test_a_drill_reads_the_medium_as_the_owner_of_the_data_folder(open_folder: Path) -> None:
    box, medium = backed_up_box(open_folder / "old")
    record(box)
    assert backups(box).run()
    box.keeper.close()
    for path in (medium.parent, open_folder / "old"):
        path.chmod(0o755)
    (open_folder / "sheet.txt").write_text(box.sheet)
    (open_folder / "sheet.txt").chmod(0o600)
    data = open_folder / "data"
    data.mkdir(mode=0o751)
    os.chown(data, NOBODY, NOBODY)
    words = [str(medium.parent), "--sheet", str(open_folder / "sheet.txt"), "--data", str(data)]
    assert run_in_a_child(words, drill.command) == 0
