"""Define the records in recordings, catalogue and notes.

They cross files and sockets, so they are msgspec structs; a reader refuses unknown fields. It
refuses numbers out of bounds as well: a recording's frames may come from an intruder in the
recorder, and a date that no calendar holds must not reach a page. The bounds are those of
``docs/format.md``.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from appliance.model.sentences.faults import DeviceFault
from appliance.model.terms import DialogueWait, Obstacle

LAST_MOMENT = 2.0**33
"""UTC; in the year 2242."""

Moment = Annotated[float, Meta(ge=0, le=LAST_MOMENT)]
"""UTC, in seconds."""

Day = Annotated[int, Meta(ge=0, lt=2**18)]
"""Days since 1970-01-01."""

Milliseconds = Annotated[int, Meta(ge=-(2**31), lt=2**31)]

Figure = Annotated[float, Meta(ge=-1e6, le=1e6)]
"""A level, a share or a deviation."""

SAMPLE_RATE = 8000
"""Samples a second, everywhere behind a line driver (ITU-T G.711)."""

Samples = Annotated[int, Meta(ge=0, le=1_000_000_000)]
"""A position or a length in a recording: at most 34 h 43 min (``vault.format.MOST_SAMPLES``)."""

Seq = Annotated[int, Meta(ge=1, lt=2**53)]
"""The number of an entry of the audit, from 1."""

Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
CallId = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
Rid = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Word = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}\Z")]

Unreal = Literal["", "virtual", "simulated"]
"""Why a line was no telephone line; empty: all of its devices were seen to be real."""


def least_real(found: Iterable[Unreal]) -> Unreal:
    """Return the gravest of some: one part or device that is simulated makes the whole so."""
    worst: Unreal = ""
    for each in found:
        if each == "simulated" or not worst:
            worst = each
    return worst


Purposes = Annotated[tuple[str, ...], Meta(max_length=64)]


class Reason(StrEnum):
    """Why a call is not recorded, or no longer."""

    REFUSED = "refused"  # by a key of the caller's
    OFFICE_REFUSED = "office_refused"
    REFUSED_UNSURE = "refused_unsure"  # by a key of which nobody can tell whose it was
    NOTHING_CHOSEN = "nothing_chosen"  # of the purposes that were asked one by one
    NO_ANSWER = "no_answer"
    TOO_EARLY = "too_early"
    WRONG_KEY = "wrong_key"
    CROWDED = "crowded"  # keys too close to each other
    INTERRUPTED = "interrupted"
    UNSURE = "unsure"
    NOT_HEARD = "not_heard"
    HUNG_UP = "hung_up"
    PRIVATE = "private"
    EXEMPT = "exempt"
    MACHINE = "machine"
    FAR_CHANGED = "far_changed"
    NO_POLICY = "no_policy"
    CUT = "cut"
    STORAGE = "storage"
    NOT_YET = "not_yet"


REFUSALS = frozenset(
    {Reason.REFUSED, Reason.OFFICE_REFUSED, Reason.REFUSED_UNSURE, Reason.NOTHING_CHOSEN}
)
"""Why a call is never asked again."""


class Verdict(StrEnum):
    """The condition of a recording, worst last."""

    COMPLETE = "complete"
    CUT = "cut"
    DAMAGED = "damaged"
    TAMPERED = "tampered"
    MISSING = "missing"
    KEY_LOST = "key_lost"
    SHREDDED = "shredded"


class Origin(StrEnum):
    """The answer to who made a recording; no fault of the file."""

    ATTESTED = "attested"  # signed by a recorder whose key the keeper met
    NOT_ATTESTED = "not_attested"  # nobody can say


class WordsHeard(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One prompt of a dialogue, as it was measured on the line."""

    spoken: str  # question, keys, notice …
    prompt_id: str
    prompt_sha256: str
    at_ms: Milliseconds  # from the off-hook: its mark, or its end once that is known
    heard_ms: Milliseconds
    level_db: Figure
    talked_over: Figure

    @property
    def began_ms(self) -> int:
        """Return the latest moment at which it began: more of it was said than was heard."""
        return max(0, self.at_ms - self.heard_ms)


class KeyTaken(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key that the dialogue took, beside the agreeing one."""

    key: str
    at_ms: Milliseconds  # onset, from the off-hook
    means: str  # refused, more, agreed …
    purposes: Purposes = ()
    side: str = ""
    grade: str = ""


class ConsentReceipt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The proof of what the caller heard and pressed, sealed inside the recording."""

    outcome: Literal["agreed", "notice"]
    """``notice``: a basis without a question; the caller heard the notice and ``key`` is None."""
    purposes: Purposes
    prompt_id: str
    prompt_sha256: str
    language: str
    policy_version: str
    heard_ms: Milliseconds
    level_db: Figure
    talked_over: Figure
    key: str | None = None
    key_at_ms: Milliseconds | None = None  # onset, from the call's off-hook
    key_ms: Milliseconds | None = None
    side: Literal["far"] | None = None
    grade: Literal["A", "B", "C"] | None = None
    dbm0: Figure | None = None
    twist_db: Figure | None = None
    deviation_percent: Figure | None = None  # the larger error of both tones
    confidence: Figure | None = None
    answer_basis: str | None = None  # outgoing calls: the sign of the far end's answer
    time: Moment = 0.0  # of the key's release, or of the notice's end
    refused: Purposes = ()
    """Purposes that the caller could choose or object to and that are not in force."""
    more_key: str | None = None  # by which the caller asked for the second layer
    said: Annotated[tuple[WordsHeard, ...], Meta(max_length=64)] = ()
    """Every prompt of this dialogue, oldest first."""
    keys: Annotated[tuple[KeyTaken, ...], Meta(max_length=64)] = ()
    """The other keys that the dialogue took."""


class CallerAnswer(StrEnum):
    """What a caller answered of whom there is a recording, as a list filters by it."""

    AGREED = "agreed"  # to all that was asked
    IN_PART = "in_part"  # to some purposes, and to others not
    WITHDRAWN = "withdrawn"  # took something back during the call; the rest was recorded on
    REFUSED = "refused"  # what was a choice; recorded on another basis
    NOTICE = "notice"  # none was asked for: a notice was heard


def answer_of(receipt: ConsentReceipt, withdrawn: Purposes) -> CallerAnswer:
    """Return a caller's answer from the receipt and what was withdrawn during the call."""
    if withdrawn:
        return CallerAnswer.WITHDRAWN
    if receipt.outcome == "agreed":
        return CallerAnswer.IN_PART if receipt.refused else CallerAnswer.AGREED
    return CallerAnswer.REFUSED if receipt.refused else CallerAnswer.NOTICE


HoldFilter = Literal["", "held", "not_held"]

HOLDS = tuple(filter(None, get_args(HoldFilter)))
"""What a list of calls can be narrowed to by their holds."""


class AuditPlace(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry of the audit that was there before a call: its number and its hash."""

    seq: Seq
    hash: Hex64


class CallMeta(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first frame of a recording: the call it belongs to. Sealed with it."""

    call: CallId
    line: str
    direction: Literal["incoming", "outgoing"]
    started_at: Moment  # of the off-hook
    clock_ok: bool
    recording_at_ms: Milliseconds  # first sample, from the off-hook
    number: str | None = None
    name: str | None = None
    withheld: bool = False
    sides: Annotated[tuple[str, ...], Meta(max_length=2)] = ("both",)
    purposes: Purposes = ()
    due_days: Annotated[dict[str, Day], Meta(max_length=64)] = {}  # purpose -> its due day
    policy_version: str = ""
    controller: str = ""
    predecessor: Rid | None = None  # a continuation names the recording before it
    after: AuditPlace | None = None  # None: the recorder was told of no entry
    alone: Literal["pool_empty", "old", "no_day"] | None = None
    """Why the ticket of a second holder, which the rule promises, is missing."""


class RecordingEnd(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last frame of a recording."""

    samples: Samples
    reason: Word  # hung_up, far_changed, private, cut, storage, refused (stopped and kept) …


class RecordingMark(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mark inside a recording: an event, not sound."""

    kind: Literal["pause", "resume", "blank", "gap", "withdrawn"]
    sample: Samples  # from the recording's first sample
    samples: Samples = 0
    purposes: Purposes = ()  # withdrawn: the purposes that ended, while others go on


class ListedCall(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recorded call, as a list shows it; a long name is cut."""

    recording: str  # the rid, 32 hex digits
    call: str  # 16 hex digits: the same in every recording of a call
    line: str
    direction: Literal["incoming", "outgoing"]
    started_at: float  # UTC, of the off-hook
    clock_ok: bool
    seconds: float
    number: str | None
    name: str | None
    withheld: bool
    purposes: tuple[str, ...]
    due_day: int
    ended: str  # RecordingEnd.reason, or "cut"
    verdict: Verdict
    held: bool = False
    restricted: bool = False
    unreal: Unreal = ""
    parts: int = 1  # recordings that are one call to people


class CallRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recorded call, as its recording tells it."""

    recording: str  # the rid, 32 hex digits
    meta: CallMeta
    receipt: ConsentReceipt | None  # None: the recording cannot be read any more
    seconds: float
    verdict: Verdict
    ended: str  # RecordingEnd.reason, or "cut"
    frames: int
    held: bool = False
    restricted: bool = False
    unreal: Unreal = ""  # of its line, by the rule that it seals; empty too where that is damaged
    parts: int = 1  # recordings that are one call to people


SLOW_DISK = "slow_disk"
"""Reason in the note of a recorded call: a power cut could have cost more than a second of it."""


class CallNote(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One call in the spool of counts, recorded or not; it holds no personal data."""

    line: str
    day: str  # 2026-11-25
    outcome: Literal["recorded", "unrecorded"]
    reason: str


class LineStatus(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The present status of a line for lamps, panel and doctor, without personal data."""

    line: str
    state: str  # a state of the dialogue
    kind: str = "phone"
    since: float = 0.0  # UTC
    call_since: float = 0.0  # UTC of the first ring or the lift; 0 between calls
    began: float = 0.0  # UTC of the lift, as recordings name their call; 0 before it
    outcome: Literal["recorded", "unrecorded"] | None = None  # of the last call
    reason: str | None = None  # of the last call, or of the fault
    fault: DeviceFault | None = None  # what its driver says is wrong, while it is
    recording: bool = False
    awaited: DialogueWait | None = None  # what the dialogue waits for, beside its state
    kept: bool = False  # a finished recording of the present call stays
    again: bool = False  # the button asks again in the present call
    slow_sync_ms: int = 0  # the slowest of the last hour; 0: none took longer than it may
    obstacle: Obstacle | None = None  # why the next caller is not asked
    notice: bool = False  # the next caller hears a notice and no question
    exempt_until: float = 0.0  # UTC: after an emergency call the line does not ask until then
    complete: bool = True  # False: purposes, or words that it has to say, are missing
    agreed: bool = True  # False: in Germany, not everybody who speaks on it has agreed yet
    records_from: str = ""  # 2027-01-11, while the line may not record before that day
    trial: bool = False  # on the simulated exchange, where calls can be placed
    virtual: bool = False  # a device of this call, or of the last, was not seen to be hardware

    @property
    def unreal(self) -> Unreal:
        """Return why the line is no telephone line; empty until a call has begun on it."""
        return "simulated" if self.trial else "virtual" if self.virtual else ""

    @property
    def asks(self) -> bool:
        """Say whether the line can be heard and its next caller is asked."""
        return self.obstacle is None and self.state not in {"fault", "unknown"}

    @property
    def waits(self) -> bool:
        """Say whether nothing but its first day stands between the line and its next caller."""
        heard = self.state not in {"fault", "unknown"}
        return heard and self.obstacle is Obstacle.DAY and self.complete and self.agreed
