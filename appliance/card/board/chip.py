"""Decide at each start whether a card's vault has its root in the chip of the clock module.

As root, before the keeper starts. A vault that is there stays where it was made, also while its
chip is missing, and no chip that is plugged in later takes it over. A new one is made in a chip
that is there and blank.
"""

from dataclasses import dataclass, field
from pathlib import Path

from appliance.card.board.burn import Places
from appliance.card.update.story import replace_file
from appliance.errors import EraserFailed, MadeByNewer
from appliance.vault.opening.erasers.chip import Chip
from appliance.vault.opening.erasers.eeprom import EepromEraser

FILE = str(Path("/sys/bus/i2c/devices/1-0057", "eeprom"))
"""Of the AT24C32 beside the DS3231 on the common modules, on bus 1."""

WHY_NOT = {
    "root": "The chip of the clock module holds the key of another vault and is not used. If "
    "nobody needs that vault any more, write chip-anew = yes into zgoda-network.txt.",
    "foreign": "The chip of the clock module holds something that is not Zgoda's, and is not used.",
}


@dataclass(frozen=True, slots=True)
class ChipAtStart:
    """A card's chip, and what its data partition says of it."""

    chip: Chip = field(default_factory=lambda: Chip(Path(FILE)))
    places: Places = field(default_factory=Places)

    @property
    def note(self) -> Path:
        """Return the file that stands there while a vault has its root in the chip."""
        return self.places.folder / "chip"

    def take(self, *, anew: bool) -> str:
        """Return ``taken`` if the root lies in the chip, or is to be made there.

        Otherwise return why not: ``absent``, ``root`` of another vault, ``foreign``, or ``file``
        where there is a vault whose root was never in a chip.

        Args:
            anew: what another vault has left in the chip is overwritten.

        Raises:
            EraserFailed: the chip fails.
            MadeByNewer: a newer version has claimed it.
            OSError: the data partition takes no note.
        """
        if self.places.has_vault:
            return "taken" if self.note.exists() else "file"
        self.note.unlink(missing_ok=True)  # also if the chip fails now: a vault begins without it
        holds: str = "absent"
        if self.chip.path.exists():
            eraser = EepromEraser(self.chip)
            if anew and eraser.holds == "root":
                eraser.wipe_all()
            holds = eraser.holds
        if holds != "blank":
            return holds
        self.note.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        replace_file(self.note, b"The vault of this card has its root in a chip.\n")
        return "taken"


def is_taken(start: ChipAtStart, *, anew: bool) -> tuple[bool, str]:
    """Say whether the chip is used, and in a sentence why one that is there is not."""
    try:
        how = start.take(anew=anew)
    except (EraserFailed, MadeByNewer, OSError) as error:
        return False, f"The chip of the clock module is not used: {error}"
    return how == "taken", WHY_NOT.get(how, "")
