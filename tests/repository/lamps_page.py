"""Write docs/lamps.md as the one function that decides about lamps answers: ``make docs``."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from flask import Flask
from msgspec import structs

from appliance.model.lamps import Light, Need, Sign, signs
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from tests.model.lamps import EVERY_LINE
from web import language
from web.words import ready

PAGE = Path(__file__).parents[2] / "docs" / "lamps.md"
LAMPS = ("green", "amber", "red")
SHINES = {Light.OFF: "", Light.STEADY: "on", Light.BLINKING: "blinks", Light.WINK: "flashes"}
HEAD = ["| Green | Amber | Red | What the first page says |", "|---|---|---|---|"]
LINE = "*Line*"

READY = LineStatus(line=LINE, state="idle")
BESIDE = {
    "ready": READY,
    "waits for its first day": LineStatus(line=LINE, state="idle", obstacle=Obstacle.DAY),
    "asks a caller": LineStatus(line=LINE, state="asking"),
    "records": LineStatus(line=LINE, state="recording"),
    "paused": LineStatus(line=LINE, state="paused"),
    "cannot be heard": LineStatus(line=LINE, state="fault"),
}
"""Lines of which two stand beside each other."""

INTRODUCTION = (
    "# What each lamp says\n\n"
    "`make docs` writes this page. It asks [`signs`](../appliance/model/lamps.py), which decides "
    "about colour and sentence for everything that shows one: the [lamps on the device](front.md), "
    "the lamps and dots that pages draw, the demo phone, the device check and its mail. Each row "
    "is what it answers, in the words of the first page; `make test` asks it again.\n\n"
    "*flashes*: shortly, every five seconds. Where no lamp shines, no line is there for asking "
    "callers, or the recorder is not running.\n"
)


def written() -> str:
    """Return the page."""
    app = Flask(__name__)
    language.install(app)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return "\n".join([INTRODUCTION, *_one_line(), *_needs(), *_two_lines()])


def _one_line() -> Iterator[str]:
    """Yield the table of a device with no line, then with one, however that is."""
    lines = [(), *((structs.replace(each, line=LINE),) for each in EVERY_LINE)]
    yield from ("## One line", "", *HEAD)
    yield from dict.fromkeys(_row(signs(each)) for each in lines)
    yield ""


def _needs() -> Iterator[str]:
    """Yield the table of what waits for an administrator while the line is ready."""
    yield from ("## A line that is ready, and an administrator is needed", "", *HEAD)
    yield from (_row(signs((READY,), need)) for need in Need if need is not Need.NOTHING)
    yield ""


def _two_lines() -> Iterator[str]:
    """Yield the table of two lines, each pair once."""
    yield from ("## Two lines", "", f"| One line | The other {HEAD[0]}", f"|---|---{HEAD[1]}")
    for (one, first), (other, second) in combinations(BESIDE.items(), 2):
        yield f"| {one} | {other} {_row(signs((first, second)))}"
    yield ""


def _row(shining: tuple[Sign, ...]) -> str:
    lights = dict.fromkeys(LAMPS, Light.OFF) | {each.lamp: each.light for each in shining}
    said = " ".join(map(ready.legend, shining))
    return "| " + " | ".join([*(SHINES[each] for each in lights.values()), said]) + " |"


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
