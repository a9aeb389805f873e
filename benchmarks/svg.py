"""Draw SVG pictures of rectangles, lines, dots and words, for light and dark paper."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_STYLE = """
  text { font: 13px system-ui, 'DejaVu Sans', sans-serif; fill: #1f2328; }
  .small { font-size: 11px; }
  .title { font-size: 15px; font-weight: 600; }
  .soft { fill: #59636e; }
  .line { stroke: #d1d9e0; }
  .trough { fill: #eaeef2; }
  .curve { fill: none; stroke-width: 2.5; }
  .ours-line { stroke: #0b7285; }
  .peer-line { stroke: #9a6700; }
  .ours { fill: #0b7285; }
  .peer { fill: #9a6700; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .soft { fill: #9198a1; }
    .line { stroke: #3d444d; }
    .trough { fill: #262c36; }
    .ours-line { stroke: #3bc9db; }
    .peer-line { stroke: #d29922; }
    .ours { fill: #3bc9db; }
    .peer { fill: #d29922; }
  }
"""


class Picture:
    """A picture of shapes in the order of their adding; lengths are pixels from the top left."""

    def __init__(self, width: int, height: int, title: str, told: str) -> None:
        """Begin an empty picture; ``told`` describes it in words."""
        self._size = width, height
        self._shapes = [f"<title>{escape(title)}</title>", f"<desc>{escape(told)}</desc>"]
        self.text(16, 26, title, kind="title")

    def text(
        self, x: float, y: float, words: str, *, kind: str = "", anchor: str = "start"
    ) -> None:
        """Write words whose baseline is at ``y``."""
        where: dict[str, float | str] = {"x": x, "y": y, "text-anchor": anchor}
        self._shapes.append(f"<text{_given(where, kind)}>{escape(words)}</text>")

    def rect(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """Fill a rectangle."""
        where = {"x": x, "y": y, "width": width, "height": height, "rx": 2}
        self._shapes.append(f"<rect{_given(where, kind)}/>")

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a thin line."""
        where = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        self._shapes.append(f"<line{_given(where, 'line')}/>")

    def curve(self, points: Sequence[tuple[float, float]], kind: str, dashes: str = "") -> None:
        """Draw a thick line through points, broken by an SVG ``stroke-dasharray`` if given."""
        way = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        where = {"points": way, "stroke-dasharray": dashes or "none"}
        self._shapes.append(f"<polyline{_given(where, f'curve {kind}-line')}/>")

    def dot(self, x: float, y: float, radius: float, kind: str) -> None:
        """Fill a circle."""
        self._shapes.append(f"<circle{_given({'cx': x, 'cy': y, 'r': radius}, kind)}/>")

    def save(self, path: Path) -> None:
        """Write the picture."""
        width, height = self._size
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img">'
        )
        body = "\n".join([head, f"<style>{_STYLE}</style>", *self._shapes, "</svg>", ""])
        path.write_text(body, "utf-8")


def _given(where: Mapping[str, float | str], kind: str) -> str:
    pairs = {name: _short(value) for name, value in where.items()} | (
        {"class": kind} if kind else {}
    )
    return "".join(f' {name}="{value}"' for name, value in pairs.items())


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
