"""Define the proof of a recorded call: a core that never changes, and a dated annex.

The core holds, letter for letter, what the recording itself seals: the call, the receipt, the rule.
The annex holds what can still change: who has listened, who has a copy, when the call is erased. It
is made for a reader, and holds nothing that is another's.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from appliance.model.records import (
    CallId,
    CallMeta,
    ConsentReceipt,
    Day,
    Hex64,
    Moment,
    Purposes,
    Rid,
    Samples,
    Unreal,
    Word,
    least_real,
)
from appliance.model.rule import SealedRule, VouchedSpeakers

Count = Annotated[int, Meta(ge=0, lt=2**53)]
Name = Annotated[str, Meta(max_length=256)]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9_.]{0,40}\Z")]

MOST_LISTED = 2_000
"""Listenings, and copies, that an annex names; it says how many earlier ones there are."""

MOST_PARTS = 64
"""Recordings of one call in one proof."""


FORM: Final = 2
"""The number of the form; another is refused."""


class ProofReader(StrEnum):
    """For whom an annex is made."""

    CALLER = "caller"  # or anybody else outside: no person of the office, no other's copy
    AUTHORITY = "authority"
    OFFICE = "office"


def reader_for(recipient: str) -> ProofReader:
    """Return the reader that a copy's recipient is: by what they may know, the least in doubt."""
    whole = {"authority": ProofReader.AUTHORITY, "office": ProofReader.OFFICE}
    return whole.get(recipient, ProofReader.CALLER)


class Withdrawal(Struct, frozen=True, forbid_unknown_fields=True):
    """Purposes that ended during the call, and when."""

    purposes: Purposes
    sample: Samples  # from the recording's first


class ProofCore(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a recording proves. It is the same, byte for byte, whenever it is made."""

    proof: Literal[2]
    part: Literal["core"]
    box: Hex64  # fingerprint of the key that signs
    recording: Rid
    frames: Count  # whole frames of the sealed file
    sha256: Hex64  # of the sealed file
    meta: Annotated[str, Meta(max_length=8_192)]  # the text of META, as it was sealed
    receipt: Annotated[str, Meta(max_length=8_192)]  # of CONSENT
    rule: Annotated[str, Meta(max_length=131_072)]  # of all RULE frames
    samples: Samples
    ended: Word  # why; ``cut`` without an end
    withdrawn: Annotated[tuple[Withdrawal, ...], Meta(max_length=64)] = ()


class KeptUntil(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long a recording is kept, as the box had it when the annex was made."""

    recording: Rid
    due_day: Day | None  # None: not known yet
    held: bool | None = False  # it outlives its day; None: not for this reader
    attested: bool = False  # signed by a recorder that the keeper met


class Listening(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person opened the sound, for a purpose."""

    at: Moment
    clock_ok: bool
    operator: Code | None  # the id; None: not for this reader, nor is the name
    name: Name | None = ""  # empty: they left
    purpose: Code = ""
    """An id, or the ground of a hold; empty: it was not noted, or is not for this reader."""
    stopped: bool = False  # the recording was found to be changed


class CopyGiven(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A copy that left the box; what is None is not for this reader."""

    at: Moment
    clock_ok: bool
    operator: Code | None
    name: Name | None = ""
    recipient: Code = ""  # caller, authority, adviser, office; empty: it was not noted
    words: Annotated[str, Meta(max_length=2_000)] | None = ""  # for whom, as typed
    file_number: Annotated[str, Meta(max_length=2_000)] | None = ""  # of an authority, as typed
    legal_basis: Annotated[str, Meta(max_length=2_000)] | None = ""
    signed_by: Annotated[str, Meta(max_length=2_000)] | None = ""
    silent_until: Day | None = None  # the day of its silence; None: it is not silenced
    readable: Literal["yes", "locked", "lost", "none"] | None = "none"
    form: Code = ""  # wav, flac
    size: Count = 0  # bytes of the sound; 0: it did not leave whole, as far as the box knows
    sha256: Hex64 | None = None  # of the sound


class EntryPath(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the audit, and the hashes that lead from it to the root that a head names."""

    line: Annotated[str, Meta(max_length=1_024)]
    path: Annotated[tuple[Hex64, ...], Meta(max_length=64)]


class KeptStamp(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A time stamp as it is kept and handed on, with the owner's word about who made it."""

    token: Annotated[str, Meta(max_length=16_384)]  # in base64
    qualified: bool
    """Whether the owner said, when it was made, that the authority is a qualified one (eIDAS)."""


class WhatVouches(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What places a recording in the audit, and that in time; None where there is none."""

    after: EntryPath | None = None  # the entry that META names
    sealed: EntryPath | None = None  # the entry that names the file
    head: Annotated[str, Meta(max_length=1_024)] | None = None
    """The first finished head behind ``sealed``, as its file has it."""
    stamp_before: KeptStamp | None = None
    """The time stamp that ``after`` names."""
    stamp_behind: KeptStamp | None = None
    """The time stamp over that head."""


ENDS_WITHIN_SECONDS = 60
"""So soon no call begins any more on a list that ended: lines look at most seconds before one."""


class ListEnd(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Since when nobody vouches for a list any more: it was changed, or what it was for."""

    seq: Annotated[int, Meta(ge=1, lt=2**53)]  # of the entry of the audit
    at: Moment
    clock_ok: bool

    def was_before(self, meta: CallMeta, sealed: int | None) -> bool:
        """Say whether a call surely began behind it, as the audit numbers or clocks tell.

        Args:
            meta: of the call's recording.
            sealed: the number of the entry that names the recording; None: nothing says so.
        """
        if sealed is not None and sealed < self.seq:
            return False
        if meta.after is not None and meta.after.seq > self.seq:
            return True
        clocks = self.clock_ok and meta.clock_ok
        return clocks and meta.started_at > self.at + ENDS_WITHIN_SECONDS


class SpeakerNames(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Those who speak on the line for the office, of whom a core's rule holds a digest."""

    digest: Hex64
    readable: Literal["yes", "locked", "lost"]
    whole: VouchedSpeakers | None = None  # None: it cannot be read
    ended: ListEnd | None = None  # None: somebody still vouches for it


class ProofAnnex(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known of a call's recordings at one moment, as far as it is for a reader."""

    proof: Literal[2]
    part: Literal["annex"]
    reader: ProofReader
    box: Hex64
    call: CallId
    cores: Annotated[tuple[Hex64, ...], Meta(min_length=1, max_length=MOST_PARTS)]
    """SHA-256 of each core as it is signed, in the order of the call."""
    made_at: Moment
    clock_ok: bool
    kept: Annotated[tuple[KeptUntil, ...], Meta(max_length=MOST_PARTS)]
    unreadable: Annotated[tuple[Rid, ...], Meta(max_length=512)] = ()
    """Other recordings of the call, whose words cannot be read."""
    listened: Annotated[tuple[Listening, ...], Meta(max_length=MOST_LISTED)] = ()
    listened_earlier: Count | None = 0  # that are not listed; None: not for this reader
    recipients: Annotated[tuple[Code, ...], Meta(max_length=16)] = ()
    """The kinds of those who have a copy, each once, in the order of the alphabet."""
    copies: Annotated[tuple[CopyGiven, ...], Meta(max_length=MOST_LISTED)] = ()
    """For a caller: those alone that are for the same kind of recipient as this annex."""
    copies_earlier: Count | None = 0
    speakers: Annotated[tuple[SpeakerNames, ...], Meta(max_length=MOST_PARTS)] | None = ()
    """Of each list that a core's rule names, once; None: not for this reader."""
    audit_seq: Count | None  # the newest entry of the audit
    audit_hash: Hex64
    evidence: Annotated[tuple[WhatVouches, ...], Meta(max_length=MOST_PARTS)]
    """For each core."""

    def is_its_readers(self, purposes: Collection[str]) -> bool:
        """Say whether it holds all that its reader gets, and nothing else.

        Args:
            purposes: the ids that the call's rule declares; no ground of a hold is one.
        """
        told: list[object] = [self.listened_earlier, self.copies_earlier, self.audit_seq]
        told.append(self.speakers)
        told += [kept.held for kept in self.kept]
        told += [value for one in self.listened for value in (one.operator, one.name)]
        for copy in self.copies:
            told += [copy.operator, copy.name, copy.words, copy.readable]
            told += [copy.file_number, copy.legal_basis, copy.signed_by]
        if self.reader is not ProofReader.CALLER:
            return not any(value is None for value in told)
        kinds = {copy.recipient for copy in self.copies}
        return (
            all(value is None for value in told)
            and all(copy.silent_until is None for copy in self.copies)
            and {one.purpose for one in self.listened} <= {"", *purposes}
            and len(kinds) < 2
            and all(reader_for(kind) is ProofReader.CALLER for kind in kinds)
        )

    def list_end(self, rule: SealedRule) -> ListEnd | None:
        """Return when the list ended that a rule has sealed; None also for a caller's annex."""
        digest = rule.speakers.digest if rule.speakers is not None else None
        ends = (one.ended for one in self.speakers or () if one.digest == digest)
        return next(ends, None)

    def names_who_spoke(self, rules: Sequence[SealedRule]) -> bool:
        """Say whether its lists, if its reader gets any, are those that the rules have sealed."""
        if self.speakers is None:
            return True
        sealed = list(dict.fromkeys(rule.speakers for rule in rules if rule.speakers is not None))
        return [one.digest for one in self.speakers] == [one.digest for one in sealed] and all(
            (one.whole is None) is (one.readable != "yes")
            and (one.whole is None or one.whole.sealed == known)
            and (one.ended is None or one.ended.seq <= (self.audit_seq or 0))
            for one, known in zip(self.speakers, sealed, strict=True)
        )


class ProvedRecording(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A core, with what its texts say."""

    core: ProofCore
    meta: CallMeta
    receipt: ConsentReceipt
    rule: SealedRule
    second: bool | None = None
    """Its header names the rule's holder, who could open it; None: no header is at hand."""


def unreal_of(recordings: Iterable[ProvedRecording]) -> Unreal:
    """Return why a proved call was made on no telephone line."""
    return least_real(one.rule.heard.unreal for one in recordings)
