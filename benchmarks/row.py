"""Define a row of the one table, and separate tables."""

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
    met: bool | None = None
    """Whether the target is; None: there is none, or nothing could be measured."""


@dataclass(frozen=True, slots=True)
class Table:
    """Figures with their own columns; printed folded, after the rows."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def percent(part: float, whole: float = 1.0) -> str:
    """Return a share as a percentage."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def ratio(ours: float, theirs: float) -> str:
    """Return how many times a peer's figure ours is."""
    return f"× {ours / theirs:.3g}" if theirs else "× ∞" if ours else "× 1"
