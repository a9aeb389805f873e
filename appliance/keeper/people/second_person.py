"""Say who may be the second of two people, and when a counted day stands for them."""

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.vault.opening.content import OperatorEntry

WAIT_SECONDS = float(DAY)
"""Counted seconds from the asking, after which nobody has to confirm."""


def check_second(
    asked_by: str, operator: str, entry: OperatorEntry | None, counted: float | None
) -> None:
    """Refuse who cannot be the second of two people.

    Args:
        asked_by: the first one's id.
        operator: the second one's.
        entry: theirs in the keyring.
        counted: the seconds that the box has counted; None: it does not count yet.

    Raises:
        Refused: ``second_person_needed``: it is one's own; ``too_new``: another person gave that
            account its password less than a counted day ago.
    """
    if operator == asked_by:
        raise Refused("second_person_needed")
    given = entry.given if entry is not None else 0.0
    if given is not None and (counted is None or given + WAIT_SECONDS > counted):
        raise Refused("too_new")


def seconds_left(began: float | None, counted: float | None) -> float | None:
    """Return the counted seconds until nobody has to confirm; None: nothing is counted."""
    if began is None or counted is None:
        return None
    return max(began + WAIT_SECONDS - counted, 0.0)
