"""Hold the rows of one shard in columns that a search passes over as a whole.

Numbers and names are joined into one text each, a line a row, so that ``bytes.find`` looks through
all of them at once; where the lines begin tells which rows were hit. The rows themselves stay
packed, without their padding: a list unpacks the few that it shows.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from appliance.keeper.unlocked.spelling import name_words
from appliance.model.records import CallerAnswer
from appliance.vault.format import RID_BYTES
from appliance.vault.opening.row import PLAIN_BYTES, Row, unpack

Ints = npt.NDArray[np.int64]

ANSWERS = tuple(CallerAnswer)
"""An answer's number is its place."""

NO_NUMBER = -1
"""In place of a number that is none, or begins with a 0."""


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A row that is listed."""

    slot: int
    rid: bytes
    plain: bytes
    row: Row


@dataclass(frozen=True, slots=True)
class JoinedTexts:
    """Texts in one, each ended by a line feed, which none of them holds."""

    text: bytes
    starts: npt.NDArray[np.uint32]

    @classmethod
    def of(cls, parts: Iterable[bytes]) -> "JoinedTexts":
        """Join texts."""
        every = list(parts)
        lengths = np.fromiter(map(len, every), np.int64, len(every)) + 1
        return cls(b"".join(part + b"\n" for part in every), _starts(lengths))

    def with_part(self, part: bytes) -> npt.NDArray[np.int64]:
        """Return the texts in which a part stands, each once or more often."""
        first = self.text.find(part)
        if first < 0:
            return np.empty(0, np.int64)
        # All hits at once: one after the other would take as long as there are hits.
        letters = np.frombuffer(self.text, np.uint8, len(self.text) - first, first)
        at = np.flatnonzero(letters[: len(letters) - len(part) + 1] == part[0])
        for further in range(1, len(part)):
            at = at[letters[at + further] == part[further]]
        return np.searchsorted(self.starts, at + first, "right") - 1

    def __getitem__(self, at: int) -> bytes:
        end = self.starts[at + 1] - 1 if at + 1 < len(self.starts) else len(self.text) - 1
        return self.text[self.starts[at] : end]


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """The numbers of lines, and of the purposes that rows have together."""

    lines: dict[str, int] = field(default_factory=dict)
    purposes: dict[tuple[str, ...], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one shard."""

    slots: npt.NDArray[np.uint16]
    rids: bytes
    started: npt.NDArray[np.float64]
    numbers: Ints
    lines: npt.NDArray[np.int32]
    purposes: npt.NDArray[np.int32]
    answers: npt.NDArray[np.uint8]
    left_out: npt.NDArray[np.bool_]  # rows that name not all purposes
    calls: npt.NDArray[np.uint64]
    digits: JoinedTexts
    names: JoinedTexts
    packed: bytes
    ends: npt.NDArray[np.uint32]  # of the packed rows

    @classmethod
    def of(cls, entries: list[ListedRow], names: "RowNumbers") -> "Block":
        """Put rows into columns; new lines and purposes get a number."""
        rows = [entry.row for entry in entries]
        plain = [entry.plain.rstrip(b"\0") for entry in entries]
        numbered = [names.lines.setdefault(row.line, len(names.lines)) for row in rows]
        together = [names.purposes.setdefault(row.purposes, len(names.purposes)) for row in rows]
        return cls(
            slots=np.array([entry.slot for entry in entries], np.uint16),
            rids=b"".join(entry.rid for entry in entries),
            started=np.array([row.started_at for row in rows], np.float64),
            numbers=np.array([as_number(row.digits) for row in rows], np.int64),
            lines=np.array(numbered, np.int32),
            purposes=np.array(together, np.int32),
            answers=np.array([ANSWERS.index(row.answer) for row in rows], np.uint8),
            left_out=np.array([row.left_out for row in rows], np.bool_),
            calls=np.array([int(row.call, 16) for row in rows], np.uint64),
            digits=JoinedTexts.of(row.digits.encode() for row in rows),
            names=JoinedTexts.of(_words(row.name or "") for row in rows),
            packed=b"".join(plain),
            ends=np.cumsum([len(one) for one in plain]).astype(np.uint32),
        )

    def __len__(self) -> int:
        return len(self.slots)

    def entry(self, at: int) -> ListedRow:
        """Return a row."""
        plain = self._packed(at).ljust(PLAIN_BYTES, b"\0")
        return ListedRow(int(self.slots[at]), self.rid(at), plain, unpack(plain))

    def rid(self, at: int) -> bytes:
        """Return a row's recording."""
        return self.rids[at * RID_BYTES : (at + 1) * RID_BYTES]

    def at(self, slot: int) -> int | None:
        """Return where the row of a slot stands; None without one."""
        found = np.flatnonzero(self.slots == slot)
        return int(found[0]) if len(found) else None

    def without(self, slots: Collection[int]) -> "Block":
        """Return the block without the rows of some slots."""
        left = [int(at) for at in np.flatnonzero(~np.isin(self.slots, list(slots)))]
        plain = [self._packed(at) for at in left]
        return Block(
            slots=self.slots[left],
            rids=b"".join(self.rid(at) for at in left),
            started=self.started[left],
            numbers=self.numbers[left],
            lines=self.lines[left],
            purposes=self.purposes[left],
            answers=self.answers[left],
            left_out=self.left_out[left],
            calls=self.calls[left],
            digits=JoinedTexts.of(self.digits[at] for at in left),
            names=JoinedTexts.of(self.names[at] for at in left),
            packed=b"".join(plain),
            ends=np.cumsum([len(one) for one in plain]).astype(np.uint32),
        )

    def _packed(self, at: int) -> bytes:
        return self.packed[self.ends[at - 1] if at else 0 : self.ends[at]]

    def joined(self, other: "Block") -> "Block":
        """Return the block with another one's rows behind its own."""
        return Block(
            slots=np.concatenate([self.slots, other.slots]),
            rids=self.rids + other.rids,
            started=np.concatenate([self.started, other.started]),
            numbers=np.concatenate([self.numbers, other.numbers]),
            lines=np.concatenate([self.lines, other.lines]),
            purposes=np.concatenate([self.purposes, other.purposes]),
            answers=np.concatenate([self.answers, other.answers]),
            left_out=np.concatenate([self.left_out, other.left_out]),
            calls=np.concatenate([self.calls, other.calls]),
            digits=_joined(self.digits, other.digits),
            names=_joined(self.names, other.names),
            packed=self.packed + other.packed,
            ends=np.concatenate([self.ends, other.ends + np.uint32(len(self.packed))]),
        )


def _words(name: str) -> bytes:
    """Return a name's words, each behind a space: by that its first letters are found."""
    return "".join(f" {word}" for word in name_words(name)).encode()


def as_number(digits: str) -> int:
    """Return digits as a number, if their spelling follows from it."""
    return int(digits) if digits and digits[0] != "0" else NO_NUMBER


def _starts(lengths: Ints) -> npt.NDArray[np.uint32]:
    ends = np.cumsum(lengths)
    return (ends - lengths).astype(np.uint32)


def _joined(one: JoinedTexts, other: JoinedTexts) -> JoinedTexts:
    behind = other.starts + np.uint32(len(one.text))
    return JoinedTexts(one.text + other.text, np.concatenate([one.starts, behind]))
