"""Find, play, hand over, hold and erase recorded calls."""

from enum import StrEnum
from typing import Literal

from appliance.link.operations import Done, Faults, Message, Operation, Role
from appliance.link.requests.audit import AuditLine
from appliance.link.requests.papers.signed import SignedErasure
from appliance.link.requests.papers.silences import Silence, UnsilencedCopy
from appliance.link.requests.time import Waits
from appliance.model.certificate import WantedBy
from appliance.model.proof import CopyGiven
from appliance.model.records import (
    CallerAnswer,
    CallRecord,
    HoldFilter,
    ListedCall,
    Origin,
    RecordingMark,
    Verdict,
)
from appliance.model.rule import SealedRule


class Ground(StrEnum):
    """A ground for erasure: Art. 17(1) GDPR (a) to (f)."""

    NO_LONGER_NEEDED = "no_longer_needed"  # (a)
    CONSENT_WITHDRAWN = "consent_withdrawn"  # (b)
    OBJECTION = "objection"  # (c)
    UNLAWFUL = "unlawful"  # (d)
    LEGAL_OBLIGATION = "legal_obligation"  # (e)
    CHILD = "child"  # (f)


class UnreadableCall(Message, frozen=True, kw_only=True):
    """A recording whose own words cannot be read: nothing says whose call it is."""

    recording: str
    why: str  # a sentence for experts
    day: int | None  # on which it began, as its ticket says; days since 1970-01-01
    due_day: int
    held: bool


class StillReading(Message, frozen=True):
    """How far the list is read since the login; what is older or missing is not found yet."""

    back_to: int | None  # the first day that is whole, as days since 1970-01-01; None: all are
    left: int  # recordings whose entry is still to be made from what they say


class CallList(Message, frozen=True):
    """One page of calls, in the order that was asked for."""

    calls: tuple[ListedCall, ...]
    total: int  # that match
    page: int
    pages: int
    pending: tuple[str, ...] = ()  # withdrawn, not yet shredded
    unreadable: tuple[UnreadableCall, ...] = ()  # with the first page, whatever is searched
    unreadable_total: int = 0
    reading: StillReading | None = None  # None: the list is whole
    lines: tuple[str, ...] = ()  # that any call is on, whatever is asked for
    purposes: tuple[str, ...] = ()  # that any call has


class ListCalls(Operation[CallList], frozen=True, tag="calls.list"):
    """Find calls by number (any spelling), name, line, purpose, answer, hold and day."""

    roles = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
    audit = "listed"
    audited = "once"  # a session and search, whatever its page
    text: str = ""  # a number in any spelling, or the first letters of a name's words
    line: str = ""
    since: str = ""  # 2026-11-25
    until: str = ""  # inclusive
    page: int = 1
    per_page: int = 25
    order: Literal["newest", "oldest"] = "newest"
    with_purpose: str = ""  # its id; ``purpose`` is what an act is for
    answer: CallerAnswer | None = None
    hold: HoldFilter = ""  # as far as the asker is told

    @property
    def seen(self) -> tuple[object, ...]:
        """Return the search."""
        narrowed = self.with_purpose, self.answer, self.hold
        return self.text, self.line, self.since, self.until, *narrowed


class CallPart(Message, frozen=True, kw_only=True):
    """One of several recordings of a call."""

    call: CallRecord
    begins: float  # seconds from the call's first recorded sample
    seconds: float  # of its own sound
    open_purposes: tuple[str, ...]
    origin: Origin


class NumberAdded(Message, frozen=True):
    """Who added the number of a caller who was unknown during the call."""

    author: str  # an operator's id
    at: float  # UTC


class CallDetail(Message, frozen=True):
    """Everything about one call but its sound; times count from its first recorded sample."""

    call: CallRecord  # all its recordings as one, under the name of the first
    open_purposes: tuple[str, ...]  # a listener names one of these
    marks: tuple[RecordingMark, ...]
    holes: tuple[tuple[int, int], ...]  # samples missing: start, count
    bytes_on_disk: int
    audit: tuple[AuditLine, ...]  # of this call
    origin: Origin = Origin.NOT_ATTESTED
    rule: SealedRule | None = None  # under which it was recorded; None: it cannot be read
    parts: tuple[CallPart, ...] = ()  # if there are several
    gaps: tuple[tuple[int, int], ...] = ()  # samples between them: start, count
    unreadable: tuple[str, ...] = ()  # other recordings of this call that cannot be read
    copies: tuple[CopyGiven, ...] = ()  # that were handed out, oldest first
    silences: tuple[Silence, ...] = ()  # of these copies; for privacy officers
    unsilenced: tuple[UnsilencedCopy, ...] = ()  # the same, those without one
    added: NumberAdded | None = None  # of the number, if the call itself told none
    waits: Waits = ""
    kept_silently: tuple[str, ...] = ()  # recordings kept by a silent hold alone; for officers

    @property
    def amiss(self) -> bool:
        """Say whether the recording is not as it was sealed."""
        return self.call.verdict not in {"complete", "cut"}


class ShowCall(Operation[CallDetail], frozen=True, tag="calls.show"):
    """Look at one call: receipt, marks, verdict (checked afresh)."""

    roles = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
    audit = "viewed"
    audited = "once"
    recording: str


class UnreadableDetail(Message, frozen=True):
    """Everything that is known about an unreadable recording."""

    call: UnreadableCall
    verdict: Verdict
    bytes_on_disk: int
    audit: tuple[AuditLine, ...]
    waits: Waits = ""
    kept_silently: bool = False  # by a silent hold alone; for privacy officers


class ShowUnreadable(Operation[UnreadableDetail], frozen=True, tag="calls.show_unreadable"):
    """Look at a recording that ``ShowCall`` refuses as unreadable."""

    roles = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
    recording: str


class PlaybackHandle(Message, frozen=True):
    """A playback, open to be read by ranges."""

    playback: str  # opaque id for ReadPlayback
    bytes: int  # of the whole WAV, header included
    seconds: float
    content_type: str = "audio/wav"


class OpenPlayback(Operation[PlaybackHandle], frozen=True, tag="calls.open_playback"):
    """Begin to listen for a purpose still open; one audit entry covers the playback."""

    roles = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
    audit, audited = "played", "inside"  # with the silence that it belongs to
    for_one_session = True
    recording: str
    purpose: str  # its id


class Range(Message, frozen=True):
    """Raw bytes follow: ``length`` of them, from ``start``."""

    start: int
    length: int
    total: int
    content_type: str = "audio/wav"


class ReadPlayback(Operation[Range], frozen=True, tag="calls.read_playback"):
    """Read a range of a playback's WAV; raw bytes follow the reply."""

    roles = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
    sends_bytes = True
    playback: str
    start: int
    length: int  # at most 1 MiB is given


class ExportPiece(Message, frozen=True):
    """A piece of an exported file; its raw bytes follow."""

    start: int
    total: int | None  # bytes of the whole file; None: only its end shows it
    content_type: str
    filename: str
    case: str = ""  # of the copy, which further calls of the same act join


class Recipient(StrEnum):
    """For whom a copy is made."""

    CALLER = "caller"  # Art. 15
    AUTHORITY = "authority"  # a court, the police, a supervisory authority
    ADVISER = "adviser"  # a lawyer, an insurer
    OFFICE = "office"  # for its own use


class ExportCall(Operation[ExportPiece], frozen=True, tag="calls.export"):
    """Hand over the whole sound as a file, piece by piece; who got it is kept."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit, audited = "exported", "inside"  # with the words of this copy's case
    streams = True
    sends_file = True
    recording: str
    format: Literal["wav", "flac"] = "wav"
    recipient: Recipient | None = None  # None: nobody has said it
    words: str = ""  # who exactly; sealed to the reading key, as is what an authority's paper says:
    file_number: str = ""
    legal_basis: str = ""
    signed_by: str = ""
    silent_until: str = ""  # day; empty: the copy is not silenced
    hold_silent: bool = True  # a hold of the call belongs to that silence
    joins: str = ""  # the case of the act's first call; then nothing is typed but the recipient


class ErasureCertificate(SignedErasure, frozen=True):
    """How far an erasure came, and what may remain."""

    recording: str
    state: Literal["erasing", "erased", "failed"]
    ground: str
    level: str  # E0, E1, E2
    generation: int  # of the keyring without the key
    at: float  # UTC of the step that decided
    remains: tuple[str, ...]  # ids of sentences: where copies may remain
    seq: int = 0  # the audit entry
    faults: Faults = ()  # why it failed
    others: tuple[str, ...] = ()  # recordings of the same call, erased together with it
    sealed_at: float = 0.0  # UTC at which the recording was taken up; 0: the audit does not say
    actor: str = ""  # who ordered it: an operator's id, or a part of the box
    controller: str = ""  # who issues the certificate, if nothing is signed


class EraseCall(Operation[ErasureCertificate], frozen=True, tag="calls.erase"):
    """Erase one recording; answer once the key is gone, or report the failure."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit, audited = "erasing", "inside"  # the first of an erasure's own resumable steps
    recording: str
    ground: Ground
    reason: str  # the operator's words; sealed to the reading key
    by: WantedBy | None = None  # None: as the ground says


class HoldGround(StrEnum):
    """A ground against erasure: Art. 17(3) GDPR (a) to (e)."""

    EXPRESSION = "expression"
    LEGAL_DUTY = "legal_duty"
    PUBLIC_HEALTH = "public_health"
    ARCHIVE = "archive"
    CLAIMS = "claims"


class KeptByHold(Message, frozen=True):
    """A call that an erasure left, since it is held."""

    recording: str
    ground: HoldGround
    review: str  # a day as 2027-06-30


class Certificates(Message, frozen=True):
    """The certificates of several erasures, and the calls that stay."""

    certificates: tuple[ErasureCertificate, ...]
    kept: tuple[KeptByHold, ...] = ()


class EraseCalls(Operation[Certificates], frozen=True, tag="calls.erase_many"):
    """Erase several calls for one reason; those that are held stay, and the others go."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit, audited = "erasing", "inside"  # as for one
    recordings: tuple[str, ...]  # one of each call
    ground: Ground
    reason: str  # sealed for each call
    by: WantedBy | None = None  # None: as the ground says


class ShowCertificate(Operation[ErasureCertificate], frozen=True, tag="calls.certificate"):
    """Look at the certificate of an erased recording."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    keeps_awake = False
    recording: str


Readable = Literal["yes", "locked", "lost"]  # typed words: not while locked, or once altered


class ErasureWords(Message, frozen=True, kw_only=True):
    """An erasure by hand: its author and reason."""

    recording: str
    author: str  # an operator's id
    reason: str  # empty if it cannot be read
    readable: Readable
    at: float  # UTC


class ShowErasure(Operation[ErasureWords], frozen=True, tag="calls.show_erasure"):
    """Ask why a recording was erased by hand; the certificate does not say it."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "viewed"
    audited = "once"
    keeps_awake = False
    recording: str


class AddNumber(Operation[Done], frozen=True, tag="calls.add_number"):
    """Add the number of a caller who was unknown, so that a search finds the call."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit, audited = "number_added", "inside"  # once it is a number
    recording: str
    number: str


class HoldCall(Operation[Done], frozen=True, tag="calls.hold"):
    """Hold a recording past its retention, on a ground, until a review."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit, audited = "held", "inside"  # once ground, reason and review hold
    recording: str
    ground: HoldGround
    reason: str
    review: str  # day
    anew: bool = True  # False: refused if the call is held, so that nothing is lost
    silent: bool = True  # it belongs to the silence of a copy of this call, if there is one


class HoldWords(Message, frozen=True, kw_only=True):
    """A hold: its ground, author, reason and review."""

    recording: str
    ground: HoldGround
    author: str  # an operator's id
    reason: str  # empty if it cannot be read
    readable: Readable
    review: str  # day
    at: float  # UTC


class ShowHold(Operation[HoldWords], frozen=True, tag="calls.show_hold"):
    """Ask why a recording is held."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "viewed"
    audited = "once"
    recording: str


class ReleaseHold(Operation[Done], frozen=True, tag="calls.release_hold"):
    """Lift a hold: retention applies again."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit, audited = "hold_released", "inside"  # a hold that has just ended is not lifted
    recording: str


class Verdicts(Message, frozen=True):
    """Verdicts of recordings, by rid."""

    verdicts: dict[str, Verdict]

    @property
    def amiss(self) -> bool:
        """Say whether a recording is not as it was sealed."""
        return not {"complete", "cut"}.issuperset(self.verdicts.values())


class VerifyCalls(Operation[Verdicts], frozen=True, tag="calls.verify"):
    """Check every recording against its frames and the audit."""

    roles = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
