"""Describe the lines and the lamps to a live page, in the reader's language."""

import secrets
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext

from appliance.clock import Clock
from appliance.link.requests.live import LiveNews, OnLine
from appliance.model.lamps import Light, signs
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from web.words import formats, proof, ready, words

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

HOLLOW = frozenset({"refused", "exempt", "private", "retryable", "machine", "far_changed"})
"""States of a call of which nothing more is kept: its dot is a ring."""


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
        "taken_up": news.taken_up,
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
    return str(gettext("Not known now. The lamps on the device may be out of date."))


def _front(news: LiveNews) -> dict[str, str]:
    """Show the lamps as the box does; without the recorder they are unknown."""
    if not news.recorder:
        out = dict.fromkeys(("green", "amber", "red"), Light.OFF.value)
        return out | {"text": dark()}
    shining = signs(news.lines, news.need)
    lights = dict.fromkeys(("green", "amber", "red"), Light.OFF.value)
    lights |= {each.lamp: each.light.value for each in shining}
    return lights | {"text": " ".join(map(ready.legend, shining))}


def _sentence(status: LineStatus, older: bool) -> str:
    said = (
        ready.sentence(status) or ready.state(status).sentence,
        ready.KEPT if status.kept and status.state in HOLLOW else "",
        ready.OLDER if older else "",
        words.slow(status.slow_sync_ms),
    )
    return " ".join(str(each) for each in said if each)


def lamp(status: LineStatus) -> str:
    """Return the classes of a line's dot, which shines as the lamps of a box with this line."""
    shape = ("hollow",) if status.state in HOLLOW else ()
    return " ".join((*shape, *(f"{each.lamp}-{each.light}" for each in signs((status,)))))


def said(status: LineStatus, older: bool = False) -> dict[str, str]:
    """Return the state of a line as every page says it: its dot, its name and a sentence."""
    return {
        "state": status.state,
        "lamp": lamp(status),
        "name": str(ready.name(status) or ready.state(status).name),
        "sentence": _sentence(status, older),
    }


def _line(status: LineStatus, on: OnLine | None, older: bool) -> dict[str, Any]:
    clock, _instance = current_app.extensions["live"]
    return (
        said(status, older)
        | {
            "line": status.line,
            "asks": status.asks,
            "last": str(words.last(status)),
            "about": str(words.about(status.state)),
            "since": formats.since(status.since, clock.now()) if status.since else "",
            "at": status.since,
            "call_at": status.call_since,
            "began": formats.minute(status.began) if status.began else "",
            "buttons": _buttons(status),
            "trial": status.trial,
            "badge": proof.badge(status.unreal),
            "on": on is not None or status.state in ON_SHOWN,
        }
        | _who(on)
    )


def _buttons(status: LineStatus) -> tuple[str, ...]:
    """Return the buttons that work now."""
    silent = status.state == "idle" and status.obstacle is Obstacle.EMERGENCY
    if status.trial and silent:
        return ("end_silence",)
    work = BUTTONS.get(status.state, ())
    return work if status.again else tuple(each for each in work if each != "ask")


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
    shown = ready.UNKNOWN_STATE
    return {
        "state": "unknown",
        "lamp": "",
        "name": str(shown.name),
        "asks": False,
        "sentence": str(shown.sentence),
        "about": "",
        "last": "",
        "badge": "",
        "since": "",
        "at": 0,
        "call_at": 0,
        "began": "",
        "buttons": (),
        "on": False,
    } | _who(None)
