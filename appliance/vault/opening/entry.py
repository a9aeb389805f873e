"""Describe a recording in the keyring; what works locked needs no private key."""

from msgspec import Struct

Place = tuple[int | None, bool]
"""The due day and False, or None and True for what must outlive its day."""


class RecordingEntry(Struct, frozen=True):
    """What the keyring knows of a recording beside its key."""

    due_day: int | None = None  # days since 1970-01-01; None: unused, in the pool
    call: str = ""  # 16 hex digits
    held: bool = False
    review_day: int | None = None
    restricted: bool = False
    clock_ok: bool = True
    boot_id: str = ""
    uptime: int = 0
    day: int | None = None  # on which it began, by the recorder's clock
    began: float | None = None  # UTC, where that clock was wrong
    verdict: str = ""  # where it is worse than its frames alone show

    @property
    def kept(self) -> bool:
        """Say whether it must outlive its day."""
        return self.held or self.restricted

    @property
    def place(self) -> Place:
        """Return its place in the catalogue.

        What must outlive its day stands apart, so a day's shelf can be erased whole and unread.
        """
        return (None if self.kept else self.due_day), self.kept

    def due(self, day: int) -> bool:
        """Say whether it has to be erased on a day: its last one is over, its date is known."""
        if self.due_day is None or self.kept or (not self.clock_ok and self.began is None):
            return False
        return self.due_day < day
