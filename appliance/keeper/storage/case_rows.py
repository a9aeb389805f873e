"""Define what the ledger keeps of cases, of purposes that were taken back, and of notes.

Nothing fills these tables yet. Backups, erasures and ``zgoda unseal`` go by them already.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance.keeper.storage.rows import SealedWords
from appliance.model.records import CallId, Day, Hex64, Moment, Rid

CaseKind = Literal[
    "access",
    "erasure",
    "restriction",
    "objection",
    "portability",
    "rectification",
    "withdrawal",
    "authority",
    "complaint",
]
"""What somebody asked for."""

Channel = Literal["letter", "mail", "telephone", "in_person", "e_delivery"]
"""How a letter came in, or went out."""

Place = Annotated[int, Meta(ge=0, lt=64)]
"""A purpose of META, by its place there: the bit of the recording's state."""

TextNumber = Annotated[int, Meta(ge=0, lt=2**32)]


class CaseEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A case of the rights desk: who asks for what, until when it is answered, and how it was."""

    case: CallId  # 16 hex digits
    kind: CaseKind
    channel: Channel
    received: Day
    due: Day  # on which it has to be answered
    extended: Day | None = None  # the later day of which the person was told
    author: str  # who opened it: an operator's id
    at: Moment
    identified: str = ""  # who checked the person's identity: an operator's id; empty: nobody yet
    answered: Day | None = None  # None: it is open
    answered_by: Channel | None = None
    recordings: tuple[Rid, ...] = ()  # what it is about, as far as it is here
    until: Day | None = None  # the last day on which it is kept; None: it is open
    words: SealedWords
    added: Annotated[tuple[SealedWords, ...], Meta(max_length=64)] = ()  # later, the newest last

    def __post_init__(self) -> None:
        """Refuse a case that nobody can have entered."""
        _refuse(self.due < self.received, "is due before it came")
        _refuse(self.extended is not None and self.extended <= self.due, "is extended to no later")
        is_open = self.answered is None
        _refuse(is_open != (self.answered_by is None), "was answered by half")
        _refuse(is_open and self.until is not None, "is open and ends")
        _refuse(self.answered is not None and self.answered < self.received, "answers too early")
        _refuse(len(set(self.recordings)) < len(self.recordings), "names a recording twice")
        strange = any(words.case != self.case for words in (self.words, *self.added))
        _refuse(strange, "has another one's words")


class EndedPurposes(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Purposes of a recording that were taken back in one act."""

    case: CallId
    purposes: Annotated[tuple[str, ...], Meta(min_length=1, max_length=64)]  # their ids
    places: tuple[Place, ...]  # of each
    day: Annotated[int, Meta(ge=1, lt=2**16)]  # as the recording's state has it
    due: Annotated[int, Meta(ge=0, lt=2**16)]  # the due day since
    author: str  # an operator's id
    at: Moment
    words: SealedWords | None = None

    def __post_init__(self) -> None:
        """Refuse one that nobody can have ordered."""
        _refuse(len(self.places) != len(self.purposes), "has a purpose without a place")
        _refuse(self.words is not None and self.words.case != self.case, "has another one's words")


class EndingEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was taken back of one recording."""

    recording: Rid
    endings: Annotated[tuple[EndedPurposes, ...], Meta(min_length=1, max_length=64)]  # newest last

    def __post_init__(self) -> None:
        """Refuse a purpose that was taken back twice."""
        places = [place for ending in self.endings for place in ending.places]
        _refuse(len(set(places)) < len(places), "takes a purpose back twice")


class NoteEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A note beside the sound: which file it is, and who wrote it."""

    number: TextNumber
    sha256: Hex64  # of the sealed text
    author: str  # an operator's id
    at: Moment


class NotesEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The notes of one recording."""

    recording: Rid
    notes: Annotated[tuple[NoteEntry, ...], Meta(min_length=1, max_length=65_536)]

    def __post_init__(self) -> None:
        """Refuse numbers that do not rise."""
        numbers = [note.number for note in self.notes]
        _refuse(sorted(set(numbers)) != numbers, "names notes out of order")


def _refuse(fault: bool, what: str) -> None:
    if fault:
        raise ValueError(f"A row of the ledger {what}.")
