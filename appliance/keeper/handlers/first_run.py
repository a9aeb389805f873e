"""Set up a new box: make the vault, show the recovery sheet, have it typed back."""

import threading
from collections.abc import Callable

from msgspec import structs

from appliance.card.board.ask import Board
from appliance.card.board.note import KeyRequest
from appliance.errors import Refused
from appliance.keeper.audit.log import KEEPER
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.first_run.create import Sheet, create_vault, make_eraser, publish_pool
from appliance.keeper.first_run.proofs import OneTimePassword, SheetCheck
from appliance.keeper.handlers.login import Logins
from appliance.keeper.handlers.sheet import drawn_sheet
from appliance.keeper.handlers.time import moved_on
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.first_run import (
    BoardState,
    BoxState,
    BurnBoardKey,
    ConfirmSheet,
    FirstRun,
    GetBoard,
    GetBoxState,
    RecoverySheet,
    ShowSheet,
    says_for_ever,
)
from appliance.link.requests.login import Browser, LogIn
from appliance.model.kind import begun_as
from appliance.vault.opening.content import KeyringContent

ANSWER_SECONDS = 120.0
"""Root burns a key within a second, and starts the keeper anew; on a slow board a minute later."""


class FirstRuns:
    """The handlers of the first run."""

    def __init__(
        self, box: Box, logins: Logins, board: Board, taken: Callable[[], bool] = lambda: False
    ) -> None:
        """Begin.

        Args:
            box: not set up, perhaps.
            logins: open the first session.
            board: may have a key burnt into it.
            taken: says whether a restore has begun, which alone may then make the vault.
        """
        self._box = box
        self.board = board
        self._asked: tuple[KeyRequest | None, float] | None = None
        """The last attempt when root was asked for another, and until when its word is awaited."""
        self._logins = logins
        self._code = OneTimePassword(box.around.folders, box.gate)
        self._sheet = SheetCheck()
        self.one = threading.Lock()
        """Held while a vault is made: a button pressed twice must not make two."""
        self.taken = taken

    def offer_first_run(self) -> None:
        """Make the one-time password if there is none; remove it once a sheet is confirmed."""
        now = self._box.now
        if now is None:
            self._code.offer()
        elif now.keyring.content.sheet_confirmed:
            self._code.used()

    def check_code(self, code: str, who: Caller, browser: Browser | None) -> None:
        """Accept the one-time password; raises Refused unless it is right."""
        self._code.check(code, self._box.gate.asker(who.user, browser, None))

    @handles(GetBoxState)
    def box_state(self, operation: GetBoxState, who: Caller) -> BoxState:
        """Say whether the box is set up, confirmed and unlocked."""
        config, box = self._box.around.config, self._box.now
        return BoxState(
            set_up=box is not None,
            sheet_confirmed=box is not None and box.keyring.content.sheet_confirmed,
            locked=self._box.sessions.empty,
            trial=self._is_trial,
            office=config.office.name,
            eraser=self._level,
            languages=config.office.languages,
        )

    @property
    def _is_trial(self) -> bool:
        """Say whether this is a trial for good, or the first run will make it one."""
        around, box = self._box.around, self._box.now
        return (box.keyring.content.kind if box else begun_as(around.config)) == "trial"

    @property
    def _level(self) -> str:
        """Return the level of the root, or the one that the first root will have."""
        around, box = self._box.around, self._box.now
        return (box.keyring if box else make_eraser(around.folders, around.config)).level

    @handles(GetBoard)
    def board_state(self, operation: GetBoard, who: Caller) -> BoardState:
        """Say how the board's key stands, while there is no vault."""
        if self._box.now is not None:
            return BoardState("none")
        board = self.board
        asked = self.is_burning() and board.state != "whole"
        return BoardState(board.state, board.outcome, asked=asked, chip=board.chip)

    def is_burning(self) -> bool:
        """Say whether root was asked and has not started this keeper anew; for a while only."""
        if self._asked is None:
            return False
        before, until = self._asked
        now = self.board.attempt
        under_way = now == before or (now is not None and now.outcome in {"begun", "burnt"})
        return under_way and self._box.around.clock.monotonic() < until

    @handles(BurnBoardKey)
    def burn_board_key(self, operation: BurnBoardKey, who: Caller) -> Done:
        """Ask root to burn the board's key: only while there is no vault whose key lay bare."""
        with self.one:
            if self._box.now is not None or self.taken():
                raise Refused("archive_there")
            if self.is_burning():
                raise Refused("burning")
            self.board.check()
            if not says_for_ever(operation.word):
                raise Refused("words_needed")
            self.check_code(operation.code, who, operation.browser)
            asked = self.board.attempt, self._box.around.clock.monotonic() + ANSWER_SECONDS
            try:
                self.board.ask()
            except OSError as error:
                raise Refused("root_not_asked", said=error.strerror or "") from None
            self._asked = asked
        return Done()

    def accept_level(self, *, plain: bool) -> None:
        """Refuse a vault whose key lies in the clear, unless somebody accepts that."""
        if self._level == "E0" and not plain:
            raise Refused("plain")

    def note_board_key(self) -> None:
        """Put on record that this board was given a key before there was a record."""
        if self.board.outcome == "burnt" and self._level == "E1":
            self._box.opened().audit.append("board_key", KEEPER)

    @handles(FirstRun)
    def first_run(self, operation: FirstRun, who: Caller) -> RecoverySheet:
        """Make the vault and its first operator; show a new sheet while none is confirmed."""
        with self.one:
            return self._first_run(operation, who)

    def _first_run(self, operation: FirstRun, who: Caller) -> RecoverySheet:
        around, box = self._box.around, self._box.now
        if box is None:
            if self.taken():
                raise Refused("restoring")
            if self.is_burning():
                raise Refused("burning")
            self._confirmed_time(operation)  # a page that is too old makes no vault
            self.accept_level(plain=operation.plain or self._is_trial)
            self.check_code(operation.code, who, operation.browser)
            sheet: Sheet | None = create_vault(
                around.folders,
                around.config,
                operation.name,
                operation.password,
                around.clock,
                cost=around.cost,
                sheet_confirmed=False,
            )
            self._box.open()
            opened = self._box.opened()
            opened.eraser.wipe_others(opened.keyring.generation)  # what another vault had left
            self.note_board_key()
            self._confirm_time(operation)
        elif box.keyring.content.sheet_confirmed:
            raise Refused("set_up_already")
        else:
            sheet = self._another(box, operation, who.user)
        shown = self._sheet.shown
        if sheet is not None:
            shown = self._sheet.show(sheet, around.config.office.controller)
        login = LogIn(operation.name, operation.password, browser=operation.browser)
        session = self._logins.begin(login, who.user)
        return structs.replace(self._shown(shown), token=session.token, device=session.device)

    def _another(self, box: OpenBox, operation: FirstRun, user: int) -> Sheet | None:
        """Prove the owner's password; draw another sheet if none is shown, or it is asked for."""
        asker = box.operators.asker(user, operation.name, operation.browser)
        owner, proof = box.operators.prove(operation.name, operation.password, "", asker)
        try:
            if self._sheet.shown is not None and not operation.another:
                return None
            sheet, state, backup = drawn_sheet(box, proof, self._box.around.clock.now())
        finally:
            proof.end()
        box.audit.append("sheet_renewed", owner.id)

        def replace(draft: KeyringContent) -> None:
            draft.sheet, draft.backup_recipient = state, backup

        box.keyring.rotate(replace)
        box.eraser.wipe_others(box.keyring.generation)
        self._box.sessions.close_operator(owner.id)
        return sheet

    def _shown(self, shown: RecoverySheet | None) -> RecoverySheet:
        if shown is None:
            raise Refused("sheet_not_shown")
        return shown

    @handles(ShowSheet)
    def show_sheet(self, operation: ShowSheet, who: Caller) -> RecoverySheet:
        """Show the sheet of the first run again."""
        return self._shown(self._sheet.shown)

    def _confirmed_time(self, operation: FirstRun) -> float | None:
        """Return what time it is by the person's word; None if they gave none."""
        if not operation.at:
            return None
        return moved_on(operation.at, operation.uptime, self._box.around.clock)

    def _confirm_time(self, operation: FirstRun) -> None:
        """Believe the first administrator; without a confirmation nothing is due yet."""
        box, at = self._box.opened(), self._confirmed_time(operation)
        if at is not None:
            (owner,) = box.keyring.content.operators
            box.audit.append("clock_confirmed", owner)
            box.records.recordings.retention.confirm_time(at)

    @handles(ConfirmSheet)
    def confirm_sheet(self, operation: ConfirmSheet, who: Caller) -> Done:
        """Compare the groups typed back; from then on the box records."""
        box = self._box.opened()
        if not box.keyring.content.sheet_confirmed:
            self._sheet.check(operation.groups)
            box.audit.append("sheet_confirmed", who.actor)
            with box.keyring.changing() as draft:
                draft.sheet_confirmed = True
            publish_pool(self._box.around.folders, self._box.around.config, box.keyring)
            self._code.used()
        return Done()
