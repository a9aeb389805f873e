"""Search the rows that are loaded by number, name, line and time, in order of time."""

from collections.abc import Collection
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from appliance.config.numbering import without_trunk
from appliance.keeper.reading.protocol import Find, FoundRow, SearchPage
from appliance.keeper.unlocked.block import Block, JoinedTexts, ListedRow, as_number
from appliance.keeper.unlocked.spelling import bare_digits, fold, number_digits
from appliance.vault.opening.recordings import MOST_PARTS

Mask = npt.NDArray[np.bool_]

_NONE = np.empty(0, np.int64)


class Index:
    """The rows of the shards that are loaded. One thread uses it."""

    def __init__(self, country: str) -> None:
        """Begin empty.

        Args:
            country: ISO 3166, of a typed number without a country code.
        """
        self._country = country
        self._blocks: dict[bytes, Block] = {}
        self._lines: dict[str, int] = {}
        self._newest: npt.NDArray[np.int64] | None = None
        self._split: npt.NDArray[np.uint64] | None = None  # calls in several recordings

    def __len__(self) -> int:
        return sum(map(len, self._blocks.values()))

    def load(self, sid: bytes, entries: list[ListedRow]) -> None:
        """Hold these rows of a shard and no others."""
        self._put(sid, Block.of(entries, self._lines))

    def put(self, sid: bytes, entry: ListedRow) -> None:
        """Add or replace a row."""
        fresh = Block.of([entry], self._lines)
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
        hits = self._order(blocks)
        fits = self._fitting(blocks, wanted)
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
        return SearchPage(tuple(rows), len(hits), page, pages)

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
        calls = np.concatenate([block.calls for block in blocks] or [_NONE.astype(np.uint64)])
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

    def _fitting(self, blocks: list[Block], wanted: Find) -> Mask | None:
        """Return which rows fit; None if nothing is asked."""
        fits: Mask | None = None
        if wanted.since is not None or wanted.before is not None or wanted.line:
            started = _started(blocks)
            fits = np.ones(len(started), np.bool_)
            if wanted.since is not None:
                fits &= started >= wanted.since
            if wanted.before is not None:
                fits &= started < wanted.before
            if wanted.line:
                lines = np.concatenate(
                    [block.lines for block in blocks] or [_NONE.astype(np.int32)]
                )
                fits &= lines == self._lines.get(wanted.line, -1)
        if wanted.without:
            left = self._left(wanted.without)
            fits = left if fits is None else fits & left
        text = wanted.text.strip()
        if text:
            found = self._with_text(blocks, text, fits)
            fits = found if fits is None else fits & found
        return fits

    def _left(self, without: Collection[tuple[bytes, int]]) -> Mask:
        """Return which rows are none of those that are to be left out."""
        gone = [
            np.isin(block.slots, [slot for shard, slot in without if shard == sid])
            for sid, block in self._blocks.items()
        ]
        return ~np.concatenate(gone or [np.zeros(0, np.bool_)])

    def _with_text(self, blocks: list[Block], text: str, among: Mask | None) -> Mask:
        digits = bare_digits(text)
        if digits is None:
            return _holding(blocks, [block.names for block in blocks], fold(text))
        whole = number_digits(text.removeprefix("tel:"), self._country)
        if whole:
            numbers = np.concatenate([block.numbers for block in blocks] or [_NONE])
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
    return np.concatenate([block.started for block in blocks] or [_NONE.astype(np.float64)])
