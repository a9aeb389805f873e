"""Define what the ledger keeps of calls: holds, erasures, copies, and the words they heard."""

from typing import Literal

from msgspec import Struct

from appliance.link.requests.calls import Ground, HoldGround
from appliance.model.outside.update import Description


class SealedWords(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that only the reading child opens, as long as their case has a key."""

    case: str  # 16 hex digits
    sealed: bytes


class HoldEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hold: its ground, author, words and review."""

    recording: str
    ground: HoldGround
    author: str  # an operator's id
    review: str  # day
    at: float  # UTC
    words: SealedWords
    silence: str = ""  # the case of the silence that it belongs to


class ErasureEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An erasure by hand: its ground, author and words."""

    recording: str
    call: str  # 16 hex digits; empty: it names none
    ground: Ground
    author: str  # an operator's id
    at: float  # UTC
    until: int | None  # the last day on which it is kept; None: the date was not known
    words: SealedWords


class ExemptEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number that is never recorded, in words."""

    tag: int  # as the keyring lists it
    author: str  # an operator's id
    at: float  # UTC
    words: SealedWords


class CopiedCall(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The copy of one call, as one file of sound."""

    recordings: tuple[str, ...]  # of the call
    form: str
    size: int = 0  # bytes; 0: it has not left whole
    sha256: str | None = None


class CopyEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Copies that were handed out in one act, beside the audit's entries, which name the case."""

    case: str  # 16 hex digits
    calls: tuple[CopiedCall, ...]  # without those of which nothing left
    until: int | None = None  # the last day on which it is kept; None: a recording is still here
    words: SealedWords | None = None
    papers: tuple[SealedWords, ...] = ()  # that came later, the newest last

    def __post_init__(self) -> None:
        """Refuse a copy that nobody can have made."""
        if len(set(self.recordings)) < len(self.recordings):
            raise ValueError("A copy names a recording twice.")

    @property
    def recordings(self) -> tuple[str, ...]:
        """Return those of all calls."""
        return tuple(rid for call in self.calls for rid in call.recordings)

    def call_of(self, recording: str | None) -> CopiedCall | None:
        """Return the call of a recording, or None."""
        return next((call for call in self.calls if recording in call.recordings), None)


class SilenceOrder(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order to end a silence: by a second person, or after a counted day."""

    by: str  # an operator's id
    at: float  # UTC
    counted: float | None  # seconds that the box had counted; None: it counted none yet


class SilenceRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A silence: it hides what names its case, until its end is on record."""

    case: str  # of the copy
    calls: tuple[tuple[str, ...], ...]  # recordings of each call, also where nothing left of it
    until: int  # the last day, in days since 1970-01-01; it goes on behind it
    author: str  # an operator's id
    at: float  # UTC
    ending: SilenceOrder | None = None

    @property
    def recordings(self) -> tuple[str, ...]:
        """Return those of all calls."""
        return tuple(rid for call in self.calls for rid in call)


class CertificateRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A certificate of an erasure, or the order that it will certify, under its case's key."""

    case: str  # 16 hex digits
    recordings: tuple[str, ...]  # of the order
    everything: str = ""  # the id of an order to erase all recordings, which names none
    stage: Literal["ordered", "signed", "kept"]  # kept: it is on record
    sealed: bytes
    until: int | None = None  # the last day on which it is kept; None: not known yet
    late: tuple[str, ...] = ()  # recordings of its calls that surfaced once it was signed


class SpeakersRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The list of those who speak on a line for the office."""

    line: str
    author: str  # who changed it last: an operator's id
    at: float  # UTC
    words: SealedWords  # names and days of consent
    vouch: str = ""  # the case of what is vouched for now; empty: nobody vouches


class VouchRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list as an administrator vouched for it."""

    case: str  # of its words
    line: str
    line_digest: str  # of its number and devices: hex of SHA-256
    count: int
    day: int  # on which they vouched, in days since 1970-01-01
    last: int  # the day of the newest consent
    digest: str  # as recordings seal it
    author: str  # an operator's id
    at: float  # UTC
    words: SealedWords  # the whole list with its salt
    ended: int | None = None  # the day on which it ended; it is kept for recordings made before


class SpeakersTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who speaks on lines, and what was vouched for of it."""

    lists: dict[str, SpeakersRow] = {}  # by line
    vouches: dict[str, VouchRow] = {}  # by case


class SaidRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A prompt that is kept: its words, and on which days callers could hear it."""

    spoken: str
    id: str
    language: str
    text: str
    voice: str
    first: int | None  # days since 1970-01-01; None: the date was not known
    last: int | None
    until: int | None  # the last day on which it is kept, at least; None: not known yet


class NumberEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number that a person added to a call of an unknown caller."""

    recording: str
    author: str  # an operator's id
    at: float  # UTC
    sealed: bytes  # to the reading key, then to the recording's own


class MailRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was mailed about the box; no addresses."""

    told: tuple[str, ...] = ()  # ids of findings in the last mail
    day: str = ""  # of the last daily mail
    sent: float | None = None  # UTC, of the last mail
    waiting: float | None = None  # counted seconds when a mail was due that has not gone out


class UpdateRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where updates are looked for, and what was found and is fetched; it names nobody."""

    address: str = ""  # of the description; empty: nowhere
    looked: float | None = None  # UTC, of the last look that went well
    tried: float | None = None  # counted seconds, of the last look
    failing: float | None = None  # counted seconds, of the first look that failed since
    code: str = ""  # why the last look failed
    found: Description | None = None  # by the last look that went well
    wanted: Description | None = None  # the one that is fetched, or is here
    asked: float | None = None  # counted seconds when it was asked for; None: it is not fetched
    tag: str = ""  # the server's word for the very file of which a part is here
    why: str = ""  # why fetching failed last
