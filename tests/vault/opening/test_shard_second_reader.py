"""The second reader, docs/unseal.py, reads of shards what the first one does."""

import base64
import json
from types import ModuleType
from typing import Any

import pytest

from appliance.vault.opening.shard import ENTRY_BYTES, open_shard
from appliance.vault.opening.unseal import content_key
from appliance.vault.texts import TextPlace, seal_text
from tests.samples import META
from tests.vault.script import unseal
from tests.vaults import Vault, change
from tests.vectors.shards import VECTORS

SHARDS: dict[str, Any] = json.loads(VECTORS.read_text())


@pytest.mark.parametrize("name", SHARDS["shards"])
def test_it_reads_shards_as_the_first_reader_does(name: str, reader: ModuleType) -> None:
    vector, key, sid = SHARDS["shards"][name], *map(bytes.fromhex, (SHARDS["key"], SHARDS["id"]))
    raw = base64.b64decode(vector["file"])
    if vector["says"] is None:
        with pytest.raises(reader.Wrong):
            reader.open_shard(raw, key, sid, SHARDS["generation"])
        return
    (_, records), keys = reader.open_shard(raw, key, sid, SHARDS["generation"])
    first = open_shard(key, sid, SHARDS["generation"], raw)
    rows = range(0, len(first.plain), ENTRY_BYTES)
    assert keys == {
        bytes(first.plain[at : at + 16]): (
            bytes(first.plain[at + 16 : at + 48]),
            bytes(first.plain[at + 48 : at + ENTRY_BYTES]),
        )
        for at in rows
    }
    assert records == vector["says"]["records"]


@pytest.mark.parametrize(("mask", "gone"), [(0, []), (1, ["training"]), (2, None)])
def test_it_says_which_purposes_were_taken_back(
    office: Vault, mask: int, gone: list[str] | None
) -> None:
    rid = office.record().rid
    assert META.purposes == ("training",)
    change(
        office.keyring, rid, due_day=20_807, ended_purposes=mask, ended_day=20_800 if mask else None
    )
    done = unseal(office, rid)
    if gone is None:
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith(": The shard ends a purpose that META does not have.\n")
        return
    ended = json.loads(done.stdout)["ended"]
    assert ended == ({"purposes": gone, "day": 20_800} if gone else None)


@pytest.mark.parametrize("said", [False, True])
@pytest.mark.parametrize("there", ["nothing", "words", "note", "torn note"])
def test_a_note_that_was_removed_is_missed(office: Vault, there: str, said: bool) -> None:
    rid = office.record().rid
    change(office.keyring, rid, due_day=20_807, has_note=said)
    beside = office.folders.data / "texts"
    beside.mkdir()
    key = content_key(office.path(rid), bytes(office.reading), office.keyring.private(rid))
    if there != "nothing":
        kind = there.removeprefix("torn ")
        text = seal_text(key, TextPlace.beside(office.path(rid), kind, 0), "Oddzwonić.")
        (beside / f"{rid}.{kind}.0").write_bytes(text[: 9 if "torn" in there else None])
    missing = json.loads(unseal(office, rid).stdout)["note_missing"]
    assert missing == (said and there in {"nothing", "words"})


def test_the_newest_copy_of_a_shard_counts_and_the_other_does_where_it_is_damaged(
    office: Vault,
) -> None:
    rid = office.record().rid
    change(office.keyring, rid, due_day=20_807)
    one, other = sorted(office.folders.keys.iterdir())
    older = other.read_bytes()
    change(office.keyring, rid, ended_purposes=1, ended_day=20_800)
    other.write_bytes(older)
    assert json.loads(unseal(office, rid).stdout)["ended"]["day"] == 20_800
    one.write_bytes(older[:200])
    (office.folders.data / "out.wav").unlink()
    assert json.loads(unseal(office, rid).stdout)["ended"] is None
    for path in (one, other):
        path.write_bytes(older[:8] + b"\1" + older[9:])
    done = unseal(office, rid)
    assert "A shard of the keyring is not of version 2." in done.stderr
    assert done.stderr.count("\n") == 1
