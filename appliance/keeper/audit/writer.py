"""Append lines to the audit's monthly files, on the medium before anybody goes on."""

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from appliance.errors import NotOnRecord, PerhapsOnRecord
from appliance.keeper.audit.lines import LinePlace, unfinished
from appliance.keeper.storage.reserve import Reserve
from appliance.model.sentences.faults import noted
from appliance.vault.disk import Disk

Spend = Callable[[Callable[[], LinePlace], int], LinePlace]
"""Performs a write of so many bytes, falling back on the reserve if the disk is full."""

_FAILED = "The audit cannot be written, so nothing was done: {reason}."
_UNSURE = (
    "The audit could not be written to its end ({reason}): whether this is on record, and so done, "
    "shows at the next start."
)


class AuditWriter:
    """The end of the log. One thread at a time."""

    def __init__(
        self, folder: Path, reserve: Reserve | None = None, disk: Disk | None = None
    ) -> None:
        """Take the folder of the monthly files; a reserve gives room if the disk is full."""
        self._folder = folder
        self._spend: Spend = reserve.spend if reserve is not None else _plainly
        self._disk = disk or Disk()
        self._broken = False

    def append(self, month: str, lines: bytes) -> LinePlace:
        """Append whole lines with one sync; return the place behind them.

        Raises:
            NotOnRecord: they could not be written; no act that they name may happen.
            PerhapsOnRecord: nor could they be taken back; what they order may happen at a start.
        """
        path = self._folder / f"{month}.log"
        try:
            return self._spend(partial(self._once, path, lines), len(lines))
        except OSError as error:
            raise NotOnRecord(
                noted("log_unwritten", _FAILED.format(reason=error.strerror))
            ) from None

    def replace(self, path: Path, text: bytes) -> None:
        """Replace a file beside the log; raise VaultError if that fails."""

        def once() -> LinePlace:
            self._disk.replace(path, text)
            return LinePlace()

        try:
            self._spend(once, len(text))
        except OSError as error:
            raise NotOnRecord(
                noted("log_unwritten", _FAILED.format(reason=error.strerror))
            ) from None

    def _once(self, path: Path, lines: bytes) -> LinePlace:
        if self._broken:
            raise NotOnRecord(
                noted(
                    "log_unwritten",
                    _FAILED.format(reason="an earlier write did not reach the disk"),
                )
            )
        new = not path.exists()
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if new:
                self._disk.sync_folder(path.parent)  # first: a written entry must not fail
            return LinePlace(path.stem, self._append(file, lines))
        finally:
            os.close(file)

    def _append(self, file: int, lines: bytes) -> int:
        size = os.fstat(file).st_size
        written = os.write(file, lines)
        # From here on a failure may leave unknown lines or a piece of one. No further entry can
        # then be trusted to follow them, so nothing more is released until the keeper restarts.
        self._broken = True
        if written != len(lines):
            os.ftruncate(file, size)
            self._broken = False
            raise OSError(errno.ENOSPC, f"only {written} of {len(lines)} bytes fitted")
        try:
            self._disk.sync(file)
        except OSError as error:
            self._take_back(file, size, error)
            raise
        self._broken = False
        return size + written

    def _take_back(self, file: int, size: int, failed: OSError) -> None:
        """Cut off lines that a sync did not bring to the medium, for a start would act on them.

        After a failed sync the kernel may take them for written, and a reader finds them.
        """
        try:
            os.ftruncate(file, size)
            self._disk.sync_all(file)
        except OSError:
            reason = failed.strerror or failed
            raise PerhapsOnRecord(
                noted("log_unsure", _UNSURE.format(reason=reason), because=failed)
            ) from failed


def cut_unfinished(folder: Path) -> bool:
    """Cut the newest month off after its last newline; return whether anything was cut."""
    place = unfinished(folder)
    if place is None:
        return False
    with (folder / f"{place.month}.log").open("rb+") as log:
        log.truncate(place.offset)
        os.fsync(log.fileno())
    return True


def _plainly(write: Callable[[], LinePlace], size: int) -> LinePlace:
    return write()
