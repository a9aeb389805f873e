"""Lead from what an annex carries of the audit to the head that leaves the box."""

import random
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.heads import read_head
from appliance.keeper.audit.paths import BLOCK, LogTree
from appliance.link.requests import calls as ask
from appliance.link.requests.proof import GetProof
from appliance.model.proof import ProofReader, WhatVouches, reader_for
from appliance.model.records import AuditPlace
from appliance.vault.audit.tree import leads_to
from appliance.vault.proof import Proof, read_proof
from tests.keeper.office import Office


def proof(office: Office, rid: str, recipient: ask.Recipient = ask.Recipient.CALLER) -> Proof:
    _, raw = office.answer(GetProof(rid, recipient))
    return read_proof(raw, office.records.recordings.proofs.fingerprint)


def next_day(office: Office) -> None:
    office.clock.advance(DAY)
    office.audit.append("logged_out", "keeper")


@pytest.mark.parametrize("recipient", ask.Recipient)
def test_the_paths_lead_to_the_head_of_the_day(office: Office, recipient: ask.Recipient) -> None:
    after = office.audit.before_calls
    rid = office.record(seconds=1.0, after=after)
    office.unlock()
    day = office.audit.day
    (open_day,) = proof(office, rid, recipient).places
    assert open_day.head is None, "not finished yet"
    assert open_day.sealed is not None
    assert open_day.sealed.entry.rid == rid
    next_day(office)
    (place,) = proof(office, rid, recipient).places
    head = read_head(office.folders.audit, day)
    assert head is not None
    assert place.is_under(head)
    for_caller = reader_for(recipient) is ProofReader.CALLER
    assert place.head == (None if for_caller else head)
    assert {len(path) for path in place.paths} == {40} or not for_caller
    assert place.after is not None
    assert (place.after.entry.seq, place.after.digest) == (1, after.hash)  # type: ignore[union-attr]
    for _ in range(3):
        next_day(office)
    assert proof(office, rid, recipient).places == (place,), "the same whenever it is made"


def test_an_entry_of_no_person_stands_before_calls(office: Office) -> None:
    first = office.audit.before_calls
    assert first is not None
    assert first.seq == 1
    for kind in ("played", "exported", "logged_out"):
        office.audit.append(kind, "keeper")
    assert office.audit.before_calls == first
    next_day(office)
    second = office.audit.before_calls
    assert second is not None
    assert second.seq == office.audit.newest[0] - 1
    office.audit.append("stamped", "keeper", sha256="ab" * 32)
    stamped = office.audit.before_calls
    assert stamped == AuditPlace(seq=office.audit.newest[0], hash=office.audit.newest[1])
    next_day(office)
    assert office.audit.before_calls == stamped, "somebody outside vouches for that one"
    assert type(office.audit._before_calls)(office.folders.audit).place == stamped


def test_a_damaged_log_vouches_for_nothing(office: Office) -> None:
    rid = office.record(seconds=1.0, after=office.audit.before_calls)
    office.unlock()
    next_day(office)
    (log,) = office.folders.audit.glob("*.log")
    raw = log.read_bytes()
    log.write_bytes(raw.replace(b'"hash":"', b'"hash":"0', 1))
    assert proof(office, rid).annex.evidence == (WhatVouches(),)


def test_a_recording_that_names_an_entry_of_another_log_has_nothing_beside(
    office: Office,
) -> None:
    rid = office.record(seconds=1.0, after=AuditPlace(seq=1, hash="ee" * 32))
    office.unlock()
    assert proof(office, rid).annex.evidence == (WhatVouches(),)


def test_the_core_does_not_change_with_what_vouches_for_it(office: Office) -> None:
    rid = office.record(seconds=1.0, after=office.audit.before_calls)
    office.unlock()
    before = proof(office, rid).recordings
    next_day(office)
    assert proof(office, rid).recordings == before


@pytest.mark.parametrize("size", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 700, 5000])
def test_a_path_of_any_length_leads_to_the_root(office: Office, size: int) -> None:
    audit = office.audit
    while audit.newest[0] < size:
        left = size - audit.newest[0]
        audit.append_many([Act(type="viewed", actor="keeper")] * min(left, 900))
    size = audit.newest[0]
    audit.sign_head()
    head = read_head(office.folders.audit, audit.day)
    assert head is not None
    tree, draw = LogTree(office.folders.audit), random.Random(size)
    for seq in {1, size, *(draw.randint(1, size) for _ in range(40))}:
        digest = tree.line(seq)[-66:-2]
        path = [bytes.fromhex(one) for one in tree.path(seq, size)]
        root, hash = bytes.fromhex(head.tree), bytes.fromhex(digest)
        assert leads_to(root, hash, seq - 1, size, path)


def test_a_path_follows_the_log_as_it_grows(office: Office, tmp_path: Path) -> None:
    audit, tree = office.audit, office.audit.tree
    for _ in range(12):
        audit.append_many([Act(type="viewed", actor="keeper")] * 300)
        audit.sign_head()
        head = read_head(office.folders.audit, audit.day)
        assert head is not None
        path = [bytes.fromhex(one) for one in tree.path(2, head.seq)]
        digest = bytes.fromhex(tree.line(2)[-66:-2])
        assert leads_to(bytes.fromhex(head.tree), digest, 1, head.seq, path)


def test_a_path_that_leads_nowhere_does_not_leave(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record(seconds=1.0, after=office.audit.before_calls)
    office.unlock()
    next_day(office)
    right = LogTree.path
    monkeypatch.setattr(LogTree, "path", lambda self, seq, size: right(self, seq, size)[:-1])
    assert proof(office, rid).annex.evidence == (WhatVouches(),)
