"""Keep the on-hook voltage that a modem has learnt of its line."""

import logging
from pathlib import Path

from appliance.vault.disk import Disk

log = logging.getLogger(__name__)

_LONGEST = 16
"""Bytes of a figure in volts."""


class KeptVoltage:
    """The voltage of one line, in ``volts-<line>``: one figure, nothing of a person."""

    def __init__(self, folder: Path, line: str, disk: Disk | None = None) -> None:
        """Name the file; nothing is read yet."""
        self._path = folder / f"volts-{line}"
        self._disk = disk or Disk()

    def load(self) -> float | None:
        """Return the voltage; None if none was learnt, or the file is not ours.

        A wrong figure cannot do harm for long: the driver believes one that a line can have, and
        learns anew at a ring.
        """
        try:
            with self._path.open("rb") as file:
                return float(file.read(_LONGEST))
        except (OSError, ValueError):
            return None

    def save(self, volts: float) -> None:
        """Keep a voltage; a disk that fails costs the learning of some seconds, and is told."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._disk.replace(self._path, f"{volts:.2f}\n".encode(), mode=0o640)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error.strerror)
