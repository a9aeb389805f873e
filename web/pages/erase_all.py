"""Erase every recording: ask, confirm, cancel; show the wait and the certificate."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
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
    GetEraseAllCertificate,
)
from appliance.link.requests.papers.certificates import CertificateReader
from web import access, forms
from web.pages.one_call.erasure import handed_out
from web.words import findings, refusals, words
from web.words import proof as proof_words

blueprint = Blueprint("erase_all", __name__, url_prefix="/erase-all")

_LONGEST_ID = 64


CANNOT = frozenset({"second_person_needed", "too_new", "order_over"})
"""Why a person cannot be the second one."""


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show what there is to erase, an order that waits, the last certificate."""
    access.need(GetEraseAll)
    return _page({})


@blueprint.get("/certificate/<reader>.jsonl")
def take(reader: str) -> Response:
    """Hand out the last one's signed file, byte for byte as it was signed."""
    access.need(GetEraseAllCertificate)
    if reader not in {str(one) for one in CertificateReader}:
        abort(404)
    return handed_out(GetEraseAllCertificate(CertificateReader(reader)))


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
        if refusal.code in {"held_unnamed", "asked_already"}:
            field = "held" if refusal.code == "held_unnamed" else "order"
            return _page({field: refusals.sentence(refusal)}, 409)
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
        if refusal.code in CANNOT:
            return _page({"confirm": refusals.sentence(refusal)}, 409)
        return _page(*_why(refusal, "confirm-password"))
    return redirect(url_for("erase_all.page"), 303)


@blueprint.post("/cancel")
def cancel() -> ResponseReturnValue:
    """Cancel an order that waits."""
    access.need(CancelEraseAll)
    try:
        access.ask(CancelEraseAll(_order()))
    except Refused as refusal:
        if refusal.code != "order_over":
            raise
        return _page({"order": refusals.sentence(refusal)}, 409)
    return redirect(url_for("erase_all.page", done="cancelled"), 303)


def _order() -> str:
    return request.form.get("order", "")[:_LONGEST_ID]


def _why(refusal: Refused, field: str) -> tuple[dict[str, str], int]:
    return refusals.mistake(refusal, field, gettext("Your password is wrong."))


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
        "said": proof_words,
    }
    shown["fault"] = findings.fault
    return render_template("erase_all/page.html", mistakes=mistakes, **shown), status


def _left(state: EraseAllState) -> tuple[int, int] | None:
    """Return the hours and minutes of an order that waits; None if only a person can confirm."""
    order = state.order
    if order is None or order.seconds_left is None:
        return None
    hours, minutes = divmod(int(order.seconds_left // 60), 60)
    return hours, minutes
