"""Handle updates: show how they stand, have one fetched, have root install one or restart."""

from functools import partial

from appliance.card.update.ask import CardUpdates
from appliance.card.update.story import Update
from appliance.errors import Refused
from appliance.keeper.box import Box, OpenBox, WhileOpen
from appliance.keeper.chores import attempt
from appliance.keeper.doctor.update import examine_update
from appliance.keeper.people.sessions import Caller
from appliance.keeper.update.fetches import Fetches
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.outside import update as ask
from appliance.link.requests.processes.update import BringPiece, Fetch, TakeFetch, TellFetch
from appliance.model.findings import Finding
from appliance.model.outside.update import is_newer, place_of
from appliance.model.release import VERSION
from appliance.threads import NamedThread

USELESS = frozenset({"signature", "older", "other_model", "damaged"})
"""How an update ends that would be refused again."""


class UpdateDesk:
    """The handlers of updates. The keeper installs nothing: it asks root, who judges alone."""

    def __init__(self, box: Box, updates: CardUpdates, fetched: WhileOpen[Fetches]) -> None:
        """Handle those of a stick by way of root, and those from the network."""
        self._box, self._from_network = box, fetched
        self.updates = updates
        self._asked: tuple[Update, ...] | None = None
        """The updates when another one was asked for; None if none was."""
        self._fetched: tuple[Update, ...] | None = None
        """The same, for one that was fetched, until it has ended."""
        self._checking: NamedThread | None = None

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
            network=self._network(),
        )

    @handles(ask.InstallUpdate)
    def install(self, operation: ask.InstallUpdate, who: Caller) -> Done:
        """Have the update of the stick installed."""
        self.updates.check_install()
        self._prove_and_ask(who, operation.password, "update_asked", "install")
        return Done()

    @handles(ask.InstallFetched)
    def install_fetched(self, operation: ask.InstallFetched, who: Caller) -> Done:
        """Have the update that was fetched installed."""
        self.updates.check_install()
        self._from_network().check_ready()
        self._prove_and_ask(who, operation.password, "fetched_update_asked", "fetched")
        self._fetched = self._asked
        return Done()

    @handles(ask.RestartBox)
    def restart(self, operation: ask.RestartBox, who: Caller) -> Done:
        """Have the box restarted."""
        self.updates.check_restart()
        self._prove_and_ask(who, operation.password, "restart_asked", "restart")
        return Done()

    @handles(ask.ChangeUpdateAddress)
    def change_address(self, operation: ask.ChangeUpdateAddress, who: Caller) -> Done:
        """Look for newer versions at an address from now on, or at none."""
        box = self._on_card()
        if operation.address and place_of(operation.address) is None:
            raise Refused("no_update_address")
        with box.changed_by(who, operation.password, "update_address"):
            self._from_network().move(operation.address)
        return Done()

    @handles(ask.LookForUpdate)
    def look(self, operation: ask.LookForUpdate, who: Caller) -> Done:
        """Have the courier look now."""
        self._on_card()
        self._from_network().ask_look()
        return Done()

    @handles(ask.FetchUpdate)
    def fetch(self, operation: ask.FetchUpdate, who: Caller) -> Done:
        """Have the courier fetch the newer version."""
        box = self._on_card()
        fetches = self._from_network()
        found = fetches.check_fetch(operation.version, self._newest())
        with box.changed_by(who, operation.password, "update_fetch_asked"):
            fetches.fetch(found)
        return Done()

    @handles(ask.StopFetch)
    def stop(self, operation: ask.StopFetch, who: Caller) -> Done:
        """Fetch it no more, and remove what is here."""
        self._on_card()
        self._from_network().drop()
        return Done()

    @handles(TakeFetch)
    def take(self, operation: TakeFetch, who: Caller) -> Fetch:
        """Return what the courier is to look at or to fetch."""
        fetches = self._fetches()
        return fetches.take() if fetches is not None else Fetch(wanted=False)

    @handles(BringPiece)
    def bring(self, operation: BringPiece, who: Caller, upload: bytes) -> Done:
        """Take bytes of an update."""
        self._open_fetches().bring(operation.number, operation.start, operation.tag, upload)
        return Done()

    @handles(TellFetch)
    def told(self, operation: TellFetch, who: Caller) -> Done:
        """Take word of a look or of a part."""
        self._open_fetches().told(operation.number, operation.code, operation.found)
        return Done()

    # -- chores and the doctor ------------------------------------------------------------------

    @property
    def wants_courier(self) -> bool:
        """Say whether anything is looked for on the network."""
        fetches = self._fetches()
        return fetches is not None and bool(fetches.row.address)

    def tidy(self) -> None:
        """Compare what has come whole, in a thread; remove what is of no more use."""
        fetches = self._fetches()
        if fetches is None or (self._checking is not None and self._checking.is_alive()):
            return
        self._see_end(fetches)
        fetches.tidy(self._newest())
        self._checking = NamedThread(partial(attempt, "update", fetches.check), "update")
        self._checking.start()

    def examine(self) -> tuple[Finding, ...]:
        """Return the findings about updates from the network; none where this is no card."""
        fetches = self._fetches()
        return tuple(examine_update(fetches.state(self._newest()))) if fetches is not None else ()

    # -- within ---------------------------------------------------------------------------------

    def _fetches(self) -> Fetches | None:
        """Return what looks and fetches; None before the first run, or where this is no card."""
        return self._from_network.now if self.updates.possible else None

    def _open_fetches(self) -> Fetches:
        fetches = self._fetches()
        if fetches is None:
            raise Refused("no_errand")
        return fetches

    def _on_card(self) -> OpenBox:
        """Return the box; raises Refused where this is no card."""
        if not self.updates.possible:
            raise Refused("no_network_updates")
        return self._box.opened()

    def _newest(self) -> str:
        """Return the version that runs, or a newer one that waits for a restart."""
        waiting = [one.version for one in self.updates.so_far() if one.outcome == "waits"]
        return next((one for one in waiting if is_newer(one, VERSION)), VERSION)

    def _network(self) -> ask.NetworkState | None:
        """Return how updates from the network stand; None where this is no card."""
        if not self.updates.possible:
            return None
        return self._from_network().state(self._newest())

    def _see_end(self, fetches: Fetches) -> None:
        """Remove a fetched update once root has refused it: it would be refused again."""
        so_far = self.updates.so_far()
        under_way = self.updates.story.percent() is not None
        if self._fetched is None or self._fetched == so_far or under_way:
            return
        self._fetched = None
        if so_far and so_far[-1].outcome in USELESS:
            fetches.drop()

    def _prove_and_ask(self, who: Caller, password: str, act: str, what: str) -> None:
        with self._box.opened().changed_by(who, password, act):
            so_far = self.updates.so_far()
            try:
                self.updates.ask(what)
            except OSError as error:
                raise Refused("root_not_asked", said=error.strerror or "") from None
        self._asked = so_far if what != "restart" else None
