"""Pictures of figures: curves on two axes, as SVG that a browser shows without help."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

Point = tuple[float, float]

WIDTH, HEIGHT = 720, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 48, 60
COLOURS = ("#0b6e4f", "#1f4e9e", "#a15c00", "#9b1c31", "#5b3a8e")
DASHES = ("", "8 4", "2 4", "12 4 2 4", "4 2")


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: what it counts, and where its marks stand between 0 and 1."""

    title: str
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve, its points between 0 and 1, and where it stands in use."""

    name: str
    points: tuple[Point, ...]
    used: Point | None = None


def svg(title: str, across: Axis, up: Axis, curves: Sequence[Curve]) -> str:
    """Draw curves."""
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'role="img" font-family="sans-serif" font-size="13">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            f'<text x="{_LEFT}" y="26" font-size="16">{escape(title)}</text>',
            *_across(across),
            *_up(up),
            *(line for n, curve in enumerate(curves) for line in _curve(n, curve)),
            "</svg>",
            "",
        )
    )


def _place(point: Point) -> tuple[float, float]:
    across = _LEFT + point[0] * (WIDTH - _LEFT - _RIGHT)
    up = HEIGHT - _BOTTOM - point[1] * (HEIGHT - _TOP - _BOTTOM)
    return round(across, 1), round(up, 1)


def _line(begin: Point, end: Point) -> str:
    (x1, y1), (x2, y2) = _place(begin), _place(end)
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#d8d8d8"/>'


def _across(axis: Axis) -> Iterator[str]:
    for at, text in axis.marks:
        x, y = _place((at, 0.0))
        yield _line((at, 0.0), (at, 1.0))
        yield f'<text x="{x}" y="{y + 18}" text-anchor="middle">{escape(text)}</text>'
    middle, bottom = _place((0.5, 0.0))
    yield f'<text x="{middle}" y="{bottom + 42}" text-anchor="middle">{escape(axis.title)}</text>'


def _up(axis: Axis) -> Iterator[str]:
    for at, text in axis.marks:
        x, y = _place((0.0, at))
        yield _line((0.0, at), (1.0, at))
        yield f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{escape(text)}</text>'
    _, middle = _place((0.0, 0.5))
    yield (
        f'<text x="18" y="{middle}" text-anchor="middle" '
        f'transform="rotate(-90 18 {middle})">{escape(axis.title)}</text>'
    )


def _curve(number: int, curve: Curve) -> Iterator[str]:
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
    pen = f'fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"'
    way = " ".join(f"{x},{y}" for x, y in map(_place, curve.points))
    yield f'<polyline points="{way}" {pen}/>'
    if curve.used is not None:
        x, y = _place(curve.used)
        yield f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    x, y = _place((0.52, 0.36 - 0.075 * number))
    yield f'<polyline points="{x},{y - 4} {x + 36},{y - 4}" {pen}/>'
    yield f'<text x="{x + 44}" y="{y}">{escape(curve.name)}</text>'
