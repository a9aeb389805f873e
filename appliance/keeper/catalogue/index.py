"""Search the unlocked catalogue by number, name, line and day, in memory."""

import sys
import unicodedata
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from appliance.config.numbering import possible_e164
from appliance.errors import Refused
from appliance.link.requests.calls import CallList, ListCalls
from appliance.model.records import CallRecord
from appliance.vault.opening.recordings import MOST_PARTS

MOST_PER_PAGE = 200

FEWEST_DIGITS = 3
"""Fewer digits than this are not searched for."""

_UNDECOMPOSED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not decompose into a base letter and a mark."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(CallRecord).decode

_NUMBER_SIGNS = frozenset("+-()/. \t\u00a0\u2011\u2013")


@dataclass(frozen=True, slots=True, order=True)
class _Row:
    """A call's sort and search keys; packed, it takes a quarter of its structs' memory."""

    started_at: float
    recording: str
    line: str = field(compare=False)
    name: str = field(compare=False)  # folded
    number: str = field(compare=False)  # digits, with the country code if known
    packed: bytes = field(compare=False)
    call_id: str = field(compare=False, default="")

    @property
    def call(self) -> CallRecord:
        return _decode(self.packed)


def fold(text: str) -> str:
    """Fold case, accents and doubled spaces, to compare names."""
    lowered = text.casefold().translate(_UNDECOMPOSED)
    apart = unicodedata.normalize("NFKD", lowered)
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def number_digits(text: str, country: str) -> str | None:
    """Return a whole number's digits with its country code, or None if it is not whole."""
    number = possible_e164(text, country)
    return number[1:] if number else None


def bare_digits(text: str) -> str | None:
    """Return the digits of (part of) a number; None if the text is something else."""
    body = text.strip().removeprefix("tel:")
    digits = "".join(c for c in body if c.isdigit())
    if len(digits) < FEWEST_DIGITS or any(not c.isdigit() and c not in _NUMBER_SIGNS for c in body):
        return None
    return digits


class CallIndex:
    """The recordings of the open shelves; a search shows each call once."""

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._by_recording: dict[str, _Row] = {}
        self._of_call: Counter[str] = Counter()  # recordings of each call
        self._split: set[str] = set()  # calls in several recordings

    def __len__(self) -> int:
        return len(self._rows)

    def fill(self, calls: Iterable[tuple[CallRecord, str]]) -> None:
        """Replace all calls by these, given with their numbers' digits."""
        self._rows = sorted(_row(call, digits) for call, digits in calls)
        self._by_recording = {row.recording: row for row in self._rows}
        self._of_call = Counter(row.call_id for row in self._rows)
        self._split = {call for call in self._of_call if self._is_split(call)}

    def put(self, call: CallRecord, digits: str) -> None:
        """Add or replace a call; ``digits`` comes from ``caller_digits``."""
        self.drop(call.recording)
        row = _row(call, digits)
        insort(self._rows, row)
        self._by_recording[call.recording] = row
        self._count(row.call_id, 1)

    def drop(self, recording: str) -> None:
        """Remove a call if it is there."""
        row = self._by_recording.pop(recording, None)
        if row is not None:
            del self._rows[bisect_left(self._rows, row)]
            self._count(row.call_id, -1)

    def get(self, recording: str) -> CallRecord | None:
        """Return one call, or None."""
        row = self._by_recording.get(recording)
        return row.call if row else None

    def search(self, wanted: ListCalls, country: str) -> CallList:
        """Return a page of the matching calls, newest first; beyond the last page, the last.

        Args:
            wanted: empty fields match everything; days are in the box's own time zone.
            country: ISO 3166, of a number without a country code.

        Raises:
            Refused: ``invalid``: a day is not written like 2026-11-25.
        """
        rows = self._rows[
            self._first_at(wanted.since, 0, 0) : self._first_at(wanted.until, len(self._rows), 1)
        ]
        if wanted.line:
            rows = [row for row in rows if row.line == wanted.line]
        if wanted.text.strip():
            rows = _with_text(rows, wanted.text.strip(), country)
        rows = self._each_call_once(rows)
        per_page = min(max(wanted.per_page, 1), MOST_PER_PAGE)
        pages = max(1, -(-len(rows) // per_page))
        page = min(max(wanted.page, 1), pages)
        end = len(rows) - (page - 1) * per_page
        shown = reversed(rows[max(end - per_page, 0) : end])
        return CallList(tuple(row.call for row in shown), len(rows), page, pages)

    def _is_split(self, call: str) -> bool:
        return 1 < self._of_call[call] <= MOST_PARTS

    def _count(self, call: str, more: int) -> None:
        self._of_call[call] += more
        if not self._of_call[call]:
            del self._of_call[call]
        (self._split.add if self._is_split(call) else self._split.discard)(call)

    def _each_call_once(self, rows: list[_Row]) -> list[_Row]:
        """Leave one recording of each call that has several."""
        if not self._split:
            return rows
        first = {row.call_id: row for row in reversed(rows) if row.call_id in self._split}
        return [row for row in rows if row.call_id not in first or first[row.call_id] is row]

    def _first_at(self, day: str, otherwise: int, days_later: int) -> int:
        if not day:
            return otherwise
        try:
            midnight = datetime.strptime(day, "%Y-%m-%d") + timedelta(days=days_later)
            moment = midnight.timestamp()
        except (ValueError, OverflowError, OSError) as error:
            raise Refused("invalid", f"“{day}” is not a day written like 2026-11-25.") from error
        return bisect_left(self._rows, moment, key=lambda row: row.started_at)


def caller_digits(number: str | None, country: str) -> str:
    """Return the digits by which a caller's number is compared; empty if there is none.

    Parsing takes a tenth of a millisecond, so shelves store the result.
    """
    if not number:
        return ""
    return number_digits(number, country) or bare_digits(number) or ""


def _with_text(rows: list[_Row], text: str, country: str) -> list[_Row]:
    digits = bare_digits(text)
    if digits is None:
        part = fold(text)
        return [row for row in rows if part in row.name]
    whole = number_digits(text.removeprefix("tel:"), country)
    exact = [row for row in rows if whole and row.number == whole]
    # No call has that very number: the digits may be part of one.
    inside = digits.removeprefix("00").lstrip("0") if not exact else ""
    return exact or [row for row in rows if inside and inside in row.number]


def _row(call: CallRecord, digits: str) -> _Row:
    meta = call.meta
    line = sys.intern(meta.line)
    name = fold(meta.name or "")
    return _Row(meta.started_at, call.recording, line, name, digits, _encode(call), meta.call)
