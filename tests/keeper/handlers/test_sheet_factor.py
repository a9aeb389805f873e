"""Check that the sheet stands for the password alone: the second factor stays, unless lost."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from appliance.errors import VaultError
from appliance.keeper.people.second_factor import backup_digest
from appliance.keeper.records import Records
from appliance.link.requests.login import EnterCode, LogIn
from appliance.vault.opening.content import OperatorEntry
from tests.keeper.boxes import OWNER, KeeperBox, set_up
from tests.keeper.handlers.test_sheet import FRESH, enter, refused
from tests.proofs import give_totp

BACKUP = "7K2P9-0ABCD-EFGHJ-KMNPQ-RSTVW"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeeperBox]:
    monkeypatch.setattr(Records, "unlock", lambda records, proof: None)
    made = set_up(tmp_path / "data")
    yield made
    made.keeper.close()


@pytest.fixture
def app(box: KeeperBox) -> pyotp.TOTP:
    """Give the owner an app, and a backup code."""
    secret = pyotp.random_base32()
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        entry = next(each for each in draft.operators.values() if each.name == OWNER)
        give_totp(entry, secret)
        digest = backup_digest(entry.id, BACKUP)
        assert digest is not None
        entry.backup = (digest,)
    return pyotp.TOTP(secret)


def owner_of(box: KeeperBox) -> OperatorEntry:
    assert box.keeper.box is not None
    return next(e for e in box.keeper.box.keyring.content.operators.values() if e.name == OWNER)


def test_the_sheet_goes_around_no_second_factor(box: KeeperBox, app: pyotp.TOTP) -> None:
    """OWASP ASVS 5.0, 6.4.3: the sheet stands for the password alone."""
    before = owner_of(box)
    refused(box, "code_needed")
    refused(box, "wrong_code", code="000000")
    refused(box, "wrong_code", code="AAAAA-" * 5)
    assert owner_of(box) == before, "nothing is changed without a code"
    assert box.acts().count("code_failed") == 2
    assert enter(box, code=app.at(int(box.clock.now()))).step == "open"
    entry = owner_of(box)
    assert (entry.totp, len(entry.backup)) == (True, 1)
    assert entry.wrap != before.wrap
    assert "totp_removed" not in box.acts()
    refused(box, "wrong_code", code=app.at(int(box.clock.now())))  # it was good once
    box.clock.advance(60)
    half = box.ask(LogIn(OWNER, FRESH))
    assert half.step == "code"
    assert box.ask(EnterCode(half.token, app.at(int(box.clock.now())))).step == "open"


def test_a_backup_code_is_a_code_there_too_and_is_used_up(box: KeeperBox, app: pyotp.TOTP) -> None:
    assert enter(box, code=BACKUP.lower()).step == "open"
    assert owner_of(box).totp
    assert owner_of(box).backup == ()
    refused(box, "wrong_code", code=BACKUP)
    wanted = ["backup_code_used", "let_in_by_sheet"]
    assert [act for act in box.acts() if act in wanted] == wanted, "on the record first"


def test_whoever_lost_the_app_as_well_says_so_on_the_record(
    box: KeeperBox, app: pyotp.TOTP
) -> None:
    """The only administrator, who has lost everything but the sheet, still gets in."""
    assert enter(box, app_lost=True).step == "open"
    entry = owner_of(box)
    assert (entry.totp, entry.totp_secret, entry.backup) == (False, b"", ())
    wanted = ["let_in_by_sheet", "totp_removed"]
    assert [act for act in box.acts() if act in wanted] == wanted
    box.clock.advance(2)
    assert box.ask(LogIn(OWNER, FRESH)).step == "open"


def test_a_lost_app_is_no_word_about_one_who_has_none(box: KeeperBox) -> None:
    enter(box, app_lost=True)
    assert "totp_removed" not in box.acts()


def test_without_an_entry_the_app_stays(
    box: KeeperBox, app: pyotp.TOTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = owner_of(box)
    with monkeypatch.context() as broken:
        broken.setattr("appliance.keeper.audit.writer.os.fdatasync", failing)
        with pytest.raises(VaultError, match="nothing was done"):
            enter(box, app_lost=True)
    assert owner_of(box) == before


def failing(descriptor: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))
