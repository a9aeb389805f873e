"""Test the first run: one-time password, vault, sheet, groups typed back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import Refused, WrongSecret
from appliance.keeper.first_run.create import clear_unfinished
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.first_run import (
    ConfirmSheet,
    FirstRun,
    GetBoxState,
    RecoverySheet,
    ShowSheet,
)
from appliance.link.requests.login import LogIn, WhoAmI
from appliance.vault.opening.keys import public_half, read_by_sheet, read_sheet
from appliance.vault.pool import load
from tests.boxes import PASSWORD, grep, make_box
from tests.keeper.boxes import OWNER, KeeperBox, make_keeper
from tests.model.refusals import refuses


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = make_keeper(tmp_path / "data")
    yield made
    made.keeper.close()


def opened_by(box: KeeperBox, sheet: RecoverySheet) -> bytearray:
    """Return the reading key that a sheet opens in the keyring; raises WrongSecret."""
    assert box.keeper.box is not None
    content = box.keeper.box.keyring.content
    secret = read_sheet("-".join(sheet.groups))
    return read_by_sheet(secret, content.sheet.sealed, content.vault_id)


def refused(box: KeeperBox, why: str, /, **changes: str) -> str:
    with pytest.raises(Refused) as caught:
        box.first_run(**changes)
    assert caught.value.code == why
    return str(caught.value)


def test_a_fresh_box_says_so(box: KeeperBox) -> None:
    state = box.ask(GetBoxState())
    assert (state.set_up, state.sheet_confirmed, state.locked, state.trial) == (
        False, False, True, True,
    )  # fmt: skip
    assert (state.eraser, state.languages[0]) == ("E0", "pl")


@pytest.mark.parametrize(
    "operation", [ListCalls(), LogIn(name=OWNER, password=PASSWORD), WhoAmI()], ids=repr
)
def test_before_the_first_run_there_is_nothing_else(box: KeeperBox, operation: ListCalls) -> None:
    with refuses("not_set_up") as caught:
        box.ask(operation, "token")
    assert caught.value.code == "not_set_up"


def test_the_one_time_password_is_private_and_stays_until_it_has_served(box: KeeperBox) -> None:
    path = box.folders.first_run_code
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(box.code().strip().replace("-", "")) == 20
    before = box.code()
    box.restart()
    assert box.code() == before
    sheet = box.first_run()
    assert path.exists()  # another sheet may be needed
    box.confirm(sheet)
    assert not path.exists()
    box.restart()
    assert not path.exists()


def test_the_whole_first_run(box: KeeperBox) -> None:
    sheet = box.first_run()
    assert len(sheet.groups) == 13
    assert len(set(sheet.ask_groups)) == 2
    assert sheet.qr_svg.startswith("<svg")
    assert "style=" not in sheet.qr_svg
    assert box.ask(WhoAmI(), sheet.token).name == OWNER
    state = box.ask(GetBoxState())
    assert (state.set_up, state.sheet_confirmed, state.locked) == (True, False, False)
    assert not box.folders.pool.exists()  # nothing can be recorded before the sheet is confirmed
    box.confirm(sheet)
    assert box.ask(GetBoxState()).sheet_confirmed
    pool = load(box.folders.pool)
    assert (pool.reading_key, len(pool.keys)) == (public_half(opened_by(box, sheet)), 12)
    assert box.acts() == ["first_run", "logged_in", "sheet_confirmed"]
    assert box.sound_audit()


def test_neither_sheet_nor_password_nor_code_is_stored(box: KeeperBox) -> None:
    code = box.code().strip()
    sheet = box.first_run()
    box.confirm(sheet)
    secret = read_sheet("-".join(sheet.groups))
    needles = {
        "secret": bytes(secret),
        "reading key": bytes(opened_by(box, sheet)),
        "password": PASSWORD.encode(),
        "name": OWNER.encode(),
        "code": code.encode(),
        "token": sheet.token.encode(),
    } | {f"group {index}": group.encode() for index, group in enumerate(sheet.groups)}
    files = [path for path in box.folders.data.rglob("*") if path.is_file()]
    assert grep(files, needles) == []


def test_the_code_may_be_typed_with_other_signs(box: KeeperBox) -> None:
    box.first_run(code=f" {box.code().strip().replace('-', ' ').lower()} ")


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA-AAAAA-AAAAA", "ż"])
def test_a_wrong_code_makes_nothing(box: KeeperBox, code: str) -> None:
    refused(box, "wrong_one_time_password", code=code)
    assert not box.folders.keyring[0].exists()
    box.clock.advance(1)
    box.first_run()


def test_codes_cannot_be_tried_out(box: KeeperBox) -> None:
    for _ in range(3):
        refused(box, "wrong_one_time_password", code="wrong")
        refused(box, "throttled", code="wrong")
        refused(box, "throttled")
        box.clock.advance(1)
    box.first_run()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password": "short"}, "password_short"),
        ({"password": "a" * 20}, "password_repeats"),
        ({"password": "Kancelaria Nowak"}, "password_common"),
        ({"name": " "}, "name_length"),
    ],
)
def test_a_bad_name_or_password_makes_nothing(
    box: KeeperBox, changes: dict[str, str], why: str
) -> None:
    refused(box, why, **changes)
    assert not box.folders.keyring[0].exists()
    box.first_run()


def test_a_sheet_typed_back_wrongly_is_not_confirmed(box: KeeperBox) -> None:
    sheet = box.first_run()
    first, second = sheet.ask_groups
    right = {index: sheet.groups[index] for index in sheet.ask_groups}
    for typed in (
        {},
        {first: right[first]},
        {first: right[second], second: right[first]},
        right | {first: "AAAAA"},
        right | {99: "AAAAA"},
    ):
        with pytest.raises(Refused) as caught:
            box.ask(ConfirmSheet(groups=typed), sheet.token)
        assert caught.value.code == "wrong_group"
    assert not box.ask(GetBoxState()).sheet_confirmed
    box.ask(ConfirmSheet(groups={i: f" {g.lower()} " for i, g in right.items()}), sheet.token)


def test_confirming_needs_the_owner(box: KeeperBox) -> None:
    sheet = box.first_run()
    groups = {index: sheet.groups[index] for index in sheet.ask_groups}
    with pytest.raises(Refused) as caught:
        box.ask(ConfirmSheet(groups=groups))
    assert caught.value.code == "not_logged_in"


def test_loaded_again_the_sheet_is_the_same(box: KeeperBox) -> None:
    first = box.first_run()
    again = box.first_run()
    shown = box.ask(ShowSheet(), again.token)
    assert first.groups == again.groups == shown.groups
    assert first.ask_groups == again.ask_groups == shown.ask_groups
    assert "sheet_renewed" not in box.acts()
    with pytest.raises(Refused):
        box.ask(ConfirmSheet(groups={}), again.token)  # a wrong one hides nothing
    assert box.ask(ShowSheet(), again.token).groups == first.groups
    box.confirm(again)
    with refuses("sheet_not_shown"):
        box.ask(ShowSheet(), again.token)


@pytest.mark.parametrize("how", ["the keeper has started anew", "it is lost"])
def test_asked_for_the_sheet_is_another_one(box: KeeperBox, how: str) -> None:
    first = box.first_run()
    if how == "it is lost":
        token = first.token
    else:
        box.restart()  # and what was to be typed back is forgotten
        token = box.log_in()
        groups = {index: first.groups[index] for index in first.ask_groups}
        with refuses("sheet_not_shown"):
            box.ask(ConfirmSheet(groups=groups), token)
    second = box.first_run(another=how == "it is lost")
    assert first.groups != second.groups
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(Refused):
        box.ask(WhoAmI(), token)  # the sessions of the old sheet are over
    box.confirm(second)
    pool = load(box.folders.pool)
    assert pool.reading_key == public_half(opened_by(box, second))
    with pytest.raises(WrongSecret, match="a newer one has replaced it"):
        opened_by(box, first)
    assert box.acts()[-4:] == ["sheet_renewed", "locked", "logged_in", "sheet_confirmed"]
    assert box.keeper.box is not None
    assert box.keeper.box.eraser.generations() == (2,)  # the old sheet's part is beyond reach
    box.restart()
    box.log_in()


def test_asked_again_it_needs_the_same_password(box: KeeperBox) -> None:
    box.first_run()
    refused(box, "wrong_password", password="another long password")
    box.clock.advance(1)
    refused(box, "wrong_password", name="Somebody Else")


def test_a_box_that_is_set_up_cannot_be_taken_over(box: KeeperBox) -> None:
    code = box.code()
    box.confirm(box.first_run())
    refused(box, "set_up_already", code=code)
    box.restart()
    refused(box, "set_up_already", code=code, name="Thief", password="a thief's own password")


def test_the_power_goes_after_the_vault_was_made(box: KeeperBox) -> None:
    box.first_run()
    box.folders.keyring[1].unlink()  # one copy was not written yet
    box.restart()
    state = box.ask(GetBoxState())
    assert (state.set_up, state.sheet_confirmed) == (True, False)
    box.confirm(box.first_run())
    assert box.folders.keyring[0].read_bytes() == box.folders.keyring[1].read_bytes()


def test_a_second_request_waits_for_the_first(box: KeeperBox) -> None:
    asked = FirstRun(code=box.code(), name=OWNER, password=PASSWORD, plain=True)
    box.ask(asked)
    again = box.ask(asked)  # by the password now, whatever the code
    box.confirm(again)


@pytest.mark.parametrize("name", ["layout", "kind", "speakers", "settings_now", "pool", "ledger"])
def test_what_a_power_cut_left_of_a_write_goes_at_the_next_start(tmp_path: Path, name: str) -> None:
    folders = make_box(tmp_path / "data").folders
    path: Path = getattr(folders, name)
    left = path.with_name(f".{path.name}.971afbc1")
    left.write_bytes(b"half")
    clear_unfinished(folders)
    assert not left.exists()
