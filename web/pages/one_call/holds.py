"""Hold calls past their retention on a ground of Art. 17(3); lift a hold."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.calls import HoldCall, HoldGround, ReleaseHold, ShowCall
from web import access
from web.pages.calls import chosen_calls, reason_mistakes, rid
from web.words import refusals

blueprint = Blueprint("holds", __name__, url_prefix="/calls")

OF_THE_REVIEW = frozenset({"review_past", "no_day"})
LEFT_OUT = frozenset({"held_already", "not_found", "erased", "unreadable"})
"""Refusals of one of several calls that keep the others from nothing."""


@blueprint.get("/<recording>/hold")
def page(recording: str) -> ResponseReturnValue:
    """Ask for the ground, the reason and the day of review."""
    return _page(recording, {}, 200)


@blueprint.post("/<recording>/hold")
def hold(recording: str) -> ResponseReturnValue:
    """Hold the call."""
    access.need(HoldCall)
    mistakes = _mistakes()
    if mistakes:
        return _page(recording, mistakes, 400)
    try:
        access.ask(_asked(rid(recording)))
    except Refused as refusal:
        if refusal.code not in OF_THE_REVIEW:
            raise
        return _page(recording, {"review": refusals.sentence(refusal)}, 400)
    return redirect(url_for("calls.show", recording=recording), 303)


@blueprint.post("/<recording>/release")
def release(recording: str) -> ResponseReturnValue:
    """Lift the hold; a call past its retention goes within an hour."""
    access.need(ReleaseHold)
    if request.form.get("sure") == "yes":
        access.ask(ReleaseHold(recording=rid(recording)))
    return redirect(url_for("calls.show", recording=rid(recording)), 303)


@blueprint.get("/chosen/hold")
def ask_many() -> ResponseReturnValue:
    """Ask for the ground, the reason and the day of review of several calls."""
    access.need(HoldCall)
    return _many_page({}, 200)


@blueprint.post("/chosen/hold")
def hold_many() -> ResponseReturnValue:
    """Hold several calls, one after the other; each hold has its own reason to be lifted by.

    A call that is held already, also since the page was made, keeps its ground, its reason and its
    day of review. What is erased meanwhile, or unreadable, is left out.
    """
    access.need(HoldCall)
    _, calls = chosen_calls()
    mistakes = _mistakes()
    if mistakes or not calls:
        return _many_page(mistakes, 400)
    refused = set()
    held = 0
    for call in calls:
        try:
            access.ask(_asked(call.recording, anew=False))
            held += 1
        except Refused as refusal:
            if refusal.code in OF_THE_REVIEW:
                return _many_page({"review": refusals.sentence(refusal)}, 400)
            if refusal.code not in LEFT_OUT:
                raise
            refused.add(refusal.code)
    return redirect(url_for("calls.listed", done=_done(held, refused)), 303)


def _done(held: int, refused: set[str]) -> str:
    """Return what the list says of a hold of several: how many are held, and why others are not."""
    if refused - {"held_already"}:
        return "held_some" if held else "held_none"
    if refused:
        return "held_others" if held else "held_before"
    return "held"


def _many_page(mistakes: dict[str, str], status: int) -> ResponseReturnValue:
    name, calls = chosen_calls()
    page = render_template(
        "holds/many.html", chosen=name, calls=calls, mistakes=mistakes, form=request.form
    )
    return page, status if calls else 410


def _asked(recording: str, *, anew: bool = True) -> HoldCall:
    form = request.form
    return HoldCall(
        recording=recording,
        ground=HoldGround(form["ground"]),
        reason=form["reason"].strip(),
        review=form["review"],
        anew=anew,
        silent="asks_silent" not in form or form.get("silent") == "yes",
    )


def _mistakes() -> dict[str, str]:
    form = request.form
    found = {}
    if form.get("ground", "") not in {str(ground) for ground in HoldGround}:
        found["ground"] = gettext("Choose the ground of the hold.")
    found |= reason_mistakes()
    try:
        date.fromisoformat(form.get("review", ""))
    except ValueError:
        found["review"] = gettext("Choose a day to come.")
    return found


def _page(recording: str, mistakes: dict[str, str], status: int) -> ResponseReturnValue:
    access.need(HoldCall)
    detail = access.ask(ShowCall(recording=rid(recording)))
    page = render_template(
        "holds/page.html",
        call=detail.call,
        silences=detail.silences,
        mistakes=mistakes,
        form=request.form,
    )
    return page, status
