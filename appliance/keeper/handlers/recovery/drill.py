"""Try the recovery sheet on a backup, and note it as ``zgoda drill`` does."""

from collections.abc import Callable
from pathlib import Path

from appliance.errors import LinkError, Refused, WrongSecret
from appliance.keeper.backup.drilling import DrillProof, prove_apart
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.refused import refused
from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.keeper.people.sheets import typed_sheet
from appliance.link.handlers import handles
from appliance.link.requests.recovery import drill as ask
from appliance.vault.disk import wipe
from appliance.vault.opening.content import DrillState


class DrillDesk:
    """The handler of a drill. The keeper holds the sheet only while it hands it over."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.prove: Callable[[bytearray, Path], DrillProof] = prove_apart

    @handles(ask.TrySheet)
    def try_sheet(self, operation: ask.TrySheet, who: Caller) -> ask.TriedSheet:
        """Prove the sheet on the newest recording of the backup that is plugged in."""
        box = self._box.opened()
        folder = self._box.around.config.backup.folder
        if not folder:
            raise Refused("no_backup_place")
        found = self._proved(operation.sheet, Path(folder))
        if found.vault != box.keyring.content.vault_id.hex():
            raise Refused("backup_other_box")
        time = box.records.time
        box.audit.append("drill_done", who.actor, detail=f"copy_{max(found.number, 0)}")
        with box.keyring.changing() as draft:
            draft.drill = DrillState(time.now(), time.counted())
        return ask.TriedSheet(
            found.number, found.started_at, found.seconds, found.verdict, found.unreal
        )

    def _proved(self, typed: str, folder: Path) -> DrillProof:
        secret = typed_sheet(typed)
        try:
            return self.prove(secret, folder)
        except WrongSecret:
            raise Refused("wrong_backup_sheet") from None
        except BackupFailed as error:
            raise refused(error) from None
        except LinkError:
            raise Refused("trial_away") from None
        finally:
            wipe(secret)
