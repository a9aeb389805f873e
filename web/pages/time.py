"""Confirm the box's time, and agree to an erasure that waits: an administrator's page."""

from datetime import datetime
from typing import Any

from babel.dates import LOCALTZ
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.time import AllowErasure, ConfirmTime, GetTime, TimeState
from web import access, forms
from web.words import formats, refusals

blueprint = Blueprint("time", __name__, url_prefix="/time")

CHOICES = ("clock", "counted", "other")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the times that the box knows, and what it asks."""
    access.need(GetTime)
    return _page({})


@blueprint.post("")
def confirm() -> ResponseReturnValue:
    """Confirm one of the times that were shown, or another one."""
    access.need(ConfirmTime)
    form = request.form
    at, uptime = _chosen_time(), forms.number("uptime")
    mistakes = {}
    if form.get("time", "") not in CHOICES:
        mistakes["time"] = gettext("Choose the time that is right.")
    elif at is None or uptime is None:
        mistakes["other"] = gettext("Type a day and a time of day.")
    mistakes |= forms.no_password("password")
    if mistakes or at is None or uptime is None:
        return _page(mistakes, 400)
    try:
        access.ask(ConfirmTime(at=at, uptime=uptime, password=form.get("password", "")))
    except Refused as refusal:
        if refusal.code == "page_too_old":
            return _page({"time": refusals.sentence(refusal)}, 409)
        if refusal.code == "time_impossible":
            return _page({"other": refusals.sentence(refusal)}, 400)
        return _page(*_why(refusal, "password"))
    return redirect(url_for("time.page", done="time"), 303)


@blueprint.post("/erasure")
def allow() -> ResponseReturnValue:
    """Agree to the erasure that was shown."""
    access.need(AllowErasure)
    form = request.form
    through, recordings = forms.number("through"), forms.number("recordings")
    mistakes = forms.not_sure("sure") | forms.no_password("erase_password", "erase_password")
    if mistakes:
        return _page(mistakes, 400)
    if through is None or recordings is None:
        return _page({"sure": gettext("The list has changed meanwhile. Look at it again.")}, 409)
    asked = AllowErasure(
        through=int(through), recordings=int(recordings), password=form.get("erase_password", "")
    )
    try:
        access.ask(asked)
    except Refused as refusal:
        if refusal.code in {"list_changed", "time_unconfirmed"}:
            return _page({"sure": refusals.sentence(refusal)}, 409)
        return _page(*_why(refusal, "erase_password"))
    done = "erasure" if recordings > (forms.number("kept") or 0) else "agreed"
    return redirect(url_for("time.page", done=done), 303)


def asks(state: TimeState | None) -> bool:
    """Say whether something waits for an administrator."""
    return state is not None and (state.question != "none" or bool(state.due))


def _chosen_time() -> float | None:
    """Return the chosen time (UTC); a typed one is that of the office's time zone."""
    form = request.form
    if form.get("time") != "other":
        return forms.number(form.get("time", ""))
    typed = f"{form.get('day', '')}T{form.get('clock_time', '')}"
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=LOCALTZ).timestamp()
    except (ValueError, OverflowError):
        return None


def _why(refusal: Refused, field: str) -> tuple[dict[str, str], int]:
    return refusals.mistake(refusal, field, gettext("Your password is wrong."))


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state = access.ask(GetTime())
    shown: dict[str, Any] = {
        "state": state,
        "apart": _apart(state),
        "recordings": sum(row.recordings for row in state.due),
        "kept": sum(row.kept for row in state.due),
        "chosen": request.form.get("time", ""),
        "day": request.form.get("day", ""),
        "clock_time": request.form.get("clock_time", ""),
        "done": request.args.get("done", ""),
    }
    zone = formats.zone(state.counted or state.clock or 0.0)
    return render_template("time/page.html", mistakes=mistakes, zone=zone, **shown), status


def _apart(state: TimeState) -> float | None:
    """Return by how many seconds the clock is ahead of what was counted; None if one is missing."""
    if state.clock is None or state.counted is None:
        return None
    return state.clock - state.counted
