"""A medium that somebody had in hand, and one that fails: the box is never harmed by it."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from appliance.errors import FileFormatError, StorageFull
from appliance.keeper.backup import manifest as manifests
from appliance.keeper.backup.disks import disks_of
from appliance.keeper.backup.medium import FOLDER, BackupFailed, Medium
from appliance.keeper.backup.parts import BackupPart, decode_index, encode_index
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.removing import DEEPEST
from appliance.model.sentences.faults import in_words
from tests.keeper.backup.copies import (
    backed_up_box,
    backups,
    erase,
    files,
    keyring,
    manifest,
    point_to,
)
from tests.keeper.backup.restored import begin_again, new_keeper
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import record
from tests.model.faults import codes
from tests.small.media import told_apart


def now(box: KeeperBox) -> bool:
    """Make a copy as if somebody had asked."""
    backups(box)._wanted = True
    return backups(box).run()


def code(box: KeeperBox) -> str:
    return backups(box).seen().code


def test_a_link_in_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    """Else the box would remove its own recordings as "not in the manifest"."""
    box, medium = backed_up_box(tmp_path)
    record(box, 2)
    backups(box).run()
    before = sorted(path.name for path in box.folders.recordings.iterdir())
    shutil.rmtree(medium / "rec")
    (medium / "rec").symlink_to(box.folders.recordings)
    assert not now(box)
    assert code(box) == "damaged"
    assert sorted(path.name for path in box.folders.recordings.iterdir()) == before
    assert box.acts()[-1] == "backup_failed"


@pytest.mark.parametrize("name", ["manifest", "copy-2", "rec/0123456789abcdef0123456789abcdef"])
def test_a_link_in_place_of_a_file_changes_nothing_behind_it(tmp_path: Path, name: str) -> None:
    box, medium = backed_up_box(tmp_path)
    record(box)
    backups(box).run()
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    (medium / name).unlink(missing_ok=True)
    (medium / name).symlink_to(precious)
    now(box)
    assert precious.read_bytes() == b"precious"


def test_a_pipe_does_not_hold_the_box_up(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    (medium / "manifest").unlink()
    os.mkfifo(medium / "manifest")
    now(box)
    assert code(box) in {"", "damaged"}


def test_an_old_copy_put_back_is_told_and_replaced(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    record(box)
    backups(box).run()
    shutil.copytree(medium, tmp_path / "old")
    record(box)
    now(box)
    shutil.rmtree(medium)
    shutil.copytree(tmp_path / "old", medium)
    assert now(box)
    assert backups(box).seen().older
    assert manifest(medium).number == 3
    assert len(manifest(medium).recordings) == 2


def test_another_boxs_medium_is_left_as_it_is(tmp_path: Path) -> None:
    one, medium = backed_up_box(tmp_path / "one")
    record(one)
    backups(one).run()
    before = files(medium), (medium / "manifest").read_bytes()
    other, _ = backed_up_box(tmp_path / "other")
    other.config = one.config
    other.keeper._around.config = one.config
    assert not now(other)
    assert code(other) == "other_box"
    assert (files(medium), (medium / "manifest").read_bytes()) == before


def test_a_box_put_back_to_an_older_state_keeps_the_newer_copy(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    record(box)
    backups(box).run()
    shutil.copytree(medium, tmp_path / "old")
    late = record(box)
    now(box)
    box.keeper.close()
    begin_again(box, tmp_path / "old", tmp_path / "new")
    new = new_keeper(box, tmp_path / "new")
    assert not now(new)
    assert code(new) == "newer"
    assert late[0] in manifest(medium).recordings
    new.keeper.close()


def test_a_huge_manifest_of_a_stranger_is_not_even_decoded(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    raw = (medium / "manifest").read_bytes()
    own = manifest(medium).key.encode()
    (medium / "manifest").write_bytes(raw.replace(own, b"0" * 64))
    assert not now(box)
    assert code(box) == "other_box"
    (medium / "manifest").write_bytes(b"[" * 1_000_000)
    assert now(box)


def test_a_full_card_is_not_called_a_full_medium(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, _ = backed_up_box(tmp_path)
    full = StorageFull(in_words("disk_full_now"))

    def fails(*_: Any) -> None:
        raise full

    with monkeypatch.context() as patched:
        patched.setattr(backups(box), "_keep", fails)
        assert not now(box)
    assert code(box) == "own"
    assert codes(backups(box).seen().trouble) == ["backup_own_files", "disk_full_now"]


def test_a_medium_that_is_back_is_no_longer_called_absent(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    medium.rename(tmp_path / "drawer")
    backups(box).run()
    assert (code(box), backups(box).seen().medium) == ("absent", "")
    (tmp_path / "drawer").rename(medium)
    assert not backups(box).run()  # not due
    assert (code(box), backups(box).seen().medium) == ("", manifest(medium).medium)


def test_a_lost_ledger_does_not_stop_the_next_copies(tmp_path: Path) -> None:
    """Then the box counts from the beginning."""
    box, _ = backed_up_box(tmp_path)
    backups(box).run()
    with keyring(box).changing() as draft:
        draft.media = {name: structs.replace(one, counted=1e9) for name, one in draft.media.items()}
    assert backups(box).seen().age is None, "nobody knows how old the last one is"
    assert backups(box).run()
    assert backups(box).seen().age == 0.0
    assert not backups(box).run()


def test_a_medium_plugged_in_late_is_not_kept_waiting(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    medium.rename(tmp_path / "drawer")
    assert not now(box)
    assert code(box) == "absent"
    (tmp_path / "drawer").rename(medium)
    assert backups(box).run()
    assert code(box) == ""


def test_a_forged_manifest_is_not_believed(tmp_path: Path) -> None:
    """Its number, raised by a stranger, would stop every later backup."""
    box, medium = backed_up_box(tmp_path)
    record(box)
    backups(box).run()
    raw = (medium / "manifest").read_bytes()
    (medium / "manifest").write_bytes(raw.replace(b'"number":1,', b'"number":9,'))
    assert now(box)
    assert manifest(medium).number == 2


def test_an_altered_recording_is_written_again_when_its_round_comes(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    (rid,) = record(box)
    backups(box).run()
    good = (box.folders.recordings / rid).read_bytes()
    (medium / "rec" / rid).write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    due = int(rid[:4], 16) % 30
    while manifest(medium).number % 30 != due or manifest(medium).number == 1:
        assert now(box)
        box.clock.advance(1)
    assert (medium / "rec" / rid).read_bytes() == good
    assert backups(box).seen().mended == 1


def test_a_shorter_or_missing_recording_is_written_again_at_once(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    short, missing = record(box, 2)
    backups(box).run()
    (medium / "rec" / short).write_bytes(b"")
    (medium / "rec" / missing).unlink()
    assert now(box)
    for rid in (short, missing):
        assert (medium / "rec" / rid).read_bytes() == (box.folders.recordings / rid).read_bytes()


def test_without_a_mark_nothing_is_written(tmp_path: Path) -> None:
    """A mount point without its medium would take the copy onto the memory card."""
    box, medium = backed_up_box(tmp_path)
    shutil.rmtree(medium)
    assert not now(box)
    assert code(box) == "absent"
    assert list(medium.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("operation", "number"),
    [("put", errno.ENOSPC), ("put", errno.ENODEV), ("sync", errno.EIO), ("rename", errno.EROFS)],
)
def test_a_full_or_pulled_out_medium_is_told_and_the_copy_before_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, number: int
) -> None:
    box, medium = backed_up_box(tmp_path)
    first = record(box)
    backups(box).run()
    record(box)

    def fails(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(Medium, operation, fails)
        assert not now(box)
    assert code(box) == ("full" if number == errno.ENOSPC else "failed")
    assert set(manifest(medium).recordings) == set(first)
    box.keeper.close()
    assert begin_again(box, medium, tmp_path / "new").recordings == 1


def test_it_is_tried_again_after_an_hour_and_written_down_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, _ = backed_up_box(tmp_path)

    def fails(*_: Any) -> None:
        raise OSError(errno.EIO, "bad sector")

    with monkeypatch.context() as patched:
        patched.setattr(Medium, "put", fails)
        for _ in range(3):
            backups(box).run()
            box.clock.advance(30)
        assert box.acts().count("backup_failed") == 1
        assert box.acts().count("backup_started") == 1
    box.clock.advance(3600)
    assert backups(box).run()
    assert code(box) == ""


def test_a_deleted_recording_of_the_box_stays_on_the_medium(tmp_path: Path) -> None:
    """What the card has lost is what a backup is for."""
    box, medium = backed_up_box(tmp_path)
    (rid,) = record(box)
    backups(box).run()
    (box.folders.recordings / rid).unlink()
    assert now(box)
    assert rid in manifest(medium).recordings
    assert (medium / "rec" / rid).exists()
    assert rid in keyring(box)


@pytest.mark.parametrize("path", ["../keyring.0", "audit/../../x", "/etc/passwd", "root", "pool"])
def test_an_index_names_no_other_place(path: str) -> None:
    good = BackupPart("audit/2026-11.log", "0" * 32, 1, "0" * 64)
    assert decode_index(encode_index({"": good})) == [good]
    raw = encode_index({"": BackupPart(path, "0" * 32, 1, "0" * 64)})
    with pytest.raises(FileFormatError):
        decode_index(raw)


def test_the_boxs_own_disk_is_no_medium(tmp_path: Path) -> None:
    """Nothing was mounted when it was prepared: the copy would die with the card."""
    box, medium = backed_up_box(tmp_path)
    with told_apart():
        assert not now(box)
        assert (code(box), backups(box).seen().medium) == ("own_disk", "")
        assert not keyring(box).content.media
        assert files(medium) == {FOLDER}
    other = tmp_path / "other"  # as on a disk of its own
    other.mkdir()
    prepare(other, None, frozenset()).close()
    point_to(box, other)
    assert backups(box).run(), "it does not wait for an hour"
    assert code(box) == ""


def test_where_nothing_is_mounted_a_root_in_memory_is_no_medium(tmp_path: Path) -> None:
    with told_apart():
        own = Medium.own_devices(tmp_path / "not" / "there")
    assert own == disks_of(tmp_path.stat().st_dev) | disks_of(Path("/").stat().st_dev)


def forged(medium: Path, **changes: Any) -> None:
    """Sign the manifest anew with a stranger's key."""
    key = Ed25519PrivateKey.generate()
    own = key.public_key().public_bytes_raw().hex()
    made = structs.replace(manifest(medium), key=own, **changes)
    (medium / "manifest").write_bytes(manifests.encode(made, key.sign))


def test_of_a_strangers_medium_the_keyring_alone_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else may be as large as the stranger likes."""
    box, medium = backed_up_box(tmp_path)
    record(box)
    backups(box).run()
    box.keeper.close()
    copy = manifest(medium).copy
    read: list[str] = []
    real = Medium.read

    def noted(medium: Medium, *names: str, most: int) -> bytes:
        read.append(names[-1])
        return real(medium, *names, most=most)

    monkeypatch.setattr(Medium, "read", noted)
    forged(medium)
    read.clear()
    with pytest.raises(BackupFailed, match="signed by another box") as refused:
        begin_again(box, medium, tmp_path / "new")
    assert refused.value.code == "damaged"
    assert read == [FOLDER, "manifest", "keyring.age"]

    huge = {f"{number:016x}.1.0": (2**30, "0" * 64) for number in range(3)}
    forged(medium, copy=copy | huge)
    read.clear()
    with pytest.raises(BackupFailed, match="too large"):
        begin_again(box, medium, tmp_path / "new")
    assert read == [FOLDER, "manifest"]


@pytest.mark.parametrize("place", ["copy-1", "copy-1/keys", "copy-0", "rec", "parts"])
def test_a_folder_of_a_stranger_keeps_no_old_key(tmp_path: Path, place: str) -> None:
    """It could not be removed as a file, and with it every older copy stayed."""
    box, medium = backed_up_box(tmp_path)
    record(box)
    backups(box).run()
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter").write_bytes(b"precious")
    strange = medium / place / "strange" / "within"
    strange.mkdir(parents=True)
    (strange / "large").write_bytes(b"0" * 100)
    (strange / "link").symlink_to(precious)
    assert now(box), backups(box).seen().trouble
    assert [path.name for path in medium.glob("copy-*")] == ["copy-2"]
    assert not list(medium.rglob("strange"))
    assert (precious / "letter").read_bytes() == b"precious"


def test_what_cannot_be_removed_is_told_and_keeps_nothing_else(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    (gone,) = record(box)
    backups(box).run()
    erase(box, gone)
    deep = medium.joinpath("copy-0", *("deeper" for _ in range(DEEPEST)))
    deep.mkdir(parents=True)
    assert not now(box)
    assert code(box) == "damaged"
    assert codes(backups(box).seen().trouble) == ["backup_crowded"]
    assert not (medium / "copy-1").exists()
    assert not (medium / "rec" / gone).exists()
    (state,) = keyring(box).content.media.values()
    assert state.begun != state.number, "it is told as unfinished"
