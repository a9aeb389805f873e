"""Erase every recording: ask, confirm, cancel; show the wait and the certificate."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.calls import Ground
from appliance.link.requests.erase_all import (
    AskEraseAll,
    CancelEraseAll,
    ConfirmEraseAll,
    EraseAllState,
    GetEraseAll,
)
from web import access, forms
from web.words import refusals, words

blueprint = Blueprint("erase_all", __name__, url_prefix="/erase-all")

_LONGEST_ID = 64


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show what there is to erase, an order that waits, the last certificate."""
    access.need(GetEraseAll)
    return _page({})


@blueprint.post("")
def ask() -> ResponseReturnValue:
    """Ask for the erasure of everything."""
    access.need(AskEraseAll)
    form = request.form
    mistakes = {}
    if form.get("ground", "") not in {str(ground) for ground in Ground}:
        mistakes["ground"] = gettext("Choose the ground.")
    mistakes |= forms.not_sure("sure") | forms.no_password("password")
    if mistakes:
        return _page(mistakes, 400)
    held = tuple(form.getlist("held"))
    try:
        access.ask(AskEraseAll(Ground(form["ground"]), held, form.get("password", "")))
    except Refused as refusal:
        if refusal.code == "held":
            return _page({"held": gettext("Every recording on hold has to be named.")}, 409)
        if refusal.code == "taken":
            return _page({"order": gettext("Somebody else has asked for it meanwhile.")}, 409)
        return _page(*_why(refusal, "password"))
    return redirect(url_for("erase_all.page", done="asked"), 303)


@blueprint.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Confirm what another person has asked for; everybody is logged out by it."""
    access.need(ConfirmEraseAll)
    mistakes = forms.not_sure("confirm-sure")
    mistakes |= forms.no_password("confirm-password", "confirm-password")
    if mistakes:
        return _page(mistakes, 400)
    asked = ConfirmEraseAll(_order(), request.form.get("confirm-password", ""))
    try:
        access.ask(asked)
    except Refused as refusal:
        said = _cannot(refusal.code)
        if said:
            return _page({"confirm": said}, 409)
        return _page(*_why(refusal, "confirm-password"))
    return redirect(url_for("erase_all.page"), 303)


@blueprint.post("/cancel")
def cancel() -> ResponseReturnValue:
    """Cancel an order that waits."""
    access.need(CancelEraseAll)
    try:
        access.ask(CancelEraseAll(_order()))
    except Refused as refusal:
        if refusal.code != "changed":
            raise
        return _page({"order": _cannot("changed")}, 409)
    return redirect(url_for("erase_all.page", done="cancelled"), 303)


def _order() -> str:
    return request.form.get("order", "")[:_LONGEST_ID]


def _cannot(code: str) -> str:
    """Return why a person cannot be the second person; empty for any other refusal."""
    said: dict[str, str] = {
        "yourself": gettext("Somebody else has to confirm what you have asked for."),
        "too_new": gettext(
            "Your account got its password from another person less than a day ago. Until a day "
            "has passed it does not count as a second person."
        ),
        "changed": gettext("This request does not wait any more."),
    }
    return said.get(code, "")


def _why(refusal: Refused, field: str) -> tuple[dict[str, str], int]:
    return refusals.mistake(refusal, field, gettext("Your password does not fit."))


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state = access.ask(GetEraseAll())
    shown: dict[str, Any] = {
        "state": state,
        "left": _left(state),
        "grounds": {str(ground): said for ground, said in words.GROUNDS.items()},
        "hold_grounds": {str(ground): said for ground, said in words.HOLD_GROUNDS.items()},
        "ground": request.form.get("ground", ""),
        "named": request.form.getlist("held"),
        "done": request.args.get("done", ""),
    }
    return render_template("erase_all/page.html", mistakes=mistakes, **shown), status


def _left(state: EraseAllState) -> tuple[int, int] | None:
    """Return the hours and minutes of an order that waits; None if only a person can confirm."""
    order = state.order
    if order is None or order.seconds_left is None:
        return None
    hours, minutes = divmod(int(order.seconds_left // 60), 60)
    return hours, minutes
