"""Let the keeper see how the board's key stands, and ask root to burn one."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from appliance.card.board.chip import Word
from appliance.card.board.note import KeyNote, KeyRequest
from appliance.card.files import BOARD_STATE, CHIP_STATE
from appliance.card.update.story import replace_file
from appliance.errors import FileFormatError, Refused

REQUEST = "board-key"
"""The file that a unit of the card waits for, in the folder that systemd made for the keeper."""

BURNABLE = frozenset({"blank", "part"})
"""States of a board that a key can be burnt into: empty, or with a part of this box's own."""

_KNOWN = frozenset({"none", "blank", "part", "foreign", "whole"})


@dataclass(frozen=True, slots=True)
class Board:
    """The board's key, as far as the keeper sees it and may ask for it."""

    told: Path = Path(BOARD_STATE)
    """What root has found at the start, in one word."""
    note: KeyNote = field(default_factory=KeyNote)
    handover: Path | None = None
    """Where root finds what is asked for."""
    chip_told: Path = Path(CHIP_STATE)
    """What root has found of a clock module's chip, in one word."""

    @classmethod
    def of_this_machine(cls) -> "Board":
        """Return this machine's; on anything but a card it has none."""
        folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        return cls(handover=Path(folder) if folder else None)

    @property
    def state(self) -> str:
        """Return what the board holds; ``none`` where this is no card, or nobody can tell."""
        word = _word(self.told)
        return word if word in _KNOWN else "none"

    @property
    def chip(self) -> str:
        """Return how a clock module's chip stands; empty where this is no card."""
        word = _word(self.chip_told)
        return word if word in get_args(Word) else ""

    @property
    def attempt(self) -> KeyRequest | None:
        """Return the last attempt; None if there was none, or none can be read."""
        try:
            return self.note.read()
        except FileFormatError:
            return None

    @property
    def outcome(self) -> str:
        """Return how the last attempt ended; empty if there was none."""
        attempt = self.attempt
        return attempt.outcome if attempt is not None else ""

    def check(self) -> None:
        """Say no where no key can be burnt.

        Raises:
            Refused: ``no_board_key``: it has no place for one, or holds one already.
        """
        if self.state not in BURNABLE or self.handover is None:
            raise Refused("no_board_key")

    def ask(self) -> None:
        """Ask root to burn the key; raises OSError."""
        assert self.handover is not None  # noqa: S101 - checked before
        replace_file(self.handover / REQUEST, f"burn {secrets.token_hex(16)}\n".encode())


def _word(told: Path) -> str:
    """Return the word that root has left; empty if there is none."""
    try:
        with told.open("rb") as file:
            return file.read(32).decode("ascii", "replace").strip()
    except OSError:
        return ""
