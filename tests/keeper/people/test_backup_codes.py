"""Log in with a backup code in place of the authenticator's."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from appliance.errors import Refused
from appliance.keeper.people.second_factor import BACKUP_CODES
from appliance.keeper.records import Records
from appliance.link.requests import me as ask
from appliance.link.requests.login import EnterCode, LogIn, Session
from appliance.model.limits import LONGEST_BACKUP_CODE
from appliance.vault.opening.keys import ALPHABET
from tests.boxes import PASSWORD, grep
from tests.keeper.boxes import OWNER, KeeperBox, set_up
from tests.proofs import give_totp

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeeperBox]:
    monkeypatch.setattr(Records, "unlock", lambda records, proof: None)
    made = set_up(tmp_path / "data")
    assert made.keeper.box is not None
    with made.keeper.box.keyring.changing() as draft:
        (entry,) = draft.operators.values()
        give_totp(entry, SECRET)
    yield made
    made.keeper.close()


def enter(box: KeeperBox, code: str) -> Session:
    half = box.ask(LogIn(OWNER, PASSWORD))
    assert half.step == "code"
    return box.ask(EnterCode(half.token, code))


def by_app(box: KeeperBox) -> str:
    box.clock.advance(90)
    return enter(box, shown(box)).token


def shown(box: KeeperBox) -> str:
    return pyotp.TOTP(SECRET).at(int(box.clock.now()))


def make(box: KeeperBox, token: str) -> tuple[str, ...]:
    """Make codes with the app's next code: the one of the login is used up."""
    box.clock.advance(90)
    return box.ask(ask.MakeBackupCodes(PASSWORD, shown(box)), token).codes


def left(box: KeeperBox, token: str) -> int:
    return box.ask(ask.ShowMe(), token).backup_left


def test_each_of_ten_codes_lets_in_once_and_goes_on_the_record(box: KeeperBox) -> None:
    codes = make(box, by_app(box))
    assert len(set(codes)) == BACKUP_CODES
    first = enter(box, codes[0].lower().replace("-", " "))
    assert first.step == "open"
    assert left(box, first.token) == BACKUP_CODES - 1
    with pytest.raises(Refused):
        enter(box, codes[0])
    acts = box.acts()
    assert acts.count("backup_codes_made") == 1
    assert acts[acts.index("backup_code_used") + 1] == "logged_in", "on the record first"
    box.restart()
    assert enter(box, codes[1]).step == "open"


def test_a_code_has_112_bits_or_more_and_fits_the_form(box: KeeperBox) -> None:
    """OWASP ASVS 5.0, 6.5.2: from 112 bits on, a plain digest may keep a look-up secret."""
    codes = make(box, by_app(box))
    letters = [code.replace("-", "") for code in codes]
    assert {len(one) for one in letters} == {25}
    assert set("".join(letters)) <= set(ALPHABET)
    assert len(ALPHABET) == 32
    assert 25 * 5 >= 112
    for place in range(25):
        assert len({one[place] for one in letters}) > 1, "each letter is drawn"
    assert max(map(len, codes)) <= LONGEST_BACKUP_CODE
    assert box.keeper.box is not None
    (entry,) = box.keeper.box.keyring.content.operators.values()
    said = [f"zgoda backup code v2 {entry.id} {one}" for one in letters]
    assert entry.backup == tuple(hashlib.sha256(one.encode()).digest() for one in said)


def test_the_codes_are_stored_nowhere(box: KeeperBox) -> None:
    codes = make(box, by_app(box))
    enter(box, codes[0])
    needles = {code: form.encode() for code in codes for form in (code, code.replace("-", ""))}
    files = [path for path in box.folders.data.rglob("*") if path.is_file()]
    assert grep(files, needles) == []


def test_new_codes_void_the_old_ones(box: KeeperBox) -> None:
    old = make(box, by_app(box))
    new = make(box, by_app(box))
    with pytest.raises(Refused):
        enter(box, old[3])
    box.clock.advance(2)
    assert enter(box, new[3]).step == "open"


def test_they_go_with_the_app(box: KeeperBox) -> None:
    token = by_app(box)
    codes = make(box, token)
    box.ask(ask.DropTotp(PASSWORD, codes[0]), token)
    assert left(box, token) == 0
    with pytest.raises(Refused) as caught:
        make(box, token)
    assert caught.value.code == "app_needed"


@pytest.mark.parametrize(
    "code", ["AAAAA-" * 5, "AAAAA-AAAAA", "", "A", "ż" * 25, "123456", "1" * 25, "A" * 500]
)
def test_a_guess_is_a_wrong_code(box: KeeperBox, code: str) -> None:
    make(box, by_app(box))
    with pytest.raises(Refused) as caught:
        enter(box, code)
    assert caught.value.code == "wrong_password"
    assert "code_failed" in box.acts()


def test_making_them_needs_the_password(box: KeeperBox) -> None:
    with pytest.raises(Refused) as caught:
        box.ask(ask.MakeBackupCodes("not the password at all", shown(box)), by_app(box))
    assert caught.value.code == "wrong_password"


def test_the_password_at_an_open_browser_makes_none(box: KeeperBox) -> None:
    token = by_app(box)
    used = shown(box)
    for code in ("", "000000", "AAAAA-AAAAA", used):
        box.clock.advance(2)
        with pytest.raises(Refused) as caught:
            box.ask(ask.MakeBackupCodes(PASSWORD, code), token)
        assert caught.value.code == "wrong_password"
    assert left(box, token) == 0
    assert box.acts().count("code_failed") == 4


def test_a_backup_code_that_is_left_makes_new_ones(box: KeeperBox) -> None:
    token = by_app(box)
    codes = make(box, token)
    fresh = box.ask(ask.MakeBackupCodes(PASSWORD, codes[0]), token).codes
    assert left(box, token) == BACKUP_CODES
    assert not set(fresh) & set(codes)
