"""Say where copies go and how often: a folder that root has named, or a server."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.clock import HOUR
from appliance.config.outside import Backup
from appliance.keeper.backup.medium import Medium
from appliance.keeper.backup.place import CopyPlace


@dataclass(frozen=True, slots=True)
class Acts:
    """The audit's words for a copy."""

    begun: str
    made: str
    failed: str


class Target(Protocol):
    """Where copies go."""

    acts: Acts
    pauses: tuple[float, ...]
    """Seconds after each failure in a row until the next attempt; the last holds on."""
    far: bool
    """It is on a server: nobody plugs anything in, and its medium is known beforehand."""

    @property
    def place(self) -> str:
        """Return where, for people; empty if nothing is set up, or not wholly."""

    @property
    def every(self) -> str:
        """Return how often: day, week or hand."""

    @property
    def medium(self) -> str:
        """Return the medium's id; empty if only the medium itself can say it."""

    def open(self, stopped: Callable[[], bool]) -> AbstractContextManager[CopyPlace]:
        """Open it; raises OSError or BackupFailed.

        Args:
            stopped: says whether the copy is to end.
        """

    def close(self) -> None:
        """End what is open; nothing is opened any more."""


class FolderTarget:
    """The folder that the configuration names."""

    acts = Acts("backup_started", "backup_made", "backup_failed")
    pauses: tuple[float, ...] = (float(HOUR),)
    far = False
    medium = ""

    def __init__(self, data: Path, settings: Callable[[], Backup]) -> None:
        """Prepare.

        Args:
            data: the data folder, on whose disk no copy belongs.
            settings: returns those in force.
        """
        self._data, self._settings = data, settings

    @property
    def place(self) -> str:
        """Return the folder."""
        return self._settings().folder

    @property
    def every(self) -> str:
        """Return how often."""
        return self._settings().every

    def open(self, stopped: Callable[[], bool]) -> Medium:
        """Open the medium."""
        return Medium(Path(self.place), apart_from=Medium.own_devices(self._data))

    def close(self) -> None:
        """Do nothing: a folder is closed by whoever opened it."""
