"""Let a new browser in from the command line, through the keeper's socket."""

import functools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result

from appliance.commands.people import command
from appliance.errors import LinkError, Refused
from appliance.keeper.records import Records
from appliance.link.requests.login import Browser, LogIn
from appliance.link.server import Server
from appliance.vault.opening.keys import sheet_text
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, set_up
from tests.proofs import give_totp

FRESH = "another four words entirely"
OTHER = sheet_text(bytes(32))


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeeperBox]:
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)
    made = set_up(tmp_path / "data")
    yield made
    made.keeper.close()


@pytest.fixture
def served(box: KeeperBox) -> Iterator[Server]:
    server = Server(box.folders.keeper_socket, box.keeper.handle, {os.getuid()})
    server.start()
    yield server
    server.stop()


def run(box: KeeperBox, *words: str) -> Result:
    return CliRunner().invoke(command, ["let-in", "--data", str(box.folders.data), *words])


@pytest.mark.usefixtures("served")
def test_it_prints_a_code_with_which_a_new_browser_logs_in(box: KeeperBox) -> None:
    done = run(box, "ewa  NOWAK")
    assert done.exit_code == 0, done.output
    said, code = done.output.strip().rsplit(": ", 1)
    assert said == f"Code for a new browser of {OWNER}, valid for 10 min"
    for number in range(3):
        with pytest.raises(Refused):
            box.ask(LogIn(OWNER, f"wrong {number}", browser=Browser("192.0.2.1")))
    login = LogIn(OWNER, PASSWORD, browser=Browser("192.0.2.1"), let_in=code)
    assert box.ask(login).step == "open"
    assert box.acts()[-1] == "logged_in"


@pytest.mark.usefixtures("served")
def test_it_prints_json(box: KeeperBox) -> None:
    made = json.loads(run(box, OWNER, "--json").output)
    assert (made["name"], made["seconds"], len(made["code"])) == (OWNER, 600, 11)


@pytest.mark.usefixtures("served")
def test_a_name_that_nobody_has_gets_none(box: KeeperBox) -> None:
    done = run(box, "Nobody")
    assert isinstance(done.exception, Refused)
    assert str(done.exception) == "no_account"
    assert "let_in" not in box.acts()


def test_a_user_who_is_neither_root_nor_the_keepers_gets_none(box: KeeperBox) -> None:
    server = Server(
        box.folders.keeper_socket, box.keeper.handle, {4711}, peer=lambda connection: 4711
    )
    server.for_user = lambda uid: functools.partial(box.keeper.handle, user=uid)
    server.start()
    try:
        done = run(box, OWNER)
    finally:
        server.stop()
    assert isinstance(done.exception, Refused)
    assert done.exception.code == "root_only"


def test_without_a_keeper_it_says_so(box: KeeperBox) -> None:
    assert isinstance(run(box, OWNER).exception, LinkError)


def by_sheet(box: KeeperBox, folder: Path, *words: str, sheet: str = "") -> Result:
    (folder / "sheet.txt").write_text((sheet or box.sheet) + "\n", "utf-8")
    (folder / "password.txt").write_text(FRESH + "\n", "utf-8")
    given = ["--sheet", str(folder / "sheet.txt"), "--password-file", str(folder / "password.txt")]
    where = ["--data", str(box.folders.data)]
    return CliRunner().invoke(command, ["by-sheet", *where, *given, *words])


@pytest.mark.usefixtures("served")
def test_a_sole_administrator_gets_a_new_password_by_the_sheet(
    box: KeeperBox, tmp_path: Path
) -> None:
    done = by_sheet(box, tmp_path, "ewa  NOWAK")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{OWNER} has the new password.")
    assert FRESH not in done.output
    assert box.log_in(password=FRESH)
    acts = box.acts()
    assert "let_in_by_sheet" in acts
    assert acts.index("let_in_by_sheet") < acts.index("logged_in") < acts.index("logged_out")


@pytest.mark.usefixtures("served")
def test_with_an_app_it_asks_for_a_code_or_that_the_app_is_lost(
    box: KeeperBox, tmp_path: Path
) -> None:
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        (entry,) = draft.operators.values()
        give_totp(entry, secret := pyotp.random_base32())
    without = by_sheet(box, tmp_path, OWNER)
    assert without.exit_code == 2
    assert f"{OWNER} logs in with codes: give one with --code, or --app-lost" in without.output
    assert "let_in_by_sheet" not in box.acts()
    code = pyotp.TOTP(secret).at(int(box.clock.now()))
    by_code = by_sheet(box, tmp_path, OWNER, "--code", code)
    assert by_code.output == f"{OWNER} has the new password. Now log in with it.\n"
    assert "totp_removed" not in box.acts()
    lost = by_sheet(box, tmp_path, OWNER, "--app-lost")
    assert lost.output.endswith("Now log in, and set up the app again.\n")
    assert "totp_removed" in box.acts()


@pytest.mark.usefixtures("served")
def test_a_wrong_sheet_changes_nothing(box: KeeperBox, tmp_path: Path) -> None:
    for sheet, why in ((box.sheet[:-1], "wrong_group"), (OTHER, "wrong_sheet")):
        done = by_sheet(box, tmp_path, OWNER, sheet=sheet)
        assert isinstance(done.exception, Refused)
        assert done.exception.code == why
    box.clock.advance(2)
    assert box.log_in()


@pytest.mark.usefixtures("served")
def test_the_terminal_asks_for_the_sheet_without_showing_it(box: KeeperBox) -> None:
    typed = f"{box.sheet}\n{FRESH}\n{FRESH}\n"
    where = ["--data", str(box.folders.data)]
    done = CliRunner().invoke(command, ["by-sheet", *where, OWNER, "--json"], input=typed)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["name"] == OWNER
    assert box.sheet not in done.output
    assert FRESH not in done.output
