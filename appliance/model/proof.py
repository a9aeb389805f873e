"""Define the proof of a recorded call: a core that never changes, and a dated annex.

The core holds, letter for letter, what the recording itself seals: the call, the receipt, the rule.
The annex holds what can still change: who has listened, who has a copy, when the call is erased.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from appliance.model.records import (
    CallId,
    CallMeta,
    ConsentReceipt,
    Day,
    Moment,
    Purposes,
    Rid,
    Samples,
    Word,
)
from appliance.model.rule import SealedRule

Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=0, lt=2**53)]
Name = Annotated[str, Meta(max_length=256)]
Code = Annotated[str, Meta(pattern="^[a-z0-9_.]{0,40}$")]

MOST_LISTED = 2_000
"""Listenings, and copies, that an annex names; it says how many earlier ones there are."""

MOST_PARTS = 64
"""Recordings of one call in one proof."""


class Withdrawal(Struct, frozen=True, forbid_unknown_fields=True):
    """Purposes that ended during the call, and when."""

    purposes: Purposes
    sample: Samples  # from the recording's first


class ProofCore(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a recording proves. It is the same, byte for byte, whenever it is made."""

    proof: Literal[1]
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
    held: bool = False  # it outlives its day
    attested: bool = False  # signed by a recorder that the keeper met


class Listening(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person opened the sound, for a purpose."""

    at: Moment
    clock_ok: bool
    operator: Code  # the id
    name: Name = ""  # empty: they left
    purpose: Code = ""  # an id, or the ground of a hold; empty: it was not noted
    stopped: bool = False  # the recording was found to be changed


class CopyGiven(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A copy that left the box."""

    at: Moment
    clock_ok: bool
    operator: Code
    name: Name = ""
    recipient: Code = ""  # caller, authority, adviser, office; empty: it was not noted
    words: Annotated[str, Meta(max_length=2_000)] = ""  # for whom, as typed
    readable: Literal["yes", "locked", "lost", "none"] = "none"
    form: Code = ""  # wav, flac
    size: Count = 0  # bytes of the sound; 0: it did not leave whole, as far as the box knows
    sha256: Hex64 | None = None  # of the sound


class ProofAnnex(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known of a call's recordings at one moment."""

    proof: Literal[1]
    part: Literal["annex"]
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
    listened_earlier: Count = 0  # that are not listed
    copies: Annotated[tuple[CopyGiven, ...], Meta(max_length=MOST_LISTED)] = ()
    copies_earlier: Count = 0
    audit_seq: Count  # the newest entry of the audit
    audit_hash: Hex64


class ProvedRecording(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A core, with what its texts say."""

    core: ProofCore
    meta: CallMeta
    receipt: ConsentReceipt
    rule: SealedRule
