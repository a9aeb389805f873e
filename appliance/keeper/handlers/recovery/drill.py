"""Try the recovery sheet on a backup, and note it as ``zgoda drill`` does."""

from collections.abc import Callable
from pathlib import Path

from appliance.errors import LinkError, Refused, WrongSecret
from appliance.keeper.backup.drilling import Proved, prove_apart
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.requests.recovery import drill as ask
from appliance.vault.disk import wipe
from appliance.vault.opening.content import DrillState
from appliance.vault.opening.keys import read_sheet


class DrillDesk:
    """The handler of a drill. The keeper holds the sheet only while it hands it over."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.prove: Callable[[bytearray, Path], Proved] = prove_apart

    @handles(ask.TrySheet)
    def try_sheet(self, operation: ask.TrySheet, who: Caller) -> ask.TriedSheet:
        """Prove the sheet on the newest recording of the backup that is plugged in."""
        box = self._box.opened()
        folder = self._box.around.config.backup.folder
        if not folder:
            raise Refused("invalid", "No folder for backups is set up.")
        found = self._proved(operation.sheet, Path(folder))
        if found.vault != box.keyring.content.vault_id.hex():
            raise Refused("backup_other_box", "That backup is another box's.")
        time = box.records.time
        box.audit.append("drill_done", who.actor, detail=f"copy_{max(found.number, 0)}")
        with box.keyring.changing() as draft:
            draft.drill = DrillState(time.now(), time.counted())
        return ask.TriedSheet(found.number, found.started_at, found.seconds, found.verdict)

    def _proved(self, typed: str, folder: Path) -> Proved:
        try:
            secret = read_sheet(typed)
        except WrongSecret as error:
            raise Refused("wrong_sheet", str(error)) from None
        try:
            return self.prove(secret, folder)
        except WrongSecret as error:
            raise Refused("wrong_sheet", str(error)) from None
        except BackupFailed as error:
            raise Refused(f"backup_{error.code}", str(error)) from None
        except LinkError as error:
            raise Refused("failed", str(error)) from None
        finally:
            wipe(secret)
