"""Define what the keyring holds of an erasure of everything: order and result."""

from typing import Literal

from msgspec import Struct

Stage = Literal["asked", "decided", "erasing"]


class EraseAllOrder(Struct, frozen=True, kw_only=True):
    """An order to erase every recording, from the asking to the end."""

    id: str  # random
    asked_by: str  # an operator's id
    asked_at: float  # UTC, the believed time
    counted: float | None  # seconds that the box had counted in all; None: it counts none yet
    ground: str
    held: tuple[str, ...] = ()  # recordings on hold that it names
    stage: Stage = "asked"
    decided_by: str = ""  # the second person's id, or keeper: a day has passed
    recordings: int = 0  # that it erases, once it does
    remains: tuple[str, ...] = ()  # ids of sentences on copies outside the box


class EraseAllDone(Struct, frozen=True, kw_only=True):
    """The last erasure of everything."""

    order: EraseAllOrder
    at: float  # UTC
    level: str
    generation: int
    seq: int  # of the audit's entry
