"""Replace the recovery sheet; let an administrator in by it, at the box alone."""

import importlib.util
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from appliance.clock import DAY
from appliance.commands.helpers.offline_keys import load_keys
from appliance.errors import Refused, WrongSecret
from appliance.keeper.handlers.sheet import SHOWN_SECONDS, TOLD_DAYS
from appliance.keeper.records import Records
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.operations import Role
from appliance.link.registry import AnyOperation
from appliance.link.requests import sheet as ask
from appliance.link.requests.first_run import RecoverySheet
from appliance.link.requests.login import Browser, LetIn, LogIn, Session, WhoAmI
from appliance.vault.opening.content import SheetEntry, SheetState
from appliance.vault.opening.keys import (
    new_secret,
    public_half,
    read_by_sheet,
    read_sheet,
    sheet_text,
)
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, set_up

FRESH = "another four words entirely"
HERE = Browser("127.0.0.1")
ELSEWHERE = Browser("192.0.2.7")
ADMIN, LISTENER = "Adam Admin", "Lena Listener"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeeperBox]:
    monkeypatch.setattr(Records, "unlock", lambda records, proof: None)
    people = {ADMIN: frozenset({Role.ADMINISTRATOR}), LISTENER: frozenset({Role.LISTENER})}
    made = set_up(tmp_path / "data", people)
    yield made
    made.keeper.close()


def enter(box: KeeperBox, browser: Browser | None = HERE, **changes: Any) -> Session:
    asked: dict[str, Any] = {"name": OWNER, "sheet": box.sheet, "password": FRESH} | changes
    answer = box.keeper.handle(ask.EnterBySheet(**asked, browser=browser), None, b"", os.getuid())
    assert isinstance(answer, Session)
    return answer


def refused(box: KeeperBox, why: str, browser: Browser | None = HERE, **changes: Any) -> None:
    acts = box.acts()
    with pytest.raises(Refused) as caught:
        enter(box, browser, **changes)
    assert caught.value.code == why
    assert "let_in_by_sheet" not in box.acts()[len(acts) :]


def opens(box: KeeperBox, sheet: str) -> bool:
    assert box.keeper.box is not None
    content = box.keeper.box.keyring.content
    try:
        read_by_sheet(read_sheet(sheet), content.sheet.sealed, content.vault_id)
    except WrongSecret:
        return False
    return True


def groups(sheet: RecoverySheet) -> dict[int, str]:
    return {index: sheet.groups[index] for index in sheet.ask_groups}


# -- in by the sheet -------------------------------------------------------------------------------


@pytest.mark.parametrize("browser", [HERE, Browser("::1"), None], ids=["IPv4", "IPv6", "terminal"])
def test_an_administrator_is_let_in_at_the_box(box: KeeperBox, browser: Browser | None) -> None:
    token = box.log_in()
    session = enter(box, browser, sheet=box.sheet.lower().replace("-", " "), name="ewa  NOWAK")
    assert (session.name, session.step) == (OWNER, "open")
    assert box.ask(WhoAmI(), session.token).name == OWNER
    with pytest.raises(Refused):
        box.ask(WhoAmI(), token)  # whoever was logged in as her is out
    with pytest.raises(Refused):
        box.log_in()
    box.clock.advance(2)
    assert box.log_in(password=FRESH)
    assert box.acts().count("let_in_by_sheet") == 1


def test_everybody_is_told_for_a_month(box: KeeperBox) -> None:
    enter(box)
    token = box.log_in(LISTENER)
    (use,) = box.ask(ask.GetSheetUses(), token).uses
    assert (use.name, use.sheet, use.at) == (OWNER, 1, box.clock.now())
    box.clock.advance(TOLD_DAYS * DAY)
    token = box.log_in(LISTENER)
    assert box.ask(ask.GetSheetUses(), token).uses == ()


def told(box: KeeperBox) -> int:
    return len(box.ask(ask.GetSheetUses(), box.log_in(LISTENER)).uses)


@pytest.mark.parametrize("wrong", [-400 * DAY, 400 * DAY], ids=["behind", "ahead"])
def test_a_wrong_clock_neither_hides_an_entry_nor_shows_it_for_ever(
    box: KeeperBox, wrong: float
) -> None:
    box.clock.jump(wrong)
    enter(box)
    box.clock.jump(-wrong)
    assert told(box) == 1
    box.clock.advance(TOLD_DAYS * DAY - 60)
    assert told(box) == 1
    box.clock.advance(60)
    assert told(box) == 0


def test_an_entry_is_told_while_its_age_is_unknown(box: KeeperBox) -> None:
    enter(box)
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:  # as a keyring without the figure has it
        (entry,) = draft.sheet_entries
        draft.sheet_entries = (SheetEntry(entry.at, entry.operator, entry.sheet),)
    box.clock.advance(TOLD_DAYS * DAY)
    assert told(box) == 1


def test_an_entry_is_told_while_nothing_counts(box: KeeperBox) -> None:
    enter(box)
    box.clock.advance(TOLD_DAYS * DAY)
    assert told(box) == 0
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(BelievedClock, "counted", lambda clock: None)
        assert told(box) == 1


def test_a_stolen_sheet_alone_lets_nobody_in_from_elsewhere(box: KeeperBox) -> None:
    refused(box, "sheet_elsewhere", ELSEWHERE)
    refused(box, "sheet_elsewhere", ELSEWHERE, let_in="AAAAA-AAAAA")
    code = box.keeper.handle(LetIn(OWNER), None, b"", os.getuid()).code  # type: ignore[union-attr]
    refused(box, "sheet_elsewhere", ELSEWHERE, let_in=code, name=ADMIN)
    assert enter(box, ELSEWHERE, let_in=code).name == OWNER
    refused(box, "sheet_elsewhere", ELSEWHERE, let_in=code)  # it was good once


def test_whoever_is_no_panel_cannot_claim_to_be_at_the_box(box: KeeperBox) -> None:
    asked = ask.EnterBySheet(name=OWNER, sheet=box.sheet, password=FRESH, browser=HERE)
    with pytest.raises(Refused) as caught:
        box.keeper.handle(asked, None, b"", 12_345)
    assert caught.value.code == "sheet_elsewhere"


def test_only_an_administrator_is_let_in(box: KeeperBox) -> None:
    refused(box, "no_administrator", name=LISTENER)
    refused(box, "no_administrator", name="Somebody Else")
    assert enter(box, name=ADMIN).roles == (Role.ADMINISTRATOR,)


def test_a_poor_password_is_refused_and_changes_nothing(box: KeeperBox) -> None:
    refused(box, "password_short", password="short")
    refused(box, "password_repeats", password="a" * 20)
    assert box.log_in()


def test_wrong_sheets_are_counted_and_noted_but_mistypings_are_not(box: KeeperBox) -> None:
    for _ in range(10):
        refused(box, "sheet_letters", sheet=box.sheet.replace("-", "")[:-1])
        refused(box, "wrong_groups", sheet="ż" * 65)
    assert "sheet_failed" not in box.acts()
    for _ in range(3):
        refused(box, "wrong_sheet", None, sheet=sheet_text(new_secret()))
        refused(box, "throttled", None, sheet=sheet_text(new_secret()))
        box.clock.advance(2)
    assert box.acts().count("sheet_failed") == 3


def test_nothing_of_the_sheet_is_kept(box: KeeperBox) -> None:
    enter(box)
    secret = bytes(read_sheet(box.sheet))
    files = [path for path in box.folders.data.rglob("*") if path.is_file()]
    for path in files:
        raw = path.read_bytes()
        assert secret not in raw
        assert box.sheet.encode() not in raw


# -- another sheet ---------------------------------------------------------------------------------


def test_a_new_sheet_takes_the_old_ones_place_once_it_is_typed_back(box: KeeperBox) -> None:
    token = box.log_in()
    drawn = box.ask(ask.DrawSheet(PASSWORD), token)
    assert (drawn.number, drawn.controller) == (2, box.config.office.controller)
    text = "-".join(drawn.groups)
    assert opens(box, box.sheet), "the old one is good until then"
    assert not opens(box, text)
    shown = box.ask(ask.GetSheet(), token)
    assert shown.drawn is not None, "loading the page again makes no other sheet"
    assert shown.drawn.groups == drawn.groups
    box.ask(ask.ReplaceSheet(groups(drawn)), token)
    assert opens(box, text)
    assert not opens(box, box.sheet)
    refused(box, "wrong_sheet")
    assert enter(box, sheet=text).name == OWNER
    wanted = ["sheet_drawn", "sheet_replaced", "let_in_by_sheet"]
    assert [act for act in box.acts() if act in wanted] == wanted
    assert box.sound_audit()
    box.restart()
    assert opens(box, text)


def test_a_wrong_type_back_hides_nothing_and_voids_nothing(box: KeeperBox) -> None:
    token = box.log_in()
    drawn = box.ask(ask.DrawSheet(PASSWORD), token)
    with pytest.raises(Refused) as caught:
        box.ask(ask.ReplaceSheet({drawn.ask_groups[0]: "AAAAA"}), token)
    assert caught.value.code == "wrong_group"
    shown = box.ask(ask.GetSheet(), token)
    assert shown.drawn is not None
    assert (shown.number, shown.drawn.groups) == (1, drawn.groups)
    assert opens(box, box.sheet)
    box.ask(ask.ReplaceSheet(groups(drawn)), token)
    assert box.ask(ask.GetSheet(), token).number == 2


@pytest.mark.parametrize("how", ["dropped", "too old", "logged out", "restarted"])
def test_a_sheet_that_is_not_typed_back_is_forgotten(box: KeeperBox, how: str) -> None:
    token = box.log_in()
    drawn = box.ask(ask.DrawSheet(PASSWORD), token)
    if how == "dropped":
        box.ask(ask.DropSheet(), token)
    elif how == "too old":
        for _ in range(5):
            box.clock.advance(SHOWN_SECONDS / 5)
            box.ask(ask.GetSheet(), token)
    elif how == "logged out":
        box.keeper._box.sessions.close_token(token)
        token = box.log_in()
    else:
        box.restart()
        token = box.log_in()
    assert box.ask(ask.GetSheet(), token).drawn is None
    with pytest.raises(Refused) as caught:
        box.ask(ask.ReplaceSheet(groups(drawn)), token)
    assert caught.value.code == "sheet_expired"
    assert opens(box, box.sheet)


def test_another_session_neither_sees_nor_confirms_it(box: KeeperBox) -> None:
    drawn = box.ask(ask.DrawSheet(PASSWORD), box.log_in())
    other = box.log_in(ADMIN)
    assert box.ask(ask.GetSheet(), other).drawn is None
    with pytest.raises(Refused):
        box.ask(ask.ReplaceSheet(groups(drawn)), other)


def test_drawing_needs_ones_own_password_and_the_role(box: KeeperBox) -> None:
    with pytest.raises(Refused) as caught:
        box.ask(ask.DrawSheet("not the password at all"), box.log_in())
    assert caught.value.code == "wrong_password"
    acts: list[AnyOperation] = [
        ask.GetSheet(),
        ask.DrawSheet(PASSWORD),
        ask.ReplaceSheet({}),
        ask.DropSheet(),
    ]
    for operation in acts:
        with pytest.raises(Refused) as caught:
            box.keeper.handle(operation, box.log_in(LISTENER))
        assert caught.value.code == "forbidden"


def test_two_administrators_cannot_both_replace_it(box: KeeperBox) -> None:
    one, two = box.log_in(), box.log_in(ADMIN)
    first = box.ask(ask.DrawSheet(PASSWORD), one)
    second = box.ask(ask.DrawSheet(PASSWORD), two)
    with pytest.raises(Refused):
        box.ask(ask.ReplaceSheet(groups(first)), one)
    box.ask(ask.ReplaceSheet(groups(second)), two)
    assert opens(box, "-".join(second.groups))
    assert box.ask(LogIn(OWNER, PASSWORD)).step == "open", "passwords stay as they were"


def test_away_from_the_box_the_new_sheet_opens_and_the_old_one_does_not(box: KeeperBox) -> None:
    token = box.log_in()
    drawn = box.ask(ask.DrawSheet(PASSWORD), token)
    box.ask(ask.ReplaceSheet(groups(drawn)), token)
    keyring, root = box.folders.keyring[0], box.folders.root
    found = load_keys("-".join(drawn.groups), keyring, root, "")
    assert box.keeper.box is not None
    content = box.keeper.box.keyring.content
    assert public_half(found.reading) == content.reading_key
    with pytest.raises(WrongSecret, match="a newer one has replaced it"):
        load_keys(box.sheet, keyring, root, "")
    second = second_reader()
    plain = second.open_keyring(keyring.read_bytes(), root.read_bytes())
    said = second.read_msgpack(BytesIO(plain))

    def opened(sheet: str) -> Any:
        key = second.hkdf(second.read_sheet(sheet), b"", b"sheet")
        bound = b"zgoda sheet v1" + said["vault_id"]
        raw = second.unsealed(key, bytes(12), said["sheet"]["sealed"], "sheet", bound)
        return second.Private.from_private_bytes(raw).public_key().public_bytes_raw()

    assert opened("-".join(drawn.groups)) == said["reading_key"]
    with pytest.raises(second.Wrong, match="sheet"):
        opened(box.sheet)


def second_reader() -> ModuleType:
    """Load the reader that was written from the format's page alone."""
    script = Path(__file__).parents[3] / "docs" / "unseal.py"
    spec = importlib.util.spec_from_file_location("unseal", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_older_vault_keeps_its_sheet(box: KeeperBox) -> None:
    assert box.keeper.box is not None
    with box.keeper.box.keyring.changing() as draft:
        draft.sheet = SheetState()
    token = box.log_in()
    assert not box.ask(ask.GetSheet(), token).replaceable
    with pytest.raises(Refused) as caught:
        box.ask(ask.DrawSheet(PASSWORD), token)
    assert caught.value.code == "sheet_too_old"
