"""Pages made from the audit alone name the copies that left, and no other."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from appliance.clock import DAY
from appliance.keeper.audit.entries import Act
from appliance.link.requests import calls as ask
from tests.files import whole_file
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import ask as ask_for
from tests.keeper.erasure.everything import confirm, done_of, pass_time, record
from tests.keeper.office import Office
from tests.keeper.recordings.certified.orders import WORDS, shown
from tests.model.refusals import refuses
from tests.samples import PAPER

CARD = ("flash_may_keep_root",)

Copy = Callable[[Office, ask.ExportCall], None]


def broken_off(office: Office, asked: ask.ExportCall) -> None:
    office.answer(asked).close()


def refused(office: Office, asked: ask.ExportCall) -> None:
    path = office.file(asked.recording)
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with refuses("tampered"):
        whole_file(office.answer(asked))
    path.write_bytes(raw)


def whole(office: Office, asked: ask.ExportCall) -> None:
    whole_file(office.answer(asked))


def in_part(office: Office, asked: ask.ExportCall) -> None:
    pieces = office.answer(asked)
    while next(pieces) is None:
        pass
    pieces.close()


def by_hand(office: Office, rid: str) -> None:
    office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, WORDS))


def by_date(office: Office, rid: str) -> None:
    office.clock.advance(5 * DAY)
    office.records.sweep()


LEFT: dict[Copy, bool] = {broken_off: False, refused: False, whole: True, in_part: True}


@pytest.mark.parametrize("copy", LEFT)
@pytest.mark.parametrize("erase", [by_hand, by_date])
@pytest.mark.parametrize("recipient", [ask.Recipient.CALLER, ask.Recipient.AUTHORITY, None])
def test_a_page_from_the_audit_counts_the_copies_that_left(
    office: Office,
    copy: Copy,
    erase: Callable[[Office, str], None],
    recipient: ask.Recipient | None,
) -> None:
    rid = office.record(purposes=(("training", 3),))
    office.unlock()
    paper: dict[str, Any] = PAPER if recipient is ask.Recipient.AUTHORITY else {}
    copy(office, ask.ExportCall(rid, recipient=recipient, words="Anna", **paper))
    erase(office, rid)
    page = shown(office, rid)
    assert (page.state, page.remains) == ("erasing", (*CARD, *_exports(copy)))
    office.clock.advance(31)
    office.records.tick()
    page = shown(office, rid)
    assert (page.state, page.remains) == ("erased", (*CARD, *_exports(copy)))
    assert page.kept == ("unsigned" if erase is by_date else "signed")


def _exports(copy: Copy) -> tuple[str, ...]:
    return ("exports",) if LEFT[copy] else ()


@pytest.mark.parametrize("left", [False, True])
def test_so_does_that_of_an_erasure_of_everything(box: KeeperBox, left: bool) -> None:
    (rid, _) = record(box, 2)
    assert box.keeper.box is not None
    audit = box.keeper.box.audit
    copy = Act(type="exported", actor="keeper", rid=rid, case="cd" * 8)
    (number,) = audit.append_many([copy])
    if not left:
        audit.append_many([replace(copy, type="failed", of=number, detail="broken_off")])
    confirm(box, ask_for(box))
    pass_time(box, 30)
    made = done_of(box)
    assert made is not None
    assert made.remains == ((*CARD, "exports") if left else CARD)
