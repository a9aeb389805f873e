"""Leave out, for everybody but privacy officers, what a silence covers.

A recording that a silence alone keeps past its erasure date is to them as one that was erased.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.audit.silent import told
from appliance.keeper.audit.subjects import read_recipient
from appliance.keeper.people.sessions import Caller
from appliance.keeper.recordings.build import KeptRecordings
from appliance.keeper.recordings.handing_over.proofs import PROOF_GIVEN
from appliance.link.operations import Role
from appliance.link.requests.audit import AuditLine
from appliance.link.requests.calls import UnreadableCall
from appliance.model.proof import ProofReader, reader_for
from appliance.model.records import CallRecord, ListedCall
from appliance.vault.audit.entries import AuditEntry

OfCallT = TypeVar("OfCallT", CallRecord, ListedCall, UnreadableCall)


class Discretion:
    """What one person is told of calls."""

    def __init__(self, recordings: KeptRecordings, who: Caller) -> None:
        self._holds = recordings.holds
        self.whole = Role.PRIVACY_OFFICER in who.roles
        """They are told everything."""
        self.concealed = frozenset[str]() if self.whole else recordings.concealed.all()
        """Recordings that are erased, as far as they are told."""

    @property
    def untold_holds(self) -> frozenset[str]:
        """Return the recordings of whose hold the person is not told."""
        return frozenset() if self.whole else self._holds.silent()

    def refuse_concealed(self, recording: str) -> None:
        """Refuse a recording that is erased, as far as the person is told.

        Raises:
            Refused: as what is asked for and was erased.
        """
        if recording in self.concealed:
            raise Refused("not_found")

    def left(self, recordings: Iterable[OfCallT]) -> list[OfCallT]:
        """Return a call's recordings without those that are erased, as far as they are told."""
        return [one for one in recordings if one.recording not in self.concealed]

    def entries(self, of_recording: Sequence[AuditEntry]) -> list[AuditEntry]:
        """Return the audit's entries of a recording that the person is told of."""
        if self.whole:
            return list(of_recording)
        return [entry for entry in told(of_recording) if not _for_officers(entry)]

    def lines(self, entries: Iterable[AuditLine]) -> tuple[AuditLine, ...]:
        """Return lines without their numbers, which count the acts between two of them."""
        if self.whole:
            return tuple(entries)
        return tuple(structs.replace(entry, seq=0) for entry in entries)

    def call(self, call: OfCallT) -> OfCallT:
        """Return a call without a hold that belongs to a silence."""
        if not call.held or self.knows_hold(call.recording):
            return call
        return structs.replace(call, held=False)

    def knows_hold(self, recording: str) -> bool:
        """Say whether the person is told of a recording's hold, if it has one."""
        return self.whole or not self._holds.is_silent(recording)


def _for_officers(entry: AuditEntry) -> bool:
    """Say whether it tells of a look, or of a proof that was made for an authority or the office.

    They name no case, and yet show that somebody was busy with the call.
    """
    reader = reader_for(read_recipient(entry.detail))
    return entry.type == "viewed" or (
        entry.type == PROOF_GIVEN and reader is not ProofReader.CALLER
    )


def for_recipient(
    recordings: KeptRecordings, recording: str, recipient: str
) -> tuple[str, frozenset[str]]:
    """Return what of a call may leave for somebody: one of its recordings, and what is left out.

    The refusal tells a privacy officer why; nothing of it may reach a caller.

    Args:
        recordings: all of them.
        recording: one of the call's.
        recipient: the kind of those who would get it.

    Raises:
        Refused: ``erased_for_recipient``: the whole call is erased, as far as they are told.
    """
    gone = recordings.concealed.for_recipient(recipient)
    left = [rid for rid in (recording, *recordings.calls.of(recording)) if rid not in gone]
    if not left:
        raise Refused("erased_for_recipient")
    return left[0], gone
