"""Know the day by the keeper's word alone, for lines that wait for one.

The keeper tells the day that it believes. The recorder keeps the last one told on disk, so that a
line that may record does so after a restart without the keeper, too. The machine's own clock is
never asked: a clock set ahead lets no line record too soon. In doubt no day has come.
"""

import logging
import re
import threading
from pathlib import Path

from appliance.config.settings import Line
from appliance.errors import ZgodaError
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.news import TellDay
from appliance.model.terms import Obstacle
from appliance.vault.disk import Disk

log = logging.getLogger(__name__)

LONGEST_FILE = 64

_DAY = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}\n", re.ASCII)


class StatedDay:
    """The day that the keeper last told. Any thread may ask."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        """Read the day that was told before this start.

        Args:
            path: the file; its folder is the recorder's to write.
            disk: writes durably.
        """
        self._path, self._disk = path, disk or Disk()
        self._lock = threading.Lock()
        self._kept: str | None = None  # on disk; None: nobody knows what
        self._day = self._read()

    def has_come(self, day: str) -> bool:
        """Say whether a day, such as 2027-01-11, has surely come; no day at all always has."""
        return not day or bool(self._day and self._day >= day)

    def against(self, line: Line) -> Obstacle | None:
        """Return what keeps a line from recording on the day that it is; None if nothing does.

        A real line asks nobody before the time was ever confirmed: callers hear when a recording
        is erased, and until then nothing is.
        """
        if line.records_from:
            return None if self.has_come(line.records_from) else Obstacle.DAY
        return None if line.simulated or self._day else Obstacle.TIME

    @handles(TellDay)
    def _told(self, operation: TellDay) -> Done:
        self.tell(operation.day)
        return Done()

    def tell(self, day: str) -> None:
        """Take the keeper's word, also for an earlier day; empty: nobody knows the day.

        A word that could not be written down is written at the next, even if that is the same.
        """
        with self._lock:
            self._day = day
            if day == self._kept:
                return
            try:
                self._write(day)
            except OSError as error:
                self._kept = None
                log.error("the day could not be written down: %s", error.strerror)

    def _write(self, day: str) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._kept is None or self._kept > day:
            # First, since writing needs room: a day that has not come must not be left.
            self._disk.unlink(self._path)
        if day:
            self._disk.replace(self._path, f"{day}\n".encode("ascii"))
        self._kept = day

    def _read(self) -> str:
        try:
            kept = self._disk.read(self._path, LONGEST_FILE)
        except FileNotFoundError:
            self._kept = ""
            return ""
        except (OSError, ZgodaError) as error:
            log.error("the day told last cannot be read, so none has come: %s", error)
            return ""
        if not _DAY.fullmatch(kept):
            log.error("the day told last is damaged, so none has come")
            return ""
        self._kept = kept.decode("ascii").strip()
        return self._kept
