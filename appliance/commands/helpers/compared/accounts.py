"""Hold what an annex lists of the acts on its call against the entries of an activity log."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from appliance.commands.helpers.compared.stories import NamedProof, moment
from appliance.keeper.audit.entries import FAILED
from appliance.keeper.audit.known import failures
from appliance.keeper.audit.silent import silenced_cases, told
from appliance.keeper.audit.subjects import read_recipient
from appliance.keeper.erasure.handed_out import EXPORTED
from appliance.keeper.recordings.handing_over.acts import listenings, of_call
from appliance.keeper.recordings.handing_over.annexes import without_person
from appliance.keeper.recordings.handing_over.proofs import PROOF_GIVEN
from appliance.keeper.recordings.verdicts import PLAYED
from appliance.model.proof import (
    MOST_LISTED,
    CopyGiven,
    Listening,
    ProofReader,
    reader_for,
)
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.proof import part_digest

APART_SECONDS = 60
"""The time that the device counts, which an annex has, and the one that its clock shows, which an
entry has, may be further apart if somebody set the clock: that is said."""


class _LoggedCopy(NamedTuple):
    """A copy as a log has it."""

    at: float
    clock_ok: bool
    operator: str | None  # None: not for this reader
    recipient: str
    case: str | None
    left: bool
    """Nothing says that none of it left; where something does, an annex may list it or not."""

    @property
    def said(self) -> tuple[float, bool, str | None, str]:
        """Return what an annex says of it, too."""
        return self.at, self.clock_ok, self.operator, self.recipient


def account(
    named: NamedProof,
    entries: Mapping[str, Sequence[AuditEntry]],
    newest: int,
    last: int,
) -> Iterator[EvidenceFinding]:
    """Yield what a log contradicts of an annex, and why each entry is not in it.

    Args:
        named: the proof.
        entries: about each of the call's recordings, oldest first.
        newest: the number of the newest entry that the annex names.
        last: of the log's last one.
    """
    given = _given(named, entries, newest)
    until = given.seq - 1 if given is not None else newest
    known = {rid: [one for one in acts if one.seq <= until] for rid, acts in entries.items()}
    recipient = read_recipient(given.detail) if given is not None else None
    yield from _Account(named, known, recipient).findings()
    if given is not None:
        yield from _handed_over(named, given)
    elif last > newest:
        yield evidence("log_lacks_annex", path=named.path)
    else:
        yield evidence("entry_newest", path=named.path, number=newest)


def _given(
    named: NamedProof, entries: Mapping[str, Sequence[AuditEntry]], newest: int
) -> AuditEntry | None:
    """Return the entry that says that this very annex was handed over."""
    annex = named.proof.annex
    digest = part_digest(annex)
    kinds = {copy.recipient for copy in annex.copies}
    for entry in entries[named.proof.recordings[0].core.recording]:
        recipient = read_recipient(entry.detail)
        if (
            entry.type == PROOF_GIVEN
            and entry.seq > newest
            and entry.sha256 == digest
            and reader_for(recipient) is annex.reader
            and (annex.reader is not ProofReader.CALLER or kinds <= {recipient})
        ):
            return entry
    return None


def _handed_over(named: NamedProof, given: AuditEntry) -> Iterator[EvidenceFinding]:
    """Yield that an annex names another time than its entry; two clocks of the device may."""
    annex = named.proof.annex
    if abs(given.t - annex.made_at) > APART_SECONDS:
        yield evidence(
            "entry_other_time",
            path=named.path,
            time=moment(annex.made_at),
            number=given.seq,
            entry=moment(given.t),
        )


class _Account:
    """What an annex says of each entry about its call."""

    def __init__(
        self,
        named: NamedProof,
        entries: Mapping[str, Sequence[AuditEntry]],
        recipient: str | None,
    ) -> None:
        """Take the annex.

        Args:
            named: its proof.
            entries: of each recording of the call, oldest first, as far as the annex goes.
            recipient: for whom it was handed over; None: nothing says so.
        """
        annex = named.proof.annex
        self._path, self._annex, self._entries = named.path, annex, entries
        self._for_caller = annex.reader is ProofReader.CALLER
        self._declared = {p.id for one in named.proof.recordings for p in one.rule.purposes}
        self._shown = {
            rid: told(acts) if self._for_caller else list(acts) for rid, acts in entries.items()
        }
        self._first = named.proof.recordings[0].core.recording
        kinds = {copy.recipient for copy in annex.copies}
        self._own = kinds if recipient is None else {recipient}
        self._by_number = {one.seq: one for acts in entries.values() for one in acts}

    def findings(self) -> Iterator[EvidenceFinding]:
        """Yield what is missing, what is made up, and what is not for this reader."""
        yield from self._listened()
        yield from self._copied()
        yield from self._not_for_reader()

    def _listened(self) -> Iterator[EvidenceFinding]:
        logged = of_call(
            ((number, self._heard(one)) for number, one in listenings(acts, {}))
            for acts in self._shown.values()
        )
        listed = Counter(structs.replace(one, name=None) for one in self._annex.listened)
        for at, (number, act) in enumerate(logged):
            if listed[act]:
                listed[act] -= 1
            elif len(logged) - at <= MOST_LISTED:
                yield self._left_out(number)
        for one in listed.elements():
            yield evidence("log_lacks_listening", path=self._path, time=moment(one.at))
        earlier = max(0, len(logged) - MOST_LISTED)
        if self._annex.listened_earlier not in {None, earlier}:
            yield evidence("log_other_count", path=self._path)

    def _heard(self, one: Listening) -> Listening:
        """Return a listening as the annex has it, but for the name."""
        one = without_person(one, self._declared) if self._for_caller else one
        return structs.replace(one, name=None)

    def _copied(self) -> Iterator[EvidenceFinding]:
        logged = of_call(map(self._copies, self._shown.values()))
        listed = Counter(map(_said, self._annex.copies))
        places = list(enumerate(logged))  # what left counts first: of a moment one may have failed
        for at, (number, copy) in sorted(places, key=lambda place: not place[1][1].left):
            for_reader = not self._for_caller or copy.recipient in self._own
            there = bool(for_reader and listed[copy.said])
            listed[copy.said] -= there
            wanted = for_reader and len(logged) - at <= MOST_LISTED
            named = copy.recipient in self._annex.recipients
            if copy.left and not (named and (there or not wanted)):
                yield self._left_out(number)
        for at_, *_ in listed.elements():
            yield evidence("log_lacks_copy", path=self._path, time=moment(at_))
        for kind in sorted(set(self._annex.recipients) - {copy.recipient for _, copy in logged}):
            yield evidence("log_lacks_recipient", path=self._path, kind=kind)
        yield from self._counted([copy.left for _, copy in logged])
        yield from self._silent()

    def _copies(self, acts: Sequence[AuditEntry]) -> Iterator[tuple[int, _LoggedCopy]]:
        failed = {one.case for one in acts if one.type == FAILED and one.case is not None}
        for entry in acts:
            if entry.type == EXPORTED:
                whom = read_recipient(entry.detail)
                person = None if self._for_caller else entry.actor
                said = entry.t, entry.clock_ok, person, whom
                yield entry.seq, _LoggedCopy(*said, entry.case, entry.case not in failed)

    def _counted(self, left: Collection[bool]) -> Iterator[EvidenceFinding]:
        """Yield that an annex counts more or fewer copies than there can be."""
        earlier, listed = self._annex.copies_earlier, len(self._annex.copies)
        if earlier is None:
            return
        if listed < MOST_LISTED:
            fits = not earlier
        else:
            fits = sum(left) <= listed + earlier <= len(left)
        if not fits:
            yield evidence("log_other_count", path=self._path)

    def _silent(self) -> Iterator[EvidenceFinding]:
        """Yield each copy that an annex calls silenced and that no silence covers."""
        acts = list(self._entries.values())
        cases = {case for each in acts for case in silenced_cases(each)}
        silent = {
            _at_and_kind(one)
            for each in acts
            for one in each
            if one.type == EXPORTED and one.case in cases
        }
        for copy in self._annex.copies:
            if copy.silent_until is not None and (copy.at, copy.recipient) not in silent:
                yield evidence("log_lacks_silence", path=self._path, time=moment(copy.at))

    def _not_for_reader(self) -> Iterator[EvidenceFinding]:
        """Yield why each other entry is not in the annex; nothing for an act that failed."""
        acts = self._entries[self._first]
        shown = {entry.seq for entry in self._shown[self._first]}
        for entry in acts:
            said: dict[str, str | int] = {"number": entry.seq, "kind": entry.type}
            if entry.seq not in shown:
                yield evidence("entry_silenced", **said)
            elif entry.type not in {PLAYED, EXPORTED} or self._is_anothers(entry):
                yield evidence("entry_not_for_reader", **said)

    def _is_anothers(self, entry: AuditEntry) -> bool:
        """Say whether it is a copy of which a caller is told the kind of recipient alone."""
        if entry.type != EXPORTED or not self._for_caller:
            return False
        failed = entry.seq in failures(self._entries[self._first])
        return not failed and read_recipient(entry.detail) not in self._own

    def _left_out(self, number: int) -> EvidenceFinding:
        entry = self._by_number[number]
        said: dict[str, str | int] = {"number": number, "kind": entry.type}
        return evidence("left_out", path=self._path, time=moment(entry.t), **said)


def _said(copy: CopyGiven) -> tuple[float, bool, str | None, str]:
    return copy.at, copy.clock_ok, copy.operator, copy.recipient


def _at_and_kind(entry: AuditEntry) -> tuple[float, str]:
    return entry.t, read_recipient(entry.detail)
