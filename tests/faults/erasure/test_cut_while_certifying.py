"""Cut the power at each operation between an order and the head behind its certificate.

The order is kept, the call erased, both files are signed and put on record, and a day later the
office's leads to its head. Whatever the moment, a start goes on from there: it is signed once, or
the order never was.
"""

import copy
from collections import Counter
from pathlib import Path

import pytest

from appliance.clock import DAY, day_of
from appliance.keeper.audit.check import check
from appliance.keeper.erasure.order import Order
from appliance.keeper.recordings.certified.signing import CERTIFIED, READERS
from appliance.keeper.records import Records
from appliance.keeper.service import Keeper
from appliance.model.certificate import ErasedCall, OrderedBy
from appliance.vault.certificate import certificate_digest
from tests.boxes import CHEAP
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.chips import BOOT
from tests.keeper.erasure.cuts import PowerCut, cut_at, pull_the_plug
from tests.keeper.erasure.everything import keyring, record
from tests.proofs import proving_here
from tests.vault.opening.power import image, put_there

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]


def start(box: KeeperBox) -> Records:
    box.keeper = proving_here(Keeper(box.config, box.folders, box.clock, cost=CHEAP, boot=BOOT))
    box.keeper.open()
    assert box.keeper.box is not None
    return box.keeper.box.records


def order(records: Records, box: KeeperBox, rid: str) -> None:
    """Order its erasure as a person does."""
    owner = next(iter(keyring(box).content.operators))
    call = ErasedCall(rids=(rid,), day=day_of(box.clock.now()), minutes=1, line="Reception")
    records.recordings.certificates.order([call], "objection", OrderedBy.PERSON)
    records.erasing.erase([Order(rid, "objection", owner)])


def go_on(records: Records, box: KeeperBox) -> None:
    """Let the box work until the day of the erasure has ended, and its head is signed.

    Nothing is erased for its date meanwhile, which would be another erasure.
    """
    for _ in range(3):
        records.tick()
        box.clock.advance(31)
    box.clock.advance(DAY)
    records.time.confirm(box.clock.now())
    assert box.keeper.box is not None
    box.keeper.box.audit.append("viewed", "keeper")
    today = day_of(box.clock.now())
    records.recordings.words.sweep(today)
    records.recordings.certificates.sweep(today)
    records.tick()


def outcome(records: Records, box: KeeperBox, rid: str) -> str:
    """Say what became of the order; nothing in between may be left."""
    assert check(box.folders.audit).sound
    assert box.keeper.box is not None
    rows = list(records.ledger.certificates().values())
    acts = box.keeper.box.audit.of_recording(rid)
    if rid in keyring(box):
        assert rows == []
        assert keyring(box).content.cases == {}
        assert "erasing" not in {one.type for one in acts}
        return "never given"
    (row,) = rows
    issued = records.recordings.certificates.of(rid)
    assert (row.stage, issued.stage) == ("kept", "signed")
    caller, office = [issued.read(reader) for reader in READERS]
    assert (caller.head, caller.supplements) == (None, ())
    assert office.head is not None
    assert [one.about for one in office.supplements] == ["head"]
    said = [one for one in acts if one.type == CERTIFIED]
    assert {one.sha256 for one in said} == {
        certificate_digest(one.certificate) for one in (caller, office)
    }
    erased = [one.seq for one in acts if one.type == "erased"]
    assert max(erased) < said[0].seq
    return "signed"


def test_cut_at_each_operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)
    box = set_up(tmp_path / "data")
    (rid,) = record(box)
    box.keeper.close()
    disk, clock = image(box.folders.data), box.clock
    found: Counter[str] = Counter()

    def tried(number: int) -> bool:
        put_there(box.folders.data, disk)
        box.clock = copy.copy(clock)
        cut = False
        records = start(box)
        with cut_at(monkeypatch, number):
            try:
                order(records, box, rid)
                go_on(records, box)
            except PowerCut:
                cut = True
        pull_the_plug(box)
        records = start(box)
        go_on(records, box)
        found[outcome(records, box, rid)] += cut
        box.keeper.close()
        return cut

    number = 1
    while tried(number):
        number += 1
    print(f"certified: {number - 1} states tried, {dict(found)}")
    assert number > 60
    assert set(found) == {"never given", "signed"}
