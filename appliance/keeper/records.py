"""Build the keeper's records and drive them: take-up, retention, erasure, unlocking.

Everything but reading works locked. Nothing here waits: the service calls ``tick`` every few
seconds and ``sweep`` every hour.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from appliance.clock import HOUR, Clock, day_of
from appliance.config.folders import Folders
from appliance.errors import Refused
from appliance.keeper.audit.entries import ERASURE
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.backup.backups import Backups
from appliance.keeper.backup.far.ferry import Ferry
from appliance.keeper.backup.far.target import FarTarget
from appliance.keeper.backup.target import FolderTarget
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.catalogue.fill import Cataloguing
from appliance.keeper.catalogue.unreadable import Unreadable
from appliance.keeper.chores import attempt
from appliance.keeper.doctor.keys import KeysSeen
from appliance.keeper.erasure.batch import Erasure
from appliance.keeper.erasure.certificates import KeptCertificates
from appliance.keeper.erasure.erase import Erasing
from appliance.keeper.erasure.erase_all import EraseAll, Stopped
from appliance.keeper.erasure.media import on_media
from appliance.keeper.erasure.order import Order
from appliance.keeper.mail.post import Post
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.reading.playback import Playbacks
from appliance.keeper.reading.reading import Reading
from appliance.keeper.recordings.comparison import Comparison
from appliance.keeper.recordings.copies import Copies
from appliance.keeper.recordings.exempt_words import ExemptWords
from appliance.keeper.recordings.holds import Holds
from appliance.keeper.recordings.intake import Intake
from appliance.keeper.recordings.numbers import AddedNumbers
from appliance.keeper.recordings.origins import Origins
from appliance.keeper.recordings.parts import CallParts
from appliance.keeper.recordings.prompts import Fetch, KeptPrompts
from appliance.keeper.recordings.proofs import Proofs
from appliance.keeper.recordings.reasons import ErasureReasons
from appliance.keeper.recordings.retention import Retention
from appliance.keeper.recordings.verdicts import Checking
from appliance.keeper.recordings.words import Words
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.keeper.time.judge import Question
from appliance.keeper.time.wrong_clock import WrongClock
from appliance.keeper.update.fetches import Fetches
from appliance.link.requests.calls import Ground
from appliance.link.requests.people import OldKeys
from appliance.link.requests.processes.prompts_in_use import PromptsInUse
from appliance.threads import NamedThread
from appliance.vault.disk import Disk
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Change, Keyring

AT_LOGIN = 200
"""Waiting calls that a login lists before it answers; it must not take longer."""

AT_ONCE = 50
"""Waiting calls that one ``tick`` lists."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the records."""

    folders: Folders
    clock: Clock  # the believed time
    time: BelievedClock
    keyring: Keyring
    catalogue: Catalogue
    unreadable: Unreadable
    reading: Reading
    checking: Checking
    playbacks: Playbacks
    intake: Intake
    comparison: Comparison
    origins: Origins
    erasing: Erasing
    erase_all: EraseAll
    calls: CallParts
    reasons: ErasureReasons
    words: Words
    exempt: ExemptWords
    holds: Holds
    numbers: AddedNumbers
    ledger: Ledger
    retention: Retention
    prompts: KeptPrompts
    copies: Copies
    proofs: Proofs
    backups: Backups
    far: Backups
    server: FarTarget
    post: Post
    fetches: Fetches


def build_records(
    around: Surroundings,
    keyring: Keyring,
    eraser: Eraser,
    audit: AuditLog,
    on_death: Callable[[], None],
    *,
    time: BelievedClock | None = None,
    disk: Disk | None = None,
) -> "Records":
    """Put the parts together, locked.

    Args:
        around: configuration, folders and clock.
        keyring: open.
        eraser: keeps its root.
        audit: open.
        on_death: called from a thread when the reading child dies.
        time: the believed time, as the audit has it; this machine's if None.
        disk: writes and removes files.

    Raises:
        FileFormatError: the ledger is damaged.
    """
    folders = around.folders
    clock = time or BelievedClock(around.clock, Boot.of_this_machine())
    ledger = Ledger(folders.ledger, keyring.content.ledger_key, disk)
    lost = ledger.begun and audit.opened_at > 1  # beside the first run: there was one before
    clock.open(ledger, audit.began_after if lost else 0.0)
    if lost:
        audit.append("ledger_begun", KEEPER)
    reading = Reading(folders.recordings, keyring, around.config.office.country, on_death)
    catalogue = Catalogue(folders.shelves, keyring, reading, disk)
    unreadable = Unreadable(keyring)
    playbacks = Playbacks(reading)
    wrong_clock = WrongClock(keyring, ledger, clock, clock.boot_id)
    erasure = Erasure(
        *(keyring, eraser, folders, audit.append_many, clock),
        disk=disk,
        media=lambda: on_media(keyring.content.media, 0),
    )
    certificates = KeptCertificates(
        audit.of_recording,
        lambda: (keyring.level, keyring.generation),
        lambda: keyring,
        media=lambda sealed, erased: on_media(keyring.content.media, sealed, erased),
        controller=lambda: around.config.office.controller,
        search=audit.search,
    )
    erasing = Erasing(erasure, keyring, certificates, catalogue, reading, playbacks)
    words = Words(keyring, ledger, reading, erasing.renew)
    origins = Origins(folders.recordings, keyring, audit, clock.boot_id)
    intake = Intake(folders, keyring, audit, ledger, reading, origins, clock, disk=disk)

    def end_readers() -> None:
        playbacks.close_all()
        reading.end()
        catalogue.lock()

    here = FolderTarget(folders.data, lambda: around.config.backup)
    server = FarTarget(keyring, Ferry())
    calls, copies = CallParts(keyring, catalogue, unreadable), Copies(keyring, audit, ledger, words)
    around_it = Stopped(paused=intake.at_rest, end_readers=end_readers, log_out=on_death)
    parts = Parts(
        folders=folders,
        clock=clock,
        keyring=keyring,
        time=clock,
        catalogue=catalogue,
        unreadable=unreadable,
        reading=reading,
        checking=Checking(folders, keyring, audit, reading),
        playbacks=playbacks,
        intake=intake,
        comparison=Comparison(keyring, audit, ledger, intake),
        origins=origins,
        erasing=erasing,
        erase_all=EraseAll(keyring, erasure, audit, ledger, clock, around_it),
        calls=calls,
        reasons=ErasureReasons(keyring, ledger, words, clock),
        words=words,
        exempt=ExemptWords(ledger, words, clock),
        numbers=AddedNumbers(keyring, audit, ledger, reading, catalogue, clock),
        holds=Holds(keyring, audit, ledger, words, catalogue, clock),
        ledger=ledger,
        retention=Retention(keyring, erasing, audit, ledger, clock, wrong_clock),
        prompts=KeptPrompts(folders.said, ledger, keyring, disk),
        copies=copies,
        proofs=Proofs(keyring, audit, reading, calls, copies, clock),
        backups=Backups(folders, keyring, audit, clock, here),
        far=Backups(folders, keyring, audit, clock, server),
        server=server,
        post=Post(keyring, audit, ledger, clock, folders.audit, lambda: around.language),
        fetches=Fetches(audit, ledger, clock, folders.update),
    )
    cataloguing = Cataloguing(catalogue, keyring, wrong_clock, unreadable)
    return Records(parts, audit, cataloguing)


class Records:
    """Take-up, catalogue, ledger, reading, retention and erasure. Threads may share it."""

    def __init__(self, parts: Parts, audit: AuditLog, cataloguing: Cataloguing) -> None:
        self.parts = parts
        self._audit = audit
        self._cataloguing = cataloguing
        self._unlocking = threading.Lock()
        self._listing = threading.Lock()
        self._taking = threading.Lock()
        self._fresh: set[str] = set()  # taken up, while not all that follows was done
        parts.erase_all.take_up = self.take_up
        self._not_before: dict[str, float] = {}  # recording -> monotonic, after a failed erasure

    def resume(self) -> None:
        """Finish interrupted erasures at boot, then compare audit and shards; raise VaultError."""
        self.parts.erasing.resume(self._audit)
        self.parts.comparison.at_boot()
        unsettled = list(self._audit.unsettled())
        ordered = {entry.rid for entry in unsettled if entry.type in ERASURE}
        sealed = {entry.rid for entry in unsettled if entry.type == "sealed" and entry.rid}
        self._fresh.update(self.parts.reasons.missed(sealed - ordered))

    @property
    def keys_seen(self) -> KeysSeen:
        """Return what is known of the keys, for the doctor."""
        parts = self.parts
        found, erasing = parts.comparison.found, parts.erasing
        return KeysSeen(
            failed=erasing.failed,
            trouble=erasing.trouble,
            mended=parts.keyring.mended,
            lost=found.lost,
            put_back=found.put_back,
            differ=found.differ,
        )

    @property
    def old_keys(self) -> OldKeys:
        """Say whether changed or removed passwords still open an old copy of the keyring."""
        return self.parts.erasing.old_keys

    def renew(self, change: Change, actor: str) -> None:
        """Change the operators and make older copies of the keyring useless; raises VaultError."""
        self.parts.erasing.renew(change, actor)

    def discard_old_keys(self) -> None:
        """Erase unused keys that the pool no longer shows; call it an hour after that began.

        Those whose file is still there may be in use: a call could have begun before the pool
        changed. A refill removes the files that are not.
        """
        keyring, folders = self.parts.keyring, self.parts.folders
        old = set(keyring.unused()) - set(keyring.offered())
        places = folders.new, folders.recordings  # in this order: files move that way
        left = [rid for rid in old if not any((place / rid).exists() for place in places)]
        if left:
            self.parts.erasing.discard(left)

    def renew_root(self) -> None:
        """Make a new root at least once a week; call it at boot and hourly. Raises VaultError."""
        self.parts.erasing.renew_when_old()

    def take_up(self) -> None:
        """Take up finished recordings and notes, shred withdrawn ones; works locked.

        Raises:
            VaultError: a write failed; the next take-up goes on.
        """
        with self._taking:
            found = self.parts.intake.take_up(self.parts.erasing.is_leaving)
            self._fresh.update(found.sealed)
            if self._fresh:  # also what an earlier take-up came no further with
                self.parts.retention.date(self._fresh)
                self.parts.holds.mend()
                self._erase_late(tuple(self._fresh))
                self._fresh.clear()
            self._erase(found.withdrawn, Ground.CONSENT_WITHDRAWN)
            self._erase(found.stillborn, Ground.NO_LONGER_NEEDED)
        self._catch_up(AT_ONCE)

    def _erase_late(self, taken_up: tuple[str, ...]) -> None:
        """Erase what was still being recorded while its call was erased."""
        late = self.parts.reasons.late(taken_up)
        free = [one for one in late if not self.parts.keyring.entry(one.recording).held]
        orders = [Order(one.recording, one.ground.value, one.author) for one in free]
        self.parts.erasing.erase(orders, proved=True)

    def _erase(self, rids: tuple[str, ...], ground: Ground) -> None:
        """Erase what a take-up found withdrawn; retry a failure after an hour."""
        now = self.parts.clock.monotonic()
        due = [rid for rid in rids if now >= self._not_before.get(rid, now)]
        for made in self.parts.erasing.by_keeper(due, ground):
            self._not_before.pop(made.recording, None)
            if made.state == "failed":
                self._not_before[made.recording] = now + HOUR

    def tick(self) -> None:
        """Finish erasures and list waiting calls; call it every few seconds."""
        self.parts.erasing.tick()
        self.parts.erase_all.tick()
        self._catch_up(AT_ONCE)

    def sweep(self) -> None:
        """Erase recordings past their retention, and words of what has ended.

        Call it at boot and hourly. Raises VaultError.
        """
        self.parts.holds.mend()
        self.parts.retention.sweep()
        self.parts.numbers.sweep()
        self.parts.words.sweep(self._today)
        self.parts.prompts.sweep(self._today)
        self.settle()

    def keep_prompts(self, in_use: PromptsInUse, fetch: Fetch) -> None:
        """Keep the prompts that callers may hear; raises as ``KeptPrompts.note``."""
        self.parts.prompts.note(in_use, self._today, fetch)

    @property
    def _today(self) -> int | None:
        """Return the day by the believed time; None if it is not known."""
        belief = self.parts.time.judged.belief
        return day_of(belief.at) if belief is not None else None

    def settle(self) -> None:
        """Note how far the audit needs no more reading; raises VaultError."""
        with self.parts.intake.at_rest() as taken, self.parts.erasing.at_rest() as erased:
            order = self.parts.erase_all.order
            rests = (
                taken and erased and not self._fresh and (order is None or order.stage == "asked")
            )
            mark = self._audit.mark() if rests else None
        if mark is not None:
            self._audit.settle(mark)

    def back_up(self) -> None:
        """Begin a copy of the vault where one is due; call it every half minute."""
        self.parts.backups.tick()
        self.parts.far.tick()

    def look_at_the_time(self) -> None:
        """Judge the time afresh; call it every minute. Raises VaultError."""
        self.parts.time.look()

    @property
    def needs_somebody(self) -> bool:
        """Say whether something waits for an administrator: time, retention, an erasure."""
        asked = self.parts.time.judged.question in {Question.ASK, Question.WAIT}
        failing = self.parts.erasing.failed > 0 or self.parts.keyring.eraser_fails
        erasing = failing or self.parts.erase_all.order is not None
        return asked or erasing or self.parts.retention.waiting is not None

    def unlock(self, proof: PasswordProof) -> None:
        """Let a proof's process become the reading child, unless there is one; open the catalogue.

        Raises:
            LinkError: it did not.
        """
        with self._unlocking:
            if self.parts.reading.running and self.parts.catalogue.unlocked:
                return
            self._cataloguing.try_all_again()
            try:
                self.parts.reading.adopt(proof)
                self.parts.catalogue.unlock()
            except BaseException:
                self.lock()
                raise
        if self._catch_up(AT_LOGIN) or self.parts.catalogue.reading:
            NamedThread(partial(attempt, "catalogue", self.read_on), "catalogue").start()

    def read_on(self) -> None:
        """Read all that the list still lacks, until the box is locked: what a login begins."""
        with contextlib.suppress(Refused):  # locked
            while self.parts.catalogue.read_on():
                pass
            while self._catch_up(AT_ONCE):
                pass

    def lock(self) -> None:
        """End the reading child and close the catalogue."""
        self.parts.playbacks.close_all()
        self.parts.reading.end()
        self.parts.catalogue.lock()

    def _catch_up(self, most: int) -> bool:
        with self._listing:
            return self._cataloguing.catch_up(most)
