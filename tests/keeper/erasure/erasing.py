"""Provide a keeper that can erase and be restarted at will."""

from dataclasses import dataclass, field

from appliance.keeper.audit.known import known_recordings
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.erasure.batch import Erasure
from appliance.keeper.erasure.order import Order
from appliance.keeper.erasure.reports import Append
from appliance.model.records import Verdict
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.verdicts import KeysAtHand, assess
from tests.clocks import ManualClock
from tests.vaults import FailingDisk, Vault, change


@dataclass
class Keeper:
    """What a keeper needs to erase, and a way to start it again."""

    vault: Vault
    clock: ManualClock = field(default_factory=ManualClock)
    disk: FailingDisk = field(default_factory=FailingDisk)
    board: bytes | None = None

    def __post_init__(self) -> None:
        self.boot()

    def boot(self) -> None:
        """Start as after a power cut: everything from the disk."""
        folders = self.vault.folders
        self.disk.mend()
        self.eraser = FileEraser(folders.root, self.board, disk=self.disk)
        self.keyring = Keyring.open(folders.keyring, self.eraser, disk=self.disk)
        self.audit = AuditLog(folders.audit, self.clock, self.keyring)
        self.erasure = self.make()

    def make(self, append: Append | None = None) -> Erasure:
        """Return an erasure, with an audit of its own kind if need be."""
        return Erasure(
            self.keyring,
            self.eraser,
            self.vault.folders,
            append or self.audit.append_many,
            self.clock,
            disk=self.disk,
            media=lambda: ("backup_may_hold_copy",),
        )

    def types(self, rid: str) -> list[str]:
        """Return what the audit says was done with a recording."""
        return [entry.type for entry in self.audit.of_recording(rid)]

    def verdict(self, rid: str) -> Verdict:
        """Judge a recording as the keeper does."""
        known = known_recordings(self.audit.entries())[rid]
        private = self.keyring.private(rid) if rid in self.keyring else None
        keys = KeysAtHand(private, self.vault.reading)
        return assess(self.vault.path(rid), known, keys).verdict


def due_recording(keeper: Keeper) -> str:
    """Make a sealed recording with a key and a marker."""
    sealed = keeper.vault.record()
    keeper.audit.append("sealed", "keeper", sealed.rid, frames=sealed.frames, sha256=sealed.sha256)
    change(keeper.keyring, sealed.rid, due_day=20_807)
    (keeper.vault.folders.withdrawn / sealed.rid).touch()
    return sealed.rid


def order(rid: str) -> Order:
    """Order an erasure."""
    return Order(rid, "consent_withdrawn", "e1", "c1")
