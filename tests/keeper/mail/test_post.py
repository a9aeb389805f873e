"""The keeper's mail: on record before it is lent, tried again, never twice the same news."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import VaultError
from appliance.keeper.audit.heads import head_days, read_head
from appliance.keeper.doctor.mail import STUCK, examine_mail
from appliance.keeper.errands import AWAY, PAUSES, UNHEARD
from appliance.keeper.mail.post import BETWEEN
from appliance.link.requests.processes.errands import TellErrand
from appliance.model.findings import Finding
from appliance.vault.audit.heads import head_of
from tests.keeper.boxes import set_up
from tests.keeper.mail.mailed import PLACE, SECRET, Mailed, mailed
from tests.model.refusals import refuses

FULL, LOST = "disk.full", "vault.keys_lost"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Mailed]:
    one = mailed(set_up(tmp_path / "data"))
    yield one
    one.box.keeper.close()


def findings(one: Mailed) -> list[str]:
    return [finding.id for finding in examine_mail(one.post.facts())]


def test_the_first_mail_is_a_trial_and_on_record_before_it_is_lent(one: Mailed) -> None:
    assert one.mail_acts() == [
        ("mail_changed", None), ("mail_begun", "trial"), ("mail_sent", "trial"),
    ]  # fmt: skip
    assert {entry.actor for entry in one.entries()[1:]} == {"courier"}
    assert one.take() is None


def test_what_cannot_be_put_on_record_is_not_lent(
    one: Mailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.see(FULL)

    def full(*_: object, **__: object) -> int:
        raise VaultError("The disk is full.")

    monkeypatch.setattr(one.open.audit, "append", full)
    with pytest.raises(VaultError):
        one.take()
    monkeypatch.undo()
    assert one.take() is not None


def test_trouble_is_told_when_two_looks_find_it(one: Mailed) -> None:
    one.post.see([FULL])
    assert one.take() is None
    one.post.see([])
    one.post.see([FULL])
    assert one.take() is None, "it comes and goes"
    one.post.see([FULL])
    letter = one.deliver()
    assert f"({FULL})" in letter.text
    assert letter.secret == SECRET


def test_the_same_trouble_is_told_once_and_so_is_its_end(one: Mailed) -> None:
    one.see(FULL)
    one.deliver()
    one.box.clock.advance(BETWEEN)
    one.see(FULL)
    assert one.take() is None
    one.post.see([])
    assert one.take() is None, "one look is not enough"
    one.post.see([])
    assert "porządku" in one.deliver().subject
    one.box.clock.advance(BETWEEN)
    one.see()
    assert one.take() is None


def test_an_hour_lies_between_two_mails(one: Mailed) -> None:
    one.see(FULL)
    one.deliver()
    one.see(FULL, LOST)
    assert one.take() is None
    one.box.clock.advance(BETWEEN)
    one.see(FULL, LOST)
    assert f"({LOST})" in one.deliver().text


def test_what_a_restart_forgets_is_not_told_again(one: Mailed) -> None:
    one.see(FULL)
    one.deliver()
    one.box.restart()
    one.box.clock.advance(BETWEEN)
    one.see(FULL)
    assert one.take() is None
    one.see(FULL, LOST)
    assert one.take() is not None


def test_a_courier_that_dies_with_a_mail_gets_it_again(one: Mailed) -> None:
    one.see(FULL)
    first = one.take()
    assert one.take() is None, "it has one"
    one.box.clock.advance(UNHEARD)
    assert one.take() is None, "it counts as failed"
    assert one.mail_acts()[-1] == ("mail_failed", "why.late")
    one.box.clock.advance(PAUSES[0])
    again = one.take()
    assert first is not None
    assert again is not None
    assert first.id == again.id, "mail programs show it once"


def test_a_keeper_that_dies_with_a_mail_lends_it_again(one: Mailed) -> None:
    one.see(FULL)
    assert one.take() is not None
    number = one.number
    one.box.restart()
    with refuses("no_errand"):
        one.box.ask(TellErrand(number, ""))
    one.see(FULL)
    assert one.take() is not None


def test_failures_are_tried_again_more_and_more_rarely(one: Mailed) -> None:
    one.see(FULL)
    for pause in (*PAUSES, PAUSES[-1]):
        assert one.take() is not None
        one.tell("login")
        one.box.clock.advance(pause - 1)
        one.see(FULL)
        assert one.take() is None
        one.box.clock.advance(1)
    acts = one.mail_acts()[3:]
    assert acts == [("mail_begun", "trouble"), ("mail_failed", "why.login")] * (len(PAUSES) + 1)
    assert findings(one) == ["mail.fails"]
    one.deliver()
    assert findings(one) == ["mail.fine"]


def test_a_day_without_a_mail_is_red_also_over_restarts(one: Mailed) -> None:
    one.see(FULL)
    for _ in range(2):
        one.box.clock.advance(STUCK / 2)
        one.box.restart()
        one.see(FULL)
    one.take()
    one.tell("unreachable")
    assert findings(one) == ["mail.stuck"]
    assert Finding("mail.stuck").level == "fail"


def test_mail_about_mail_is_not_sent(one: Mailed) -> None:
    one.see("mail.stuck")
    assert one.take() is None


def test_words_of_a_couriers_own_reach_no_audit(one: Mailed) -> None:
    one.see(FULL)
    one.take()
    one.tell("ewa.nowak_has_called")
    assert one.mail_acts()[-1] == ("mail_failed", "why.odd")


@pytest.mark.parametrize("number", [0, -1, 2, 99])
def test_only_the_errand_that_is_out_can_be_told_of(one: Mailed, number: int) -> None:
    with refuses("no_errand"):
        one.box.ask(TellErrand(number, ""))


def test_a_courier_that_never_asks_is_told_of(one: Mailed) -> None:
    assert findings(one) == ["mail.fine"]
    one.box.clock.advance(AWAY)
    assert findings(one) == ["mail.away"]
    one.take()
    assert findings(one) == ["mail.fine"]


def test_one_a_day_carries_the_head_of_the_day_that_ended(tmp_path: Path) -> None:
    one = mailed(set_up(tmp_path / "data"), structs.replace(PLACE, daily=True))
    one.see()
    one.deliver()
    assert one.mail_acts()[-1] == ("mail_sent", "daily")
    assert one.take() is None
    one.box.clock.advance(DAY)
    one.open.records.look_at_the_time()
    one.see()
    letter = one.deliver()
    folder = one.box.folders.audit
    (ended,) = [day for day in head_days(folder) if day < one.open.audit.day]
    head = read_head(folder, ended)
    assert head is not None
    assert f"\n{head.lines}\n" in letter.text
    assert head_of(re.findall(r"^\{.*?\}$", letter.text, re.M | re.S)[0].encode()) == head
    assert one.take() is None
    one.box.keeper.close()


def test_an_altered_head_goes_nowhere(one: Mailed) -> None:
    one.open.audit.sign_head()
    one.box.clock.advance(DAY)
    one.open.records.look_at_the_time()
    one.open.audit.append("locked", "keeper")
    one.open.audit.sign_head()
    first, _ = head_days(one.box.folders.audit)
    file = one.box.folders.audit / "heads" / f"{first}.json"
    file.write_bytes(file.read_bytes().replace(b'"seq":', b'"seq":1'))
    one.see(FULL)
    letter = one.deliver()
    assert first not in letter.text


def test_nothing_is_called_well_that_nobody_has_looked_at(tmp_path: Path) -> None:
    one = mailed(set_up(tmp_path / "data"), structs.replace(PLACE, daily=True))
    one.see()
    one.deliver()
    one.box.clock.advance(DAY)
    one.open.records.look_at_the_time()
    assert one.take() is None, "the examination fails since yesterday"
    one.see()
    assert one.take() is not None
    one.box.keeper.close()
