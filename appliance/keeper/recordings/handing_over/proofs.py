"""Make the proof of a call: a core from each of its recordings, an annex from the audit."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from msgspec import structs

from appliance.clock import Clock
from appliance.errors import FileFormatError, Refused, Tampered
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.known import known_recordings
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.silent import told
from appliance.keeper.audit.subjects import to_recipient
from appliance.keeper.reading.export import named_by_time
from appliance.keeper.reading.protocol import SealedFacts
from appliance.keeper.reading.reading import Reading
from appliance.keeper.recordings.handing_over.acts import listenings, of_call
from appliance.keeper.recordings.handing_over.annexes import for_reader
from appliance.keeper.recordings.handing_over.copies import Copies
from appliance.keeper.recordings.handing_over.evidence import AuditEvidence
from appliance.keeper.recordings.parts import CallParts
from appliance.keeper.recordings.speakers.ends import end_of
from appliance.keeper.recordings.speakers.lists import SpeakerLists
from appliance.model.proof import (
    FORM,
    MOST_LISTED,
    MOST_PARTS,
    KeptUntil,
    ProofAnnex,
    ProofCore,
    ProofReader,
    ProvedRecording,
    SpeakerNames,
    reader_for,
    unreal_of,
)
from appliance.model.records import CallMeta, ConsentReceipt, Origin
from appliance.model.rule import SealedRule
from appliance.vault.decoding import decode_json
from appliance.vault.opening.entry import dated
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.origin import fingerprint
from appliance.vault.proof import MOST_BYTES, part_digest, write_proof

PROOF_GIVEN = "proof_given"
"""The entry type of a proof that left: for whom, and the digest of its annex."""


class Proofs:
    """The proofs of calls. Threads may share it."""

    def __init__(
        self,
        keyring: Keyring,
        audit: AuditLog,
        reading: Reading,
        calls: CallParts,
        copies: Copies,
        clock: Clock,
        speakers: SpeakerLists,
    ) -> None:
        self._keyring = keyring
        self._audit = audit
        self._reading = reading
        self._calls = calls
        self._copies = copies
        self._clock = clock
        self._speakers = speakers
        self._evidence = AuditEvidence(audit, keyring.sign)

    @property
    def fingerprint(self) -> str:
        """Return the name of the key that signs: 64 hex digits."""
        return fingerprint(self._keyring.box_key)

    def of(
        self, recording: str, recipient: str, without: Collection[str] = ()
    ) -> tuple[tuple[ProvedRecording, ...], ProofAnnex]:
        """Return what a call's proof says.

        Args:
            recording: one of the call's.
            recipient: the kind of those for whom it is made: the annex is for such a reader.
            without: recordings that are left out.

        Raises:
            Refused: ``locked``, ``not_found``, ``unreadable``, or ``tampered``: a recording is not
                the one that was sealed.
            VaultError: a file cannot be read.
        """
        recordings, annex, _ = self._made(recording, recipient, without)
        return recordings, annex

    def _made(
        self, recording: str, recipient: str, without: Collection[str] = ()
    ) -> tuple[tuple[ProvedRecording, ...], ProofAnnex, int]:
        """Return the same, and the number of the newest entry that the annex knows."""
        read = self._calls.read(recording)
        rids = [part.recording for part in read if part.recording not in without]
        found: dict[str, SealedFacts] = {}
        for rid in rids[:MOST_PARTS]:
            try:
                facts = known_recordings(self._audit.of_recording(rid)).get(rid, AuditFacts())
                found[rid] = self._reading.prove(rid, facts)
            except Tampered as error:
                raise Refused("tampered") from error
            except FileFormatError:
                continue  # the annex names it
        if not found:
            raise Refused("unreadable")
        recordings = tuple(self._recording(rid, one) for rid, one in found.items())
        newest = self._audit.newest
        parts = [rid for rid in self._calls.of(recording) if rid not in without]
        whole = self._annex(recordings, found, parts, newest, reader_for(recipient))
        declared = {purpose.id for one in recordings for purpose in one.rule.purposes}
        return recordings, for_reader(whole, recipient, declared), newest[0]

    def give(
        self, recording: str, recipient: str, actor: str, without: Collection[str] = ()
    ) -> tuple[str, bytes]:
        """Put on record that a call's signed proof is handed over; return its name and bytes.

        It is made anew if anything was done with the call meanwhile: between the newest entry that
        an annex names and its own nothing is about the call.

        Raises as ``of`` does; and Refused: ``proof_too_large``.
        """
        while True:
            recordings, annex, newest = self._made(recording, recipient, without)
            cores = [one.core for one in recordings]
            raw = write_proof(self._keyring.box_key, cores, annex, self._keyring.sign)
            if len(raw) > MOST_BYTES:
                raise Refused("proof_too_large")
            rids = [rid for rid in self._calls.of(recording) if rid not in without]
            given = Act(
                type=PROOF_GIVEN,
                actor=actor,
                sha256=part_digest(annex),
                detail=to_recipient(recipient),
            )
            still = partial(self._is_still_so, rids, newest)
            if self._audit.append_many([replace(given, rid=rid) for rid in rids], still):
                name = named_by_time(
                    self.began(recordings[0]), cores[0].recording, unreal_of(recordings)
                )
                return f"{name}.proof.jsonl", raw

    def began(self, first: ProvedRecording) -> float:
        """Return when a call began, as lists say it: the time that was put right later, if so."""
        entry = self._keyring.get(first.core.recording)
        return first.meta.started_at if entry is None else dated(first.meta, entry).started_at

    def _is_still_so(self, rids: Sequence[str], newest: int) -> bool:
        """Say whether nothing was done with a call behind an entry."""
        return not any(entry.rid in rids for entry in self._audit.since(newest))

    def _recording(self, rid: str, found: SealedFacts) -> ProvedRecording:
        core = ProofCore(
            proof=FORM,
            part="core",
            box=self.fingerprint,
            recording=rid,
            frames=found.frames,
            sha256=found.sha256,
            meta=found.meta,
            receipt=found.receipt,
            rule=found.rule,
            samples=found.samples,
            ended=found.ended,
            withdrawn=found.withdrawn,
        )
        return ProvedRecording(
            core=core,
            meta=decode_json(found.meta.encode(), CallMeta, "META"),
            receipt=decode_json(found.receipt.encode(), ConsentReceipt, "The receipt"),
            rule=decode_json(found.rule.encode(), SealedRule, "The rule"),
            second=found.second,
        )

    def _annex(
        self,
        recordings: Sequence[ProvedRecording],
        found: dict[str, SealedFacts],
        parts: Sequence[str],
        newest: tuple[int, str],
        reader: ProofReader,
    ) -> ProofAnnex:
        people = self._keyring.content.operators
        names = {operator: entry.name for operator, entry in people.items()}
        seq, digest = newest
        entries = {
            rid: [entry for entry in self._audit.of_recording(rid) if entry.seq <= seq]
            for rid in parts
        }
        for_caller = reader is ProofReader.CALLER
        shown = [told(acts) if for_caller else acts for acts in entries.values()]
        listened = [one for _, one in of_call(listenings(acts, names) for acts in shown)]
        numbered = (self._copies.numbered(acts, with_words=not for_caller) for acts in shown)
        copies = [copy for _, copy in of_call(numbered)]
        others = entries.keys() - found.keys()
        return ProofAnnex(
            proof=FORM,
            part="annex",
            reader=reader,
            box=self.fingerprint,
            call=recordings[0].meta.call,
            cores=tuple(part_digest(one.core) for one in recordings),
            made_at=round(self._clock.now(), 3),
            clock_ok=self._clock.trusted(),
            kept=tuple(self._kept(rid, one) for rid, one in found.items()),
            unreadable=tuple(sorted(others)),
            listened=tuple(listened[-MOST_LISTED:]),
            listened_earlier=max(0, len(listened) - MOST_LISTED),
            recipients=tuple(sorted({copy.recipient for copy in copies})),
            copies=tuple(copies[-MOST_LISTED:]),
            copies_earlier=max(0, len(copies) - MOST_LISTED),
            speakers=() if for_caller else self._names(recordings, seq),
            audit_seq=seq,
            audit_hash=digest,
            evidence=tuple(
                self._evidence.of(one, entries[one.core.recording], for_caller=for_caller)
                for one in recordings
            ),
        )

    def _names(
        self, recordings: Sequence[ProvedRecording], newest: int
    ) -> tuple[SpeakerNames, ...]:
        """Return who speaks on the line, of each list that was sealed, and when it ended."""
        sealed = dict.fromkeys(one.rule.speakers for one in recordings)
        lists = [(each, *self._speakers.of(each)) for each in sealed if each is not None]
        return tuple(
            SpeakerNames(
                digest=each.digest,
                readable=readable,  # type: ignore[arg-type]  # one of the three
                whole=whole,
                ended=end_of(self._audit.folder, each.digest, newest),
            )
            for each, whole, readable in lists
        )

    def _kept(self, rid: str, found: SealedFacts) -> KeptUntil:
        entry = self._keyring.get(rid)
        return KeptUntil(
            recording=rid,
            due_day=entry.due_day if entry is not None else None,
            held=entry is not None and entry.held,
            attested=found.origin is Origin.ATTESTED,
        )


def without_texts(one: ProvedRecording) -> ProvedRecording:
    """Return what a recording proves without its sealed texts, which stand beside them decoded."""
    return structs.replace(one, core=structs.replace(one.core, meta="", receipt="", rule=""))
