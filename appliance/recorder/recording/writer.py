"""Seal settled sound from a bounded queue, in a thread of its own.

An SD card's fsync can stall for seconds; the line must not. So this thread alone waits for the
card. When its queue is full, sound is dropped (never an order) and the hole is marked in the
recording and counted.
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from msgspec import structs

from appliance.errors import FileTaken, StorageFull, VaultError, ZgodaError, fault
from appliance.model.audio import RATE, Sound
from appliance.model.records import CallMeta, ConsentReceipt, RecordingEnd, RecordingMark
from appliance.model.rule import SealedRule
from appliance.recorder.recording.tape import BLOCK, TapeStretch
from appliance.signals import pcm
from appliance.threads import NamedThread
from appliance.vault.format import Ticket
from appliance.vault.pool import PoolKey
from appliance.vault.seal import SealedFile, SealReport


@dataclass(frozen=True, slots=True)
class Opening:
    """All that a recording needs before its first sample."""

    meta: CallMeta
    receipt: ConsentReceipt
    rule: SealedRule
    ticket: Ticket
    channels: int


@dataclass(frozen=True, slots=True)
class EndFile:
    """Finish the file."""

    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawOrder:
    """Throw away what is queued, zero the header, leave a marker for the keeper."""


@dataclass(frozen=True, slots=True)
class EndOrder:
    """End the thread."""


Order = Opening | EndFile | WithdrawOrder | EndOrder | RecordingMark | TapeStretch


@dataclass(frozen=True, slots=True)
class Opened:
    """The file stands on disk."""

    rid: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The file could not be opened or written."""

    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The recording can no longer be read; the keeper will shred its key."""

    rid: str


@dataclass(frozen=True, slots=True)
class SlowSync:
    """The disk took long to keep a piece; everything is there."""

    seconds: float


Report = Opened | Failed | SealReport | Withdrawn | SlowSync


log = logging.getLogger(__name__)

QUEUED_SECONDS = 30
"""How much sound may wait for a stalled card: 480 kB a channel."""

MOST_TRIES = 16
"""Keys that a recording tries. One key's file may be gone; if so many are, none will do."""

Create = Callable[[PoolKey, Ticket, int], SealedFile]
"""Create a sealed file for a pool key, a ticket and a number of channels."""


class Writer:
    """One line's writer: orders in, reports out, all files through ``create``."""

    def __init__(
        self,
        name: str,
        take_key: Callable[[], PoolKey],
        create: Create,
        withdraw: Callable[[SealedFile], None],
        withdraw_closed: Callable[[str], None],
        report: Callable[[Report], None],
    ) -> None:
        """Start the thread.

        Args:
            name: of the line.
            take_key: gives an unused pool key, or raises PoolEmpty.
            create: opens a sealed file.
            withdraw: makes a sealed file unreadable and leaves its marker.
            withdraw_closed: leaves the marker of a file that a write error closed.
            report: told of each opened, sealed, withdrawn or failed recording; must not block.
        """
        self._take_key = take_key
        self._create = create
        self._withdraw = withdraw
        self._withdraw_closed = withdraw_closed
        self._parts: list[str] = []  # files of this call that errors closed: a withdrawal's too
        self._ended: list[RecordingMark] = []  # purposes that the caller of this call took back
        self._owed: list[str] = []  # withdrawn, but the marker could not be left yet
        self._report = report
        self._orders: queue.Queue[Order] = queue.Queue()
        self._queued = 0
        self._lock = threading.Lock()  # guards _queued, which two threads count
        self._file: SealedFile | None = None
        self._opening: Opening | None = None
        self._rest = np.zeros((1, 0), np.int16)
        self._at = 0
        self._thread = NamedThread(self._run, f"writer {name}")
        self._thread.start()

    def order(self, order: Opening | EndFile | WithdrawOrder | RecordingMark) -> None:
        """Queue an order; orders are never dropped and never wait."""
        self._orders.put_nowait(order)

    def sound(self, stretch: TapeStretch) -> bool:
        """Queue settled sound; False if the queue is full and it was dropped."""
        count = stretch.sound.shape[1]
        with self._lock:
            if self._queued + count > QUEUED_SECONDS * RATE:
                return False
            self._queued += count
        self._orders.put_nowait(stretch)
        return True

    def settle(self) -> None:
        """Wait until everything queued is on disk: for a simulated line at speed."""
        self._orders.join()

    @property
    def idle(self) -> bool:
        """Say whether nothing is queued."""
        return self._orders.unfinished_tasks == 0

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._orders.put_nowait(EndOrder())
        self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            order = self._orders.get()
            closing = isinstance(order, EndOrder)
            try:
                if self._owed and not isinstance(order, TapeStretch):
                    self._leave_owed()
                self._carry_out(order)
            except (ZgodaError, OSError) as error:
                self._fail(str(error))
            except Exception as error:
                # Whatever it is, it costs this file and not the thread: the next call is written.
                log.error("writing: %s", fault(error))
                self._fail(f"a fault of ours ({type(error).__name__})")
            finally:
                self._orders.task_done()

    def _carry_out(self, order: Order) -> None:
        match order:
            case Opening():
                self._open(order)
            case TapeStretch():
                with self._lock:
                    self._queued -= order.sound.shape[1]
                self._add(order)
            case RecordingMark():
                self._mark(order)
            case EndFile():
                self._end(order.reason)
            case WithdrawOrder():
                self._take_back()
            case EndOrder():
                self._end("cut")

    def _open(self, opening: Opening) -> None:
        self._end("cut")
        self._parts, self._ended = [], []
        self._opening, self._at = opening, 0
        self._rest = np.zeros((opening.channels, 0), np.int16)
        self._file = self._begin_file(opening)
        self._report(Opened(self._file.rid))

    def _begin_file(self, opening: Opening) -> SealedFile:
        file = self._claim_file(opening)
        try:
            file.begin(opening.meta, opening.receipt, opening.rule)
        except BaseException:
            file.close()
            self._parts.append(file.rid)
            raise
        return file

    def _claim_file(self, opening: Opening) -> SealedFile:
        """Begin a file; where the one made for a key cannot be used, the next key's will do."""
        for _ in range(MOST_TRIES - 1):
            with contextlib.suppress(FileTaken):
                return self._create(self._take_key(), opening.ticket, opening.channels)
        return self._create(self._take_key(), opening.ticket, opening.channels)

    def _add(self, stretch: TapeStretch) -> None:
        if self._file is None or self._opening is None:
            return
        hole = stretch.sample - (self._at + self._rest.shape[1])
        if hole > 0:
            self._flush(partial=True)
            self._mark(RecordingMark(kind="gap", sample=self._at, samples=hole))
            self._at = stretch.sample
        self._rest = np.concatenate([self._rest, stretch.sound], axis=1)
        stretch.sound[:] = 0
        self._flush(partial=False)

    def _flush(self, *, partial: bool) -> None:
        """Seal full blocks; ``partial`` also the rest."""
        per_block = BLOCK // self._rest.shape[0]
        while self._rest.shape[1] >= (1 if partial else per_block):
            block, self._rest = self._rest[:, :per_block], self._rest[:, per_block:]
            self._seal(block)

    def _seal(self, block: Sound) -> None:
        codes, at = pcm.encode_alaw(block.reshape(-1)), self._at
        self._write(lambda file: file.audio(at, codes))
        self._at += block.shape[1]

    def _mark(self, mark: RecordingMark) -> None:
        if self._file is None:
            return
        self._write(lambda file: file.mark(mark))
        if mark.kind == "withdrawn":
            self._ended.append(mark)

    def _write(self, step: Callable[[SealedFile], None]) -> None:
        """Write one frame; where that fails, into another file."""
        assert self._file is not None  # noqa: S101 - callers hold a file
        try:
            step(self._file)
        except StorageFull:
            self._stop_for_room()
            raise
        except VaultError as error:
            # A failed sync says nothing about what reached the disk: never write there again.
            step(self._continue(error))

    def _continue(self, error: Exception) -> SealedFile:
        """Open a continuation of the same call after a write failed."""
        assert self._file is not None and self._opening is not None  # noqa: S101, PT018
        log.warning("a recording could not be written (%s); continuing in another file", error)
        before = self._file
        before.close()
        self._parts.append(before.rid)
        self._file = None
        meta = structs.replace(self._opening.meta, predecessor=before.rid)
        self._opening = replace(self._opening, meta=meta)
        self._file = self._begin_file(self._opening)
        for mark in self._ended:  # each file is kept as long as its own purposes say
            self._file.mark(mark)
        return self._file

    def _stop_for_room(self) -> None:
        """End the file while there is still room for its last frame."""
        if self._file is not None and self._file.usable:
            self._parts.append(self._file.rid)
            self._report(self._file.end(RecordingEnd(samples=self._at, reason="storage")))
            self._let_go()

    def _end(self, reason: str) -> None:
        if self._file is None:
            return
        self._flush(partial=True)
        sealed = self._file.end(RecordingEnd(samples=self._at, reason=reason))
        self._let_go()
        self._parts = []
        self._report(sealed)

    def _take_back(self) -> None:
        """Withdraw all files of the call, also those that errors closed; each by itself."""
        file, rids = self._file, self._parts
        self._let_go()
        self._parts = []
        steps = {rid: partial(self._withdraw_closed, rid) for rid in rids}
        if file is not None:
            steps[file.rid] = partial(self._withdraw, file)
        failed: Exception | None = None
        for rid, step in steps.items():
            try:
                step()
            except (ZgodaError, OSError) as error:
                self._owed.append(rid)
                failed = error
            else:
                self._report(Withdrawn(rid))
        if failed is not None:
            raise failed

    def _leave_owed(self) -> None:
        """Try again to leave the markers that a failing disk did not take."""
        owed, self._owed = self._owed, []
        for rid in owed:
            try:
                self._withdraw_closed(rid)
            except (ZgodaError, OSError):
                self._owed.append(rid)
            else:
                self._report(Withdrawn(rid))

    def _fail(self, reason: str) -> None:
        log.error("recording stopped: %s", reason)
        if self._file is not None:
            self._file.close()
            self._parts.append(self._file.rid)
        self._let_go()
        self._report(Failed(reason))

    def _let_go(self) -> None:
        self._rest[:] = 0
        self._file, self._opening = None, None
