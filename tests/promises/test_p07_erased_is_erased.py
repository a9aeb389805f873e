"""Prove P7: no key opens an erased recording, and the certificate says what may remain.

The thief has everything that the box has after the erasure, everything on its card before it but
the root that the eraser overwrote, and the office's recovery sheet.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, FileFormatError, KeyLost
from appliance.keeper.catalogue.shelves import Shelves
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    ListCalls,
    ShowCertificate,
    VerifyCalls,
)
from appliance.model.records import Verdict
from appliance.vault.disk import Disk
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.file import SLOT_BYTES, FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.shard import ENTRY_BYTES, open_shard, read_head
from appliance.vault.opening.unseal import Reader, open_ticket, read_header
from tests.keeper.office import Office, make_office

NUMBER = "+48221234567"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    made.unlock()
    yield made
    made.close()


def private_keys(shards: list[bytes], keys: set[bytes]) -> Iterator[bytes]:
    """Yield every private key of every shard's file that any of the keys opens."""
    for raw in shards:
        head = read_head(raw)
        for key in keys:
            try:
                found = open_shard(key, head.sid, head.generation, raw)
            except FileFormatError:
                continue
            for at in range(RID_BYTES, len(found.plain), ENTRY_BYTES):
                yield bytes(found.plain[at : at + KEY_BYTES])


def erase(office: Office, rid: str) -> None:
    office.ask(EraseCall(rid, Ground.CONSENT_WITHDRAWN, "Asked for it"))
    office.clock.advance(31)
    office.records.tick()


def test_before_the_erasure_the_thief_opens_it(office: Office, tmp_path: Path) -> None:
    """Otherwise the test below would prove nothing."""
    rid = office.record()
    office.copy_to(tmp_path / "card")
    eraser = FileEraser(tmp_path / "card" / "root")
    paths = (tmp_path / "card" / "keyring.0", tmp_path / "card" / "keyring.1")
    keyring = Keyring.open(paths, eraser)
    with Reader.open(
        tmp_path / "card" / "rec" / rid, office.reading_key(), keyring.private(rid)
    ) as reader:
        assert reader.meta.number == NUMBER
        assert reader.read(0, 8000).any()


def test_afterwards_no_key_opens_it(office: Office, tmp_path: Path) -> None:
    rid, kept = office.record(), office.record()
    card = tmp_path / "card"
    office.copy_to(card)  # file, keyrings, shelves and root from before
    erase(office, rid)
    assert office.ask(ShowCertificate(rid)).state == "erased"

    # The eraser overwrites in place: there the thief has only the present state.
    root = office.folders.root.read_bytes()
    (card / "root").write_bytes(root)
    eraser = FileEraser(card / "root")
    assert eraser.generations() == (2,)
    old_root_stood = [i for i in range(2) if not any(root[i * SLOT_BYTES : (i + 1) * SLOT_BYTES])]
    assert len(old_root_stood) == 1

    shard_keys: set[bytes] = set()
    for folder in (card, office.folders.data):
        for name in ("keyring.0", "keyring.1"):
            raw = (folder / name).read_bytes()
            try:
                _, _, content = open_keyring(raw, eraser)
            except KeyLost:
                assert folder == card  # sealed under the root that is gone
                continue
            shard_keys.update(shard.key for shard in content.shards.values())
    folders = [card / "keys", office.folders.keys]
    shards = [path.read_bytes() for folder in folders for path in folder.iterdir()]
    private = set(private_keys(shards, shard_keys))
    assert office.keyring.private(kept) in private

    stolen = card / "rec" / rid
    for key in private:
        with pytest.raises(FileFormatError, match="does not open"):
            open_ticket(read_header(stolen), key)
        with pytest.raises(FileFormatError, match="does not open"):
            Reader.open(stolen, office.reading_key(), key)
    assert not (office.folders.recordings / rid).exists()


def test_afterwards_no_shelf_names_it_either(office: Office, tmp_path: Path) -> None:
    rid = office.record(name="Wanda Gone")
    kept = office.record(name="Ewa Kept")
    card = tmp_path / "card"
    office.copy_to(card)
    second = office.records.parts.reading.start(office.reading_key())
    erase(office, rid)
    for name in (path.name for path in (card / "shelf").iterdir()):
        assert name not in office.keyring.content.shelves
    names = [
        row.call.meta.name
        for folder in (office.folders.shelves, card / "shelf")
        for row in Shelves(folder, office.keyring, second, Disk()).load()
    ]
    assert names == ["Ewa Kept"]
    assert [call.recording for call in office.ask(ListCalls()).calls] == [kept]


def test_the_certificate_names_level_generation_ground_and_what_remains(office: Office) -> None:
    rid = office.record()
    erase(office, rid)
    made = office.ask(ShowCertificate(rid))
    assert (made.recording, made.state, made.level, made.generation) == (rid, "erased", "E0", 2)
    assert (made.ground, made.remains) == ("consent_withdrawn", ("flash_may_keep_root",))
    assert made.at == office.clock.now()
    assert office.ask(VerifyCalls()).verdicts[rid] is Verdict.SHREDDED


@pytest.mark.parametrize("step", ["prepare", "wipe_others"])
def test_a_failed_erasure_is_never_called_done(
    office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    rid = office.record()

    def broken(generation: int) -> bytes:
        raise EraserFailed("The eraser does not answer.")

    monkeypatch.setattr(office.eraser, step, broken)
    erase(office, rid)
    made = office.ask(ShowCertificate(rid))
    assert (made.state, made.reason) == ("failed", "The eraser does not answer.")
    acts = [act for act, about in office.acts() if about == rid]
    assert "erased" not in acts
    assert acts[-1] == "erase_failed"
    assert office.ask(VerifyCalls()).verdicts[rid] is not Verdict.SHREDDED


def test_another_recording_still_plays_after_many_erasures(office: Office) -> None:
    kept = office.record()
    for _ in range(5):
        erase(office, office.record(seconds=0.1))
    assert len(office.ask_bytes(ExportCall(kept))) == 44 + 16_000


def test_a_call_running_across_an_erasure_still_opens(office: Office) -> None:
    running = office.seal(keep_open=True)
    erase(office, office.record(seconds=0.1))
    office.writers.pop().close()
    office.records.take_up()
    assert len(office.ask_bytes(ExportCall(running))) == 44 + 16_000
