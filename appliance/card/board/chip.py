"""Decide at each start whether a card's vault has its root in the chip of the clock module.

As root, before the keeper starts. A vault that is there stays where it was made, also while its
chip is missing, and no chip that is plugged in later takes it over. A new one is made in a chip
that is there and blank. Root writes nothing to the chip: that does the keeper, with the vault.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from appliance.card.board.burn import BurnPlaces
from appliance.card.update.story import replace_file
from appliance.errors import EraserFailed, MadeByNewer
from appliance.model.sentences.faults import DeviceFault, in_words
from appliance.vault.opening.erasers.chip import Chip
from appliance.vault.opening.erasers.eeprom import EepromEraser

FILE = "/run/zgoda-eeprom/chip"
"""Leads to the driver's file, whatever number the bus has; zgoda-eeprom.service lays it."""

Word = Literal["", "taken", "anew", "away", "root", "foreign", "failed"]
"""How a chip stands: there is none, or it does not matter; used; used, and what another vault has
left in it may be overwritten; missing, while a vault needs it; not used, for what it holds or for
it fails."""

TAKEN = frozenset({"taken", "anew", "away"})
"""Words of a chip in which the root lies, or is to be made."""

SAID: dict[Word, tuple[DeviceFault, ...]] = {
    "away": in_words("clock_chip_away").faults,
    "root": in_words("clock_chip_root").faults,
    "foreign": in_words("clock_chip_foreign").faults,
}
"""What is told on the console."""


@dataclass(frozen=True, slots=True)
class ChipAtStart:
    """A card's chip, and what its data partition says of it."""

    chip: Chip = field(default_factory=lambda: Chip(Path(FILE)))
    places: BurnPlaces = field(default_factory=BurnPlaces)

    @property
    def note(self) -> Path:
        """Return the file that stands there while a vault has its root in the chip."""
        return self.places.folder / "chip"

    def look(self, *, anew: bool) -> Word:
        """Say how the chip stands, and note that a vault to come has its root there.

        Args:
            anew: what another vault has left in the chip may be overwritten.

        Raises:
            EraserFailed: the chip fails.
            MadeByNewer: a newer version has claimed it.
            OSError: the data partition takes no note.
        """
        there = self.chip.path.exists()
        if self.places.has_vault:
            if not self.note.exists() or self.places.folders.root.exists():
                return ""  # its root lies in a file
            return "taken" if there else "away"
        self.note.unlink(missing_ok=True)  # also if the chip fails now: a vault begins without it
        holds = EepromEraser(self.chip).holds if there else ""
        word: Word = "taken" if holds == "blank" else holds
        if word == "root" and anew:
            word = "anew"
        if word in TAKEN:
            self.note.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            replace_file(self.note, b"The vault of this card has its root in a chip.\n")
        return word


def look(start: ChipAtStart, *, anew: bool) -> tuple[Word, tuple[DeviceFault, ...]]:
    """Say how the chip stands in a word, and what a person has to know."""
    try:
        word = start.look(anew=anew)
    except (EraserFailed, MadeByNewer, OSError) as error:
        return "failed", in_words("clock_chip_fails", because=error).faults
    return word, SAID.get(word, ())
