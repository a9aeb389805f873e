"""Handle backups: show how they stand, begin one, forget a medium, note a drill."""

from msgspec import structs

from appliance.card.sticks import Sticks
from appliance.errors import Refused
from appliance.keeper.audit.log import KEEPER
from appliance.keeper.backup.backups import Backups
from appliance.keeper.box import Box, WhileOpen
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.outside import backup as ask
from appliance.vault.opening.content import DrillState


class BackupDesk:
    """The handlers of backups."""

    def __init__(
        self, box: Box, here: WhileOpen[Backups], far: WhileOpen[Backups], sticks: Sticks
    ) -> None:
        """Handle those onto a medium at the box, also one taken by its name, and onto a server."""
        self._box, self._here, self._far = box, here, far
        self.sticks = sticks

    @handles(ask.GetBackup)
    def state(self, operation: ask.GetBackup, who: Caller) -> ask.BackupState:
        """Return how backups stand."""
        seen = self._here().seen()
        return structs.replace(seen, owes=seen.owes or self._far().seen().owes)

    @handles(ask.GetSticks)
    def plugged_in(self, operation: ask.GetSticks, who: Caller) -> ask.SticksStanding:
        """Return what became of media that are plugged in."""
        return ask.SticksStanding(possible=self.sticks.possible, words=self.sticks.seen())

    @handles(ask.StartBackup)
    def start(self, operation: ask.StartBackup, who: Caller) -> Done:
        """Begin a copy."""
        self._here().ask()
        return Done()

    @handles(ask.ForgetMedium)
    def forget(self, operation: ask.ForgetMedium, who: Caller) -> Done:
        """Forget a medium."""
        box = self._box.opened()
        known = box.keyring.content.media.get(operation.medium)
        its = (self._far if known is not None and known.far else self._here)()
        its.check_known(operation.medium)
        box.prove(who, operation.password)
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
