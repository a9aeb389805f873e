"""Know the day by the keeper's word alone, for lines that wait for one.

The keeper tells the day that it believes. The machine's own clock is never asked: a clock set ahead
lets no line record too soon. In doubt no day has come.
"""

import operator
import re
from pathlib import Path

from appliance.config.settings import Line
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.news import TellDay
from appliance.model.terms import Obstacle
from appliance.recorder.line.kept_word import KeptWord
from appliance.vault.disk import Disk

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class StatedDay:
    """The day that the keeper last told. Any thread may ask."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        """Read the day that was told before this start.

        Args:
            path: the file; its folder is the recorder's to write.
            disk: writes durably.
        """
        self._kept = KeptWord(path, _DAY, "the day", disk, may_stay=operator.le)

    def has_come(self, day: str) -> bool:
        """Say whether a day, such as 2027-01-11, has surely come; no day at all always has."""
        return not day or self._kept.word >= day

    def against(self, line: Line) -> Obstacle | None:
        """Return what keeps a line from recording on the day that it is; None if nothing does.

        A real line asks nobody before the time was ever confirmed: callers hear when a recording
        is erased, and until then nothing is.
        """
        if line.records_from:
            return None if self.has_come(line.records_from) else Obstacle.DAY
        return None if line.simulated or self._kept.word else Obstacle.TIME

    @handles(TellDay)
    def _told(self, operation: TellDay) -> Done:
        self.tell(operation.day)
        return Done()

    def tell(self, day: str) -> None:
        """Take the keeper's word, also for an earlier day; empty: nobody knows the day.

        A word that could not be written down is written at the next, even if that is the same.
        """
        self._kept.tell(day)
