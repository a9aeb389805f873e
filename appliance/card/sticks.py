"""Say what root made of media whose name offers them for backups: a word for each.

Root writes one small file for each device, in memory; the keeper reads them. A device that is gone
counts no more, whatever was left of it.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from appliance.card.update.story import replace_file

NAME = "ZGODABACKUP"
"""The name that people give a medium: FAT and exFAT take eleven signs."""

LABEL = "ZGODA-BACKUP"
"""The name that a medium has once it is prepared; ext4 takes sixteen signs."""

FOLDER = Path("/media/zgoda/backup")
"""Where a card mounts the medium, and its keeper looks for it."""

GOING_ON = frozenset({"looking", "making"})
"""Words of what has not ended yet."""

WORDS = GOING_ON | {"ready", "not_empty", "second", "own", "kind", "damaged", "failed"}

_DEVICE = re.compile(r"[a-z]{2,8}[0-9a-z]{0,16}")
_LONGEST = 64
_MOST = 32


@dataclass(frozen=True, slots=True)
class Sticks:
    """What became of each medium that is plugged in and has the name."""

    volatile: Path = Path("/run/zgoda-stick")
    devices: Path = Path("/sys/class/block")

    @property
    def possible(self) -> bool:
        """Say whether root looks for such media here: on a card, and nowhere else."""
        return self.volatile.is_dir()

    def seen(self) -> tuple[str, ...]:
        """Return a word for each medium that is plugged in, in the order of their devices."""
        try:
            names = sorted(path.name for path in self.volatile.iterdir())
        except OSError:
            return ()
        found = (self._word(name) for name in names[:_MOST] if _DEVICE.fullmatch(name))
        return tuple(word for word in found if word)

    def tell(self, device: str, word: str) -> None:
        """Say what became of a device; raises OSError."""
        self.volatile.mkdir(mode=0o755, parents=True, exist_ok=True)
        said = f"{word} {self._sequence(device)}\n"
        replace_file(self.volatile / device, said.encode())

    def forget(self, device: str) -> None:
        """Say nothing of a device any more."""
        (self.volatile / device).unlink(missing_ok=True)

    def is_there(self, device: str) -> bool:
        """Say whether the kernel still has a device."""
        return (self.devices / device).exists()

    def _word(self, device: str) -> str:
        try:
            with (self.volatile / device).open("rb") as file:
                said = file.read(_LONGEST).decode("ascii", "replace")
        except OSError:
            return ""
        word, _, sequence = said.strip().partition(" ")
        known = word in WORDS and self.is_there(device)
        return word if known and sequence == self._sequence(device) else ""

    def _sequence(self, device: str) -> str:
        """Return the kernel's count of disks at this one: a later disk may have the same name."""
        place = (self.devices / device).resolve()
        for disk in (place, place.parent):
            with contextlib.suppress(OSError):
                return (disk / "diskseq").read_text("ascii").strip()
        return ""
