"""Build the keeper's records and drive them: take-up, retention, erasure, unlocking.

Everything but reading works locked. Nothing here waits: the service calls ``tick`` every few
seconds and ``sweep`` every hour.
"""

import threading
from collections.abc import Callable, Collection
from contextlib import suppress

from appliance.clock import HOUR, day_of
from appliance.errors import VaultError
from appliance.keeper.audit.entries import ERASURE
from appliance.keeper.catalogue.readers import Readers
from appliance.keeper.chores import attempt
from appliance.keeper.doctor.keys import KeyFacts
from appliance.keeper.erasure.build import build_erasing, build_erasure
from appliance.keeper.erasure.erase import RecordingErasure
from appliance.keeper.erasure.erase_all import EraseAll, HaltedWork
from appliance.keeper.erasure.order import NOTHING_RECORDED, Order
from appliance.keeper.foundation import Foundation
from appliance.keeper.joint import Joint
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.recordings.build import KeptRecordings, build_recordings
from appliance.keeper.recordings.prompts import Fetch
from appliance.keeper.time.judge import Question
from appliance.link.requests.calls import Ground
from appliance.link.requests.people import OldKeys
from appliance.link.requests.processes.prompts_in_use import PromptsInUse
from appliance.model.certificate import IN_CALL, ErasedCall, OrderedBy
from appliance.model.lamps import Need
from appliance.vault.opening.keyring import Change


def build_records(
    base: Foundation,
    on_death: Callable[[], None],
    emptied: Callable[[], None] = lambda: None,
) -> "Records":
    """Put the records together, locked.

    Args:
        base: what they stand on.
        on_death: called from a thread when the reading child dies.
        emptied: called once everything is erased: new keys are to be made for calls to come.
    """
    listed, take_up = Joint[Collection[bytes]](), Joint[[]]()
    readers = Readers(base, on_death, listed)
    erasure = build_erasure(base)
    erasing = build_erasing(base, erasure, readers)
    recordings = build_recordings(base, readers, erasing)
    listed.join(recordings.numbers.list_again)
    stopped = HaltedWork(
        paused=recordings.intake.at_rest,
        end_readers=readers.lock,
        log_out=on_death,
        certify=recordings.certificates.order_all,
        take_up=take_up,
        emptied=emptied,
    )
    erase_all = EraseAll(base.keyring, erasure, base.audit, base.ledger, base.time, stopped)
    records = Records(base, readers, erasing, erase_all, recordings)
    take_up.join(records.take_up)
    return records


class Records:
    """Take-up, catalogue, ledger, reading, retention and erasure. Threads may share it."""

    def __init__(
        self,
        base: Foundation,
        readers: Readers,
        erasing: RecordingErasure,
        erase_all: EraseAll,
        recordings: KeptRecordings,
    ) -> None:
        self.folders, self.keyring, self._audit = base.folders, base.keyring, base.audit
        self.ledger, self.time = base.ledger, base.time
        self.readers, self.recordings = readers, recordings
        self.erasing, self.erase_all = erasing, erase_all
        self._taking = threading.Lock()
        self._fresh: set[str] = set()  # taken up, while not all that follows was done
        self._unlisted = 0  # recordings and notes that this take-up found
        self.taken_up = 0
        """Recordings and notes since the start, as far as they are listed and counted.

        Watchers are told it. It counts no erasure: what a silence keeps is shown as erased, and
        nobody may learn from a figure that it was not."""
        self._not_before: dict[str, float] = {}  # recording -> monotonic, after a failed erasure

    def resume(self) -> None:
        """Finish interrupted erasures at boot, then compare audit and shards; raise VaultError."""
        self.erasing.resume(self._audit)
        self.recordings.comparison.at_boot()
        attempt("certificates", self.recordings.certificates.resume)
        attempt("certificates", self.recordings.certificates.settle)
        unsettled = list(self._audit.unsettled())
        ordered = {entry.rid for entry in unsettled if entry.type in ERASURE}
        sealed = {entry.rid for entry in unsettled if entry.type == "sealed" and entry.rid}
        self._fresh.update(self.recordings.reasons.missed(sealed - ordered))

    @property
    def keys_seen(self) -> KeyFacts:
        """Return what is known of the keys, for the doctor."""
        found, erasing = self.recordings.comparison.found, self.erasing
        return KeyFacts(
            failed=erasing.failed,
            mended=self.keyring.mended,
            lost=found.lost,
            put_back=found.put_back,
            differ=found.differ,
            uncertified=self.recordings.certificates.unreadable,
        )

    @property
    def old_keys(self) -> OldKeys:
        """Say whether changed or removed passwords still open an old copy of the keyring."""
        return self.erasing.old_keys

    def renew(self, change: Change, actor: str) -> None:
        """Change the operators and make older copies of the keyring useless; raises VaultError."""
        self.erasing.renew(change, actor)

    def discard_old_keys(self) -> None:
        """Erase unused keys that the pool no longer shows; call it an hour after that began.

        Those whose file is still there may be in use: a call could have begun before the pool
        changed. A refill removes the files that are not.
        """
        keyring, folders = self.keyring, self.folders
        old = set(keyring.unused()) - set(keyring.offered())
        places = folders.new, folders.recordings  # in this order: files move that way
        left = [rid for rid in old if not any((place / rid).exists() for place in places)]
        if left:
            self.erasing.discard(left)

    def renew_root(self) -> None:
        """Make a new root at least once a week; call it at boot and hourly. Raises VaultError."""
        self.erasing.renew_when_old()

    def take_up(self) -> None:
        """Take up finished recordings and notes, shred withdrawn ones; works locked.

        Raises:
            VaultError: a write failed; the next take-up goes on.
        """
        with self._taking:
            found = self.recordings.intake.take_up(self.erasing.is_leaving)
            self._fresh.update(found.sealed)
            self._unlisted += len(found.sealed) + found.notes
            if self._fresh:  # also what an earlier take-up came no further with
                self.recordings.retention.date(self._fresh)
                self._mend_calls()
                self._erase_late(tuple(self._fresh))
                self._fresh.clear()
            self._certify_given_up(self._due(found.withdrawn))
            self._erase(found.withdrawn, IN_CALL)
            self._erase(found.stillborn, NOTHING_RECORDED)
            self._erase(found.impossible, Ground.NO_LONGER_NEEDED)
            self.readers.catch_up()
            self.taken_up, self._unlisted = self.taken_up + self._unlisted, 0

    def _mend_calls(self) -> None:
        """Hold and silence the whole of each call that is; raises VaultError."""
        self.recordings.holds.mend()
        self.recordings.silences.take_in()

    def _erase_late(self, taken_up: tuple[str, ...]) -> None:
        """Erase what was still being recorded while its call was erased."""
        late = self.recordings.reasons.late(taken_up)
        for one in late:
            parts = self.recordings.reasons.parts(one.call) - {one.recording}
            self.recordings.certificates.late(one.recording, parts)
        free = [one for one in late if not self.keyring.entry(one.recording).held]
        orders = [Order(one.recording, one.ground.value, one.author) for one in free]
        self.erasing.erase(orders, proved=True)

    def _certify_given_up(self, rids: list[str]) -> None:
        """Keep for certificates what was given up during its call.

        The recorder has overwritten their headers, so nothing is known of their calls, nor by whose
        act each ended. What cannot be kept holds up no erasure: its page says that nothing was
        signed.
        """
        for rid in rids:
            call = ErasedCall(rids=(rid,), day=None, minutes=None, line=None)
            with suppress(VaultError):
                self.recordings.certificates.order([call], IN_CALL, OrderedBy.DEVICE)

    def _due(self, rids: tuple[str, ...]) -> list[str]:
        now = self.time.monotonic()
        return [rid for rid in rids if now >= self._not_before.get(rid, now)]

    def _erase(self, rids: tuple[str, ...], ground: str) -> None:
        """Erase what a take-up found to be no recording; retry a failure after an hour."""
        now = self.time.monotonic()
        for made in self.erasing.by_keeper(self._due(rids), ground):
            self._not_before.pop(made.recording, None)
            if made.state == "failed":
                self._not_before[made.recording] = now + HOUR

    def tick(self) -> None:
        """Finish erasures and list waiting calls; call it every few seconds."""
        self.erasing.tick()
        attempt("certificates", self.recordings.certificates.settle)
        self.erase_all.tick()
        self.readers.catch_up()

    def sweep(self) -> None:
        """Erase recordings past their retention, and words of what has ended.

        Call it at boot and hourly. Raises VaultError.
        """
        self._mend_calls()
        self.recordings.retention.sweep()
        self.recordings.numbers.sweep()
        self.recordings.speakers.sweep()
        self.recordings.words.sweep(self._today)
        self.recordings.certificates.sweep(self._today)
        self.recordings.prompts.sweep(self._today)
        self.settle()

    def keep_prompts(self, in_use: PromptsInUse, fetch: Fetch) -> None:
        """Keep the prompts that callers may hear; raises as ``KeptPrompts.note``."""
        self.recordings.prompts.note(in_use, self._today, fetch)

    @property
    def _today(self) -> int | None:
        """Return the day by the believed time; None if it is not known."""
        belief = self.time.judged.belief
        return day_of(belief.at) if belief is not None else None

    def settle(self) -> None:
        """Note how far the audit needs no more reading; raises VaultError."""
        with self.recordings.intake.at_rest() as taken, self.erasing.at_rest() as erased:
            order = self.erase_all.order
            rests = (
                taken and erased and not self._fresh and (order is None or order.stage == "asked")
            )
            mark = self._audit.mark() if rests else None
        if mark is not None:
            self._audit.settle(mark)

    def look_at_the_time(self) -> None:
        """Judge the time afresh; call it every minute. Raises VaultError."""
        self.time.look()

    @property
    def need(self) -> Need:
        """Say what waits for an administrator: time, retention, an erasure."""
        if self.erasing.failed > 0 or self.keyring.eraser_fails:
            return Need.ERASURE_FAILS
        if self.time.judged.question in {Question.ASK, Question.WAIT}:
            return Need.TIME
        waits = self.erase_all.order is not None or self.recordings.retention.waiting is not None
        return Need.ERASURE if waits else Need.NOTHING

    def unlock(self, proof: PasswordProof) -> None:
        """Let people read, by a process that has proved a password; raises LinkError."""
        self.readers.unlock(proof)

    def lock(self) -> None:
        """Let nobody read any more."""
        self.readers.lock()
