"""Erase in steps, each on the disk before the next, resumed at boot from any of them.

0. ``erasing`` into the audit; the names leave the pool.
1. What is left of the shards under new keys.
2. A new root into the eraser's spare slot, read back.
3. Both copies of the keyring under the new root, with the new shards' keys: the commit.
4. Half a minute later, or when its slot is needed, the old root is overwritten and read back.
5. The files go: old shards, recordings, withdrawal markers, shelves.
6. ``erased`` into the audit, of which certificates are made.

No marker tells how far a batch came: the audit, the keyring's content and the eraser's slots do.
A recording with an entry ``erasing`` resumes at step 1 if its key is still there, at step 4 if the
key is gone.
"""

import logging
import threading
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.errors import VaultError
from appliance.keeper.audit.entries import ERASURE, Act, AuditEntry
from appliance.keeper.audit.log import KEEPER
from appliance.keeper.erasure.certificates import REMAINS
from appliance.link.requests.calls import Certificate
from appliance.vault.disk import Disk
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.eraser import Eraser, Level
from appliance.vault.opening.keyring import Change, Keyring
from appliance.vault.opening.refill import drop

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """A recording to be erased, by whose order and why."""

    recording: str
    ground: str
    actor: str  # an operator's id, or keeper
    case: str | None = None
    level: Level | None = None  # the lowest that its key had; None: not known any more


@dataclass(slots=True)
class Batch:
    """A committed, unfinished erasure; without orders only an old root has to be overwritten."""

    orders: list[Order]
    shelves: tuple[str, ...]
    since: float  # monotonic
    failed: bool = False
    renewals: tuple[str, ...] = ()  # who changed or removed a password


def interrupted(
    entries: Iterable[AuditEntry], keys: Container[str]
) -> tuple[list[Order], list[Order]]:
    """Derive from audit and keyring how far earlier erasures came.

    Args:
        entries: of the audit, oldest first, from before the first unfinished erasure.
        keys: the recordings whose keys are in the keyring.

    Returns:
        Those that still have their key, and those that only have to be finished. An erasure that
        was reported as failed with its key still there waits for a person to order it again.
    """
    last: dict[str, AuditEntry] = {}
    grounds: dict[str, str] = {}
    for entry in entries:
        if entry.rid is not None and entry.type in ERASURE:
            last[entry.rid] = entry
            if entry.type == "erasing" and entry.detail:
                grounds[entry.rid] = entry.detail
    orders = {
        rid: Order(rid, grounds.get(rid, ""), entry.actor, entry.case)
        for rid, entry in last.items()
        if entry.type != "erased"
    }
    begun = [o for rid, o in orders.items() if rid in keys and last[rid].type == "erasing"]
    gone = [order for rid, order in orders.items() if rid not in keys]
    return begun, gone


GRACE_SECONDS = 30.0
"""Seconds from the commit to overwriting the old root; the new keyring is safely stored by then."""

Append = Callable[[Sequence[Act]], range]
"""The audit's ``append_many``: on the disk before it returns; raises VaultError otherwise."""


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
            folders: where recordings, shelves, markers and pool are.
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
        self._media = media
        self._batch: Batch | None = None
        self._ready: list[Certificate] = []
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

    @contextmanager
    def at_rest(self) -> Iterator[bool]:
        """Let no erasure begin or end meanwhile; yield whether none is unfinished."""
        with self._lock:
            yield self._batch is None

    def erase(
        self, orders: Sequence[Order], *, shelves: Collection[str] = ()
    ) -> tuple[Certificate, ...]:
        """Erase recordings and the keys of shelves that list them: steps 0 to 3.

        Returns:
            A certificate for each: ``erasing`` (``due`` gives the final one later) or ``failed``.

        Raises:
            VaultError: the audit could not be written, so nothing was done.
        """
        with self._lock:
            self._finish_earlier()
            self._append([_act("erasing", order, order.ground) for order in orders])
            return self._commit(list(orders), tuple(shelves))

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
            self._rotate(actor, lambda: self._keyring.rotate(change))

    def _rotate(self, actor: str, rotate: Callable[[], None]) -> None:
        before = self._keyring.generation
        try:
            rotate()
        finally:
            if self._keyring.generation != before:
                self._add([], (), renewals=(actor,))

    def due(self) -> tuple[Certificate, ...]:
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

    def resume(self, entries: Iterable[AuditEntry]) -> tuple[Certificate, ...]:
        """Finish at boot what an earlier run began, at once; then claim the configured level.

        Args:
            entries: of the audit, oldest first, from before the first unfinished erasure.

        Raises:
            VaultError: the audit or the keyring could not be written.
        """
        with self._lock:
            self._remove_orphan_shelves()
            begun, gone = interrupted(entries, self._keyring)
            begun += self._left_out(begun, gone)
            if self._keyring.lost_shards:  # a key that is not found may be in one of them
                begun, gone = begun + gone, []
            now = self._clock.monotonic()
            if begun:
                self._ready.extend(
                    made for made in self._commit(begun, ()) if made.state == "failed"
                )
            self._rise()
            batch = self._batch or Batch([], (), now)
            batch.orders.extend(gone)
            others = self._eraser.generations() != (self._keyring.generation,)
            if others and not batch.orders:
                batch.renewals = (KEEPER,)
            if batch.orders or others:
                self._batch = batch
                self._finish(batch)
            else:
                self._keyring.clean()
            return self.due()

    def _left_out(self, begun: list[Order], gone: list[Order]) -> list[Order]:
        """Order what a power cut kept out of the audit: a person erases a call whole."""
        ordered = {order.recording for order in begun + gone}
        missing = {
            rid: replace(order, recording=rid)
            for order in begun
            if order.actor != KEEPER
            for rid in self._keyring.parts(order.recording)
            if rid not in ordered
        }
        self._append([_act("erasing", order, order.ground) for order in missing.values()])
        return list(missing.values())

    def discard(self, rids: Collection[str]) -> None:
        """Erase keys that no recording was sealed to; raises VaultError."""
        with self._lock:
            self._finish_earlier()
            drop(self._keyring, self._folders.pool, rids, disk=self._disk)
            self._rotate(KEEPER, lambda: self._keyring.erase(rids))

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

    def _remove_orphan_shelves(self) -> None:
        """Remove catalogue files without a key; the audit does not name them."""
        known = self._keyring.content.shelves
        if not self._folders.shelves.is_dir():
            return
        for path in self._folders.shelves.iterdir():
            if path.name not in known:
                path.unlink()

    def _finish_earlier(self) -> None:
        """Finish an earlier batch ahead of time: the next one needs the spare slot."""
        if self._batch:
            self._finish(self._batch)

    def _commit(self, orders: list[Order], shelves: tuple[str, ...]) -> tuple[Certificate, ...]:
        """Do steps 1 to 3, and the pool's part of step 0."""
        rids = [order.recording for order in orders]

        def without(content: KeyringContent) -> None:
            for name in shelves:
                content.shelves.pop(name, None)

        before = self._keyring.generation
        levels = self._keyring.levels(rids)
        orders = [replace(order, level=levels.get(order.recording)) for order in orders]
        try:
            with self._keyring.still():  # no refill between the two
                drop(self._keyring, self._folders.pool, rids, disk=self._disk)
                self._keyring.erase(rids, without)
        except (VaultError, OSError) as error:
            if self._keyring.generation != before:
                # One copy is under the new root: the keys are gone, so this must be finished.
                self._add(orders, shelves, failed=True)
            return self._report_failure(orders, str(error))
        self._add(orders, shelves)
        return tuple(self._certificate(order, "erasing") for order in orders)

    def _add(
        self,
        orders: list[Order],
        shelves: tuple[str, ...],
        renewals: tuple[str, ...] = (),
        failed: bool = False,
    ) -> None:
        """Queue a committed batch, joined with one whose wiping keeps failing."""
        now = self._clock.monotonic()
        last = self._batch or Batch([], (), now)
        made = (last.orders + orders, last.shelves + shelves, now, failed, last.renewals + renewals)
        self._batch = Batch(*made)

    def _finish(self, batch: Batch) -> None:
        """Do steps 4 to 6; a failure is reported once and retried half a minute later."""
        try:
            self._keyring.mend()
            self._eraser.wipe_others(self._keyring.generation)
            self._keyring.clean()
            self._remove_files(batch)
        except (VaultError, OSError) as error:
            batch.since = self._clock.monotonic()
            if not batch.failed:
                self._ready.extend(self._report_failure(batch.orders, str(error)))
                self._append(self._renewed("keys_renewal_failed", batch))
                batch.failed = True
            return
        done = [_act("erased", order, self._detail(order)) for order in batch.orders]
        numbers = self._append([*done, *self._renewed("keys_renewed", batch)])
        self._ready.extend(
            self._certificate(order, "erased", seq)
            for order, seq in zip(batch.orders, numbers, strict=False)
        )
        self._batch = None

    def _renewed(self, type: str, batch: Batch) -> list[Act]:
        return [Act(type=type, actor=actor, detail=self._detail()) for actor in batch.renewals]

    def _remove_files(self, batch: Batch) -> None:
        rids = [order.recording for order in batch.orders]
        places = [(self._folders.recordings, rids), (self._folders.withdrawn, rids)]
        for folder, names in (*places, (self._folders.shelves, batch.shelves)):
            self._disk.unlink_all(folder / name for name in names)

    def _report_failure(self, orders: Sequence[Order], reason: str) -> tuple[Certificate, ...]:
        """Record a failure in the audit and certify it as failed."""
        numbers = self._append(
            [_act("erase_failed", order, self._detail(order)) for order in orders]
        )
        return tuple(
            self._certificate(order, "failed", seq, reason)
            for order, seq in zip(orders, numbers, strict=True)
        )

    def _detail(self, order: Order | None = None) -> str:
        """Return the level and the keyring's generation as a code word."""
        level = self._level(order) if order is not None else self._keyring.level
        return f"{level.lower()}.{self._keyring.generation}"

    def _level(self, order: Order) -> Level:
        """Return the lowest level that a recording's key had, or any key if it is not known."""
        return order.level or self._keyring.lowest_level

    def _certificate(
        self,
        order: Order,
        state: Literal["erasing", "erased", "failed"],
        seq: int = 0,
        reason: str = "",
    ) -> Certificate:
        level = self._level(order)
        return Certificate(
            recording=order.recording,
            state=state,
            ground=order.ground,
            level=level,
            generation=self._keyring.generation,
            at=self._clock.now(),
            remains=REMAINS[level] + self._media(),
            seq=seq,
            reason=reason,
        )


def _act(type: str, order: Order, detail: str) -> Act:
    """Return what the audit says of a step of an erasure."""
    return Act(
        type=type, actor=order.actor, rid=order.recording, case=order.case, detail=detail or None
    )
