"""Prove P7: no key opens an erased recording, and the certificate says what may remain.

The thief has everything that the box has after the erasure, everything on its card before it but
the root that the eraser overwrote, and the office's recovery sheet.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, FileFormatError, KeyLost
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    ListCalls,
    ShowCertificate,
    VerifyCalls,
)
from appliance.model.records import Verdict
from appliance.vault.container import derive
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.file import SLOT_BYTES, FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.row import ROW_BYTES, open_row, seed_of, unpack
from appliance.vault.opening.shard import ENTRY_BYTES, open_shard, read_head
from appliance.vault.opening.unseal import Reader, open_ticket, read_header
from tests.keeper.office import Office, make_office
from tests.model.faults import codes

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
    assert not office.file(rid).exists()


def names_in(shelf: bytes, second: bytes, private: set[bytes], sid: bytes) -> set[str | None]:
    """Return the callers whose rows any of the private keys opens, in any slot."""
    names = set()
    for slot in range(len(shelf) // ROW_BYTES):
        sealed = shelf[slot * ROW_BYTES : (slot + 1) * ROW_BYTES]
        for key in private if any(sealed) else ():
            with contextlib.suppress(FileFormatError):
                names.add(unpack(open_row(second, seed_of(key), sid, slot, sealed)).name)
    return names


@pytest.mark.parametrize("locked", [False, True])
def test_afterwards_no_row_names_it_either(office: Office, tmp_path: Path, *, locked: bool) -> None:
    """With every shelf there ever was, the second key, and every key that is left."""
    rid, kept = office.record(name="Wanda Gone"), office.record(name="Ewa Kept")
    card = tmp_path / "card"
    office.copy_to(card)
    (sid, _), second = office.keyring.where([rid])[rid], second_key(office)
    before = {office.keyring.private(rid), office.keyring.private(kept)}
    shelf = (card / "shelf" / sid.hex()).read_bytes()
    assert names_in(shelf, second, before, sid) == {"Wanda Gone", "Ewa Kept"}, "the control"
    if locked:
        office.records.lock()
        office.records.erasing.by_keeper([rid], Ground.CONSENT_WITHDRAWN)
        office.clock.advance(31)
        office.records.tick()
    else:
        erase(office, rid)
    keys = {shard.key for shard in office.keyring.content.shards.values()}
    folders = [card / "keys", office.folders.keys]
    shards = [path.read_bytes() for folder in folders for path in folder.iterdir()]
    private = set(private_keys(shards, keys))
    for raw in (shelf, (office.folders.shelves / sid.hex()).read_bytes()):
        assert names_in(raw, second, private, sid) == {"Ewa Kept"}
    office.unlock()
    assert [call.recording for call in office.ask(ListCalls()).calls] == [kept]


def second_key(office: Office) -> bytes:
    return derive(office.reading_key(), b"", b"zgoda catalogue v1")


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
    assert (made.state, codes(made.faults)) == ("failed", ["in_the_log"])
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
