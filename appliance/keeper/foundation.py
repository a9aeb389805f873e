"""Lay what all records stand on: keyring, audit, ledger, the believed time."""

from dataclasses import dataclass

from appliance.config.folders import Folders
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.keeper.time.wrong_clock import WrongClock
from appliance.vault.disk import Disk
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every room of the keeper makes its records of."""

    around: Surroundings
    keyring: Keyring
    eraser: Eraser
    audit: AuditLog
    ledger: Ledger
    time: BelievedClock
    wrong_clock: WrongClock
    disk: Disk | None
    """Writes and removes files; the machine's own if None."""

    @property
    def folders(self) -> Folders:
        """Return the data folder."""
        return self.around.folders


def lay(
    around: Surroundings,
    keyring: Keyring,
    eraser: Eraser,
    audit: AuditLog,
    time: BelievedClock | None = None,
    disk: Disk | None = None,
) -> Foundation:
    """Open the ledger, and believe the time as it has it.

    Args:
        around: configuration, folders and clock.
        keyring: open.
        eraser: keeps its root.
        audit: open.
        time: the believed time, as the audit has it; this machine's if None.
        disk: writes and removes files.

    Raises:
        FileFormatError: the ledger is damaged.
    """
    time = time or BelievedClock(around.clock, Boot.of_this_machine())
    ledger = Ledger(around.folders.ledger, keyring.content.ledger_key, disk)
    lost = ledger.begun and audit.opened_at > 1  # beside the first run: there was one before
    time.open(ledger, audit.began_after if lost else 0.0)
    if lost:
        audit.append("ledger_begun", KEEPER)
    wrong_clock = WrongClock(keyring, ledger, time, time.boot_id)
    return Foundation(around, keyring, eraser, audit, ledger, time, wrong_clock, disk)
