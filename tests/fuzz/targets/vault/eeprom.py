"""The chip that holds root and anchor: whatever its cells hold, it is read, and written to.

An input is compact: what to make right, what the other cells hold, then the pages that we use.
"""

import hashlib
from pathlib import Path

from appliance.errors import EraserFailed, KeyLost, MadeByNewer
from appliance.vault.opening.erasers.chip import CHIP_BYTES, PAGE_BYTES, Chip, ChipFile
from appliance.vault.opening.erasers.eeprom import (
    ANCHOR_PAGES,
    SLOT_PAGES,
    TITLE,
    TITLE_PAGES,
    EepromEraser,
    is_ours,
)
from appliance.vault.opening.shard import Anchor
from tests.fuzz.feeding import Target
from tests.fuzz.keys import SECRET, VAULT_ID

PAGES = (
    *TITLE_PAGES,
    *(first + page for first in SLOT_PAGES for page in range(3)),
    *ANCHOR_PAGES,
)
"""The pages of an input, in its order; more bytes fill the pages from 40 on."""

REST = 40
"""The first page that nobody uses."""

_LONGEST = 2 + (len(PAGES) + 4) * PAGE_BYTES
"""Bytes: all pages that we use and four that nobody does."""

HEADS, SEALS, CHECKS, SHORT = 1, 2, 4, 8
"""Bits of the first byte: heads, seals and anchors are made right; the file ends too early."""

NEXT = Anchor(2**40, bytes(range(16)))


class _OfMemory(ChipFile):
    """A driver whose file is no file but the cells themselves: a chip is asked 40 times a run."""

    def __init__(self, cells: bytearray) -> None:
        self.cells = cells

    def open(self, path: Path) -> int:
        return 0

    def close(self, fd: int) -> None:
        pass

    def is_a_drivers(self, fd: int) -> bool:
        return True

    def size(self, fd: int) -> int:
        return len(self.cells)

    def read(self, fd: int, count: int, offset: int) -> bytes:
        return bytes(self.cells[offset : offset + count])

    def write(self, fd: int, data: bytes, offset: int) -> int:
        self.cells[offset : offset + len(data)] = data
        return len(data)


def take(raw: bytes) -> None:
    """Read what the chip says, then let a root and an anchor be put there, and all be wiped."""
    chip = cells(raw)
    eraser, before = EepromEraser(Chip(Path("chip"), _OfMemory(chip))), bytes(chip)
    known = eraser.generations()
    for generation in known:
        assert len(eraser.read(generation)) == PAGE_BYTES
        assert eraser.slot_level(generation) == 2
    kept = eraser.anchor(VAULT_ID)
    assert chip == before, "reading changes nothing"
    _written(eraser, chip, known, kept)


def _written(
    eraser: EepromEraser, chip: bytearray, known: tuple[int, ...], kept: Anchor | None
) -> None:
    """Make a root and keep an anchor: both are there afterwards, and what was there still is."""
    ours = any(is_ours(_page(chip, page)) for page in TITLE_PAGES)
    newest = max(known, default=6)
    fresh = newest + 1 if newest < 2**64 - 1 else newest
    before = bytes(chip)
    try:
        root = eraser.prepare(fresh)
    except EraserFailed:
        assert ours or chip == before, "somebody else's chip is not written to"
        raise
    assert eraser.read(fresh) == root
    assert newest not in known or newest in eraser.generations(), "the root in use stays"
    eraser.wipe_others(fresh)
    assert eraser.generations() == (fresh,)
    eraser.keep_anchor(VAULT_ID, NEXT)
    newest_kept = eraser.anchor(VAULT_ID)
    assert newest_kept is not None
    assert newest_kept.seq == max(NEXT.seq, kept.seq if kept else 0)
    eraser.wipe_all()
    assert eraser.generations() == ()
    assert not any(is_ours(_page(chip, page)) for page in TITLE_PAGES)


def cells(raw: bytes) -> bytearray:
    """Return the cells that an input describes."""
    right, filling, *_ = (*raw[:2], 0, 0)
    chip = bytearray([filling]) * CHIP_BYTES
    pages = [raw[at : at + PAGE_BYTES] for at in range(2, len(raw), PAGE_BYTES)]
    for number, data in zip((*PAGES, *range(REST, 127)), pages, strict=False):
        chip[number * PAGE_BYTES : number * PAGE_BYTES + len(data)] = data
    for first in SLOT_PAGES:
        head, root, seal = (slice(at, at + PAGE_BYTES) for at in _places(first))
        if right & HEADS:
            chip[head] = chip[head][:24] + hashlib.sha256(chip[head][:24]).digest()[:8]
        if right & SEALS:
            chip[seal] = hashlib.sha256(b"zgoda eeprom root v1" + chip[head] + chip[root]).digest()
    for page in ANCHOR_PAGES:
        if right & CHECKS:
            plain = _page(chip, page)[:24]
            check = hashlib.sha256(b"zgoda eeprom anchor v1" + VAULT_ID + plain).digest()
            chip[page * PAGE_BYTES : (page + 1) * PAGE_BYTES] = plain + check[:8]
    return chip[: len(raw)] if right & SHORT else chip


def _places(first: int) -> tuple[int, int, int]:
    head, root, seal = ((first + page) * PAGE_BYTES for page in range(3))
    return head, root, seal


def _page(chip: bytes | bytearray, number: int) -> bytes:
    return bytes(chip[number * PAGE_BYTES : (number + 1) * PAGE_BYTES])


def seeds() -> dict[str, bytes]:
    """Return a chip in use, one between two roots, torn, worn, strange and new ones."""
    blank, right = bytes(PAGE_BYTES), HEADS | SEALS | CHECKS
    heads = [b"ZGODAROT\1\2" + bytes(6) + number.to_bytes(8, "big") + bytes(8) for number in (7, 8)]
    anchors = [seq.to_bytes(8, "big") + VAULT_ID + bytes(8) for seq in (40, 41)]
    of_seven, of_eight = (head + SECRET + blank for head in heads)
    none, titles, anchored = blank * 3, TITLE * 2, b"".join(anchors)
    return {
        "in_use": bytes([right, 0]) + titles + of_seven + none + anchored,
        "two": bytes([right, 0xFF]) + titles + of_seven + of_eight + anchored,
        "torn": bytes([right, 0]) + titles + of_seven + blank + SECRET + blank + anchored,
        "worn": bytes([HEADS | CHECKS, 0]) + titles + of_seven + none + anchored,
        "one_title": bytes([right, 0]) + blank + TITLE + of_seven + none,
        "strange": bytes([0, 0xFF]) + b"another program's".ljust(PAGE_BYTES),
        "new": bytes([0, 0xFF]),
        "zeros": bytes([0, 0]),
        "short": bytes([SHORT, 0]) + titles,
    }


TARGET = Target("eeprom", take, (EraserFailed, KeyLost, MadeByNewer), seeds, longest=_LONGEST)
