"""Read what a recording seals, letter for letter, if it is the file that was sealed."""

from pathlib import Path

from appliance.errors import Tampered
from appliance.keeper.reading.protocol import SealedFacts
from appliance.model.proof import Withdrawal
from appliance.model.records import Verdict
from appliance.model.sentences.faults import noted
from appliance.vault.decoding import decoding
from appliance.vault.opening.unseal import Reader
from appliance.vault.opening.verdicts import AuditFacts, KeysAtHand, assess

_MOST = 64


def proved(path: Path, known: AuditFacts, keys: KeysAtHand) -> SealedFacts:
    """Return what a recording proves.

    Args:
        path: of the recording.
        known: what the audit says about it.
        keys: both, that open it.

    Raises:
        Tampered: it is not the file that the audit calls sealed.
        FileFormatError: it does not open, its first frames are damaged, or it says different
            things of a second holder.
    """
    finding = assess(path, known, keys)
    survey = finding.survey
    if finding.verdict is Verdict.TAMPERED or not known.sealed or survey is None:
        raise Tampered(finding.why)
    if keys.reading is None or keys.recording is None:
        raise Tampered(noted("recording_changed", "It cannot be opened."))
    with Reader.open(path, keys.reading, keys.recording) as reader, decoding("The recording"):
        # Decoded first: a text that no reader would take proves nothing.
        _ = reader.meta, reader.receipt, reader.rule
        reader.check_holders()
        rule = b"".join(reader.frame(at).payload for at in range(2, reader.ticket.opening))
        return SealedFacts(
            frames=finding.frames,
            sha256=finding.sha256,
            meta=reader.frame(0).payload.decode(),
            receipt=reader.frame(1).payload.decode(),
            rule=rule.decode(),
            samples=survey.samples,
            ended=survey.end.reason if survey.end else "cut",
            second=reader.header.has_second,
            withdrawn=tuple(
                Withdrawal(mark.purposes, mark.sample) for mark in survey.marks if mark.purposes
            )[:_MOST],
            origin=finding.origin,
        )
