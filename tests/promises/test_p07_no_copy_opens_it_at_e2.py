"""Prove P7 at E2: old images of the disk, the later chip and all passwords open nothing.

The thief has a copy of the disk from after each act, whatever the chip holds now, the office's
sheet and so every password's work. The histories are random. Each control breaks the design in one
way, and the same search finds an erased key in 20 of 20 histories.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import FileFormatError
from appliance.model.records import RecordingEnd
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.erasers.eeprom import EepromEraser
from appliance.vault.opening.refill import refill
from appliance.vault.opening.shard import ShardHeader, seal_shard
from appliance.vault.opening.shards import Shards
from appliance.vault.opening.state import pack_state
from appliance.vault.opening.unseal import Reader
from tests.chips import EmulatedChip, new_chip
from tests.promises.thief import (
    Image,
    erase_during_a_call,
    nothing_opens,
    opened_by_the_thief,
    private_keys,
    under_its_old_key,
)
from tests.vault.opening.histories import History, begin
from tests.vault.opening.power import QuickDisk, image
from tests.vaults import Vault, change, make_vault

HISTORIES = range(20)


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.vault.opening.keyring.SHARD_KEYS", 6)


@dataclass
class Lived:
    """A history, and what a thief can have of it."""

    history: History
    images: list[Image]
    chip: EmulatedChip

    def broken(self) -> bool:
        """Say whether the thief finds an erased key."""
        found = opened_by_the_thief(self.images, self.chip.eraser())
        erased = self.history.truth.erased
        return bool(found.keys() & erased.keys() or set(found.values()) & set(erased.values()))


def live(folder: Path, seed: int, acts: int = 8) -> Lived:
    """Live through a history and copy the disk after each act; the chip is not copied."""
    folder.mkdir()
    chip, images = new_chip(folder.with_suffix(".chip")), []
    history = begin(folder, QuickDisk(), seed, chip=chip)
    history.seen = lambda: images.append(image(folder))
    history.seen()
    history.take_up()
    history.seen()
    history.live(acts)
    while not history.truth.erased:
        history.take_up()
        history.erase()
    history.seen()
    return Lived(history, images, chip)


def test_no_image_gives_up_an_erased_key(tmp_path: Path) -> None:
    for seed in HISTORIES:
        lived = live(tmp_path / f"{seed}", seed)
        truth = lived.history.truth
        assert truth.erased
        found = opened_by_the_thief(lived.images, lived.chip.eraser())
        assert not found.keys() & truth.erased.keys()
        assert not set(found.values()) & set(truth.erased.values())
        assert found == truth.private, "and every living key is found: the search searches"


# -- controls ------------------------------------------------------------------------------------


def _kept(eraser: EepromEraser, generation: int) -> None:
    """Call the old root overwritten, and leave it where it is."""


@pytest.mark.parametrize(
    ("where", "name", "broken"),
    [
        (Shards, "without", under_its_old_key),
        (EepromEraser, "wipe_others", _kept),
    ],
    ids=["a shard rewritten under its old key", "an old root that stays"],
)
def test_control_a_broken_design_is_found_in_20_of_20(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: type,
    name: str,
    broken: Callable[..., object],
) -> None:
    monkeypatch.setattr(where, name, broken)
    lived = [_until_a_shard_is_rewritten(tmp_path / f"{seed}", seed) for seed in HISTORIES]
    assert sum(one.broken() for one in lived) == 20


def _until_a_shard_is_rewritten(folder: Path, seed: int) -> Lived:
    """Live, and then erase one of four in a shard: what is left of it is written anew."""
    lived = live(folder, seed, acts=4)
    history, truth = lived.history, lived.history.truth
    rids = list(history.keyring.refill(4))
    for rid in rids:
        truth.entries[rid], truth.private[rid] = RecordingEntry(), history.keyring.private(rid)
    history.seen()
    rid = rids[seed % 4]
    truth.erased[rid] = truth.private.pop(rid)
    history.keyring.erase([rid])
    history.eraser.wipe_others(history.keyring.generation)
    history.keyring.clean()
    history.seen()
    return lived


@pytest.mark.parametrize("rotated", [False, True], ids=["source kept", "source rotated"])
def test_control_a_key_that_moves_between_shards(tmp_path: Path, rotated: bool) -> None:
    """Moved at take-up from the pool's shard to its day's, as looks natural: broken in 20 of 20.

    With the source's key rotated as well it holds; then every take-up costs an erasure.
    """
    broken = 0
    for seed in HISTORIES:
        pool, day = _Shard(seed), _Shard(seed + 100)
        rids = [os.urandom(RID_BYTES) for _ in range(4)]
        for rid in rids:
            pool.put(rid, os.urandom(KEY_BYTES))
        files = [pool.sealed()]
        moved = rids[seed % 4]
        private = pool.take(moved)
        day.put(moved, private)
        if rotated:
            pool.renew()
        files += [pool.sealed(), day.sealed()]
        day.take(moved)  # erased: its shard gets a new key
        day.renew()
        files += [day.sealed()]
        found = {rid for raw in files for key in (pool.key, day.key) for rid in _rids(raw, key)}
        broken += moved.hex() in found
    assert broken == (0 if rotated else 20)


def _rids(raw: bytes, key: bytes) -> set[str]:
    return {rid for rid, _ in private_keys(raw, key)}


class _Shard:
    """A shard whose keys come and go, as those of the design do not."""

    def __init__(self, seed: int) -> None:
        self.sid = seed.to_bytes(8, "big")
        self.key = os.urandom(KEY_BYTES)
        self.rows: dict[bytes, bytes] = {}

    def put(self, rid: bytes, private: bytes) -> None:
        self.rows[rid] = private

    def take(self, rid: bytes) -> bytes:
        return self.rows.pop(rid)

    def renew(self) -> None:
        self.key = os.urandom(KEY_BYTES)

    def sealed(self) -> bytes:
        plain = b"".join(
            rid + private + pack_state(slot, RecordingEntry())
            for slot, (rid, private) in enumerate(self.rows.items())
        )
        return seal_shard(self.key, ShardHeader(self.sid, 1, 1, len(self.rows)), plain)


# -- a real recording, and a call that runs meanwhile --------------------------------------------


def at_e2(tmp_path: Path) -> tuple[Vault, EmulatedChip]:
    """Make a vault whose root lies in a chip."""
    (tmp_path / "data").mkdir()
    chip = new_chip(tmp_path / "eeprom")
    return make_vault(tmp_path / "data", eraser=chip.eraser()), chip


def test_no_copy_opens_an_erased_recording_and_the_running_call_still_opens(
    tmp_path: Path,
) -> None:
    vault, chip = at_e2(tmp_path)
    data = vault.folders.data
    images = [image(data)]
    erased = [vault.record().rid for _ in range(2)]
    kept, running = vault.record().rid, vault.begin()
    for rid in (*erased, kept):
        change(vault.keyring, rid, due_day=20_807)
    images.append(image(data))
    assert vault.keyring.levels(erased) == dict.fromkeys(erased, "E2")
    before = opened_by_the_thief(images, chip.eraser())
    assert set(erased) <= before.keys(), "with the chip of that time it opens"
    images += erase_during_a_call(vault, erased, running)

    found = opened_by_the_thief(images, chip.eraser())
    nothing_opens(vault, erased, images, found, tmp_path / "stolen")
    for rid in (kept, running.rid):
        with Reader.open(vault.path(rid), vault.reading, found[rid]) as reader:
            assert reader.survey.end is not None


def test_after_everything_is_erased_no_copy_opens_anything(tmp_path: Path) -> None:
    vault, chip = at_e2(tmp_path)
    data = vault.folders.data
    rids = [vault.record().rid for _ in range(3)]
    running = vault.begin()
    for rid in rids:
        change(vault.keyring, rid, due_day=20_807, held=rid == rids[0])
    images = [image(data)]
    assert {*rids, running.rid} <= opened_by_the_thief(images, chip.eraser()).keys()
    vault.keyring.erase_all(rids[:1], lambda _: None)
    images.append(image(data))
    vault.eraser.wipe_others(vault.keyring.generation)
    vault.keyring.clean()
    refill(vault.keyring, vault.folders, 6)
    fresh = vault.record().rid
    images.append(image(data))
    running.end(RecordingEnd(samples=0, reason="hung_up"))
    images.append(image(data))

    found = opened_by_the_thief(images, chip.eraser())
    assert not found.keys() & {*rids, running.rid}
    assert found.keys() == set(vault.keyring.unused())
    for rid in (*rids, running.rid):
        for key in found.values():
            with pytest.raises(FileFormatError, match="does not open"):
                Reader.open(vault.path(rid), vault.reading, key)
    assert fresh in found
