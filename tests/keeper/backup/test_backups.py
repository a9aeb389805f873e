"""Copies of the vault: what is on the medium, when, and what becomes of the erased."""

import hashlib
import subprocess
from pathlib import Path

import msgspec

from appliance.clock import DAY, HOUR
from appliance.keeper.backup.opened import open_backup
from appliance.vault.format import RID_BYTES
from appliance.vault.opening.backup.age import identity
from appliance.vault.opening.backup.copied import shard_name
from appliance.vault.opening.content import decode_content
from appliance.vault.opening.keys import backup_key, read_sheet
from appliance.vault.opening.shard import ENTRY_BYTES, open_shard
from tests.keeper.backup.copies import (
    backed_up_box,
    backups,
    erase,
    files,
    keyring,
    manifest,
    point_to,
)
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import record


def decrypted(box: KeeperBox, file: Path, folder: Path) -> bytes:
    """Open a file with Debian's own age and the sheet's backup key."""
    key = folder / "key.txt"
    key.write_text(identity(backup_key(read_sheet(box.sheet))) + "\n", "ascii")
    opened = subprocess.run(
        ["age", "-d", "-i", str(key), str(file)], check=True, capture_output=True
    )
    return opened.stdout


def test_a_copy_holds_all_that_the_box_needs_and_age_opens_it(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    rids = record(box, 2)

    assert backups(box).run()

    made = manifest(medium)
    assert set(made.recordings) == set(rids)
    for rid in rids:
        assert (medium / "rec" / rid).read_bytes() == (box.folders.recordings / rid).read_bytes()
    content = decode_content(decrypted(box, medium / made.folder / "keyring.age", tmp_path))
    assert content.vault_id == keyring(box).content.vault_id
    assert set(content.shards) == set(keyring(box).content.shards)
    assert (medium / made.folder / "ledger").read_bytes() == box.folders.ledger.read_bytes()
    index = msgspec.json.decode(decrypted(box, medium / made.folder / "index.age", tmp_path))
    paths = {one["path"]: one for one in index}
    assert {path.split("/")[0] for path in paths} >= {"audit", "seed.toml"}
    assert len(paths) == len(made.parts)
    seed = paths["seed.toml"]
    opened = decrypted(box, medium / "parts" / f"{seed['part']}.age", tmp_path)
    assert opened.decode() == box.seed.text
    assert hashlib.sha256(opened).hexdigest() == seed["sha256"]
    assert box.acts()[-2:] == ["backup_started", "backup_made"]
    assert keyring(box).content.media[made.medium].number == 1


def test_a_medium_shows_no_number_no_name_and_no_word(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    record(box)
    assert backups(box).run()
    seen = b"".join(path.read_bytes() for path in medium.rglob("*") if path.is_file())
    names = " ".join(files(medium)).encode()
    for secret in (b"48221234567", b"Anna", b"Ewa", b"Kancelaria", b"training", b"audit/2026"):
        assert secret not in seen + names, secret


def test_only_what_is_new_is_written_again(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    first = record(box, 2)
    backups(box).run()
    before = {path: path.stat().st_ino for path in (medium / "rec").iterdir()}
    parts = {path.name: path.stat().st_ino for path in (medium / "parts").iterdir()}
    second = record(box)
    backups(box).ask()
    thread = backups(box)._thread
    assert thread is not None
    thread.join()

    made = manifest(medium)
    assert made.number == 2
    assert set(made.recordings) == {*first, *second}
    for path, inode in before.items():
        assert path.stat().st_ino == inode or int(path.name[:4], 16) % 30 == 2
    again = {path.name: path.stat().st_ino for path in (medium / "parts").iterdir()}
    assert len(set(again.items()) & set(parts.items())) >= len(parts) - 2  # audit and its head
    assert not (medium / "copy-1").exists()


def test_what_was_erased_leaves_the_medium_and_the_certificate_says_what_may_remain(
    tmp_path: Path,
) -> None:
    box, medium = backed_up_box(tmp_path)
    gone, stays = record(box, 2)
    backups(box).run()
    erase(box, gone)
    assert box.keeper.box is not None
    certificate_of = box.keeper.box.records.erasing.certificate_of
    made = certificate_of(gone)
    assert made is not None
    assert made.state == "erased"
    assert "backups" in made.remains
    assert (medium / "rec" / gone).exists()

    assert not backups(box).run()  # within the hour
    box.clock.advance(HOUR)
    assert backups(box).run()

    assert files(medium) & {f"rec/{gone}", f"rec/{stays}"} == {f"rec/{stays}"}
    assert set(manifest(medium).recordings) == {stays}
    made = certificate_of(gone)
    assert made is not None
    assert "backups" not in made.remains
    assert "backups_overwritten" in made.remains


def test_what_was_recorded_and_erased_before_the_first_copy_never_was_on_a_medium(
    tmp_path: Path,
) -> None:
    box, _ = backed_up_box(tmp_path)
    (gone,) = record(box)
    erase(box, gone)
    backups(box).run()
    assert box.keeper.box is not None
    made = box.keeper.box.records.erasing.certificate_of(gone)
    assert made is not None
    assert made.remains == ("flash_may_keep_root",)


def test_it_is_due_once_a_day_and_by_no_clock_that_is_set(tmp_path: Path) -> None:
    box, _ = backed_up_box(tmp_path)
    assert backups(box).run()
    assert not backups(box).run()
    box.clock.jump(30.0 * DAY)
    assert not backups(box).run()
    box.clock.jump(-60.0 * DAY)
    assert not backups(box).run()
    box.clock.advance(DAY)
    assert backups(box).run()


def test_by_hand_means_only_when_somebody_asks(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path, every="hand")
    box.clock.advance(8 * DAY)
    assert not backups(box).run()
    backups(box)._wanted = True
    assert backups(box).run()
    assert manifest(medium).number == 1


def test_without_a_folder_nothing_happens(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    point_to(box, None)
    backups(box).tick()
    assert backups(box)._thread is None
    assert files(medium) == {"zgoda-backup"}


def test_it_works_while_the_box_is_locked(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    record(box)
    assert box.keeper.box is not None
    assert not box.keeper.box.records.readers.reading.running
    assert backups(box).run()
    assert manifest(medium).recordings


def test_a_copy_has_no_key_of_a_call_to_come(tmp_path: Path) -> None:
    """A call that used it could be erased before the next copy, and nobody would look here."""
    box, medium = backed_up_box(tmp_path)
    rids = record(box, 2)
    assert len(keyring(box).offered()) > 2
    backups(box).run()
    opened = open_backup(medium, read_sheet(box.sheet))
    keys = opened.content.shards
    names = [
        bytes(copy.plain[at : at + RID_BYTES]).hex()
        for sid, key in keys.items()
        for copy in [open_shard(key.key, sid, key.generation, opened.shards[shard_name(sid, key)])]
        for at in range(0, len(copy.plain), ENTRY_BYTES)
    ]
    opened.close()
    assert sorted(names) == sorted(rids)
    box.keeper.close()
