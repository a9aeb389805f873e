"""Erase every recording: one person asks, a second confirms or a day passes."""

from typing import Literal

from appliance.link.operations import Done, Message, Operation, Role, Secret
from appliance.link.requests.calls import Ground
from appliance.link.requests.papers.certificates import CertificateFile, CertificateReader
from appliance.link.requests.papers.signed import SignedErasure
from appliance.model.records import Unreal
from appliance.model.sentences.faults import DeviceFault

BOTH = frozenset({Role.PRIVACY_OFFICER, Role.ADMINISTRATOR})


class HeldRecording(Message, frozen=True):
    """A recording on hold, which the order has to name."""

    recording: str
    ground: str  # of Art. 17(3); empty if the ledger has lost it
    review: str  # the day of its review; empty likewise
    day: int | None  # on which it began, in days since 1970-01-01
    unreal: Unreal = ""  # of its line; empty too where nothing opens it


class EraseAllAsked(Message, frozen=True):
    """An order that waits, or is being carried out."""

    id: str
    asked_by: str  # an operator's id
    asked_at: float  # UTC
    ground: str
    held: int  # recordings on hold that it names
    stage: Literal["asked", "decided", "erasing"]
    seconds_left: float | None  # until it is carried out; None: only a second person can confirm
    mine: bool  # the person who looks has asked for it
    trouble: tuple[
        DeviceFault, ...
    ]  # why it could not be carried out so far; empty: nothing failed


class EraseAllCertificate(SignedErasure, frozen=True):
    """The last erasure of everything; but for what was signed of it, as the keyring has it."""

    asked_by: str
    decided_by: str  # an operator's id, or keeper: a day had passed
    asked_at: float  # UTC
    at: float  # UTC
    ground: str
    recordings: int
    held: int  # of them on hold
    level: str  # E0, E1, E2
    generation: int
    seq: int  # the audit's entry
    remains: tuple[str, ...]  # ids of sentences: where copies may remain


class EraseAllState(Message, frozen=True):
    """What there is to erase, and how far an order is."""

    recordings: int
    held: tuple[HeldRecording, ...]
    order: EraseAllAsked | None
    ended: str  # why the last order came to nothing: ``holds``, ``asker_gone``; empty if it did not
    done: EraseAllCertificate | None
    failed: int  # single recordings whose erasure has failed so far and is tried again
    trouble: tuple[DeviceFault, ...]  # why; empty if nothing failed

    @property
    def amiss(self) -> bool:
        """Say whether an order waits or an erasure has failed so far."""
        return self.order is not None or bool(self.failed)


class GetEraseAll(Operation[EraseAllState], frozen=True, tag="erase_all.get"):
    """Ask what there is to erase, and how far an order is."""

    roles = BOTH


class GetEraseAllCertificate(
    Operation[CertificateFile], frozen=True, tag="erase_all.get_certificate"
):
    """Take the certificate of the last erasure of everything out of the box as one signed file."""

    roles = BOTH
    sends_bytes = True
    reader: CertificateReader = CertificateReader.CALLER


class AskEraseAll(Operation[Done], frozen=True, tag="erase_all.ask"):
    """Ask for the erasure of every recording."""

    roles = frozenset({Role.ADMINISTRATOR})
    audit = "erase_all_asked"
    audited = "inside"  # once the password is proved
    ground: Ground
    held: tuple[str, ...]  # the recordings on hold that are meant, too
    password: Secret  # the administrator's own


class ConfirmEraseAll(Operation[Done], frozen=True, tag="erase_all.confirm"):
    """Confirm what another person has asked for; it is carried out at once."""

    roles = BOTH
    audit = "erase_all_confirmed"
    audited = "inside"  # once the password is proved
    order: str  # its id, as it was shown
    password: Secret  # of the person who confirms


class CancelEraseAll(Operation[Done], frozen=True, tag="erase_all.cancel"):
    """Cancel an order that is not carried out yet."""

    roles = BOTH
    audit = "erase_all_cancelled"
    audited = "inside"  # an order that has just ended is no act
    order: str
