"""Handle updates: show how they stand, have root install one, have it restart the box."""

from appliance.card.update.ask import Updates
from appliance.card.update.story import Update
from appliance.errors import Refused
from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.outside import update as ask
from appliance.model.release import VERSION


class UpdateDesk:
    """The handlers of updates. The keeper installs nothing: it asks root, who judges alone."""

    def __init__(self, box: Box, updates: Updates) -> None:
        self._box = box
        self.updates = updates
        self._asked: tuple[Update, ...] | None = None
        """The updates when another one was asked for; None if none was."""

    @handles(ask.GetUpdates)
    def state(self, operation: ask.GetUpdates, who: Caller) -> ask.UpdateState:
        """Return how updates stand."""
        so_far = self.updates.so_far()
        return ask.UpdateState(
            possible=self.updates.possible,
            version=VERSION,
            slot=self.updates.slot,
            percent=self.updates.story.percent(),
            asked=self._asked == so_far,
            waits=self.updates.waits(),
            updates=tuple(
                ask.PastUpdate(one.at, one.version, one.slot, one.outcome)
                for one in reversed(so_far)
            ),
        )

    @handles(ask.InstallUpdate)
    def install(self, operation: ask.InstallUpdate, who: Caller) -> Done:
        """Have the update of the stick installed."""
        self.updates.check_install()
        self._prove_and_ask(who, operation.password, "update_asked", "install")
        return Done()

    @handles(ask.RestartBox)
    def restart(self, operation: ask.RestartBox, who: Caller) -> Done:
        """Have the box restarted."""
        self.updates.check_restart()
        self._prove_and_ask(who, operation.password, "restart_asked", "restart")
        return Done()

    def _prove_and_ask(self, who: Caller, password: str, act: str, what: str) -> None:
        box = self._box.opened()
        box.operators.prove_again(who, password)[1].end()
        box.audit.append(act, who.actor)
        so_far = self.updates.so_far()
        try:
            self.updates.ask(what)
        except OSError as error:
            box.audit.append("failed", who.actor, detail=what)
            raise Refused("failed", f"Root was not asked: {error.strerror}.") from None
        self._asked = so_far if what == "install" else None
