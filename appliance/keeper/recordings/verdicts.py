"""Judge recordings by their files and the audit, one or all of them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from msgspec import structs

from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.keeper.audit.acting import on_record
from appliance.keeper.audit.entries import FAILED, Act
from appliance.keeper.audit.known import failures, known_recordings
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.subjects import for_purpose
from appliance.keeper.reading.protocol import Assessment
from appliance.keeper.reading.reading import Reading
from appliance.model.records import Verdict
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.verdicts import AuditFacts, KeysAtHand, assess

PLAYED = "played"
STOPPED = "tampered"
"""The ``detail`` of a listening that failed because the recording was changed."""


class VerdictChecker:
    """Verdicts on recordings, with the reading child's help."""

    def __init__(
        self, folders: Folders, keyring: Keyring, audit: AuditLog, reading: Reading
    ) -> None:
        self._folders = folders
        self._keyring = keyring
        self._audit = audit
        self._reading = reading

    def one(self, rid: str) -> tuple[Assessment, list[AuditEntry]]:
        """Judge one recording afresh; return the verdict and the recording's audit entries.

        Raises:
            Refused: ``locked``.
            VaultError: the file cannot be read.
        """
        entries = self._audit.of_recording(rid)
        return self._judge(rid, known_recordings(entries).get(rid, AuditFacts())), entries

    def facts(self, rid: str) -> AuditFacts:
        """Return what the audit knows about a recording."""
        return known_recordings(self._audit.of_recording(rid)).get(rid, AuditFacts())

    def listening(
        self, recordings: Sequence[str], actor: str, purpose: str, case: str
    ) -> AbstractContextManager[None]:
        """Put a listening on record, let it begin, and say so if it does not.

        Args:
            recordings: of the call.
            actor: who listens.
            purpose: for which, by its id, or the ground of a hold.
            case: of the silence that the hold belongs to; empty: it belongs to none.

        Raises:
            Refused: ``no_purpose``: it is the id of none.
        """
        return on_record(self._audit, PLAYED, actor, recordings, case or None, for_purpose(purpose))

    def stopped(self, recordings: Sequence[str], actor: str) -> None:
        """Put on the record that a playback stopped because a recording was changed.

        Args:
            recordings: of the call.
            actor: who listened; their newest listening that has not failed is the one.
        """
        acts = []
        for rid in recordings:
            entries = self._audit.of_recording(rid)
            over = failures(entries)
            played = [
                entry.seq
                for entry in entries
                if entry.type == PLAYED and entry.actor == actor and entry.seq not in over
            ]
            of = played[-1] if played else None
            acts.append(Act(type=FAILED, actor=actor, rid=rid, detail=STOPPED, of=of))
        self._audit.append_many(acts)

    def note(self, rid: str, verdict: Verdict) -> None:
        """Keep in the keyring a verdict that the frames alone do not show.

        Raises:
            VaultError: the keyring could not be written.
        """
        kept = "" if verdict is Verdict.COMPLETE else verdict.value
        self._keyring.change([rid], lambda _, entry: structs.replace(entry, verdict=kept))

    def beginning_with(self, prefix: str) -> list[str]:
        """Return a few recordings, erased ones too, whose ids begin with some hex digits."""
        return self._audit.beginning_with(prefix)

    def everything(self) -> dict[str, Verdict]:
        """Judge every recording known to keyring or audit.

        Raises:
            Refused: ``locked``.
        """
        known = known_recordings(self._audit.entries())
        taken_up = {rid for rid, _ in self._keyring.taken_up()}
        named = {rid for rid, about in known.items() if about.sealed or about.erased}
        return {
            rid: self._judge(rid, known.get(rid, AuditFacts())).verdict
            for rid in sorted(taken_up | named)
        }

    def _judge(self, rid: str, known: AuditFacts) -> Assessment:
        path = self._folders.recordings / rid
        there = rid in self._keyring
        try:
            if there and path.exists() and not known.erased:
                return self._reading.assess(rid, known)
            finding = assess(path, known, KeysAtHand(self._keyring.private(rid) if there else None))
        except FileFormatError as error:
            return Assessment(verdict=Verdict.TAMPERED, why=str(error), frames=0)
        return Assessment(
            verdict=finding.verdict,
            why=finding.why,
            frames=finding.frames,
            origin=finding.origin,
        )
