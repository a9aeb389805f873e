"""Read the audit, and the counts of calls."""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, WithoutRole
from appliance.model.records import Unreal


class AuditLine(Message, frozen=True):
    """One audit entry as a panel shows it."""

    seq: int  # 0: told to privacy officers and auditors alone, as numbers count what lies between
    time: float
    type: str
    actor: str
    recording: str | None = None
    case: str | None = None
    clock_ok: bool = True
    subject: str = ""  # the operator that it concerns
    subject_roles: tuple[Role, ...] = ()  # and their roles from then on
    count: int | None = None  # how often, where it stands for many
    purpose: str = ""  # of a listening: a purpose's id, or the ground of a hold
    recipient: str = ""  # of a copy: a word of ``Recipient``


class AuditPage(Message, frozen=True):
    """One page of the audit."""

    entries: tuple[AuditLine, ...]
    total: int  # that match
    page: int
    pages: int
    head: str  # hex of the newest entry's hash
    sound: bool  # the whole chain holds
    first_bad: int | None = None  # seq of the first bad entry
    since: int = 1  # the first entry that was checked now; the keyring vouches for those before
    whole: float | None = None  # UTC of the last check of the whole chain
    unreal: tuple[tuple[str, Unreal], ...] = ()  # recordings of no telephone line, while kept

    @property
    def amiss(self) -> bool:
        """Say whether an entry was altered."""
        return not self.sound


class ListAudit(Operation[AuditPage], frozen=True, tag="audit.list"):
    """Read the audit, page by page, or what of it is asked for; checks the chain."""

    roles = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})
    page: int = 1
    per_page: int = 50
    types: tuple[str, ...] = ()  # of entries; none: every type
    actor: str = ""  # an operator's id, or a part of the box; empty: everybody
    since: str = ""  # 2026-11-25
    until: str = ""  # inclusive
    order: Literal["newest", "oldest"] = "newest"


class SignedHead(Message, frozen=True):
    """The signed head of the last day that has ended; all empty: none has."""

    day: str = ""  # 2026-11-25
    text: str = ""  # as its file has it
    qr_svg: str = ""  # the same, drawn


class GetHead(Operation[SignedHead], frozen=True, tag="audit.head"):
    """Read the signed head of the last day that has ended."""

    roles = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})


class TellDenied(Operation[Done], frozen=True, tag="audit.denied"):
    """Put on the record that the panel refused a person a page, before it answers."""

    roles = WithoutRole.LOGGED_IN
    audit = "denied"
    audited = "inside"  # only of what is really not for the caller
    keeps_awake = False
    operation: str  # tag of the one whose role the caller lacks


class Counts(Message, frozen=True):
    """How many calls had which outcome: line, day, outcome, reason, count."""

    rows: tuple[tuple[str, str, str, str, int], ...]


class GetCounts(Operation[Counts], frozen=True, tag="audit.counts"):
    """Read the person-free counts of the last days."""

    roles = frozenset(Role)
    days: int = 30


class RecordingIds(Message, frozen=True):
    """Recordings, by their ids."""

    recordings: tuple[str, ...]
    unreal: tuple[tuple[str, Unreal], ...] = ()  # those of no telephone line, while kept


class FindRecordings(Operation[RecordingIds], frozen=True, tag="calls.find_ids"):
    """Ask which recordings, erased ones too, have an id that begins with some hex digits."""

    roles = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})
    prefix: str  # 8 to 32 hex digits, as the panel's audit prints them
