"""Check a box after one of its processes was killed: whole, listed, playing, accounted."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from appliance.errors import Refused
from appliance.keeper.audit.lines import readable
from appliance.keeper.recordings.certified.signing import CERTIFIED
from appliance.link.requests.calls import (
    ExportCall,
    ListCalls,
    ShowCertificate,
    VerifyCalls,
)
from appliance.link.requests.first_run import GetBoxState
from appliance.model.audio import Sound
from appliance.model.certificate import IN_CALL
from appliance.model.records import ListedCall, Verdict
from appliance.vault import pool
from appliance.vault.ahead import WRITABLE
from appliance.vault.lease import CLOSED
from appliance.vault.seal import leave_marker
from tests.faults.forks.orders import Orders, taking_orders
from tests.faults.killable_keeper import LATER, NEW_PASSWORD, keeper_at, later
from tests.faults.power.asked import open_erasures
from tests.files import whole_file
from tests.keeper.boxes import KeeperBox
from tests.keeper.office import make_office, read_wav
from tests.keeper.settings.changing import settings_agree


@dataclass
class Template:
    """A folder in which recordings wait for a keeper, and what is in them."""

    data: Path
    sounds: dict[str, Sound] = field(default_factory=dict)
    withdrawn: str = ""

    def copy_to(self, data: Path) -> None:
        """Make a box like it."""
        shutil.copytree(self.data, data)


def make_template(data: Path) -> Template:
    """Record three calls, one of them cut, one withdrawn, and count two that were not recorded."""
    office = make_office(data)
    made = Template(data)
    for spoken in ({}, {"ended": None}, {"number": "+48600555011", "channels": 2}):
        office.seal(seconds=1.0, **spoken)
    made.withdrawn = office.seal(ended=None)
    leave_marker(office.folders.withdrawn, made.withdrawn)
    made.sounds = {rid: sound for rid, sound in office.sounds.items() if rid != made.withdrawn}
    note = {"line": "Reception", "day": "2026-09-21", "outcome": "unrecorded", "reason": "refused"}
    for name in ("a", "b"):
        (office.folders.notes / f"{name}.json").write_text(json.dumps(note))
    office.close()
    return made


@contextmanager
def zygote() -> Iterator["Zygote"]:
    """Start the process that lets others die."""
    with taking_orders("tests.faults.killable") as orders:
        yield Zygote(orders)


@dataclass
class Zygote:
    """Lets a process die as ordered."""

    orders: Orders

    def order(self, **what: Any) -> dict[str, Any]:
        """Give an order and return how it went."""
        answer = self.orders.give(what)
        assert "failed" not in answer, what
        return answer


class Survived(NamedTuple):
    """What was found after a start, and whether that start had an erasure to finish."""

    found: str
    resumed: bool = False


def survivors(
    data: Path, sounds: dict[str, Sound], now: float = LATER + 60, *, failed: bool = False
) -> Survived:
    """Start a keeper again and hold what is there against what was sealed; say what was found.

    Whatever was ordered is done or not done: nothing is lost that was not ordered away, nothing
    is left of what was, every number agrees with every other.

    Args:
        data: the keeper's data folder.
        sounds: what was sealed.
        now: the time of the start.
        failed: the disk refused a write, so that no certificate of a withdrawn consent may be kept.
    """
    resumed = bool(open_erasures(data / "audit"))
    return Survived(_found(data, sounds, now, failed=failed), resumed)


def _found(data: Path, sounds: dict[str, Sound], now: float, *, failed: bool) -> str:
    box = keeper_at(data, now=now)
    box.keeper.open()
    try:
        if not box.ask(GetBoxState()).set_up:
            return _set_up_at_last(box)
        token = _log_in(box)
        if not box.ask(GetBoxState()).sheet_confirmed:
            box.confirm(box.first_run())
            token = box.log_in()
        for _ in range(3):  # what only began is believed to be over the second time
            later(box, 31)
        return _accounted(box, token, sounds, failed=failed)
    finally:
        box.keeper.close()


def _log_in(box: KeeperBox) -> str:
    """Log in with the old password or the new one: one of the two, never none."""
    try:
        return box.log_in()
    except Refused:
        box.clock.advance(1)  # a wrong one on the box itself makes the next wait a second
        return box.log_in(password=NEW_PASSWORD)


def _set_up_at_last(box: KeeperBox) -> str:
    box.confirm(box.first_run())
    assert box.log_in()
    assert box.sound_audit()
    return "set up at last"


def _accounted(box: KeeperBox, token: str, sounds: dict[str, Sound], *, failed: bool) -> str:
    listed = {call.recording: call for call in box.ask(ListCalls(per_page=200), token).calls}
    stand = box.ask(VerifyCalls(), token).verdicts
    gone = {rid for rid, verdict in stand.items() if verdict is Verdict.SHREDDED}
    assert set(stand.values()) <= {Verdict.COMPLETE, Verdict.CUT, Verdict.SHREDDED}
    assert listed.keys() == stand.keys() - gone
    assert sounds.keys() - gone == listed.keys()
    for rid in listed:
        answer: Any = box.keeper.handle(ExportCall(rid), token)
        assert np.array_equal(read_wav(whole_file(answer)[1]), sounds[rid])
    for rid in gone:
        assert box.ask(ShowCertificate(rid), token).state == "erased"
    _nothing_half_done(box, listed, failed=failed)
    settings_agree(box, token)
    return _told(listed, gone)


def _nothing_half_done(box: KeeperBox, listed: dict[str, ListedCall], *, failed: bool) -> None:
    assert box.keeper.box is not None
    folders, content = box.folders, box.keeper.box.keyring.content
    assert {path.name for path in folders.recordings.iterdir()} == listed.keys()
    assert all(path.stat().st_mode & 0o777 == CLOSED for path in folders.recordings.iterdir())
    assert list(folders.withdrawn.iterdir()) == []
    assert list(folders.notes.iterdir()) == []
    shards = {sid.hex() for sid in content.shards}
    assert {path.name for path in folders.shelves.iterdir()} <= shards
    assert [path.name for path in folders.data.iterdir() if path.name[0] == "."] == []
    shown = pool.load(folders.pool).keys
    waiting = {path.name: path.stat() for path in folders.new.iterdir()}
    assert waiting.keys() == shown.keys(), "a file for each key that can be used, and no other"
    assert all((one.st_size, one.st_mode & 0o777) == (0, WRITABLE) for one in waiting.values())
    assert shown.keys() == set(box.keeper.box.keyring.unused()), (
        "the pool shows what the keyring holds, and nothing else"
    )
    one, other = (path.read_bytes() for path in folders.keyring)
    assert one == other
    assert box.keeper.box.eraser.generations() == (box.keeper.box.keyring.generation,)
    for rid, call in listed.items():
        assert call.held == box.keeper.box.keyring.entry(rid).held
    ledger = box.keeper.box.records.ledger
    held = {rid for rid, call in listed.items() if call.held}
    assert {hold.recording for hold in ledger.holds()} == held, "none is held without a reason"
    cases = {hold.words.case for hold in ledger.holds()}
    cases |= {erasure.words.case for erasure in ledger.erasures()}
    cases |= {one.words.case for one in ledger.copies() if one.words is not None}
    cases |= {one.words.case for one in ledger.exempt()}
    cases |= ledger.certificates().keys()
    assert cases == content.cases.keys(), "no key without its words or its certificate"
    _all_certified(box, listed, failed=failed)
    _all_on_record(box)
    assert box.sound_audit()
    sealed = [entry.rid for entry, _ in readable(folders.audit) if entry.type == "sealed"]
    assert len(sealed) == len(set(sealed)), "put on the record once"


def _all_certified(box: KeeperBox, listed: dict[str, ListedCall], *, failed: bool) -> None:
    """Check that each order that was carried out has one certificate, and no other erasure has.

    A person of the office has ordered it, or it was given up during its call. What was given up is
    erased though a failing disk keeps no order of a certificate: then
    its page says that nothing was signed.
    """
    assert box.keeper.box is not None
    records = box.keeper.box.records
    certified = [rid for row in records.ledger.certificates().values() for rid in row.recordings]
    by_hand = {one.recording for one in records.ledger.erasures()} - listed.keys()
    in_call = {
        entry.rid
        for entry, _ in readable(box.folders.audit)
        if entry.rid is not None and (entry.type, entry.detail) == ("erasing", IN_CALL)
    } - by_hand
    unsigned = in_call - set(certified) if failed else set[str]()
    assert sorted(certified) == sorted((by_hand | in_call) - unsigned)
    for rid in unsigned:
        assert records.recordings.certificates.of(rid).stage == "unsigned"
    for rid in certified:
        assert records.recordings.certificates.of(rid).stage == "signed"
        acts = [entry.type for entry, _ in readable(box.folders.audit) if entry.rid == rid]
        assert acts.count(CERTIFIED) == 2, "put on the record once for each reader"


def _all_on_record(box: KeeperBox) -> None:
    """Check that ledger and audit name the same copies, silences and holds that belong to them."""
    assert box.keeper.box is not None
    records = box.keeper.box.records
    ledger, recordings = records.ledger, records.recordings
    acts = {(e.type, e.rid, e.case) for e, _ in readable(box.folders.audit) if e.case is not None}
    for copy in ledger.copies():
        assert copy.calls or copy.case in ledger.silences(), "no words of a copy that is none"
        for rid in copy.recordings:
            assert ("exported", rid, copy.case) in acts
    for case, row in ledger.silences().items():
        assert {("silenced", rid, case) for rid in row.recordings} == {
            act for act in acts if act[0] == "silenced" and act[2] == case
        }
    for hold in ledger.holds():
        told = ("held", hold.recording, hold.silence)
        assert recordings.holds.is_silent(hold.recording) == (told in acts), "told by both alike"
    for silence in recordings.silences.all("", with_words=True):
        for call in silence.calls:
            kept = ledger.copy_of(silence.case)
            left = kept is not None and kept.call_of(call.recording) is not None
            assert call.left == left
        assert silence.paper.whom == "KMP Warszawa"


def _told(listed: dict[str, ListedCall], gone: set[str]) -> str:
    cut = sum(call.verdict is Verdict.CUT for call in listed.values())
    held = sum(call.held for call in listed.values())
    words = [f"{len(listed)} play ({cut} cut)", f"{len(gone)} erased"]
    return ", ".join(words + ([f"{held} held"] if held else []))
