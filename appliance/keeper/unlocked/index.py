"""Search the rows that are loaded by number, name, line and time, in order of time."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from appliance.config.numbering import without_trunk
from appliance.keeper.reading.protocol import Find, FoundRow, SearchPage, Slots
from appliance.keeper.unlocked.block import (
    ANSWERS,
    Block,
    JoinedTexts,
    ListedRow,
    RowNumbers,
    as_number,
)
from appliance.keeper.unlocked.spelling import bare_digits, name_words, number_digits
from appliance.vault.opening.recordings import MOST_PARTS

Mask = npt.NDArray[np.bool_]

KindT = TypeVar("KindT", bound=np.generic)


class Index:
    """The rows of the shards that are loaded. One thread uses it."""

    def __init__(self, country: str) -> None:
        """Begin empty.

        Args:
            country: ISO 3166, of a typed number without a country code.
        """
        self._country = country
        self._blocks: dict[bytes, Block] = {}
        self._names = RowNumbers()
        self._newest: npt.NDArray[np.int64] | None = None
        self._split: npt.NDArray[np.uint64] | None = None  # calls in several recordings

    def __len__(self) -> int:
        return sum(map(len, self._blocks.values()))

    def load(self, sid: bytes, entries: list[ListedRow]) -> None:
        """Hold these rows of a shard and no others."""
        self._put(sid, Block.of(entries, self._names))

    def put(self, sid: bytes, entry: ListedRow) -> None:
        """Add or replace a row."""
        fresh = Block.of([entry], self._names)
        block = self._blocks.get(sid)
        if block is not None:
            if block.at(entry.slot) is not None:
                block = block.without([entry.slot])
            fresh = block.joined(fresh)
        self._put(sid, fresh)

    def drop(self, sid: bytes, slots: Collection[int]) -> None:
        """Forget rows of a shard, where they are."""
        if sid in self._blocks:
            self._put(sid, self._blocks[sid].without(slots))

    def get(self, sid: bytes, slot: int) -> ListedRow | None:
        """Return a row, or None."""
        block = self._blocks.get(sid)
        at = block.at(slot) if block is not None else None
        return block.entry(at) if block is not None and at is not None else None

    def find(self, wanted: Find) -> SearchPage:
        """Return a page of the matching rows; beyond the last page, the last."""
        blocks = list(self._blocks.values())
        left = self._left(wanted)
        fits = self._fitting(blocks, wanted, left)
        doubtful: tuple[bytes, ...] = ()
        if wanted.purpose:
            fits, doubtful = self._for_purpose(blocks, wanted, fits)
        hits = self._order(blocks)
        if fits is not None:
            hits = hits[fits[hits]]
        hits = self._each_call_once(blocks, hits)
        if wanted.oldest_first:
            hits = hits[::-1]
        pages = max(1, -(-len(hits) // wanted.per_page))
        page = min(max(wanted.page, 1), pages)
        shown = hits[(page - 1) * wanted.per_page : page * wanted.per_page]
        begins = np.cumsum([0, *map(len, blocks)])
        sids = list(self._blocks)
        rows = []
        for at in shown:
            which = int(np.searchsorted(begins, at, "right")) - 1
            entry = blocks[which].entry(int(at - begins[which]))
            rows.append(FoundRow(sids[which], entry.rid.hex(), entry.row))
        lines, purposes = self._named(blocks, left)
        return SearchPage(tuple(rows), len(hits), page, pages, lines, purposes, doubtful)

    def _put(self, sid: bytes, block: Block) -> None:
        self._blocks[sid] = block
        self._newest = self._split = None
        if not len(block):
            del self._blocks[sid]

    def _order(self, blocks: list[Block]) -> npt.NDArray[np.int64]:
        """Return all rows, the newest first; of the same moment, by their recordings' names."""
        if self._newest is None:
            started = _started(blocks)
            order = np.argsort(started, kind="stable")
            equal = np.diff(started[order]) == 0
            if equal.any():
                tied = np.flatnonzero(np.append(equal, False) | np.insert(equal, 0, False))
                names = np.frombuffer(b"".join(block.rids for block in blocks), ">u8")
                those = order[tied]
                by_name = (names[2 * those + 1], names[2 * those], started[those])
                order[tied] = those[np.lexsort(by_name)]
            self._newest = order[::-1]
        return self._newest

    def _each_call_once(
        self, blocks: list[Block], hits: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Leave of each call that has several recordings the oldest one."""
        calls = _column([block.calls for block in blocks], np.uint64)
        if self._split is None:
            every, counts = np.unique(calls, return_counts=True)
            self._split = every[(counts > 1) & (counts <= MOST_PARTS)]
        if not len(self._split):
            return hits
        of_several = np.isin(calls[hits], self._split)
        oldest = len(hits) - 1 - np.unique(calls[hits][::-1], return_index=True)[1]
        left = ~of_several
        left[oldest] = True
        once: npt.NDArray[np.int64] = hits[left]
        return once

    def _fitting(self, blocks: list[Block], wanted: Find, left: Mask | None) -> Mask | None:
        """Return which rows fit, whatever their purpose; None if nothing is asked."""
        masks = [left] if left is not None else []
        if wanted.since is not None:
            masks.append(_started(blocks) >= wanted.since)
        if wanted.before is not None:
            masks.append(_started(blocks) < wanted.before)
        if wanted.line:
            lines = _column([block.lines for block in blocks], np.int32)
            masks.append(lines == self._names.lines.get(wanted.line, -1))
        if wanted.answer is not None:
            answers = _column([block.answers for block in blocks], np.uint8)
            masks.append(answers == ANSWERS.index(wanted.answer))
        if wanted.only is not None:
            masks.append(self._among(wanted.only))
        if wanted.none_of:
            masks.append(~self._among(wanted.none_of))
        fits: Mask | None = np.logical_and.reduce(masks) if masks else None
        text = wanted.text.strip()
        if text:
            found = self._with_text(blocks, text, fits)
            fits = found if fits is None else fits & found
        return fits

    def _for_purpose(
        self, blocks: list[Block], wanted: Find, fits: Mask | None
    ) -> tuple[Mask, tuple[bytes, ...]]:
        """Return which of the rows that fit have the purpose, and the recordings in doubt.

        A row does not know it that names not all purposes, or was made before one was taken back.
        """
        together = _column([block.purposes for block in blocks], np.int32)
        numbers = [n for named, n in self._names.purposes.items() if wanted.purpose in named]
        doubtful = _column([block.left_out for block in blocks], np.bool_)
        if wanted.doubted:
            doubtful = doubtful | self._among(wanted.doubted)
        has = np.isin(together, numbers) & ~doubtful
        if wanted.settled is not None:
            has |= doubtful & self._among(wanted.settled)
            doubtful = np.zeros_like(doubtful)
        if fits is not None:
            has, doubtful = has & fits, doubtful & fits
        begins = np.cumsum([0, *map(len, blocks)])
        rids = []
        for at in np.flatnonzero(doubtful):
            which = int(np.searchsorted(begins, at, "right")) - 1
            rids.append(blocks[which].rid(int(at - begins[which])))
        return has, tuple(rids)

    def _named(
        self, blocks: list[Block], left: Mask | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the lines and the purposes that any row names, but for those left out."""
        lines = _column([block.lines for block in blocks], np.int32)
        together = _column([block.purposes for block in blocks], np.int32)
        if left is not None:
            lines, together = lines[left], together[left]
        there = np.bincount(lines, minlength=len(self._names.lines))
        of_rows = np.bincount(together, minlength=len(self._names.purposes))
        named = {p for some, n in self._names.purposes.items() if of_rows[n] for p in some}
        return tuple(sorted(one for one, n in self._names.lines.items() if there[n])), tuple(
            sorted(named)
        )

    def _left(self, wanted: Find) -> Mask | None:
        """Return which rows are not to be left out; None if all are."""
        return ~self._among(wanted.without) if wanted.without else None

    def _among(self, slots: Slots) -> Mask:
        """Return which rows are among some recordings."""
        masks = [
            np.isin(block.slots, slots[sid]) if sid in slots else np.zeros(len(block), np.bool_)
            for sid, block in self._blocks.items()
        ]
        return _column(masks, np.bool_)

    def _with_text(self, blocks: list[Block], text: str, among: Mask | None) -> Mask:
        digits = bare_digits(text)
        if digits is None:
            names = [block.names for block in blocks]
            begun = [_holding(blocks, names, f" {word}") for word in name_words(text)]
            nothing = np.zeros(sum(map(len, blocks)), np.bool_)
            return np.logical_and.reduce(begun) if begun else nothing
        whole = number_digits(text.removeprefix("tel:"), self._country)
        if whole:
            numbers = _column([block.numbers for block in blocks], np.int64)
            exact: Mask = numbers == as_number(whole)
            if (exact if among is None else exact & among).any():
                return exact
        # No call has that very number: the digits may be part of one.
        part = without_trunk(digits)
        if not part:
            return np.zeros(sum(map(len, blocks)), np.bool_)
        return _holding(blocks, [block.digits for block in blocks], part)


def _holding(blocks: list[Block], texts: list[JoinedTexts], part: str) -> Mask:
    """Return the rows whose text holds a part; an empty one stands in every text."""
    begins = np.cumsum([0, *map(len, blocks)])
    if not part:
        return np.ones(begins[-1], np.bool_)
    mask, wanted = np.zeros(begins[-1], np.bool_), part.encode()
    for joined, (begin, _) in zip(texts, pairwise(begins), strict=True):
        mask[begin + joined.with_part(wanted)] = True
    return mask


def _started(blocks: list[Block]) -> npt.NDArray[np.float64]:
    return _column([block.started for block in blocks], np.float64)


def _column(parts: Sequence[npt.NDArray[KindT]], kind: type[KindT]) -> npt.NDArray[KindT]:
    """Return the same column of all blocks as one."""
    return np.concatenate(parts) if parts else np.empty(0, kind)
