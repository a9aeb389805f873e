"""Open, unlock and lock the vault; hold the sessions of its operators."""

import gc
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from appliance.errors import Refused
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.tally import Tally
from appliance.keeper.chores import attempt
from appliance.keeper.first_run.create import make_eraser, make_reserve, open_audit
from appliance.keeper.foundation import lay
from appliance.keeper.people.devices import Devices
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
from appliance.keeper.people.sessions import Sessions
from appliance.keeper.records import Records, build_records
from appliance.keeper.storage.reserve import ReservedDisk
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.timed_disk import SlowSyncs


@dataclass(frozen=True, slots=True)
class OpenBox:
    """The parts that exist once there is a vault."""

    keyring: Keyring
    eraser: Eraser
    audit: AuditLog
    operators: Operators
    records: Records


class Box:
    """The box as its handlers see it: its sessions and, once there is one, its vault."""

    def __init__(
        self,
        around: Surroundings,
        begin: Callable[[OpenBox], None],
        idle_seconds: float,
        boot: Boot | None = None,
        panel_users: Collection[int] = (),
        emptied: Callable[[], None] = lambda: None,
    ) -> None:
        """Build the parts that need no vault.

        Args:
            around: configuration, folders and clock.
            begin: called when the vault is open.
            idle_seconds: a session without a request ends after this time.
            boot: this run of the machine; the kernel is asked if None.
            panel_users: users whose word about browsers counts.
            emptied: called once everything was erased.
        """
        self.around = around
        self.sessions = Sessions(around.clock, self._nobody_left, idle_seconds)
        devices = Devices(around.clock, lambda: self.now.keyring if self.now else None)
        self.gate = Gate(around.clock, self.sessions, devices, panel_users)
        self.halves = HalfLogins(around.clock)
        self.tally = Tally(around.clock)
        self.reserve = make_reserve(around.folders)
        self.syncs = SlowSyncs(around.clock.monotonic)
        self.now: OpenBox | None = None
        """The open vault's parts; None before the first run and after the end."""
        self._begin, self._emptied = begin, emptied
        self._boot = boot
        self.prove: Prove = prove
        """Opens a wrap in a process of its own."""
        self.prove_by_sheet: ProveBySheet = prove_by_sheet
        """Opens the reading key with a recovery sheet, likewise."""
        self._locking = threading.Lock()

    def opened(self) -> OpenBox:
        """Return the vault's parts; raise Refused (``not_set_up``) before the first run."""
        if self.now is None:
            raise Refused("not_set_up", "This box is not set up yet: do the first run.")
        return self.now

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
        records = build_records(base, self.sessions.close_all, self._emptied)
        self.now = OpenBox(keyring, eraser, audit, operators, records)
        self._begin(self.now)

    def unlock(self, proof: PasswordProof) -> None:
        """Unlock the recordings until the last session ends; not if it has ended just now."""
        with self._locking:
            if self.now is not None and not self.sessions.empty:
                self.now.records.unlock(proof)

    def close(self) -> None:
        """Lock, and sign the audit's head; safe to call twice."""
        now, self.now = self.now, None
        self.halves.close()
        if now is not None:
            now.records.backups.close()
            now.records.far.close()
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
