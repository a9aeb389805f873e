"""Handle backups: show how they stand, begin one, forget a medium, note a drill."""

from appliance.errors import Refused
from appliance.keeper.audit.log import KEEPER
from appliance.keeper.backup.writing import Progress
from appliance.keeper.box import Box
from appliance.keeper.doctor.backup import drill_due
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.outside import backup as ask
from appliance.vault.opening.content import DrillState


class BackupDesk:
    """The handlers of backups."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(ask.GetBackup)
    def state(self, operation: ask.GetBackup, who: Caller) -> ask.BackupState:
        """Return how backups stand."""
        box = self._box.opened()
        content, seen = box.keyring.content, box.records.backups.seen()
        drill = content.drill
        media = [
            ask.BackupMedium(
                id=name,
                number=one.number,
                at=one.at,
                recordings=one.recordings,
                size=one.size,
                finished=one.begun == one.number,
                unknown=one.unknown,
                behind=bool(one.number) and one.generation != box.keyring.generation,
                far=one.far,
                waits=one.waits,
            )
            for name, one in content.media.items()
        ]
        return ask.BackupState(
            folder=seen.folder,
            every=seen.every,
            medium=seen.medium,
            running=running(seen.running),
            code=seen.code,
            trouble=seen.trouble,
            older=seen.older,
            mended=seen.mended,
            media=tuple(sorted(media, key=lambda one: -one.at)),
            drilled=drill.at if drill is not None else None,
            drill_due=drill_due(content, box.records.time.counted()),
        )

    @handles(ask.StartBackup)
    def start(self, operation: ask.StartBackup, who: Caller) -> Done:
        """Begin a copy."""
        self._box.opened().records.backups.ask()
        return Done()

    @handles(ask.ForgetMedium)
    def forget(self, operation: ask.ForgetMedium, who: Caller) -> Done:
        """Forget a medium."""
        box = self._box.opened()
        known = box.keyring.content.media.get(operation.medium)
        records = box.records
        its = records.far if known is not None and known.far else records.backups
        its.check_known(operation.medium)
        box.operators.prove_again(who, operation.password)[1].end()
        box.audit.append("backup_forgotten", who.actor, detail=f"medium_{operation.medium[:8]}")
        its.forget(operation.medium)
        return Done()

    @handles(ask.NoteDrill)
    def drilled(self, operation: ask.NoteDrill, who: Caller) -> Done:
        """Note a drill."""
        box = self._box.opened()
        if operation.vault != box.keyring.content.vault_id.hex():
            raise Refused("backup_other_box")
        time = box.records.time
        box.audit.append("drill_done", KEEPER, detail=f"copy_{max(operation.number, 0)}")
        with box.keyring.changing() as draft:
            draft.drill = DrillState(time.now(), time.counted())
        return Done()


def running(at: Progress | None) -> ask.BackupRun | None:
    """Return how far a copy is; None if none is being made."""
    if at is None:
        return None
    return ask.BackupRun(at.stage, at.done, at.total, at.bytes_done, at.bytes_total)
