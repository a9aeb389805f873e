"""Define the records in recordings, catalogue and notes.

They cross files and sockets, so they are msgspec structs; a reader refuses unknown fields.
"""

from enum import StrEnum
from typing import Literal

from msgspec import Struct


class Reason(StrEnum):
    """Why a call is not recorded, or no longer."""

    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    WRONG_KEY = "wrong_key"
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


class Verdict(StrEnum):
    """The condition of a recording, worst last."""

    COMPLETE = "complete"
    CUT = "cut"
    DAMAGED = "damaged"
    TAMPERED = "tampered"
    MISSING = "missing"
    KEY_LOST = "key_lost"
    SHREDDED = "shredded"


class ConsentReceipt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The proof of what the caller heard and pressed, sealed inside the recording."""

    outcome: Literal["agreed", "notice"]
    """``notice``: a basis without a question; the caller heard the notice and ``key`` is None."""
    purposes: tuple[str, ...]
    prompt_id: str
    prompt_sha256: str
    language: str
    policy_version: str
    heard_ms: int
    level_db: float
    talked_over: float
    key: str | None = None
    key_at_ms: int | None = None  # onset, from the call's off-hook
    key_ms: int | None = None
    side: Literal["far"] | None = None
    grade: Literal["A", "B", "C"] | None = None
    dbm0: float | None = None
    twist_db: float | None = None
    deviation_percent: float | None = None  # the larger error of both tones; not in old receipts
    confidence: float | None = None
    answer_basis: str | None = None  # outgoing calls: the sign of the far end's answer
    time: float = 0.0  # UTC of the key's release, or of the notice's end


class CallMeta(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first frame of a recording: the call it belongs to. Sealed with it."""

    call: str  # 16 hex digits
    line: str
    direction: Literal["incoming", "outgoing"]
    started_at: float  # UTC of the off-hook
    clock_ok: bool
    recording_at_ms: int  # first sample, from the off-hook
    number: str | None = None
    name: str | None = None
    withheld: bool = False
    sides: tuple[str, ...] = ("both",)
    purposes: tuple[str, ...] = ()
    due_days: dict[str, int] = {}  # purpose -> its due day, in days since 1970-01-01
    policy_version: str = ""
    controller: str = ""
    predecessor: str | None = None  # a continuation names the recording before it


class RecordingEnd(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last frame of a recording."""

    samples: int
    reason: str  # hung_up, far_changed, private, cut, storage, refused (stopped and kept) …


class RecordingMark(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mark inside a recording: an event, not sound."""

    kind: Literal["pause", "resume", "blank", "gap", "withdrawn"]
    sample: int  # from the recording's first sample
    samples: int = 0
    purposes: tuple[str, ...] = ()  # withdrawn: the purposes that ended, while others go on


class CallRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recorded call, as the catalogue lists it."""

    recording: str  # the rid, 32 hex digits
    meta: CallMeta
    receipt: ConsentReceipt
    seconds: float
    verdict: Verdict
    ended: str  # RecordingEnd.reason, or "cut"
    frames: int
    held: bool = False
    restricted: bool = False


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
    outcome: Literal["recorded", "unrecorded"] | None = None  # of the last call
    reason: str | None = None  # of the last call, or of the fault
    recording: bool = False
    full: bool = False  # no room or no key for a recording: the line does not ask
    exempt_until: float = 0.0  # UTC: after an emergency call the line does not ask until then
    trial: bool = False  # on the simulated exchange, where calls can be placed
