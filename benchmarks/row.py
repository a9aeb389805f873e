"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside its target and its peers.

    Peers marked "published" were measured elsewhere on data made by the same recipe; they are
    not run here.
    """

    what: str
    figure: str
    target: str = ""
    peer: str = ""


def percent(part: float, whole: float = 1.0) -> str:
    """Return a part as a percentage."""
    return f"{100 * part / whole:.1f} %" if whole else "–"
