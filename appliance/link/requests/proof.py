"""Show a call's proof, hand it over as a signed file, hear the words that were said."""

from appliance.link.operations import Message, Operation, Role
from appliance.link.requests.calls import Recipient
from appliance.model.proof import ProofAnnex, ProvedRecording
from appliance.model.sentences.witness import StampWitness

READERS = frozenset({Role.LISTENER, Role.PRIVACY_OFFICER})


class ProofPlace(Message, frozen=True, kw_only=True):
    """Where a recording stands in the audit; all empty: nothing says so."""

    sealed: int | None = None  # the number of the entry that names its file
    sealed_at: float = 0.0
    sealed_clock_ok: bool = True
    after: int | None = None  # of the entry that the recording names as the one before the call
    after_at: float = 0.0
    after_clock_ok: bool = True
    ended: bool = False  # a signed head stands behind it
    head_day: str = ""  # of that head; empty if a clock that was not set left it open
    head: int | None = None  # the head's number; None: not for this reader


class ProofSheet(Message, frozen=True, kw_only=True):
    """What a proof says."""

    recordings: tuple[ProvedRecording, ...]
    """Of the call, in its order; their cores without the sealed texts, which stand beside them."""
    began: float  # UTC: when the call began, as the list of calls says it
    annex: ProofAnnex
    fingerprint: str  # of the key that signs, as on the recovery sheet's page
    places: tuple[ProofPlace, ...] = ()
    """Of each recording."""
    stamps: StampWitness | None = None
    """Whose time stamps confirm the time of each recording, as the box checked them."""
    playable: tuple[str, ...] = ()  # hashes of words that are kept and can be heard


class ShowProof(Operation[ProofSheet], frozen=True, tag="proof.show"):
    """Look at a call's proof as somebody gets it; a listener, as a caller does.

    A sheet can be printed and given away, so each one is on record, with whom it is for.
    """

    roles = READERS
    audit = "viewed"
    recording: str
    recipient: Recipient = Recipient.CALLER


class ProofFile(Message, frozen=True):
    """Raw bytes follow: the whole signed file."""

    filename: str


class GetProof(Operation[ProofFile], frozen=True, tag="proof.get"):
    """Take a call's proof out of the box as one signed file, made for its recipient."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    audit = "proof_given"
    audited = "inside"  # with the digest of the annex that leaves
    sends_bytes = True
    recording: str
    recipient: Recipient = Recipient.CALLER


class WordsSound(Message, frozen=True):
    """Raw bytes follow: a whole WAV."""

    seconds: float


class HearWords(Operation[WordsSound], frozen=True, tag="proof.hear"):
    """Hear words that the box said, by the hash of their samples; refused if they are not kept."""

    roles = READERS
    keeps_awake = False
    sends_bytes = True
    sha256: str
