import contextlib
import errno
import gc
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from appliance.errors import FileFormatError, FileTaken, StorageFull, VaultError
from appliance.model.records import RecordingEnd, RecordingMark, Verdict
from appliance.vault import seal
from appliance.vault.disk import Disk
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES, MOST_SAMPLES, Ticket
from appliance.vault.lease import close_to_writers
from appliance.vault.pool import Pool, PoolKey
from appliance.vault.seal import SealedFile, SealingKeys, opening_frames
from tests.samples import META, ORIGIN, RECEIPT, RULE
from tests.vaults import TICKET, Vault

END = RecordingEnd(samples=4000, reason="hung_up")


def test_a_recording_is_one_header_and_whole_frames_named_by_its_digest(vault: Vault) -> None:
    sealed = vault.record(blocks=3)
    raw = vault.path(sealed.rid).read_bytes()
    assert len(raw) == HEADER_BYTES + 7 * FRAME_BYTES
    assert (sealed.frames, sealed.sha256) == (7, hashlib.sha256(raw).hexdigest())


def test_each_step_is_on_the_medium_before_the_next(vault: Vault) -> None:
    file = vault.begin()
    file.audio(0, b"\xd5" * 4000)
    steps = [operation for operation, _ in vault.disk.calls if operation != "free"]
    created = steps[steps.index("claim") :]
    assert created == ["claim", "write", "sync_all"] + ["write", "sync"] * 2
    file.close()


def test_nothing_of_the_call_stands_in_clear(vault: Vault) -> None:
    sealed = vault.record()
    raw = vault.path(sealed.rid).read_bytes()
    for clear in (b"221234567", b"Reception", b"training", bytes(2000), b"\x01" * 100):
        assert clear not in raw[48:196] + raw[HEADER_BYTES:]
    assert bytes.fromhex(META.call) not in raw


def _bytes_in(value: object) -> list[bytes]:
    """Return every bytes value that an object of this module still reaches."""
    found: list[bytes] = []
    seen: set[int] = set()
    todo: list[object] = [value]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, type) or callable(one):
            continue
        seen.add(id(one))
        if isinstance(one, bytes | bytearray):
            found.append(bytes(one))
        elif not isinstance(one, str | int | Path | Disk):
            todo.extend(gc.get_referents(one))
    return found


@pytest.mark.parametrize("leave", ["end", "close", "withdraw", "fail"])
def test_no_key_is_left_when_a_recording_is_closed(vault: Vault, leave: str) -> None:
    file = vault.begin()
    content_key, payload_key = bytes(file._content_key), bytes(file._payload_key)
    assert any(content_key), "the key was there"
    assert {content_key, payload_key} <= set(_bytes_in(file))
    if leave == "end":
        file.end(END)
    elif leave == "withdraw":
        file.withdraw(vault.folders.withdrawn)
    elif leave == "fail":
        vault.disk.fail("sync")
        with pytest.raises(VaultError):
            file.audio(0, b"\xd5" * 4000)
    else:
        file.close()
    held = b"".join(_bytes_in(file))
    assert content_key not in held
    assert payload_key not in held


def _created(vault: Vault, ticket: Ticket = TICKET) -> SealedFile:
    """Return a file that holds its header alone."""
    pool = Pool(vault.folders.pool, vault.folders.new)
    keys = SealingKeys(pool.vault_id, pool.reading_key, ORIGIN)
    folder = vault.folders.new
    return SealedFile.create(folder, keys, pool.take_key(), ticket, 1, disk=vault.disk)


def test_frames_stand_in_their_order(vault: Vault) -> None:
    file = _created(vault)
    for early in (
        lambda: file.audio(0, b"\xd5"),
        lambda: file.mark(RecordingMark(kind="pause", sample=0)),
        lambda: file.end(END),
    ):
        with pytest.raises(VaultError, match="cannot be frame 0"):
            early()
    file.begin(META, RECEIPT, RULE)
    with pytest.raises(VaultError, match="written once"):
        file.begin(META, RECEIPT, RULE)
    assert file.frames == 3
    file.close()


LONG_RULE = structs.replace(RULE, controller_says="Kancelaria Nowak, " * 500)


def test_a_long_rule_stands_in_as_many_frames_as_it_needs_and_costs_one_sync(vault: Vault) -> None:
    opening = opening_frames(LONG_RULE)
    assert opening == 5
    file = _created(vault, replace(TICKET, opening=opening))
    before = [operation for operation, _ in vault.disk.calls].count("sync")
    file.begin(META, RECEIPT, LONG_RULE)
    assert [operation for operation, _ in vault.disk.calls].count("sync") == before + 1
    assert file.frames == opening
    file.end(END)
    with vault.open(file.rid) as reader:
        assert reader.rule == LONG_RULE
        assert reader.survey.rule == LONG_RULE
        assert reader.survey.verdict is Verdict.COMPLETE


def test_an_opening_of_another_length_than_the_tickets_is_refused(vault: Vault) -> None:
    file = _created(vault)
    with pytest.raises(VaultError, match="as its ticket says"):
        file.begin(META, RECEIPT, LONG_RULE)
    file.close()


def test_a_rule_that_no_recording_can_hold_is_refused(vault: Vault) -> None:
    endless = structs.replace(RULE, controller_says="x" * 65_024)
    with pytest.raises(ValueError, match="cannot be sealed"):
        opening_frames(endless)
    file = _created(vault)
    with pytest.raises(VaultError, match="cannot be sealed"):
        file.begin(META, RECEIPT, endless)
    file.close()


def test_a_recording_ends_before_no_reader_would_read_it(vault: Vault) -> None:
    file = vault.begin()
    with pytest.raises(StorageFull, match="longest length"):
        file.audio(MOST_SAMPLES - 1, bytes(2))
    file.audio(MOST_SAMPLES - 2, bytes(2))
    file.end(END)
    with vault.open(file.rid) as reader:
        assert reader.survey.verdict is Verdict.COMPLETE


@pytest.mark.parametrize(
    ("channels", "sample", "codes"),
    [(1, 0, b""), (1, 0, bytes(4001)), (2, 0, bytes(3)), (1, 99, bytes(10)), (2, 99, bytes(10))],
)
def test_only_whole_blocks_that_go_forward_are_sound(
    vault: Vault, channels: int, sample: int, codes: bytes
) -> None:
    file = vault.begin(channels)
    file.audio(0, bytes(100 * channels))
    with pytest.raises(ValueError, match="no block of sound"):
        file.audio(sample, codes)
    assert file.frames == 4
    file.close()


def test_what_does_not_fit_into_a_frame_is_refused(vault: Vault) -> None:
    file = _created(vault)
    with pytest.raises(VaultError, match="does not fit"):
        file.begin(structs.replace(META, line="x" * 4100), RECEIPT, RULE)
    file.close()


def test_a_closed_recording_is_never_written_again(vault: Vault) -> None:
    file = vault.begin()
    sealed = file.end(END)
    before = vault.path(sealed.rid).read_bytes()
    assert not file.usable
    with pytest.raises(VaultError, match="never written to again"):
        file.audio(4000, b"\xd5")
    with pytest.raises(VaultError, match="never written to again"):
        file.withdraw(vault.folders.withdrawn)
    file.close()
    assert vault.path(sealed.rid).read_bytes() == before


def test_an_existing_recording_is_never_opened(vault: Vault) -> None:
    key = vault.take()
    vault.begin(key=key).close()
    before = vault.path(key.rid).read_bytes()
    with pytest.raises(FileTaken, match="cannot be used: File exists"):
        vault.begin(key=key)
    assert vault.path(key.rid).read_bytes() == before


@pytest.mark.parametrize(("number", "kind"), [(errno.EIO, VaultError), (errno.ENOSPC, StorageFull)])
@pytest.mark.parametrize("operation", ["write", "sync"])
def test_after_a_failure_a_file_is_left_as_it_is(
    vault: Vault, operation: str, number: int, kind: type[Exception]
) -> None:
    file = vault.begin()
    file.audio(0, b"\x01" * 4000)
    vault.disk.fail(operation, number=number, once=True)
    with pytest.raises(kind):
        file.audio(4000, b"\x02" * 4000)
    with pytest.raises(VaultError, match="never written to again"):
        file.end(END)
    with vault.open(file.rid) as reader:
        assert reader.survey.verdict is Verdict.CUT
        assert reader.read(0, 4000).shape == (1, 4000)


@pytest.mark.parametrize("operation", ["claim", "write", "sync_all"])
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_recording_that_cannot_begin_leaves_a_header_at_most(
    vault: Vault, operation: str, number: int
) -> None:
    key = vault.take()
    vault.disk.fail(operation, number=number, once=True)
    with pytest.raises(StorageFull if number == errno.ENOSPC else VaultError):
        vault.begin(key=key)
    path = vault.folders.new / key.rid
    assert path.stat().st_size == (HEADER_BYTES if operation == "sync_all" else 0)
    fd = os.open(path, os.O_RDONLY)
    assert close_to_writers(fd), "nobody has it open"
    os.close(fd)


@pytest.mark.parametrize("fault", ["gone", "begun", "closed", "in use", "link", "pipe", "folder"])
def test_a_file_that_cannot_be_used_is_told_and_left_alone(
    vault: Vault, fault: str, tmp_path: Path
) -> None:
    """Root may open what is closed; for anybody else the mode is enough."""
    key = vault.take()
    path = vault.folders.new / key.rid
    with contextlib.ExitStack() as held:
        if fault == "begun":
            path.write_bytes(b"somebody else's")
        elif fault == "closed":
            path.chmod(0o400)
            vault.disk.fail("claim", number=errno.EACCES)
        elif fault == "in use":
            held.callback(os.close, Disk().claim(path))
        else:
            path.unlink()
        if fault == "link":
            (tmp_path / "target").touch()
            path.symlink_to(tmp_path / "target")
        elif fault == "pipe":
            os.mkfifo(path)
        elif fault == "folder":
            path.mkdir()
        with pytest.raises(FileTaken, match=r"\.$"):
            vault.begin(key=key)
    assert not path.is_file() or path.read_bytes() in {b"", b"somebody else's"}


def test_a_disk_that_fails_for_good_still_gives_one_error(vault: Vault) -> None:
    vault.disk.fail("sync_all")
    with pytest.raises(VaultError, match="could not be written"):
        vault.begin()


def test_a_key_that_is_no_key_is_named(vault: Vault) -> None:
    rid = vault.take().rid
    with pytest.raises(VaultError, match="a key that cannot be used"):
        vault.begin(key=PoolKey(rid, bytes(32)))
    assert (vault.folders.new / rid).stat().st_size == 0


def test_no_recording_begins_below_256_mib_and_one_stops_at_64(vault: Vault) -> None:
    vault.disk.room = 256 * 2**20 - 1
    with pytest.raises(StorageFull, match="255 MiB are free"):
        vault.begin()
    vault.disk.room += 1
    file = vault.begin()
    vault.disk.room = 64 * 2**20
    file.audio(0, b"\xd5")
    vault.disk.room -= 1
    with pytest.raises(StorageFull):
        file.audio(1, b"\xd5")
    file.end(END)
    with vault.open(file.rid) as reader:
        assert reader.survey.verdict is Verdict.COMPLETE


def test_a_short_write_goes_on_with_the_same_bytes(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: whole(fd, data[:1000], at))
    sealed = vault.record(blocks=1)
    with vault.open(sealed.rid) as reader:
        assert reader.survey.verdict is Verdict.COMPLETE


def test_withdrawing_leaves_a_marker_then_overwrites_the_header(vault: Vault) -> None:
    file = vault.begin()
    file.audio(0, b"\x01" * 4000)
    vault.disk.calls.clear()
    file.withdraw(vault.folders.withdrawn)
    operations = [operation for operation, _ in vault.disk.calls]
    assert operations == ["open", "sync_all", "sync_folder", "write", "sync"]
    assert (vault.folders.withdrawn / file.rid).read_bytes() == b""
    raw = vault.path(file.rid).read_bytes()
    assert not any(raw[:HEADER_BYTES])
    with pytest.raises(FileFormatError):
        vault.open(file.rid)


@pytest.mark.parametrize("operation", ["open", "sync_all", "sync_folder", "write", "sync"])
def test_a_withdrawal_that_fails_says_so_and_closes(vault: Vault, operation: str) -> None:
    file = vault.begin()
    vault.disk.fail(operation)
    with pytest.raises(VaultError, match="withdrawal"):
        file.withdraw(vault.folders.withdrawn)
    assert not file.usable
    marked = (vault.folders.withdrawn / file.rid).exists()
    assert marked is (operation != "open")


def test_a_marker_can_be_left_for_a_file_that_is_closed(vault: Vault) -> None:
    seal.leave_marker(vault.folders.withdrawn, "ab" * 16)
    assert (vault.folders.withdrawn / ("ab" * 16)).read_bytes() == b""


@given(
    day=st.integers(0, 2**16 - 1),
    kept=st.integers(0, 2**16 - 1),
    call=st.binary(min_size=8, max_size=8),
    ok=st.booleans(),
    boot=st.binary(min_size=3, max_size=3),
    uptime=st.integers(0, 2**32 - 1),
)
def test_a_ticket_takes_twenty_one_bytes(
    day: int, kept: int, call: bytes, ok: bool, boot: bytes, uptime: int
) -> None:
    packed = Ticket(day + kept, call.hex(), ok, boot.hex(), uptime, kept).pack()
    assert len(packed) == 21
    assert packed[4:12] == call


def test_a_marker_is_durable_where_its_folder_cannot_be_read(vault: Vault) -> None:
    """On the box the recorder may add to the folder and not open it."""
    vault.disk.fail("sync_folder", number=errno.EACCES)
    seal.leave_marker(vault.folders.withdrawn, "ab" * 16, vault.disk)
    operations = [operation for operation, _ in vault.disk.calls]
    assert operations[-2:] == ["sync_folder", "sync_system_of"]
