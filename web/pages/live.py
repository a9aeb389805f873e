"""Describe the lines and the lamps to a live page, in the reader's language."""

import secrets
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from appliance.clock import Clock
from appliance.link.requests.live import LiveNews, OnLine
from appliance.model.lamps import Light, Needs, lamp_pattern
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from web.words import formats, ready, words

BUTTONS = {
    "ringing": ("private",),
    "dialling": ("private",),
    "settling": ("private",),
    "asking": ("private",),
    "awaiting": ("private",),
    "informing": ("private",),
    "choosing": ("private",),
    "confirming": ("private",),
    "recording": ("pause", "private"),
    "paused": ("resume", "private"),
    "retryable": ("private", "ask"),
    "far_changed": ("private", "ask"),
}
"""State -> the buttons that work in it, named as in ``words.BUTTONS``."""

ON_SHOWN = BUTTONS.keys() - {"far_changed"}
"""States of a call that can be recorded: the page shows a caller, even an unknown one."""

LAMPS = {
    ("green", Light.STEADY): _l("Green: ready."),
    ("green", Light.WINK): _l(
        "Green flashes: everything is set up, and the first day of recording is still to come."
    ),
    ("amber", Light.BLINKING): _l("Yellow blinks: asking."),
    ("amber", Light.WINK): _l(
        "Yellow flashes: the device has no board key; protect its memory card from theft."
    ),
    ("red", Light.STEADY): _l("Red: a call is being recorded."),
    ("red", Light.BLINKING): _l("Red blinks: a recording is paused."),
    ("red", Light.WINK): _l(
        "Red flashes: a line asks nobody, its phone was not yet at rest, the disk is slow, or an "
        "administrator has to look at the panel."
    ),
}
"""A lit lamp and its meaning."""


def install(app: Flask, clock: Clock) -> None:
    """Install the clock and a name of this start of the panel."""
    app.extensions["live"] = (clock, secrets.token_hex(8))


def told(news: LiveNews) -> dict[str, Any]:
    """Return the state of all lines as page and script show it.

    ``now`` is the box's time: a browser's clock may be wrong. ``panel`` changes at each start of
    the panel, when an open page has to be reloaded.
    """
    clock, instance = current_app.extensions["live"]
    people = {on.line: on for on in news.people}
    return {
        "panel": instance,
        "now": clock.now(),
        "recorder": news.recorder,
        "front": _front(news),
        "lines": [_line(status, people.get(status.line), news.older) for status in news.lines],
        "unknown": _unknown(),
    }


def events(news: LiveNews) -> dict[str, Any]:
    """Return the data of one event: levels alone, or the whole state."""
    if news.kind == "levels":
        return {"levels": {level.line: level.dbm0 for level in news.levels}}
    return told(news)


def dark() -> str:
    """Return what is said of lamps that nobody can see."""
    return str(gettext("The lamps cannot be told while the recorder is away."))


def _front(news: LiveNews) -> dict[str, str]:
    """Show the lamps as the box does; without the recorder they are unknown."""
    if not news.recorder:
        out = dict.fromkeys(("green", "amber", "red"), Light.OFF.value)
        return out | {"text": dark()}
    shown = lamp_pattern(news.lines, Needs(news.needed, news.plain))
    lights = {"green": shown.green, "amber": shown.amber, "red": shown.red}
    said = [str(LAMPS[lamp]) for lamp in lights.items() if lamp in LAMPS]
    return {name: light.value for name, light in lights.items()} | {"text": " ".join(said)}


def _sentence(status: LineStatus, older: bool) -> str:
    said = (
        ready.sentence(status) or words.state(status.state).sentence,
        ready.OLDER if older else "",
        words.slow(status.slow_sync_ms),
    )
    return " ".join(str(each) for each in said if each)


def lamp(status: LineStatus) -> str:
    """Return the lamp of a line; one that does not ask is not lit as ready."""
    if status.state != "idle" or status.obstacle is None:
        return words.state(status.state).lamp
    if status.waits:
        return "waits"
    return "unrecorded" if status.obstacle is Obstacle.KIND else "fault"


def _line(status: LineStatus, on: OnLine | None, older: bool) -> dict[str, Any]:
    clock, _instance = current_app.extensions["live"]
    return {
        "line": status.line,
        "state": status.state,
        "lamp": lamp(status),
        "name": str(ready.name(status) or words.state(status.state).name),
        "asks": status.asks,
        "sentence": _sentence(status, older),
        "last": str(words.last(status)),
        "about": str(words.about(status.state)),
        "since": formats.since(status.since, clock.now()) if status.since else "",
        "at": status.since,
        "call_at": status.call_since,
        "began": formats.minute(status.began) if status.began else "",
        "buttons": _buttons(status),
        "trial": status.trial,
        "on": on is not None or status.state in ON_SHOWN,
    } | _who(on)


def _buttons(status: LineStatus) -> tuple[str, ...]:
    """Return the buttons that work now."""
    silent = status.state == "idle" and status.obstacle is Obstacle.EMERGENCY
    return ("end_silence",) if status.trial and silent else BUTTONS.get(status.state, ())


def _who(on: OnLine | None) -> dict[str, str]:
    """Return the other party: the main word, the number, and the call's direction."""
    if on is None:
        return {"who": "", "number": "", "way": gettext("call")}
    number = formats.number(on.number)
    if on.identity == "withheld":
        who, number = gettext("Number withheld"), ""
    elif on.identity == "listed":
        who, number = gettext("A number that is never recorded"), ""
    elif on.name:
        who = on.name
    else:
        who, number = number or gettext("Number unknown"), ""
    return {"who": who, "number": number, "way": str(words.DIRECTIONS[on.direction])}


def _unknown() -> dict[str, Any]:
    """Return the entry of a line whose state is unknown."""
    shown = words.UNKNOWN_STATE
    return {
        "state": "unknown",
        "lamp": shown.lamp,
        "name": str(shown.name),
        "asks": False,
        "sentence": str(shown.sentence),
        "about": "",
        "last": "",
        "since": "",
        "at": 0,
        "call_at": 0,
        "began": "",
        "buttons": (),
        "on": False,
    } | _who(None)
