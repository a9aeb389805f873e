"""Read a shard strictly: each fault of a copy, and of both, has its consequence."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError, VaultError
from appliance.vault import container
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.shard import (
    ENTRY_BYTES,
    Anchor,
    OpenShard,
    RecordPlace,
    ShardHeader,
    open_shard,
    seal_change,
    seal_shard,
)
from appliance.vault.opening.state import VERDICTS, pack_state, read_state
from tests.vaults import Vault, change

KEY, SID = b"k" * 32, b"shard id"
DAY = 20_807
RIDS = [bytes([number]) * 16 for number in range(3)]


def base(count: int = 3, *, slots: tuple[int, ...] | None = None) -> bytes:
    plain = b"".join(
        RIDS[at] + bytes(32) + pack_state(slot, RecordingEntry())
        for at, slot in enumerate(slots or tuple(range(count)))
    )
    return seal_shard(KEY, ShardHeader(SID, 1, 1, 0), plain)


def opened(raw: bytes, key: bytes = KEY) -> OpenShard:
    return open_shard(key, SID, 1, raw)


def due(shard: OpenShard) -> list[int | None]:
    starts = range(48, len(shard.plain), ENTRY_BYTES)
    return [read_state(shard.plain, at)[1].due_day for at in starts]


def with_changes(*days: int, anchor: Anchor | None = None) -> bytes:
    """Return a shard whose records give slot 0, 1, … their days."""
    raw = base()
    for slot, day in enumerate(days):
        at = opened(raw)
        place = RecordPlace(at.head, at.index, at.tag)
        raw += seal_change(KEY, place, [pack_state(slot, RecordingEntry(day))], anchor)
    return raw


def test_records_apply_in_order_and_name_the_audits_entry() -> None:
    found = opened(with_changes(DAY, DAY + 1, anchor=Anchor(7, b"a" * 16)))
    assert (due(found), found.index) == ([DAY, DAY + 1, None], 2)
    assert (found.rest, found.anchor) == (0, Anchor(7, b"a" * 16))


@pytest.mark.parametrize("at", [*range(32), 40, 64, 100, 300])
def test_a_flip_in_header_or_base_is_noticed(at: int) -> None:
    raw = bytearray(base())
    raw[at] ^= 1
    with pytest.raises(FileFormatError):
        opened(bytes(raw))


@pytest.mark.parametrize("length", [0, 7, 31, 32, 100, 319])
def test_a_cut_base_is_noticed(length: int) -> None:
    with pytest.raises(FileFormatError):
        opened(base()[:length])


@pytest.mark.parametrize("slots", [(0, 1, 1), (0, 1, 512)])
def test_a_slot_named_twice_or_beyond_the_last_is_refused(slots: tuple[int, ...]) -> None:
    with pytest.raises(FileFormatError, match="slot"):
        opened(base(slots=slots))


def test_another_key_shard_or_generation_is_refused() -> None:
    with pytest.raises(FileFormatError, match="key does not fit"):
        opened(base(), b"x" * 32)
    for sid, generation in ((b"another!", 1), (SID, 2)):
        with pytest.raises(FileFormatError, match="another shard"):
            open_shard(KEY, sid, generation, base())


@pytest.mark.parametrize("lost", range(1, 96))
def test_a_torn_record_is_cut_off_at_whatever_byte(lost: int) -> None:
    whole = with_changes(DAY, DAY + 1)
    found = opened(whole[:-lost])
    assert (due(found)[:2], found.index) == ([DAY, None], 1)
    assert found.torn


def test_a_record_whose_bytes_never_came_is_torn_too() -> None:
    one = with_changes(DAY)
    found = opened(one + bytes(300))
    assert (found.index, found.torn, found.rest) == (1, True, 300)


def harmed(how: str) -> bytes:
    """Return a shard with three records, the first ones harmed."""
    raw = with_changes(DAY, DAY + 1, DAY + 2)
    begin = len(base())
    size = (len(raw) - begin) // 3
    records = [raw[begin + at * size : begin + (at + 1) * size] for at in range(3)]
    if how == "flipped":
        records[0] = records[0][:50] + bytes([records[0][50] ^ 1]) + records[0][51:]
    elif how == "swapped":
        records[0], records[1] = records[1], records[0]
    elif how == "left out":
        del records[0]
    elif how == "repeated":
        records.insert(1, records[0])
    return base()[:0] + raw[:begin] + b"".join(records)


@pytest.mark.parametrize("how", ["flipped", "swapped", "left out", "repeated"])
def test_a_record_out_of_its_place_counts_for_nothing_nor_do_those_behind(how: str) -> None:
    found = opened(harmed(how))
    assert (found.index, found.torn) == (1 if how == "repeated" else 0, False)


def record(plain: bytes) -> bytes:
    """Return a first record with any content, properly sealed."""
    at = opened(raw := base())
    bound = struct.pack(">8sII16s", SID, 1, 0, at.tag)
    sealed = container.seal(KEY, b"zgoda change v2", plain, bound)
    return raw + len(sealed).to_bytes(2, "big") + sealed


STATE = pack_state(0, RecordingEntry(DAY))


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\0\1\0",
        b"\0\1\0\0",
        b"\0\1\0\0" + STATE[:-1],
        b"\0\1\0\1" + STATE,  # an anchor that is not there
        b"\0\1\0\2" + STATE,  # an unknown flag
        b"\0\1\0\0" + pack_state(9, RecordingEntry(DAY)),  # a slot that is none
        b"\0\1\0\0" + STATE[:2] + b"\x02\0" + STATE[4:],  # an unknown flag of the state
        b"\0\1\0\0" + STATE[:4] + b"\x08" + STATE[5:],  # an unknown verdict
    ],
)
def test_an_impossible_change_is_refused(plain: bytes) -> None:
    with pytest.raises(FileFormatError):
        opened(record(plain))


ends = st.tuples(st.just(0), st.none()) | st.tuples(
    st.integers(1, 2**64 - 1), st.integers(1, 65_535)
)
later = st.tuples(st.none(), st.just((0, None)), st.just(value=False)) | st.tuples(
    st.integers(0, 65_535), ends, st.booleans()
)
"""Due day, what was taken back, whether there is a note: both only of what was taken up."""

entries = st.builds(
    lambda later, **fields: RecordingEntry(
        due_day=later[0],
        ended_purposes=later[1][0],
        ended_day=later[1][1],
        has_note=later[2],
        **fields,
    ),
    later,
    call=st.just("") | st.binary(min_size=8, max_size=8).map(bytes.hex),
    held=st.booleans(),
    review_day=st.none() | st.integers(0, 65_535),
    restricted=st.booleans(),
    clock_ok=st.booleans(),
    boot_id=st.just("") | st.binary(min_size=3, max_size=3).map(bytes.hex),
    uptime=st.integers(0, 2**32 - 1),
    day=st.none() | st.integers(0, 65_535),
    began=st.none() | st.integers(0, 2**47).map(lambda ms: ms / 1000),
    verdict=st.sampled_from([str(verdict) for verdict in VERDICTS]),
)


@given(entries, st.integers(0, 511))
def test_every_entry_comes_back(entry: RecordingEntry, slot: int) -> None:
    assert read_state(pack_state(slot, entry)) == (slot, entry)


@pytest.mark.parametrize(
    "entry",
    [
        RecordingEntry(ended_purposes=1, ended_day=DAY),
        RecordingEntry(has_note=True),
        RecordingEntry(DAY, ended_purposes=1),
        RecordingEntry(DAY, ended_day=DAY),
        RecordingEntry(DAY, ended_purposes=1, ended_day=0),
    ],
)
def test_what_could_not_be_read_is_not_written(entry: RecordingEntry) -> None:
    with pytest.raises(FileFormatError):
        pack_state(0, entry)


@given(st.integers(-(10**12), 10**12))
def test_a_day_that_no_calendar_has_is_kept_at_the_bound(day: int) -> None:
    _, kept = read_state(pack_state(0, RecordingEntry(day, review_day=day, day=day)))
    assert kept.due_day == kept.review_day == kept.day == min(max(day, 0), 65_535)


# -- both copies, in a keyring ------------------------------------------------------------


def again(vault: Vault) -> Keyring:
    return Keyring.open(vault.folders.keyring, FileEraser(vault.folders.root))


def copies(vault: Vault) -> tuple[Path, Path]:
    one, other = sorted(vault.folders.keys.iterdir())
    return one, other


def flip_record(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[32 + 48 + 6 * ENTRY_BYTES + 60] ^= 1
    path.write_bytes(raw)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FAULTS: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-5]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"junk"),
    "foreign": lambda path: path.write_bytes(b"%PDF-1.7" * 99),
    "a record flipped": flip_record,
    "a folder": a_folder,
}


@pytest.mark.parametrize("copy", [0, 1])
@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "a folder"])
def test_one_copy_is_enough_and_the_other_is_made_anew(vault: Vault, copy: int, fault: str) -> None:
    rids = vault.keyring.unused()
    for at in range(2):
        change(vault.keyring, rids[at], due_day=DAY + at, held=True)
    whole = copies(vault)[0].read_bytes()
    FAULTS[fault](copies(vault)[copy])
    keyring = again(vault)
    assert {r: e.due_day for r, e in keyring.taken_up()} == {rids[0]: DAY, rids[1]: DAY + 1}
    assert [path.read_bytes() for path in copies(vault)] == [whole, whole]
    change(keyring, rids[2], due_day=DAY)
    assert rids[2] in dict(again(vault).taken_up())


@pytest.mark.parametrize("fault", ["gone", "empty", "foreign", "a folder"])
def test_a_lost_shard_costs_its_own_recordings_and_no_others(vault: Vault, fault: str) -> None:
    lost = vault.keyring.unused()
    for path in copies(vault):
        FAULTS[fault](path)
    (vault.folders.keys).mkdir(exist_ok=True)
    keyring = again(vault)
    assert (keyring.lost_shards, keyring.unused()) == (1, ())
    made = keyring.refill(3)
    assert keyring.unused() == again(vault).unused() == tuple(made)
    assert all(rid not in keyring for rid in lost)


def test_a_shard_that_lost_changes_erases_nothing_for_its_date(vault: Vault) -> None:
    """A hold may be among what was lost."""
    rids = vault.keyring.unused()
    change(vault.keyring, rids[0], due_day=DAY)
    change(vault.keyring, rids[1], due_day=DAY)
    change(vault.keyring, rids[0], held=True)
    assert vault.keyring.due(DAY + 1) == {rids[1]: DAY}
    raw = bytearray(copies(vault)[0].read_bytes())
    raw[-150] ^= 1  # in the second record, with another behind it
    for path in copies(vault):
        path.write_bytes(raw)
    keyring = again(vault)
    assert dict(keyring.taken_up()).keys() == {rids[0]}
    assert keyring.due(DAY + 1) == {}
    keyring.erase([rids[5]])
    assert again(vault).due(DAY + 1) == {}, "nor once it was written anew"
    keyring.erase([rids[0]])
    assert rids[0] not in again(vault), "but by hand"


def test_a_shard_of_another_level_than_the_keyring_says_is_refused(vault: Vault) -> None:
    (sid, key), *_ = vault.keyring.content.shards.items()
    raw = copies(vault)[0].read_bytes()
    plain = open_shard(key.key, sid, key.generation, raw).plain
    for path in copies(vault):
        path.write_bytes(
            seal_shard(key.key, ShardHeader(sid, key.generation, 9, 0, level=1), plain)
        )
    assert again(vault).lost_shards == 1


def test_a_shard_that_goes_while_the_keyring_is_open_is_said(vault: Vault) -> None:
    rid = vault.keyring.unused()[0]
    for path in copies(vault):
        path.write_bytes(b"")
    with pytest.raises(FileFormatError, match="cannot be read"):
        vault.keyring.private(rid)
    with pytest.raises(VaultError, match="could not be written"):
        vault.keyring.erase([rid])
    with pytest.raises(VaultError, match="could not be written"):
        change(vault.keyring, rid, due_day=DAY)
    assert rid in vault.keyring.unused()


def test_the_newest_of_all_anchors_is_named_again(vault: Vault) -> None:
    rid = vault.keyring.unused()[0]
    assert [vault.keyring.anchor] == [None]
    vault.keyring.anchored_by(lambda: Anchor(3, b"x" * 16))
    change(vault.keyring, rid, due_day=DAY)
    assert vault.keyring.anchor == again(vault).anchor == Anchor(3, b"x" * 16)
    vault.keyring.anchored_by(lambda: Anchor(4, b"y" * 16))
    vault.keyring.rotate(lambda _: None)
    assert vault.keyring.anchor == again(vault).anchor == Anchor(4, b"y" * 16)
