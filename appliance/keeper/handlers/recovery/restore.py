"""Begin a box anew from a backup, in place of the first run, without root."""

from datetime import date
from pathlib import Path

from appliance.card.sticks import Sticks
from appliance.errors import FileFormatError, Refused, WrongSecret, ZgodaError
from appliance.keeper.backup.medium import BackupFailed, Medium, failed
from appliance.keeper.backup.opened import OpenedBackup, open_backup
from appliance.keeper.backup.refused import refused
from appliance.keeper.backup.restore import check_person, refuse_unless_empty
from appliance.keeper.backup.restoring import RestoreJob
from appliance.keeper.backup.wanted import RestoreWishes, day_begun, is_ahead, refuse_unsure
from appliance.keeper.box import Box
from appliance.keeper.chores import attempt
from appliance.keeper.handlers.first_run import FirstRuns
from appliance.keeper.people.sessions import Caller
from appliance.keeper.people.sheets import typed_sheet
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.recovery import restore as ask
from appliance.model.typed.named import named_in
from appliance.vault.disk import wipe


class RestoreDesk:
    """The handlers of a restore in the panel."""

    def __init__(
        self, box: Box, first_runs: FirstRuns, restoring: RestoreJob, sticks: Sticks
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
            code=seen.why.code if seen.why else "",
            values=seen.why.values if seen.why else {},
        )

    @handles(ask.RestoreBackup)
    def begin(self, operation: ask.RestoreBackup, who: Caller, upload: bytes = b"") -> Done:
        """Begin the restore, once everything that was typed is right."""
        with self._first_runs.one:  # neither a first run meanwhile nor a second restore
            self._refuse_if_set_up()
            if self.restoring.seen.running:
                raise Refused("restore_running")
            if self._first_runs.is_burning():
                raise Refused("burning")
            self._first_runs.check_code(operation.code, who, operation.browser)
            wanted = self._wanted(operation, upload)
            self._first_runs.accept_level(plain=operation.plain)
            refuse_unless_empty(self._box.around.folders)
            opened = self._opened(operation.sheet)
            try:
                check_person(opened, wanted)
                if is_ahead(opened.manifest.made_at, wanted.today) and not operation.ahead:
                    raise Refused("ahead")
                refuse_unsure(opened, wanted, due=operation.due, unknown=operation.unknown)
            except FileFormatError:
                opened.close()
                raise Refused("backup_damaged") from None
            except BackupFailed as error:
                opened.close()
                raise refused(error) from None
            except OSError as error:
                opened.close()
                raise refused(failed(error)) from None
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
            raise Refused("set_up_already")

    def _is_there(self) -> bool:
        if not self._folder:
            return False
        try:
            Medium(Path(self._folder), writes=False).close()
        except (BackupFailed, OSError):
            return False
        return True

    def _wanted(self, operation: ask.RestoreBackup, named: bytes) -> RestoreWishes:
        try:
            day = day_begun(date.fromisoformat(operation.today))
        except ValueError:
            raise Refused("no_day", day=operation.today) from None
        return RestoreWishes(
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
            raise Refused("no_backup_place")
        secret = typed_sheet(typed)
        try:
            return open_backup(Path(self._folder), secret)
        except WrongSecret:
            raise Refused("wrong_backup_sheet") from None
        except BackupFailed as error:
            raise refused(error) from None
        except ZgodaError:
            raise Refused("backup_damaged") from None
        finally:
            wipe(secret)


def _recordings(text: bytes) -> tuple[str, ...]:
    """Return the recordings that a text names; none is passed over because it looks mistyped."""
    named = named_in(text.decode("utf-8", "replace"))
    if named.doubtful:
        raise Refused("doubtful", line=named.doubtful[0])
    return named.recordings
