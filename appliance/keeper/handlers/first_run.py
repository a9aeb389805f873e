"""The handlers about people: how far the box is set up, the first run, and whoever comes after."""

import threading
from collections.abc import Mapping

from appliance.errors import Refused
from appliance.keeper.box import Box, Surroundings, opened
from appliance.keeper.dispatch import Handler
from appliance.keeper.first_run.create import create_vault, make_eraser, new_sheet, publish_pool
from appliance.keeper.first_run.proofs import OneTimePassword, SheetCheck
from appliance.keeper.handlers.login import Logins
from appliance.keeper.handlers.me import Mine
from appliance.keeper.handlers.people import Staff
from appliance.keeper.people.half_logins import HalfLogins
from appliance.keeper.people.passwords import normal
from appliance.keeper.people.sessions import Caller, Sessions
from appliance.keeper.people.throttle import Throttle
from appliance.link.operations import Done
from appliance.link.registry import AnyOperation
from appliance.link.requests.first_run import (
    BoxState,
    ConfirmSheet,
    FirstRun,
    GetBoxState,
    RecoverySheet,
)
from appliance.vault.disk import wipe


class People:
    """The first run, and everybody's handlers."""

    def __init__(
        self, around: Surroundings, keeper: Box, sessions: Sessions, throttle: Throttle
    ) -> None:
        self._around = around
        self._keeper = keeper
        self._sessions = sessions
        self._code = OneTimePassword(around.folders, throttle)
        self._sheet = SheetCheck()
        self._halves = halves = HalfLogins(around.clock)
        self._logins = Logins(around, keeper, sessions, halves)
        self._mine = Mine(around, keeper, sessions, halves, self._logins)
        self._staff = Staff(around, keeper, sessions, halves)
        self._first = threading.Lock()

    def before_first_run(self) -> Mapping[type[AnyOperation], Handler]:
        """Return the handlers of a box without a vault."""
        return {GetBoxState: self.box_state, FirstRun: self.first_run}

    def handlers(self) -> Mapping[type[AnyOperation], Handler]:
        """Return the handlers of a box with a vault; logging out needs the token itself."""
        return {
            **self.before_first_run(),
            ConfirmSheet: self.confirm_sheet,
            **self._logins.handlers(),
            **self._mine.handlers(),
            **self._staff.handlers(),
        }

    def expire(self) -> None:
        """End logins that were not finished, and sessions that nobody uses; call it each second."""
        self._halves.expire()
        self._sessions.expire()

    def offer_first_run(self) -> None:
        """Make the one-time password, if there is none; remove it once a sheet is confirmed."""
        if self._keeper.box is None:
            self._code.offer()
        elif self._keeper.box.keyring.content.sheet_confirmed:
            self._code.used()

    def box_state(self, operation: GetBoxState, who: Caller) -> BoxState:
        """Answer how far the box is set up."""
        config, box = self._around.config, self._keeper.box
        drivers = {part.driver for line in config.lines for part in (line.hook, line.audio)}
        return BoxState(
            set_up=box is not None,
            sheet_confirmed=box is not None and box.keyring.content.sheet_confirmed,
            locked=self._sessions.empty,
            trial="exchange" in drivers,
            office=config.office.name,
            eraser=(box.eraser if box else make_eraser(self._around.folders, config)).level,
            languages=config.office.languages,
        )

    def first_run(self, operation: FirstRun, who: Caller) -> RecoverySheet:
        """Make the vault and its first operator; show a new sheet while none is confirmed."""
        # One at a time: a button pressed twice must not make two vaults in one place.
        with self._first:
            return self._first_run(operation)

    def _first_run(self, operation: FirstRun) -> RecoverySheet:
        around, box = self._around, self._keeper.box
        if box is None:
            self._code.check(operation.code)
            sheet = create_vault(
                around.folders,
                around.config,
                operation.name,
                operation.password,
                around.clock,
                cost=around.cost,
                sheet_confirmed=False,
            )
            self._keeper.open_box()
        elif box.keyring.content.sheet_confirmed:
            raise Refused("forbidden", "This box is set up already: log in.")
        else:
            owner, reading = box.operators.prove(operation.name, operation.password)
            wipe(reading)
            box.audit.append("sheet_renewed", owner.id)
            sheet = new_sheet(
                box.keyring, box.eraser, owner, normal(operation.password), around.cost
            )
            self._sessions.close_operator(owner.id)
        return self._sheet.show(sheet, self._logins.begin(operation.name, operation.password).token)

    def confirm_sheet(self, operation: ConfirmSheet, who: Caller) -> Done:
        """Compare the groups typed back, and let recording begin."""
        box = opened(self._keeper)
        if not box.keyring.content.sheet_confirmed:
            self._sheet.check(operation.groups)
            box.audit.append("sheet_confirmed", who.actor)
            with box.keyring.changing() as draft:
                draft.sheet_confirmed = True
            publish_pool(self._around.folders, self._around.config, box.keyring)
            self._code.used()
        return Done()
