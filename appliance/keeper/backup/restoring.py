"""Restore a backup in a thread of a keeper that has no vault, and say how it stands."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.errors import Refused, ZgodaError, fault
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.opened import OpenedBackup
from appliance.keeper.backup.refused import refused
from appliance.keeper.backup.restore import Settle, restore
from appliance.keeper.backup.wanted import RestoreWishes
from appliance.link.failures import refusal_of
from appliance.link.requests.recovery.restore import RestoredBox
from appliance.threads import NamedThread

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RestoreStanding:
    """How the last restore stands."""

    running: bool = False
    done: int = 0  # recordings
    total: int = 0
    why: Refused | None = None  # it failed
    result: RestoredBox | None = None


class RestoreJob:
    """The restore of a box that has no vault; one at a time."""

    def __init__(self, folders: Folders, clock: Clock, settle: Settle) -> None:
        """Prepare.

        Args:
            folders: of the box; its keeper owns them.
            clock: this machine's.
            settle: makes what was restored this box's own, before it counts as whole.
        """
        self._folders, self._clock, self._settle = folders, clock, settle
        self._one = threading.Lock()
        self.thread: threading.Thread | None = None
        self.seen = RestoreStanding()

    @property
    def cut(self) -> bool:
        """Say whether a restore was begun and has not come to its end."""
        return self._folders.restoring.exists()

    @property
    def taken(self) -> bool:
        """Say whether a restore has begun, which alone may then make the vault."""
        return self.cut or self.seen.running

    def begin(
        self, opened: OpenedBackup, config: Config, wanted: RestoreWishes, done: Callable[[], None]
    ) -> None:
        """Begin; the copy is closed in the end.

        Args:
            opened: the copy.
            config: names the eraser.
            wanted: what the person says.
            done: called when everything is there.

        Raises:
            Refused: ``restore_running``.
        """
        with self._one:
            if self.seen.running:
                raise Refused("restore_running")
            self.seen = RestoreStanding(running=True, total=len(opened.manifest.recordings))

        def run() -> None:
            self.seen = self._run(opened, config, wanted, done)

        self.thread = NamedThread(run, "restore")
        self.thread.start()

    def _run(
        self, opened: OpenedBackup, config: Config, wanted: RestoreWishes, done: Callable[[], None]
    ) -> RestoreStanding:
        try:
            try:
                result = restore(
                    opened, self._folders, config, wanted, self._clock, self._told, self._settle
                )
            finally:
                opened.close()
            done()
        except BackupFailed as error:
            _log.warning("The restore failed: %s", error)
            return RestoreStanding(why=refused(error))
        except ZgodaError as error:
            _log.warning("The restore failed: %s", error)
            cause = error.__cause__ or error.__context__
            said = cause.strerror if isinstance(cause, OSError) else None
            return RestoreStanding(
                why=Refused("restore_failed", said=said) if said else refusal_of(error)
            )
        except OSError as error:
            return RestoreStanding(why=Refused("restore_failed", said=error.strerror or ""))
        except Exception as error:  # nobody else would hear of it
            _log.error("The restore failed: %s", fault(error))
            return RestoreStanding(why=Refused("failed"))
        return RestoreStanding(result=result)

    def _told(self, done: int, total: int) -> None:
        self.seen = replace(self.seen, done=done, total=total)
