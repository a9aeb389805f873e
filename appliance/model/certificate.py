"""Define the certificate of an erasure: signed once, followed by dated supplements.

It says what was erased, by whose order, and where a copy may remain, and nothing that would bring
back what went: no number, no name, no purpose, no words. A recording's random name ties it to a
proof that was handed out before.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, get_args

from msgspec import Meta, Struct

from appliance.model.proof import Count, ProofReader
from appliance.model.records import CallId, Day, Hex64, Moment, Rid, Word

FORM: Final = 1
"""The number of the form; another is refused."""

MOST_SUPPLEMENTS = 256

IN_CALL: Final = "in_call"
"""The ground of what was given up during its call, by which no code of Art. 17(1) goes.

A caller who takes a consent back or objects, a key of which nobody can tell whose it is, a number
on the list of those never recorded that came late: each leaves the same empty marker."""

Minutes = Annotated[int, Meta(ge=0, le=2_084)]
"""The longest recording has 34 h 43 min."""


class OrderedBy(StrEnum):
    """Who wanted an erasure."""

    PERSON = "person"  # the person concerned
    OFFICE = "office"
    DATE = "date"  # the erasure date
    AUTHORITY = "authority"
    DEVICE = "device"  # the device itself, at what was given up during a call


WantedBy = Literal["person", "office", "authority"]
"""Who can want an erasure that a person of the office orders: neither a date nor the device."""

BY_PEOPLE: Final[Mapping[str, WantedBy]] = {word: word for word in get_args(WantedBy)}


Text = Annotated[str, Meta(max_length=1_000)]


class ErasedCall(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A call that was erased; what the box could not read of it is None."""

    rids: Annotated[tuple[Rid, ...], Meta(min_length=1, max_length=64)]
    day: Day | None
    minutes: Minutes | None  # begun ones
    line: Annotated[str, Meta(max_length=256)] | None


class KeptCall(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A call of the order that stays, since a law keeps it."""

    reason: Word  # of Art. 17(3)
    review: Day | None


class HoldingMedium(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A medium with a backup that may hold what was erased."""

    kind: Literal["stick", "server"]
    id: Hex64  # digest of the medium's id
    last: Day | None  # of the copy that may hold it
    next: Day | None  # by which the copy is made anew; None: when a person asks for it


class HoldingOther(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another holder of the keys, which was asked to erase as well."""

    id: Hex64
    asked: Day
    done: Day | None


class ErasedEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The audit's entry of the erasure.

    A caller gets the hash alone, to which the audit is bound: a number would count what the office
    did besides.
    """

    hash: Hex64
    line: Annotated[str, Meta(max_length=1_024)] | None


class UnderHead(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What leads from the entry of an erasure to the first finished head behind it."""

    path: Annotated[tuple[Hex64, ...], Meta(max_length=64)]
    head: Annotated[str, Meta(max_length=1_024)]


class CertifiedErasure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a box signs once, when an erasure is done."""

    certificate: Literal[1]
    box: Hex64  # fingerprint of the key that signs
    id: CallId  # of the case
    ordered_at: Moment
    done_at: Moment
    clock_ok: bool
    controller: Text  # of the order's day
    contact: Text
    ground: Word  # of Art. 17(1), or ``IN_CALL``
    by: OrderedBy
    calls: Annotated[tuple[ErasedCall, ...], Meta(max_length=1_024)]
    everything: bool  # every recording of the box; then ``calls`` is empty
    recordings: Count | None  # so many; None: not for this reader, or not everything
    kept: Annotated[tuple[KeptCall, ...], Meta(max_length=1_024)]
    level: Literal["E0", "E1", "E2"]
    generation: Count | None  # None: not for this reader, since it counts other acts
    media: Annotated[tuple[HoldingMedium, ...], Meta(max_length=64)]
    holders: Annotated[tuple[HoldingOther, ...], Meta(max_length=64)]
    erased: ErasedEntry
    remains: Annotated[tuple[Word, ...], Meta(max_length=16)]  # beside media and holders
    reader: ProofReader

    @property
    def is_its_readers(self) -> bool:
        """Say whether it tells its reader neither what is another's nor too little."""
        line, counted = self.erased.line, self.recordings is not None
        if self.reader is ProofReader.CALLER:
            return not counted and self.generation is None and line is None
        return self.generation is not None and line is not None and counted is self.everything

    @property
    def rids(self) -> Iterator[str]:
        """Yield the recordings that were erased."""
        for call in self.calls:
            yield from call.rids


class Supplement(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became known after a certificate was signed."""

    supplement: Literal[1]
    box: Hex64
    certificate: Hex64  # digest of the certificate's body
    number: Annotated[int, Meta(ge=1, le=MOST_SUPPLEMENTS)]
    about: Literal["medium", "holder", "recording", "head"]
    id: Hex64  # digest of the medium's, the holder's or the recording's id; or the entry's hash
    state: Literal["made_anew", "destroyed", "asked", "done", "found", "erased", "finished"]
    day: Day
    clock_ok: bool
    under: UnderHead | None  # of a head
