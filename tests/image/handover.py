"""Hand a stick from the first card's tests to the second one's, which may run beside them."""

import json
import os
import subprocess
from pathlib import Path

from tests.image.card import BOOT_SECONDS
from tests.vm.units import wait_until

_FOLDER = "ZGODA_IMAGE_HANDOVER"


class Handover:
    """What the first card leaves: a stick with a backup, and the sheet that opens it."""

    def __init__(self, own: Path) -> None:
        """Hand over in the folder that the environment names, or in the own one."""
        self._given = Path(os.environ.get(_FOLDER, own), "given")

    def give(self, disk: Path, sheet: str) -> None:
        """Hand a copy of the stick over, with the recovery sheet of the box that it comes from."""
        fresh, stick = self._given.with_suffix(".fresh"), self._given.with_suffix(".img")
        subprocess.run(["cp", "--sparse=always", str(disk), str(stick)], check=True)
        fresh.write_text(json.dumps({"disk": str(stick), "sheet": sheet}))
        fresh.rename(self._given)

    def take(self) -> tuple[Path, str]:
        """Return stick and sheet, as soon as they are there.

        Raises:
            AssertionError: the first card's tests ended without it, or take too long.
        """
        known = wait_until(lambda: self._given.exists() or over(), BOOT_SECONDS)
        assert known, "test_life.py takes too long"
        assert self._given.exists(), "test_life.py did not come as far as a backup"
        given = json.loads(self._given.read_text())
        return Path(given["disk"]), given["sheet"]


def over() -> bool:
    """Return whether nothing more comes from tests that run beside these."""
    folder = os.environ.get(_FOLDER)
    return folder is None or Path(folder, "over").exists()


def end() -> None:
    """Tell tests that run beside these that nothing more comes from here."""
    if folder := os.environ.get(_FOLDER):
        Path(folder, "over").touch()
