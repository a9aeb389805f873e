"""Erase in steps, each on the disk before the next, resumed at boot from any of them.

0. ``erasing`` into the audit; the names leave the pool.
1. What is left of the shards under new keys.
2. A new root into the eraser's spare slot, read back.
3. Both copies of the keyring under the new root, with the new shards' keys: the commit.
4. Half a minute later, or when its slot is needed, the old root is overwritten and read back.
5. The files go: old shards, recordings, withdrawal markers.
6. ``erased`` into the audit, of which certificates are made.

No marker tells how far a batch came: the audit, the keyring's content and the eraser's slots do.
A recording with an entry ``erasing`` resumes at step 1 if its key is still there, at step 4 if the
key is gone. An order that failed is tried again every half minute, and at the next boot, until it
is carried out or the recording is held; meanwhile it counts as failed.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from appliance.clock import DAY, Clock
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, VaultError
from appliance.keeper.audit.entries import ERASED_ALL
from appliance.keeper.audit.log import KEEPER
from appliance.keeper.erasure.leftovers import keyless
from appliance.keeper.erasure.order import Batch, Order, act_of, interrupted, left_out
from appliance.keeper.erasure.reports import Append, Reports, logged
from appliance.keeper.erasure.retry import LAPSED, FailedOrders, is_held
from appliance.link.requests.calls import ErasureCertificate
from appliance.model.sentences.faults import DeviceFault
from appliance.vault.ahead import remove_empty
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.disk import Disk, failure, writing
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Change, Keyring
from appliance.vault.opening.refill import drop, empty, refill

_log = logging.getLogger(__name__)

GRACE_SECONDS = 30.0
"""Seconds from the commit to overwriting the old root; the new keyring is safely stored by then."""

ROOT_SECONDS = 7.0 * DAY
"""The longest that one root is in use."""


class Erasure:
    """Carries out erasures. Safe between threads; one batch at a time."""

    def __init__(
        self,
        keyring: Keyring,
        eraser: Eraser,
        folders: Folders,
        append: Append,
        clock: Clock,
        *,
        disk: Disk | None = None,
        media: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """Take what it works with.

        Args:
            keyring: loses the keys.
            eraser: loses the old root.
            folders: where recordings, markers and pool are.
            append: the audit's.
            clock: dates certificates and measures the grace period.
            disk: removes files.
            media: returns the ids of outside media that still hold a copy, for certificates.
        """
        self._keyring = keyring
        self._eraser = eraser
        self._folders = folders
        self._append = append
        self._clock = clock
        self._disk = disk or Disk()
        self._reports = Reports(keyring, append, clock, media)
        self._batch: Batch | None = None
        self._failed = FailedOrders(keyring, clock)
        self._renewal_failed = False
        self.trouble: tuple[DeviceFault, ...] = ()
        """Why the last attempt failed; empty if it did not."""
        self._ready: list[ErasureCertificate] = []
        self._lock = threading.RLock()

    @property
    def pending(self) -> tuple[str, ...]:
        """Return the recordings whose keys are gone but whose erasure is not finished."""
        batch = self._batch
        return tuple(order.recording for order in batch.orders) if batch else ()

    @property
    def unfinished(self) -> bool:
        """Say whether an old root is still to be overwritten."""
        return self._batch is not None

    @property
    def failing(self) -> bool:
        """Say whether overwriting it has failed so far; it is retried."""
        batch = self._batch
        return batch is not None and batch.failed

    @property
    def failed(self) -> int:
        """Return how many recordings should be erased and could not be so far."""
        batch = self._batch
        return len(self._failed) + (len(batch.orders) if batch and batch.failed else 0)

    @contextmanager
    def at_rest(self) -> Iterator[bool]:
        """Let no erasure begin or end meanwhile; yield whether none is unfinished."""
        with self._lock:
            yield self._batch is None and not self._failed

    def to_retry(self) -> tuple[Order, ...]:
        """Return the orders that failed and are due to be tried again; call it often.

        An order lapses if its recording has been put on hold meanwhile.
        """
        with self._lock:
            again, lapsed = self._failed.due()
            self._ready.extend(
                self._reports.certificate(one, "failed", faults=LAPSED) for one in lapsed
            )
            return again

    def erase(
        self, orders: Sequence[Order], *, again: bool = False
    ) -> tuple[ErasureCertificate, ...]:
        """Erase recordings: steps 0 to 3.

        Args:
            orders: what to erase.
            again: they failed before, and all that stands on record.

        Returns:
            A certificate for each: ``erasing`` (``due`` gives the final one later) or ``failed``.

        Raises:
            VaultError: the audit could not be written, so nothing was done.
        """
        with self._lock:
            self._finish_earlier()
            if not again:
                self._append([act_of("erasing", order, order.ground) for order in orders])
            return self._commit(list(orders), again=again)

    def erase_all(self, named: Collection[str], change: Change) -> None:
        """Erase every recording, used keys and unused ones: the pool, and steps 2 and 3.

        ``due`` finishes it like any other. ``erasing_all`` is in the audit already; ``erased_all``
        or ``erase_all_failed`` follows from there.

        Args:
            named: recordings that may be erased although they are on hold.
            change: of the keyring, in the same commit.

        Raises:
            VaultError: it could not be done; nothing changed, or it is finished later.
        """
        with self._lock:
            self._finish_earlier()
            before = self._keyring.generation
            try:
                with self._keyring.still():  # no refill between the two
                    empty(self._keyring, self._folders, disk=self._disk)
                    self._keyring.erase_all(named, self._dated(change))
            except (VaultError, OSError) as error:
                self.trouble = logged(error, self.trouble)
                if self._keyring.generation == before:
                    self._refill()
                    if isinstance(error, VaultError):
                        raise
                    raise failure(error, "The pool") from error
                self._append([self._reports.of_all("erase_all_failed")])
                self._add([], failed=True, everything=True)
                return
            self._add([], everything=True)

    def _refill(self) -> None:
        """Let the pool show its keys again, since they stay: calls go on being recorded."""
        try:
            refill(self._keyring, self._folders, 0, disk=self._disk)
        except (VaultError, FileFormatError, OSError) as error:
            _log.error("The pool stays empty for now: %s", error)

    @property
    def erasing_all(self) -> bool:
        """Say whether everything is being erased and not gone yet."""
        return self._batch is not None and self._batch.everything

    def rotate(self, change: Change, actor: str = KEEPER) -> None:
        """Change a password, an operator or the sheet so that older keyring copies no longer open.

        Once the old root is overwritten the audit gets ``keys_renewed``, or
        ``keys_renewal_failed`` if that fails.

        Raises:
            EraserFailed: no new root could be made; nothing changed.
            VaultError: the keyring could not be written.
        """
        with self._lock:
            self._finish_earlier()
            self._rotate(actor, lambda: self._keyring.rotate(self._dated(change)))

    def renew_when_old(self) -> None:
        """Make a new root once the present one has been used for a week of the believed time.

        An older state of the card then opens for a week at most. A failure is on record once.

        Raises:
            EraserFailed: no new root could be made; nothing changed.
            VaultError: the keyring could not be written.
        """
        with self._lock:
            if 0 <= self._clock.now() - self._keyring.content.root_made < ROOT_SECONDS:
                return
            try:
                self.rotate(lambda _: None)
            except VaultError as error:
                self.trouble = logged(error, self.trouble)
                if not self._renewal_failed and self._batch is None:
                    renewal = Batch([], 0.0, renewals=(KEEPER,))
                    self._append(self._reports.others("keys_renewal_failed", "", renewal))
                self._renewal_failed = True
                raise
            self._renewal_failed = False

    def _dated(self, change: Change) -> Change:
        """Return a change of the keyring that also says when its root was made."""

        def dated(content: KeyringContent) -> None:
            change(content)
            content.root_made = self._clock.now()

        return dated

    def _rotate(self, actor: str, rotate: Callable[[], None]) -> None:
        before = self._keyring.generation
        try:
            rotate()
        finally:
            if self._keyring.generation != before:
                self._add([], renewals=(actor,))

    def due(self) -> tuple[ErasureCertificate, ...]:
        """Do steps 4 to 6 once the grace period is over; call it often.

        Returns:
            The certificates that have become final or failed since the last call.
        """
        with self._lock:
            batch = self._batch
            if batch and self._clock.monotonic() - batch.since >= GRACE_SECONDS:
                self._finish(batch)
            ready, self._ready = self._ready, []
            return tuple(ready)

    def resume(self, entries: Iterable[AuditEntry]) -> tuple[ErasureCertificate, ...]:
        """Finish at boot what an earlier run began, at once; then claim the configured level.

        Args:
            entries: of the audit, oldest first, from before the first unfinished erasure.

        Raises:
            VaultError: the audit or the keyring could not be written.
        """
        with self._lock:
            begun, gone = interrupted(entries, self._keyring)
            missing = left_out(self._keyring.parts, begun, gone)
            self._append([act_of("erasing", order, order.ground) for order in missing])
            begun += missing
            begun = [order for order in begun if not is_held(self._keyring, order)]
            if self._keyring.lost_shards:  # a key that is not found may be in one of them
                begun, gone = begun + gone, []
            now = self._clock.monotonic()
            if begun:
                self._ready.extend(made for made in self._commit(begun) if made.state == "failed")
            self._rise()
            batch = self._batch or Batch([], now)
            order = self._keyring.content.erase_all
            batch.everything = order is not None and order.stage == "erasing"
            batch.orders.extend(gone)
            others = self._eraser.generations() != (self._keyring.generation,)
            if others and not batch.orders and not batch.everything:
                batch.renewals = (KEEPER,)
            if batch.orders or batch.everything or others:
                self._batch = batch
                self._finish(batch)
            else:
                self._keyring.clean()
            return self.due()

    def discard(self, rids: Collection[str]) -> None:
        """Erase keys that no recording was sealed to, with their files; raises VaultError."""
        with self._lock:
            self._finish_earlier()
            drop(self._keyring, self._folders, rids, disk=self._disk)
            self._rotate(KEEPER, lambda: self._keyring.erase(rids))
            with writing("The folder of files for recordings to come"):
                remove_empty(self._folders.new, rids, self._disk)

    def _rise(self) -> None:
        """Make a root at the configured level, if the present one lies lower.

        Only then is the level claimed. Shards keep the level of their birth.
        """
        if self._keyring.level == self._eraser.level:
            return
        try:
            self._keyring.rotate(lambda _: None)
        except VaultError as error:
            _log.error("The keyring stays at level %s: %s", self._keyring.level, error)

    def _finish_earlier(self) -> None:
        """Finish an earlier batch ahead of time: the next one needs the spare slot."""
        if self._batch:
            self._finish(self._batch)

    def _commit(
        self, orders: list[Order], *, again: bool = False
    ) -> tuple[ErasureCertificate, ...]:
        """Do steps 1 to 3, and the pool's part of step 0.

        Args:
            orders: what to erase.
            again: an earlier failure is on record: another one is not put there.
        """
        rids = [order.recording for order in orders]

        before = self._keyring.generation
        levels = self._keyring.levels(rids)
        orders = [replace(order, level=levels.get(order.recording)) for order in orders]
        try:
            with self._keyring.still():  # no refill between the two
                drop(self._keyring, self._folders, rids, disk=self._disk)
                self._keyring.erase(rids, self._dated(lambda _: None))
        except (VaultError, FileFormatError, OSError) as error:
            self.trouble = logged(error, self.trouble)
            if self._keyring.generation != before:
                # One copy is under the new root: the keys are gone, so this must be finished.
                self._add(orders, failed=True)
            else:
                self._failed.add(orders)
                if again:
                    return ()
            return self._reports.failure(orders, error)
        self._failed.drop(rids)
        self._add(orders)
        return tuple(self._reports.certificate(order, "erasing") for order in orders)

    def _add(
        self,
        orders: list[Order],
        renewals: tuple[str, ...] = (),
        failed: bool = False,
        everything: bool = False,
    ) -> None:
        """Queue a committed batch, joined with one whose wiping keeps failing."""
        now = self._clock.monotonic()
        last = self._batch or Batch([], now)
        made = (last.orders + orders, now, failed, last.renewals + renewals)
        self._batch = Batch(*made, everything or last.everything)

    def _finish(self, batch: Batch) -> None:
        """Do steps 4 to 6; a failure is reported once and retried half a minute later."""
        try:
            self._keyring.mend()
            self._eraser.wipe_others(self._keyring.generation)
            self._keyring.clean()
            self._remove_files(batch)
        except (VaultError, FileFormatError, OSError) as error:
            self.trouble = logged(error, self.trouble)
            batch.since = self._clock.monotonic()
            if not batch.failed:
                self._ready.extend(self._reports.failure(batch.orders, error))
                self._append(self._reports.others("keys_renewal_failed", "erase_all_failed", batch))
                batch.failed = True
            return
        done = [act_of("erased", order, self._reports.detail(order)) for order in batch.orders]
        numbers = self._append([*done, *self._reports.others("keys_renewed", ERASED_ALL, batch)])
        self._ready.extend(
            self._reports.certificate(order, "erased", seq)
            for order, seq in zip(batch.orders, numbers, strict=False)
        )
        self._batch = None
        self.trouble = () if not self._failed else self.trouble

    def _remove_files(self, batch: Batch) -> None:
        rids, at = [order.recording for order in batch.orders], self._folders
        for folder in (at.new, at.recordings, at.withdrawn):
            self._disk.unlink_all(folder / name for name in rids)
        if batch.everything:
            with self._keyring.still():  # no refill between the look and the removal
                self._disk.unlink_all(keyless(self._folders, self._keyring))
