"""Plant recordings as somebody in the recorder's process can: with public keys alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from appliance.clock import day_of
from appliance.config.folders import Folders
from appliance.vault.format import Frame, FrameType, Ticket
from appliance.vault.pool import Pool, PoolKey
from appliance.vault.seal import SealedFile, SealingKeys
from tests.samples import META, ORIGIN, RECEIPT, RULE

BLOCK = bytes([0x55]) * 4000


@dataclass(frozen=True)
class Planted:
    """What a planted file says; raw bytes stand in for a whole frame's JSON."""

    meta: dict[str, Any] | bytes = field(default_factory=dict)
    receipt: dict[str, Any] | bytes = field(default_factory=dict)
    rule: dict[str, Any] | bytes = field(default_factory=dict)
    marks: tuple[dict[str, Any] | bytes, ...] = ()
    end: dict[str, Any] | bytes = field(default_factory=dict)
    kept_days: int = 90
    day_shift: int = 0
    blocks: int = 4
    last_sample: int | None = None  # of FINAL; the true one if None


def plant(folders: Folders, now: float, what: Planted, *, key: PoolKey | None = None) -> str:
    """Seal a file that says what is wanted, and return its name."""
    pool = Pool(folders.pool, folders.new)
    day = day_of(now) + what.day_shift
    ticket = Ticket(day + what.kept_days, META.call, True, "b00710", 100, what.kept_days)
    keys = SealingKeys(pool.vault_id, pool.reading_key, ORIGIN)
    file = SealedFile.create(folders.new, keys, key or pool.take_key(), ticket, 1)
    write = _writer(file)
    meta = msgspec.structs.replace(
        META, started_at=now, due_days={"training": day_of(now) + what.kept_days}
    )
    opening = (
        (FrameType.META, _json(msgspec.to_builtins(meta), what.meta)),
        (FrameType.CONSENT, _json(msgspec.to_builtins(RECEIPT), what.receipt)),
        (FrameType.RULE, _json(msgspec.to_builtins(RULE), what.rule)),
    )
    for index, (kind, payload) in enumerate(opening):
        _open(file, Frame(kind, 0, 0, payload), index)
    for index in range(what.blocks):
        file.audio(index * 4000, BLOCK)
    samples = what.blocks * 4000
    for mark in what.marks:
        write(FrameType.EVENT, _json({"kind": "gap", "sample": samples}, mark), sample=samples)
    end = _json({"samples": samples, "reason": "hung_up"}, what.end)
    at = samples if what.last_sample is None else what.last_sample
    write(FrameType.FINAL, end, sample=at)
    file.close()
    return file.rid


def _writer(file: SealedFile) -> Callable[..., None]:
    return file._write


def _open(file: SealedFile, frame: Frame, index: int) -> None:
    """Write a frame of the opening, whatever it says."""
    file._seal(frame, index)
    file._put(file._block)


def _json(usual: dict[str, Any], said: dict[str, Any] | bytes) -> bytes:
    if isinstance(said, bytes):
        return said
    return json.dumps(usual | said).encode()


def huge(folder: Path, rid: str, size: int) -> None:
    """Make a planted file as large as a disk is not: sparse."""
    with (folder / rid).open("r+b") as file:
        file.truncate(size)
