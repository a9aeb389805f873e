"""Draw curves on two axes."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.svg import Picture

Point = tuple[float, float]

_WIDTH, _HEIGHT = 720, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 24, 48, 62


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its quantity, and its marks between 0 and 1."""

    title: str
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve, its points between 0 and 1, and its point in use."""

    name: str
    points: tuple[Point, ...]
    used: Point
    kind: str  # ours or peer
    dashes: str = ""


def drawn(title: str, told: str, across: Axis, up: Axis, curves: Sequence[Curve]) -> Picture:
    """Draw curves, with a dot where each is in use."""
    picture = Picture(_WIDTH, _HEIGHT, title, told)
    for at, text in across.marks:
        x, bottom = _place((at, 0.0))
        picture.line(x, bottom, *_place((at, 1.0)))
        picture.text(x, bottom + 18, text, kind="small", anchor="middle")
    for at, text in up.marks:
        left, y = _place((0.0, at))
        picture.line(left, y, *_place((1.0, at)))
        picture.text(left - 8, y + 4, text, kind="small", anchor="end")
    middle, bottom = _place((0.5, 0.0))
    picture.text(middle, bottom + 42, across.title, anchor="middle")
    picture.text(16, _TOP - 6, up.title, kind="small")
    for number, curve in enumerate(curves):
        picture.curve([_place(point) for point in curve.points], curve.kind, curve.dashes)
        picture.dot(*_place(curve.used), 5, curve.kind)
        x, y = _place((0.5, 0.34 - 0.075 * number))
        picture.curve([(x, y - 4), (x + 36, y - 4)], curve.kind, curve.dashes)
        picture.text(x + 44, y, curve.name)
    return picture


def _place(point: Point) -> Point:
    across = _LEFT + point[0] * (_WIDTH - _LEFT - _RIGHT)
    up = _HEIGHT - _BOTTOM - point[1] * (_HEIGHT - _TOP - _BOTTOM)
    return across, up
