"""What the parts of the keeper know of each other, so that each can be built and tested alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.errors import Refused
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.dispatch import Handler
from appliance.keeper.people.operators import Operators
from appliance.link.registry import AnyOperation
from appliance.link.requests.people import OldKeys
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Change, Keyring
from appliance.vault.opening.keys import Cost


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What everything in the keeper works with."""

    config: Config
    folders: Folders
    clock: Clock
    cost: Cost | None = None
    """Of guessing a password made here; the usual one if None."""


class Records(Protocol):
    """The recordings' part of the keeper: take-up, reading, retention, erasure, handlers."""

    def handlers(self) -> Mapping[type[AnyOperation], Handler]:
        """Return the handlers of the operations on calls and counts."""

    def resume(self) -> None:
        """Finish at boot what was interrupted: erasures."""

    def take_up(self) -> None:
        """Take up what the recorder left, shred what was withdrawn; works locked."""

    def tick(self) -> None:
        """Do what is due by now: finish erasures, list calls; called every few seconds."""

    def sweep(self) -> None:
        """Erase what is past its day; called at boot and every hour."""

    def unlock(self, reading_key: bytearray) -> None:
        """Let recordings be read; nothing happens if they can be already."""

    def lock(self) -> None:
        """End the reading child and everything it knows."""

    @property
    def old_keys(self) -> OldKeys:
        """Say whether passwords that were changed or taken away still open an old copy."""

    def renew(self, change: Change, actor: str) -> None:
        """Change who may log in, so that older copies of the keyring die."""


@dataclass(frozen=True, slots=True)
class OpenBox:
    """What stands open once there is a vault."""

    keyring: Keyring
    eraser: Eraser
    audit: AuditLog
    operators: Operators
    records: Records


class Box(Protocol):
    """What handlers need of the keeper as a whole."""

    @property
    def box(self) -> OpenBox | None:
        """Return what is open; None before the first run."""

    def open_box(self) -> OpenBox:
        """Open the vault that was just made."""

    def unlock(self, reading_key: bytearray) -> None:
        """Let recordings be read until the last session ends."""


def opened(keeper: Box) -> OpenBox:
    """Return what is open; raises Refused (``not_set_up``) before the first run."""
    if keeper.box is None:
        raise Refused("not_set_up", "This box is not set up yet: do the first run.")
    return keeper.box
