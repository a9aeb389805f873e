"""Hold proofs, heads and an activity log against each other, for ``zgoda verify-proof``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.commands.helpers.log_beside import LogBeside
from appliance.commands.helpers.stories import (
    LogStory,
    NamedHead,
    NamedProof,
    disorder,
    read_heads,
    untied,
    width,
)
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.vault.audit.heads import Head

OUTCOMES = {
    "order": "order",
    "two": "two_heads",
    "head": "head",
    "log": "audit",
    "left": "left_out",
}
"""The first word of a code -> the outcome."""


@dataclass
class ProofComparison:
    """What a comparison came to."""

    wrong: list[EvidenceFinding] = field(default_factory=list)
    said: list[EvidenceFinding] = field(default_factory=list)
    """What is said and not judged; the first says whether anybody outside is a witness."""
    witness: Head | None = None
    """The head that somebody outside kept and that contains every recording."""

    @property
    def outcome(self) -> str:
        """Return the outcome in one word."""
        return OUTCOMES[self.wrong[0].code.partition("_")[0]] if self.wrong else "whole"


def compared(
    proofs: Sequence[NamedProof], heads: Sequence[Path], log: Path | None
) -> ProofComparison:
    """Compare them.

    Args:
        proofs: each of which is whole by itself.
        heads: files of heads that somebody outside kept.
        log: the folder of an activity log; None without one.
    """
    kept, unread = read_heads(heads)
    found_all = ProofComparison([*unread, *disorder(proofs)])
    boxes = sorted({named.proof.fingerprint for named in proofs})
    for box in boxes:
        mine = [named for named in proofs if named.proof.fingerprint == box]
        _one_box(found_all, mine, kept, log)
    return found_all


def _one_box(
    result: ProofComparison,
    proofs: Sequence[NamedProof],
    kept: Sequence[NamedHead],
    log: Path | None,
) -> None:
    """Compare what is said of one device's log."""
    story = LogStory()
    for named in proofs:
        story.take_proof(named)
    for head in kept:
        story.take_head(head)
    result.wrong += story.wrong
    beside = _log_beside(log, story, proofs) if log is not None else None
    if beside is None:
        result.wrong += story.two_heads()
    else:
        result.wrong += beside.against(story)
        if not result.wrong:
            lacking = [one for named in proofs for one in beside.left_out(named)]
            result.wrong += [one for one in lacking if one.code in {"left_out", "log_lacks_newest"}]
            result.said += [one for one in lacking if one not in result.wrong]
    tied: dict[str, Head] = {}
    if kept:
        tied, wrong = untied(proofs, kept, in_log=beside is not None and not result.wrong)
        result.wrong += wrong
    result.said[:0] = width(proofs, tied)
    if tied:
        result.witness = max(tied.values(), key=lambda head: head.day)
        result.said.insert(0, evidence("witness", day=result.witness.day))
    else:
        result.said.insert(0, evidence("no_witness"))


def _log_beside(log: Path, story: LogStory, proofs: Sequence[NamedProof]) -> LogBeside:
    rids = {one.core.recording for named in proofs for one in named.proof.recordings}
    return LogBeside(log, story, rids)
