"""Test the sealed table file: whole, secret, refused if foreign."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where
from tinydb.table import Document

from appliance.errors import FileFormatError, StorageFull
from appliance.keeper.storage.sealed_tinydb import SealedStorage

KEY = bytes(range(32))


def opened(path: Path, key: bytes = KEY, label: bytes = b"test") -> TinyDB:
    return TinyDB(path, key, label, storage=SealedStorage)


def test_what_is_written_is_there_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "t"
    table = opened(path).table("calls")
    number = table.insert({"name": "Zażółć", "nested": {"a": [1, 2]}})
    again = opened(path).table("calls")
    assert again.get(doc_id=number) == {"name": "Zażółć", "nested": {"a": [1, 2]}}
    assert [entry.name for entry in tmp_path.iterdir()] == ["t"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_readable_is_on_disk(tmp_path: Path) -> None:
    opened(tmp_path / "t").insert({"number": "+48221234567"})
    raw = (tmp_path / "t").read_bytes()
    assert b"48221234567" not in raw
    assert b"number" not in raw


def test_each_write_has_its_own_salt_and_text(tmp_path: Path) -> None:
    db = opened(tmp_path / "t")
    db.upsert(Document({"a": 1}, doc_id=1))
    first = (tmp_path / "t").read_bytes()
    db.upsert(Document({"a": 1}, doc_id=1))
    second = (tmp_path / "t").read_bytes()
    assert first[:32] != second[:32]
    assert first[32:] != second[32:]


@pytest.mark.parametrize("position", [0, 31, 32, -1])
def test_a_flipped_bit_is_noticed(tmp_path: Path, position: int) -> None:
    path = tmp_path / "t"
    opened(path).insert({"a": 1})
    raw = bytearray(path.read_bytes())
    raw[position] ^= 1
    path.write_bytes(raw)
    with pytest.raises(FileFormatError, match=r"^t is damaged"):
        opened(path)


@pytest.mark.parametrize("length", [0, 1, 31, 47, 48])
def test_a_truncated_file_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "t"
    opened(path).insert({"a": 1})
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(FileFormatError):
        opened(path)


def test_another_key_or_label_opens_nothing(tmp_path: Path) -> None:
    opened(tmp_path / "t").insert({"a": 1})
    with pytest.raises(FileFormatError, match="does not fit"):
        opened(tmp_path / "t", key=bytes(32))
    with pytest.raises(FileFormatError, match="does not fit"):
        opened(tmp_path / "t", label=b"other")


def test_a_giant_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "t"
    path.touch()
    os.truncate(path, 300 * 2**20)
    with pytest.raises(FileFormatError, match="larger than"):
        opened(path)


def test_a_failed_write_changes_neither_disk_nor_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t"
    db = opened(path)
    db.insert({"a": 1})

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageFull, match="No room"):
            db.update({"a": 2}, where("a") == 1)
    assert [dict(document) for document in db.all()] == [{"a": 1}]
    assert [dict(document) for document in opened(path).all()] == [{"a": 1}]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    tables=st.dictionaries(
        st.text(max_size=5),
        st.dictionaries(
            st.integers(1, 9).map(str),
            st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.text(max_size=9)),
        ),
    )
)
def test_any_tables_come_back(tmp_path: Path, tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    SealedStorage(tmp_path / "t", KEY, b"x").write(tables)
    assert SealedStorage(tmp_path / "t", KEY, b"x").read() == tables
