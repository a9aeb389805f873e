"""The first page: how the lines are, and what became of the last calls."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from appliance.errors import Refused
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import CallList, ListCalls
from appliance.link.requests.lines import GetLines
from appliance.model.records import LineStatus
from web import access, formats, words

blueprint = Blueprint("home", __name__)

LATEST = 5
"""Calls that the first page lists."""

BUTTONS = {
    "ringing": ("private",),
    "dialling": ("private",),
    "settling": ("private",),
    "asking": ("private",),
    "awaiting": ("private",),
    "confirming": ("private",),
    "recording": ("pause", "private"),
    "paused": ("resume", "private"),
    "retryable": ("private", "ask"),
    "far_changed": ("private", "ask"),
}
"""State -> what the box's button can do in it, by the names of ``words.BUTTONS``."""


@blueprint.get("/")
def page() -> str:
    """Show the lines, the latest calls and the month's counts."""
    access.somebody()
    return render_template(
        "home/page.html", lines=access.ask(GetLines()), buttons=BUTTONS, **_news()
    )


@blueprint.get("/lines.json")
def lines() -> Response:
    """Tell the page's script how the lines are now, in words.

    Asks nothing that keeps a session awake: a page left open must not hold the box unlocked.
    """
    access.somebody()
    now = access.ask(GetLines())
    unknown = words.UNKNOWN_STATE
    return jsonify(
        recorder=now.recorder,
        lines=[_line(line) for line in now.lines],
        unknown={
            "lamp": unknown.lamp,
            "name": str(unknown.name),
            "sentence": str(unknown.sentence),
            "about": "",
            "last": "",
            "since": "",
            "buttons": (),
        },
    )


@blueprint.get("/news")
def news() -> str:
    """Give latest calls and counts alone, to be put into the page when a call is over."""
    access.somebody()
    return render_template("home/news.html", **_news())


def _news() -> dict[str, Any]:
    return {"latest": _latest(), "counts": _by_outcome(access.ask(GetCounts(days=30)).rows)}


def _line(status: LineStatus) -> dict[str, Any]:
    told = words.state(status.state)
    last = words.last(status)
    return {
        "line": status.line,
        "state": status.state,
        "lamp": told.lamp,
        "name": str(told.name),
        "sentence": str(told.sentence),
        "last": str(last),
        "about": str(words.about(status.state)),
        "since": formats.clock(status.since) if status.since else "",
        "buttons": BUTTONS.get(status.state, ()),
    }


def _latest() -> CallList | None:
    if not access.may(ListCalls):
        return None
    try:
        return access.ask(ListCalls(per_page=LATEST))
    except Refused as refusal:
        if refusal.code != "locked":
            raise
        return None


def _by_outcome(rows: tuple[tuple[str, str, str, str, int], ...]) -> list[tuple[str, str, int]]:
    """Sum the counts over lines and days: outcome, reason, count; the most frequent first."""
    sums: dict[tuple[str, str], int] = {}
    for _line_name, _day, outcome, reason, count in rows:
        key = (outcome, "" if outcome == "recorded" else reason)
        sums[key] = sums.get(key, 0) + count
    ordered = sorted(sums.items(), key=lambda item: (item[0][0] != "recorded", -item[1], item[0]))
    return [(outcome, reason, count) for (outcome, reason), count in ordered]
