"""Test the erasure of everything: who gives the order, when it is carried out, what stays."""

from pathlib import Path
from typing import Any

import pytest

from appliance.clock import DAY, HOUR
from appliance.errors import Refused
from appliance.keeper.storage.case_rows import (
    CaseEntry,
    EndedPurposes,
    EndingEntry,
    NoteEntry,
    NotesEntry,
)
from appliance.link.operations import Operation, Role
from appliance.link.requests.calls import Ground, ListCalls, ShowCertificate, VerifyCalls
from appliance.link.requests.erase_all import (
    AskEraseAll,
    CancelEraseAll,
    ConfirmEraseAll,
    GetEraseAll,
)
from appliance.link.requests.login import LogOut, WhoAmI
from appliance.link.requests.me import ChangePassword
from appliance.link.requests.people import AddPerson, ChangeRoles, RemovePerson, ResetPassword
from appliance.link.requests.time import ConfirmTime, GetTime
from appliance.model.lamps import Need
from appliance.model.records import Verdict
from appliance.vault.pool import load
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox, make_keeper
from tests.keeper.erasure.everything import (
    LISTENER,
    OFFICER,
    SECOND,
    ask,
    confirm,
    done_of,
    keyring,
    pass_time,
    record,
    recorder,
    state,
    tick,
    token_of,
)
from tests.model.refusals import refuses
from tests.vaults import change

# -- two people ----------------------------------------------------------------------------------


@pytest.mark.parametrize("second", [OFFICER, SECOND])
def test_a_second_person_confirms_and_nothing_is_left(box: KeeperBox, second: str) -> None:
    rids = record(box, 3)
    running = recorder(box).begin()
    order = ask(box)
    assert keyring(box).count_taken_up() == 3, "asking erases nothing"
    token = confirm(box, order, second)
    assert not any(rid in keyring(box) for rid in [*rids, running.rid])
    with refuses("not_logged_in"):
        box.ask(WhoAmI(), token)
    pass_time(box, 30)
    tick(box)
    assert list(box.folders.recordings.iterdir()) == []
    assert list(box.folders.shelves.iterdir()) == []
    running.close()
    done = done_of(box)
    assert done is not None
    assert (done.recordings, done.level, done.generation) == (3, "E0", 2)
    assert done.remains == ("flash_may_keep_root",)
    assert done.asked_by != done.decided_by
    acts = box.acts()
    told = ["erase_all_asked", "erase_all_confirmed", "erasing_all", "erased_all"]
    assert [act for act in acts if act.endswith("_all") or act.startswith("erase_all")] == told
    assert box.sound_audit()


def test_the_box_goes_on_with_an_empty_archive(reading_box: KeeperBox) -> None:
    box = reading_box
    before = set(load(box.folders.pool).keys)
    record(box, 2)
    confirm(box, ask(box))
    pass_time(box, 30)
    after = set(load(box.folders.pool).keys)
    assert len(after) == len(before)
    assert not after & before
    (fresh,) = record(box)
    token = token_of(box, OFFICER)
    assert [call.recording for call in box.ask(ListCalls(), token).calls] == [fresh]
    box.restart()
    token = token_of(box, LISTENER)
    assert [call.recording for call in box.ask(ListCalls(), token).calls] == [fresh]


def test_it_takes_cases_and_what_was_taken_back_and_noted(box: KeeperBox) -> None:
    (rid,) = record(box)
    assert box.keeper.box is not None
    records = box.keeper.box.records
    with records.recordings.words.writing():
        words = records.recordings.words.seal("Pani Żółć", "case")
    by: dict[str, Any] = {"author": "0a0b0c0d", "at": 1.0, "case": words.case}
    asked: dict[str, Any] = {"kind": "complaint", "channel": "telephone", "received": 1, "due": 2}
    entry = CaseEntry(**asked, **by, recordings=(rid,), words=words)
    ending = EndedPurposes(purposes=("training",), places=(0,), day=1, due=1, **by)
    note = NoteEntry(number=0, sha256="ab" * 32, author="0a0b0c0d", at=1.0)
    records.ledger.keep_cases([entry])
    records.ledger.keep_endings([EndingEntry(recording=rid, endings=(ending,))])
    records.ledger.keep_notes([NotesEntry(recording=rid, notes=(note,))])
    confirm(box, ask(box), SECOND)
    pass_time(box, 60)
    assert box.keeper.box is not None
    ledger = box.keeper.box.records.ledger
    assert (ledger.cases(), ledger.endings(), ledger.notes()) == ([], [], [])
    assert words.case not in keyring(box).content.cases


def test_each_recording_counts_as_erased_and_has_a_certificate(reading_box: KeeperBox) -> None:
    box = reading_box
    old = record(box, 2)
    confirm(box, ask(box))
    (between,) = record(box)  # before the old root is overwritten
    pass_time(box, 30)
    token = token_of(box, OFFICER)
    verdicts = box.ask(VerifyCalls(), token).verdicts
    assert {verdicts[rid] for rid in old} == {Verdict.SHREDDED}
    assert verdicts[between] is Verdict.COMPLETE
    made = box.ask(ShowCertificate(old[0]), token)
    assert (made.state, made.ground, made.level) == ("erased", "no_longer_needed", "E0")
    with refuses("no_certificate"):
        box.ask(ShowCertificate(between), token)


def test_nobody_confirms_what_they_have_asked_for(box: KeeperBox) -> None:
    record(box)
    order = ask(box)
    with pytest.raises(Refused) as refusal:
        confirm(box, order, OWNER)
    assert refusal.value.code == "second_person_needed"
    assert keyring(box).count_taken_up() == 1


@pytest.mark.parametrize("who", [LISTENER, OFFICER])
def test_only_an_administrator_asks(box: KeeperBox, who: str) -> None:
    token = token_of(box, who)
    with pytest.raises(Refused) as refusal:
        box.ask(AskEraseAll(Ground.NO_LONGER_NEEDED, (), PASSWORD), token)
    assert refusal.value.code == "forbidden"


def test_a_listener_neither_confirms_nor_cancels_nor_looks(box: KeeperBox) -> None:
    order = ask(box)
    token = token_of(box, LISTENER)
    asked: tuple[Operation[Any], ...] = (
        ConfirmEraseAll(order, PASSWORD),
        CancelEraseAll(order),
        GetEraseAll(),
    )
    for operation in asked:
        with pytest.raises(Refused) as refusal:
            box.ask(operation, token)
        assert refusal.value.code == "forbidden"


def test_both_prove_their_passwords(box: KeeperBox) -> None:
    record(box)
    token = token_of(box, OWNER)
    with pytest.raises(Refused) as refusal:
        box.ask(AskEraseAll(Ground.NO_LONGER_NEEDED, (), "another password altogether"), token)
    assert refusal.value.code == "wrong_password"
    assert state(box).order is None
    order = ask(box)
    token = token_of(box, OFFICER)
    with pytest.raises(Refused) as refusal:
        box.ask(ConfirmEraseAll(order, "another password altogether"), token)
    assert refusal.value.code == "wrong_password"
    assert keyring(box).count_taken_up() == 1


# -- one person with two accounts ----------------------------------------------------------------


def _as_somebody_new(box: KeeperBox, reset: str = "") -> str:
    """Make an account, or take one over, as its administrator can; return its token."""
    token = token_of(box, OWNER)
    if reset:
        people = keyring(box).content.operators
        operator = next(one.id for one in people.values() if one.name == reset)
        made = box.ask(ResetPassword(operator, PASSWORD), token)
    else:
        made = box.ask(AddPerson("Ewa Again", (Role.PRIVACY_OFFICER,), PASSWORD), token)
    box.ask(LogOut(), token)
    first = box.log_in(made.name, made.password)
    return box.ask(ChangePassword(made.password, "a password of my very own choice"), first).token


@pytest.mark.parametrize("reset", ["", OFFICER], ids=["added", "password reset"])
def test_a_second_account_of_the_same_person_does_not_count(box: KeeperBox, reset: str) -> None:
    record(box)
    order = ask(box)
    token = _as_somebody_new(box, reset)
    with pytest.raises(Refused) as refusal:
        box.ask(ConfirmEraseAll(order, "a password of my very own choice"), token)
    assert refusal.value.code == "too_new"
    assert keyring(box).count_taken_up() == 1


def test_after_a_day_a_new_account_counts(box: KeeperBox) -> None:
    record(box)
    _as_somebody_new(box)
    pass_time(box, DAY)
    order = ask(box)
    token = box.log_in("Ewa Again", "a password of my very own choice")
    box.ask(ConfirmEraseAll(order, "a password of my very own choice"), token)
    assert keyring(box).count_taken_up() == 0


# -- a day ---------------------------------------------------------------------------------------


def test_alone_it_takes_a_counted_day(box: KeeperBox) -> None:
    record(box, 2)
    ask(box)
    pass_time(box, DAY - HOUR)
    waiting = state(box).order
    assert waiting is not None
    assert waiting.seconds_left == pytest.approx(HOUR)
    assert keyring(box).count_taken_up() == 2
    pass_time(box, HOUR)
    assert keyring(box).count_taken_up() == 0
    pass_time(box, 30)
    done = done_of(box)
    assert done is not None
    assert done.decided_by == "keeper"
    assert "erase_all_due" in box.acts()


def test_confirming_another_time_does_not_shorten_the_day(box: KeeperBox) -> None:
    record(box)
    ask(box)
    token = token_of(box, OWNER)
    now = box.ask(GetTime(), token)
    box.ask(ConfirmTime(box.clock.now() + 10 * DAY, now.uptime, PASSWORD), token)
    tick(box)
    assert "erase_all_due" not in box.acts()
    left = box.ask(GetEraseAll(), token).order
    assert left is not None
    assert left.seconds_left == pytest.approx(DAY, abs=5)


def test_setting_the_clock_does_not_shorten_the_day(box: KeeperBox) -> None:
    record(box)
    ask(box)
    box.clock.jump(400 * DAY)
    tick(box)
    assert keyring(box).count_taken_up() == 1


def test_before_the_time_is_confirmed_no_day_begins(tmp_path: Path, nothing_read: None) -> None:
    box = make_keeper(tmp_path / "data")
    box.confirm(box.first_run())
    box.ask(AskEraseAll(Ground.UNLAWFUL, (), PASSWORD), box.log_in())
    pass_time(box, 3 * DAY)
    waiting = keyring(box).content.erase_all
    assert (waiting.stage, waiting.counted) == ("asked", None)
    assert box.keeper.box is not None
    box.keeper.box.records.time.confirm(box.clock.now())
    tick(box)
    pass_time(box, DAY - HOUR)
    assert keyring(box).content.erase_all.stage == "asked"
    pass_time(box, HOUR)
    assert keyring(box).content.erase_all.stage == "erasing"
    box.keeper.close()


def test_a_restart_does_not_begin_the_day_anew(box: KeeperBox) -> None:
    record(box)
    ask(box)
    pass_time(box, DAY - HOUR)
    box.restart()
    waiting = state(box).order
    assert waiting is not None
    assert waiting.seconds_left == pytest.approx(HOUR, abs=5)
    pass_time(box, HOUR + 1)
    assert keyring(box).count_taken_up() == 0


def test_it_is_seen_while_it_waits(box: KeeperBox) -> None:
    ask(box)
    assert box.keeper.box is not None
    assert box.keeper.box.records.need is Need.ERASURE
    for _ in range(2):
        pass_time(box, 8 * HOUR)
    assert box.acts().count("erase_all_waits") == 2


@pytest.mark.parametrize("who", [OWNER, SECOND, OFFICER])
def test_any_of_them_cancels_it(box: KeeperBox, who: str) -> None:
    record(box)
    order = ask(box)
    box.ask(CancelEraseAll(order), token_of(box, who))
    pass_time(box, 2 * DAY)
    assert keyring(box).count_taken_up() == 1
    assert box.acts()[-1] != "erase_all_due"
    with pytest.raises(Refused) as refusal:
        confirm(box, order)
    assert refusal.value.code == "order_over"


def test_a_second_order_waits_for_the_first(box: KeeperBox) -> None:
    ask(box)
    with pytest.raises(Refused) as refusal:
        ask(box, name=SECOND)
    assert refusal.value.code == "asked_already"


@pytest.mark.parametrize("removed", [True, False], ids=["removed", "role lost"])
def test_an_order_ends_with_the_duty_of_its_asker(box: KeeperBox, removed: bool) -> None:
    record(box)
    ask(box, name=SECOND)
    people = keyring(box).content.operators.values()
    second = next(one.id for one in people if one.name == SECOND)
    token = token_of(box, OWNER)
    gone = RemovePerson(second, PASSWORD)
    box.ask(gone if removed else ChangeRoles(second, (Role.LISTENER,), PASSWORD), token)
    pass_time(box, 2 * DAY)
    assert keyring(box).count_taken_up() == 1
    assert (state(box).order, state(box).ended) == (None, "asker_gone")


# -- holds ---------------------------------------------------------------------------------------


def test_a_hold_refuses_unless_it_is_named(box: KeeperBox) -> None:
    held, _ = record(box, 2)
    change(keyring(box), held, held=True)
    with pytest.raises(Refused) as refusal:
        ask(box)
    assert refusal.value.code == "held_unnamed"
    assert [one.recording for one in state(box).held] == [held]
    confirm(box, ask(box, held))
    assert keyring(box).count_taken_up() == 0
    pass_time(box, 30)
    done = done_of(box)
    assert done is not None
    assert (done.recordings, done.held) == (2, 1)


def test_a_hold_that_comes_later_ends_the_order(box: KeeperBox) -> None:
    (rid,) = record(box)
    order = ask(box)
    change(keyring(box), rid, held=True)
    confirm(box, order)
    assert rid in keyring(box)
    assert (state(box).order, state(box).ended) == (None, "holds")
    assert box.acts().count("erase_all_ended") == 1
