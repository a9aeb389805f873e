"""State what every eraser does: keep the keyring's root, and really overwrite it.

The root stands in one of two slots, so a new root is written and read back before the old one is
overwritten. ``erasers/file.py`` keeps the slots in a file (E0, or E1 under the board's own secret),
``erasers/eeprom.py`` in a chip of its own (E2). One contract test runs on each.
"""

from typing import Literal, Protocol

from appliance.vault.opening.shard import Anchor

Level = Literal["E0", "E1", "E2"]

LEVELS: tuple[Level, ...] = ("E0", "E1", "E2")
"""By their numbers in slots, keyrings and shards."""


class Eraser(Protocol):
    """At most two roots, each under its generation.

    Whatever a method names, it raises OSError or EraserFailed if the place does not answer.
    """

    @property
    def level(self) -> Level:
        """Return the level at which it makes roots; that of a root is its slot's."""

    def generations(self) -> tuple[int, ...]:
        """Return the generations that have a root, lowest first."""

    def read(self, generation: int) -> bytes:
        """Return the root of a generation.

        Raises:
            KeyLost: no slot holds it.
            FileFormatError: the roots cannot be read.
        """

    def slot_level(self, generation: int) -> int:
        """Return the level, a number, of the slot that holds a root; raises as ``read``."""

    def prepare(self, generation: int) -> bytes:
        """Make a new root in the spare slot and read it back.

        Raises:
            EraserFailed: the slot did not take it; the root in use is untouched.
        """

    def wipe_others(self, generation: int) -> None:
        """Overwrite every root but this generation's, and read back that it is gone.

        Raises:
            EraserFailed: an old root may still be there.
        """

    def wipe_all(self) -> None:
        """Overwrite every root, and read back that none is left: no keyring opens any more.

        Raises:
            EraserFailed: a root may still be there.
        """

    def anchor(self, vault_id: bytes) -> Anchor | None:
        """Return the audit's entry that was kept last for this vault; None where none is kept."""

    def keep_anchor(self, vault_id: bytes, anchor: Anchor) -> None:
        """Keep an entry of the audit beside the roots, if the place has room of its own for it.

        Raises:
            EraserFailed: it was not taken; the entry kept before is still there.
        """
