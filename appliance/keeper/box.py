"""Open, unlock and lock the vault; hold the sessions of its operators."""

import gc
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from appliance.errors import Refused
from appliance.keeper.audit.acting import on_record
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.tally import Tally
from appliance.keeper.chores import attempt
from appliance.keeper.first_run.create import make_eraser, make_reserve, open_audit
from appliance.keeper.first_run.pool import KeyPool
from appliance.keeper.foundation import lay
from appliance.keeper.people.devices import KnownBrowsers
from appliance.keeper.people.gate import Gate
from appliance.keeper.people.half_logins import HalfLogins
from appliance.keeper.people.operators import Operators
from appliance.keeper.people.prover import (
    PasswordProof,
    Prove,
    ProveBySheet,
    prove,
    prove_by_sheet,
)
from appliance.keeper.people.sessions import Caller, Sessions
from appliance.keeper.records import Records, build_records
from appliance.keeper.storage.reserve import ReservedDisk
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.timed_disk import SlowSyncs

MadeT = TypeVar("MadeT")


@dataclass(frozen=True, slots=True)
class OpenBox:
    """The parts that exist once there is a vault."""

    keyring: Keyring
    eraser: Eraser
    audit: AuditLog
    operators: Operators
    records: Records

    def prove(self, who: Caller, password: str) -> None:
        """Have somebody prove their password again; raises Refused."""
        self.operators.prove_again(who, password)[1].end()

    @contextmanager
    def changed_by(
        self, who: Caller, password: str, act: str, ready: Callable[[], None] = lambda: None
    ) -> Iterator[None]:
        """Let somebody change something: proved, on record first, and said so if it fails.

        Args:
            who: changes it.
            password: theirs, typed again.
            act: the audit's name of it.
            ready: called in between; what it refuses is not on record.

        Raises:
            Refused: the password is wrong; nothing is on record then.
            VaultError: it could not be put on record, so nothing may be changed.
        """
        self.prove(who, password)
        ready()
        with on_record(self.audit, act, who.actor):
            yield


class WhileOpen(Generic[MadeT]):
    """Something that a box has while its vault is open."""

    def __init__(self, make: Callable[[OpenBox], MadeT], close: Callable[[MadeT], None]) -> None:
        self._make, self._close = make, close
        self.now: MadeT | None = None
        """What was made; None before the first run and after the end."""

    def __call__(self) -> MadeT:
        """Return it; raise Refused (``not_set_up``) before the first run."""
        if self.now is None:
            raise Refused("not_set_up")
        return self.now

    def begin(self, box: OpenBox) -> None:
        """Make it."""
        self.now = self._make(box)

    def end(self) -> None:
        """Close it; safe to call twice."""
        made, self.now = self.now, None
        if made is not None:
            self._close(made)


class Box:
    """The box as its handlers see it: its sessions and, once there is one, its vault."""

    def __init__(
        self,
        around: Surroundings,
        begin: Callable[[OpenBox], None],
        idle_seconds: float,
        boot: Boot | None = None,
        panel_users: Collection[int] = (),
    ) -> None:
        """Build the parts that need no vault.

        Args:
            around: configuration, folders and clock.
            begin: called when the vault is open.
            idle_seconds: a session without a request ends after this time.
            boot: this run of the machine; the kernel is asked if None.
            panel_users: users whose word about browsers counts.
        """
        self.around = around
        self.sessions = Sessions(around.clock, self._nobody_left, idle_seconds)
        devices = KnownBrowsers(around.clock, lambda: self.now.keyring if self.now else None)
        self.gate = Gate(around.clock, self.sessions, devices, panel_users)
        self.halves = HalfLogins(around.clock)
        self.tally = Tally(around.clock)
        self.reserve = make_reserve(around.folders)
        self.syncs = SlowSyncs(around.clock.monotonic)
        self.now: OpenBox | None = None
        """The open vault's parts; None before the first run and after the end."""
        self._begin = begin
        self._while_open: list[WhileOpen[Any]] = []
        self.pool = KeyPool(around, self.disk, lambda: self.now.keyring if self.now else None)
        self._boot = boot
        self.prove: Prove = prove
        """Opens a wrap in a process of its own."""
        self.prove_by_sheet: ProveBySheet = prove_by_sheet
        """Opens the reading key with a recovery sheet, likewise."""
        self._locking = threading.Lock()

    def opened(self) -> OpenBox:
        """Return the vault's parts; raise Refused (``not_set_up``) before the first run."""
        if self.now is None:
            raise Refused("not_set_up")
        return self.now

    def while_open(
        self, make: Callable[[OpenBox], MadeT], close: Callable[[MadeT], None] = lambda made: None
    ) -> WhileOpen[MadeT]:
        """Have something made when the vault opens, after what was asked for before.

        Args:
            make: makes it of the open vault.
            close: ends it, before the vault locks at the end.
        """
        one = WhileOpen(make, close)
        self._while_open.append(one)
        return one

    def with_open(self, act: Callable[[OpenBox], None]) -> Callable[[], None]:
        """Return an act that does nothing before the first run and after the end."""

        def do() -> None:
            if self.now is not None:
                act(self.now)

        return do

    def take_up(self) -> None:
        """Take up finished recordings and notes; log a failure and try again later."""
        if self.now is not None:
            attempt("take-up", self.now.records.take_up)
            attempt("pool", self.pool.fill_when_low)

    def tell_failures(self) -> None:
        """Put wrong passwords and codes on the record; log a failure and try again later."""
        now = self.now
        if now is not None:
            attempt("tally", lambda: self.tally.flush(now.audit.append_many))

    def meet_recorder(self, public: bytes) -> None:
        """Put the key on record with which the running recorder signs; raises VaultError."""
        if self.now is not None:
            self.now.records.recordings.origins.meet(public)

    def disk(self) -> ReservedDisk:
        """Return a disk that falls back on the reserve and whose syncs are timed."""
        return ReservedDisk(self.reserve, self.syncs)

    @property
    def audit(self) -> AuditLog | None:
        """Return the audit; None before the first run."""
        return self.now.audit if self.now is not None else None

    def open(self) -> None:
        """Open the vault, locked, and begin; raise ZgodaError if it does not open."""
        around = self.around
        self.reserve.keep()
        disk = self.disk()
        eraser = make_eraser(around.folders, around.config, disk)
        keyring = Keyring.open(around.folders.keyring, eraser, disk=disk)
        time = BelievedClock(around.clock, self._boot or Boot.of_this_machine())
        audit = open_audit(around.folders, keyring, time, self.reserve, disk)
        operators = Operators(
            keyring, around.clock, self.gate, self.tally, around.cost, prove=self.prove
        )
        base = lay(around, keyring, eraser, audit, time, disk)
        records = build_records(base, self.sessions.close_all, self._begin_anew)
        self.now = OpenBox(keyring, eraser, audit, operators, records)
        for one in self._while_open:
            one.begin(self.now)
        self._begin(self.now)

    def _begin_anew(self) -> None:
        """Make keys for calls to come, now that every other is erased."""
        attempt("pool", self.pool.fill)
        if self.now is not None:
            attempt("retention", self.now.records.sweep)

    def unlock(self, proof: PasswordProof) -> None:
        """Unlock the recordings until the last session ends; not if it has ended just now."""
        with self._locking:
            if self.now is not None and not self.sessions.empty:
                self.now.records.unlock(proof)

    def close(self) -> None:
        """Lock, and sign the audit's head; safe to call twice."""
        now, self.now = self.now, None
        self.halves.close()
        for one in self._while_open:
            one.end()
        if now is not None:
            now.records.lock()
            attempt("tally", lambda: self.tally.close(now.audit.append_many))
            attempt("time", now.records.time.settle)
            attempt("audit", now.audit.sign_head)
            attempt("audit", now.records.settle)
            attempt("anchor", now.keyring.keep_anchor)

    def _nobody_left(self) -> None:
        """Lock, unless an operator has logged in since the last session ended."""
        with self._locking:
            now = self.now
            if now is not None and self.sessions.empty:
                now.records.lock()
                gc.collect()  # what only its own parts still name, such as a failed request's
                attempt("audit", lambda: now.audit.append("locked", KEEPER))
