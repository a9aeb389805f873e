"""Erase a call on a ground, for a reason, after a clear yes; show the certificate."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.calls import (
    EraseCall,
    Ground,
    ShowCall,
    ShowCertificate,
    ShowErasure,
    ShowUnreadable,
    UnreadableCall,
)
from appliance.model.records import CallRecord
from web import access
from web.pages.calls import reason_mistakes, rid
from web.words import words

blueprint = Blueprint("erasure", __name__, url_prefix="/calls/<recording>")


@blueprint.get("/erase")
def page(recording: str) -> ResponseReturnValue:
    """Ask for the ground, the reason and a clear yes."""
    return _page(recording, {}, 200)


@blueprint.post("/erase")
def erase(recording: str) -> ResponseReturnValue:
    """Erase, and lead to the certificate of success or failure."""
    access.need(EraseCall)
    mistakes = _mistakes()
    if mistakes:
        return _page(recording, mistakes, 400)
    try:
        access.ask(
            EraseCall(
                recording=rid(recording),
                ground=Ground(request.form["ground"]),
                reason=request.form["reason"].strip(),
            )
        )
    except Refused as refusal:
        if refusal.code == "held":
            wrong = gettext("It is held on a legal ground; lift the hold first.")
            return _page(recording, {"form": wrong}, 409)
        if refusal.code != "erased":
            raise
    return redirect(url_for("erasure.certificate", recording=recording), 303)


@blueprint.get("/certificate")
def certificate(recording: str) -> str:
    """Show how far the erasure came, and what may remain."""
    access.need(ShowCertificate)
    told = access.ask(ShowCertificate(recording=rid(recording)))
    grounds = {str(ground): said for ground, said in words.GROUNDS.items()}
    return render_template(
        "erasure/certificate.html",
        certificate=told,
        ground=grounds.get(told.ground),
        order=access.ask_unless(ShowErasure(recording=recording), "not_found"),
    )


def _mistakes() -> dict[str, str]:
    found = {}
    if request.form.get("ground", "") not in {str(ground) for ground in Ground}:
        found["ground"] = gettext("Choose the ground.")
    found |= reason_mistakes()
    if request.form.get("sure") != "yes":
        found["sure"] = gettext("Confirm that it is meant.")
    return found


def _page(recording: str, mistakes: dict[str, str], status: int) -> ResponseReturnValue:
    access.need(EraseCall)
    call: CallRecord | UnreadableCall
    try:
        call = access.ask(ShowCall(recording=rid(recording))).call
    except Refused as refusal:
        if refusal.code != "unreadable":
            raise
        call = access.ask(ShowUnreadable(recording=recording)).call
    page = render_template(
        "erasure/page.html",
        call=call,
        mistakes=mistakes,
        ground=request.form.get("ground", ""),
        reason=request.form.get("reason", ""),
    )
    return page, status
