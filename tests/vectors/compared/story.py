"""Hold what one device says of a call: its log, the recording in it, and a proof of it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tests.vectors import placed
from tests.vectors.audit import FIRST, SECOND, Keys, Log
from tests.vectors.placed import Fields
from tests.vectors.proofs import NOTHING_OUTSIDE, OURS, written

PERSON = "0a0b0c0d"


@dataclass(frozen=True)
class Story:
    """What one device says: its log, and the recording in it."""

    log: Log
    core: Fields
    day: str = FIRST
    second: str = SECOND
    """The day behind the recording's."""
    size: int = 6
    """Entries of the recording's day, which the head of the day names."""
    after: int = 1
    """The number of the entry that the recording names."""
    sealed: int = 3
    """The number of the entry that names the recording."""

    @property
    def head(self) -> str:
        """Return the head of the recording's day, as its file has it."""
        return placed.head(self.log, self.day)

    @property
    def beside(self) -> Fields:
        """Return what an annex carries of the log beside the core."""
        return NOTHING_OUTSIDE | {
            "after": placed.line(self.log, self.after, self.size),
            "sealed": placed.line(self.log, self.sealed, self.size),
            "head": self.head,
        }

    def annex(self, **changes: Any) -> Fields:
        """Return an annex for the office, made at the newest entry."""
        seq = len(self.log.lines)
        newest = {"audit_seq": seq, "audit_hash": placed.hashes(self.log)[-1]}
        acts = {"recipients": [], "copies": [], "listened": [], "made_at": self.now}
        return OURS.annex(self.core, **newest, **acts, evidence=[self.beside]) | changes

    @property
    def now(self) -> float:
        """Return the time of the newest entry."""
        at: float = json.loads(self.log.lines[-1])["t"]
        return at

    def given(self, annex: Fields, by: Keys) -> str:
        """Put on record that a proof with this annex is handed out, and return the proof."""
        digest = hashlib.sha256(written(annex).encode()).hexdigest()
        told = {"rid": self.core["recording"], "sha256": digest, "detail": "to.office"}
        said = dict(t=self.now, actor=PERSON, rid=told.pop("rid"), **told)
        self.log.add(by.two, self.second, "proof_given", **said)
        return OURS.proof(self.core, annex).decode()
