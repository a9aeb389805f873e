"""Begin a box anew from a backup, in place of the first run, without root."""

from datetime import date
from pathlib import Path

from appliance.card.sticks import Sticks
from appliance.errors import FileFormatError, Refused, WrongSecret, ZgodaError
from appliance.keeper.backup.medium import BackupFailed, Medium
from appliance.keeper.backup.opened import OpenedBackup, open_backup
from appliance.keeper.backup.restore import check_person, refuse_unless_empty
from appliance.keeper.backup.restoring import Restoring
from appliance.keeper.backup.wanted import Wanted, day_begun, is_ahead, refuse_due
from appliance.keeper.box import Box
from appliance.keeper.chores import attempt
from appliance.keeper.handlers.first_run import FirstRuns
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.recovery import restore as ask
from appliance.model.named import named_in
from appliance.vault.disk import wipe
from appliance.vault.opening.keys import read_sheet


class RestoreDesk:
    """The handlers of a restore in the panel."""

    def __init__(
        self, box: Box, first_runs: FirstRuns, restoring: Restoring, sticks: Sticks
    ) -> None:
        self._box, self._first_runs = box, first_runs
        self.sticks = sticks
        self.restoring = restoring

    @property
    def _folder(self) -> str:
        return self._box.around.config.backup.folder

    @handles(ask.GetRestore)
    def state(self, operation: ask.GetRestore, who: Caller) -> ask.RestoreState:
        """Say how it stands."""
        self._refuse_if_set_up()
        seen = self.restoring.seen
        return ask.RestoreState(
            folder=self._folder,
            medium=operation.look and not seen.running and self._is_there(),
            sticks=self.sticks.seen(),
            by_name=self.sticks.possible,
            running=seen.running,
            done=seen.done,
            total=seen.total,
            cut=self.restoring.cut and not seen.running,
            code=seen.code,
            trouble=seen.trouble,
        )

    @handles(ask.RestoreBackup)
    def begin(self, operation: ask.RestoreBackup, who: Caller, upload: bytes = b"") -> Done:
        """Begin the restore, once everything that was typed is right."""
        with self._first_runs.one:  # neither a first run meanwhile nor a second restore
            self._refuse_if_set_up()
            if self.restoring.seen.running:
                raise Refused("busy", "A backup is being restored already.")
            if self._first_runs.is_burning():
                raise Refused("busy", "A key is being burnt into the board: wait for its end.")
            self._first_runs.check_code(operation.code, who, operation.browser)
            wanted = self._wanted(operation, upload)
            self._first_runs.accept_level(plain=operation.plain)
            refuse_unless_empty(self._box.around.folders)
            opened = self._opened(operation.sheet)
            try:
                check_person(opened, wanted)
                if is_ahead(opened.manifest.made_at, wanted.today) and not operation.ahead:
                    raise Refused("ahead", "The backup says that it was made after that day.")
                refuse_due(opened, wanted, operation.due)
            except FileFormatError as error:
                opened.close()
                raise Refused("backup_damaged", str(error)) from None
            except BaseException:
                opened.close()
                raise
            self.restoring.begin(opened, self._box.around.config, wanted, self._restored)
        return Done()

    @handles(ask.GetRestored)
    def result(self, operation: ask.GetRestored, who: Caller) -> ask.RestoredBox:
        """Say what has come back."""
        return self.restoring.seen.result or ask.RestoredBox(known=False)

    def _restored(self) -> None:
        """Open the vault that is there now."""
        self._box.open()
        self._first_runs.offer_first_run()
        attempt("board's key", self._first_runs.note_board_key)

    def _refuse_if_set_up(self) -> None:
        if self._box.now is not None:
            raise Refused("taken", "This box is set up already.")

    def _is_there(self) -> bool:
        if not self._folder:
            return False
        try:
            Medium(Path(self._folder), writes=False).close()
        except (BackupFailed, OSError):
            return False
        return True

    def _wanted(self, operation: ask.RestoreBackup, named: bytes) -> Wanted:
        try:
            day = day_begun(date.fromisoformat(operation.today))
        except ValueError:
            raise Refused("wrong_day", "The day is to be written as 2026-11-28.") from None
        return Wanted(
            name=operation.name,
            password=operation.password,
            today=day,
            erased=frozenset(_recordings(named)),
            erased_all=operation.erased_all,
            overwrite_chip=self._first_runs.board.chip == "anew",
            cost=self._box.around.cost,
        )

    def _opened(self, typed: str) -> OpenedBackup:
        """Open the backup with a typed sheet; say no in a word that the page knows."""
        if not self._folder:
            raise Refused("backup_absent", "No folder for backups is set up.")
        try:
            secret = read_sheet(typed)
        except WrongSecret as error:
            raise Refused("wrong_sheet", str(error)) from None
        try:
            return open_backup(Path(self._folder), secret)
        except WrongSecret as error:
            raise Refused("wrong_sheet", str(error)) from None
        except BackupFailed as error:
            raise Refused(f"backup_{error.code}", str(error)) from None
        except ZgodaError as error:
            raise Refused("backup_damaged", str(error)) from None
        finally:
            wipe(secret)


def _recordings(text: bytes) -> tuple[str, ...]:
    """Return the recordings that a text names; none is passed over because it looks mistyped."""
    named = named_in(text.decode("utf-8", "replace"))
    if named.doubtful:
        raise Refused("doubtful", f"Line {named.doubtful[0]} names a recording that is mistyped.")
    return named.recordings
