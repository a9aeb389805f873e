"""Let the keeper ask root for an update, and read how it stands."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from appliance.card.update.install import InstallPlaces
from appliance.card.update.story import Story, Update, replace_file
from appliance.errors import FileFormatError, Refused

REQUEST = "update"
"""The file that a unit of the card waits for, in the folder that systemd made for the keeper."""


@dataclass(frozen=True, slots=True)
class CardUpdates:
    """The updates of a card, as far as the keeper sees them and may ask for them."""

    story: Story
    slot: str = ""
    """The system that runs, A or B; empty where this is no card."""
    handover: Path | None = None
    """Where root finds what is asked for."""

    @classmethod
    def of_this_machine(cls) -> "CardUpdates":
        """Return this machine's; on anything but a card there are none."""
        places = InstallPlaces()
        folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        try:
            slot = places.slot
        except OSError:
            slot = ""
        return cls(places.story, slot, Path(folder) if folder else None)

    @property
    def possible(self) -> bool:
        """Say whether this is a card, which root updates from a stick."""
        return bool(self.slot) and self.handover is not None

    def so_far(self) -> tuple[Update, ...]:
        """Return the updates, the last one last; none if the list cannot be read."""
        try:
            return self.story.updates()
        except (FileFormatError, OSError):
            return ()

    def waits(self) -> bool:
        """Say whether a new system waits for a restart."""
        return any(update.outcome == "waits" for update in self.so_far())

    def check_install(self) -> None:
        """Say no where nothing can be installed now.

        Raises:
            Refused: ``no_stick_updates``, ``update_running``.
        """
        if not self.possible:
            raise Refused("no_stick_updates")
        if self.story.percent() is not None:
            raise Refused("update_running")

    def check_restart(self) -> None:
        """Say no where a restart would change nothing, or cut an update off.

        Raises:
            Refused: ``no_restart_waits``, or as ``check_install`` does.
        """
        self.check_install()
        if not self.waits():
            raise Refused("no_restart_waits")

    def ask(self, what: str) -> None:
        """Ask root to ``install``, to take what was ``fetched``, or to ``restart``; raises OSError.

        The number makes each request a new file, which the unit notices.
        """
        assert self.handover is not None  # noqa: S101 - checked before
        replace_file(self.handover / REQUEST, f"{what} {secrets.token_hex(16)}\n".encode())
