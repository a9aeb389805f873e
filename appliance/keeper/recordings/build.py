"""Build what is kept of each recording, and what is done with it."""

from dataclasses import dataclass

from appliance.keeper.catalogue.readers import Readers
from appliance.keeper.erasure.erase import RecordingErasure
from appliance.keeper.foundation import Foundation
from appliance.keeper.recordings.certified.issued import IssuedCertificates
from appliance.keeper.recordings.comparison import Comparison
from appliance.keeper.recordings.concealed import ConcealedRecordings
from appliance.keeper.recordings.exempt_words import ExemptWords
from appliance.keeper.recordings.handing_over.copies import Copies
from appliance.keeper.recordings.handing_over.proofs import Proofs
from appliance.keeper.recordings.handing_over.silences import Silences, may_end_silences
from appliance.keeper.recordings.holds import Holds
from appliance.keeper.recordings.intake import Intake
from appliance.keeper.recordings.numbers import AddedNumbers
from appliance.keeper.recordings.origins import Origins
from appliance.keeper.recordings.parts import CallParts
from appliance.keeper.recordings.prompts import KeptPrompts
from appliance.keeper.recordings.reasons import ErasureReasons
from appliance.keeper.recordings.retention import Retention
from appliance.keeper.recordings.speakers.lists import SpeakerLists
from appliance.keeper.recordings.verdicts import VerdictChecker
from appliance.keeper.recordings.words import Words


@dataclass(frozen=True, slots=True)
class KeptRecordings:
    """What works on recordings, each by its own word."""

    intake: Intake
    comparison: Comparison
    origins: Origins
    checking: VerdictChecker
    calls: CallParts
    words: Words
    reasons: ErasureReasons
    holds: Holds
    concealed: ConcealedRecordings
    numbers: AddedNumbers
    exempt: ExemptWords
    retention: Retention
    prompts: KeptPrompts
    copies: Copies
    silences: Silences
    proofs: Proofs
    certificates: IssuedCertificates
    speakers: SpeakerLists


def build_recordings(
    base: Foundation, readers: Readers, erasing: RecordingErasure
) -> KeptRecordings:
    """Put it together."""
    keyring, audit, ledger, time = base.keyring, base.audit, base.ledger, base.time
    folders, reading, catalogue = base.folders, readers.reading, readers.catalogue
    words = Words(keyring, ledger, reading, erasing.renew)
    origins = Origins(folders.recordings, keyring, audit, time.boot_id)
    intake = Intake(folders, keyring, audit, ledger, reading, origins, time, disk=base.disk)
    calls = CallParts(keyring, catalogue, readers.unreadable)
    speakers = SpeakerLists(keyring, audit, ledger, words, time, folders.speakers, base.disk)
    concealed = ConcealedRecordings(keyring, audit, ledger)
    copies = Copies(keyring, audit, ledger, words, time)
    return KeptRecordings(
        intake=intake,
        comparison=Comparison(keyring, audit, ledger, intake),
        origins=origins,
        checking=VerdictChecker(folders, keyring, audit, reading),
        calls=calls,
        words=words,
        reasons=ErasureReasons(keyring, ledger, words, time),
        concealed=concealed,
        holds=Holds(keyring, audit, ledger, words, catalogue, time),
        numbers=AddedNumbers(keyring, audit, ledger, reading, catalogue, time),
        exempt=ExemptWords(ledger, words, time),
        retention=Retention(keyring, erasing, audit, ledger, time, base.wrong_clock, concealed),
        prompts=KeptPrompts(folders.said, ledger, keyring, base.disk),
        copies=copies,
        silences=Silences(keyring, audit, ledger, words, time, may_end_silences(keyring)),
        proofs=Proofs(keyring, audit, reading, calls, copies, time, speakers),
        certificates=IssuedCertificates(
            *(keyring, audit, ledger, words, time, base.around),
            leaving=lambda: erasing.pending,
            going_on=intake.going_on,
        ),
        speakers=speakers,
    )
