"""Show the first page: how the lines are now, and what became of the last calls."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import CallList, ListCalls
from appliance.link.requests.erase_all import GetEraseAll
from appliance.link.requests.live import GetLive, WatchLive
from appliance.link.requests.outside.backup import GetBackup
from appliance.link.requests.papers.silences import CountSilences
from appliance.link.requests.papers.speakers import ShowSpeakers
from appliance.link.requests.sheet import GetSheetUses
from appliance.link.requests.time import GetTime
from appliance.link.requests.words import ShowOutdated
from appliance.model.findings import Finding, find
from appliance.model.records import SLOW_DISK
from web import access, remedies, streams
from web.pages import live
from web.setup import facts
from web.words import findings

blueprint = Blueprint("home", __name__)

LATEST = 5
"""Calls that the first page lists."""

MOST_AMISS = 3
"""Findings of the doctor that the first page lists: of those that must be mended, and of those to
be looked at."""


PLAIN, TRIAL = find("vault.E0"), find("configuration.trial")
"""What is said to everybody for as long as it is so."""


@blueprint.get("/")
def page() -> str:
    """Show the lines, the latest calls and the month's counts."""
    access.logged_in()
    time = access.ask(GetTime()) if access.may(GetTime) else None
    erasing = access.ask(GetEraseAll()) if access.may(GetEraseAll) else None
    backup = access.ask(GetBackup()) if access.may(GetBackup) else None
    silences = access.ask(CountSilences()) if access.may(CountSilences) else None
    lines = access.ask(GetLive())
    unagreed = not all(each.agreed for each in lines.lines)
    now = live.told(lines)
    outdated = access.ask(ShowOutdated()).lines if access.may(ShowOutdated) else ()
    return render_template(
        "home/page.html",
        live=now,
        time=time,
        erasing=erasing,
        drill_due=backup is not None and backup.drill_due,
        owes=backup is not None and backup.owes,
        silences=silences,
        unagreed=unagreed and access.may(ShowSpeakers),
        outdated=outdated,
        dark=live.dark(),
        by_sheet=access.ask(GetSheetUses()).uses,
        told=findings.sentence,
        told_once=findings.told_once,
        asked=remedies.asked,
        called=request.args.get("trial", ""),
        MOST_AMISS=MOST_AMISS,
        PLAIN=PLAIN,
        TRIAL=TRIAL,
        plain_first=plain_first,
        **news_now(),
    )


def plain_first(warned: Sequence[Finding]) -> list[Finding]:
    """Return what should be looked at, first where the main key lies: that is always said."""
    return sorted(warned, key=lambda finding: finding.id != PLAIN.id)


@blueprint.get("/lines.json")
def lines() -> Response:
    """Return the lines' states to a page without a stream.

    Keeps no session awake: a page left open must not hold the box unlocked.
    """
    access.logged_in()
    return jsonify(live.told(access.ask(GetLive())))


@blueprint.get("/lines/events")
def line_events() -> Response:
    """Send a page every change of the lines, and their levels."""
    access.logged_in()
    return streams.stream(WatchLive(), live.events)


@blueprint.get("/news")
def news() -> str:
    """Return what a call may change, for the open page after one."""
    access.logged_in()
    return render_template("home/after_a_call.html", **news_now())


@blueprint.get("/amiss")
def amiss() -> str:
    """Return what must be fixed alone, for the open page; keeps no session awake."""
    access.logged_in()
    return render_template(
        "home/amiss.html",
        told_once=findings.told_once,
        asked=remedies.asked,
        MOST_AMISS=MOST_AMISS,
    )


def news_now() -> dict[str, Any]:
    """Return the latest calls, the month's counts and what is left of setting up."""
    missing, waits = facts.left()
    return {
        "latest": _latest(),
        "counts": _by_outcome(access.ask(GetCounts(days=30)).rows),
        "missing": missing,
        "waits": waits,
    }


def _latest() -> CallList | None:
    return (
        access.ask_unless(ListCalls(per_page=LATEST), "locked") if access.may(ListCalls) else None
    )


def _by_outcome(rows: tuple[tuple[str, str, str, str, int], ...]) -> list[tuple[str, str, int]]:
    """Sum the counts over lines and days: outcome, reason, count; the most frequent first."""
    sums: dict[tuple[str, str], int] = {}
    for _line_name, _day, outcome, reason, count in rows:
        key = (outcome, reason if outcome != "recorded" or reason == SLOW_DISK else "")
        sums[key] = sums.get(key, 0) + count
    ordered = sorted(sums.items(), key=lambda item: (item[0][0] != "recorded", -item[1], item[0]))
    return [(outcome, reason, count) for (outcome, reason), count in ordered]
