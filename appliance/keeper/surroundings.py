"""Hold what every part of the keeper works with."""

from dataclasses import dataclass

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.vault.opening.keys import Cost


@dataclass(slots=True)
class Surroundings:
    """Configuration, folders and clock."""

    config: Config
    """The settings in force: another one whenever they are changed."""
    folders: Folders
    clock: Clock
    cost: Cost | None = None
    """Of guessing a password made here; the usual one if None."""

    seed: bytes = b""
    """The text of the configuration that the keeper was started with."""

    def follow(self, config: Config) -> None:
        """Take settings that hold from now on."""
        self.config = config

    @property
    def language(self) -> str:
        """Return the office's first language."""
        return self.config.office.languages[0]
