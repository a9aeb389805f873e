"""Erase a call: ground, reason and a clear yes; then the certificate."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from appliance.errors import Refused
from appliance.link.requests.calls import EraseCall, Ground, ShowCall, ShowCertificate
from web import access
from web.pages.calls import rid
from web.words import words

blueprint = Blueprint("erasing", __name__, url_prefix="/calls/<recording>")

LONGEST_REASON = 1000


@blueprint.get("/erase")
def page(recording: str) -> Response:
    """Ask why, and whether it is meant."""
    return _page(recording, {}, 200)


@blueprint.post("/erase")
def erase(recording: str) -> AnyResponse:
    """Erase, and show the certificate: of success or of failure."""
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
    return redirect(url_for("erasing.certificate", recording=recording), 303)


@blueprint.get("/certificate")
def certificate(recording: str) -> str:
    """Show what erasure was done, and what may remain."""
    access.need(ShowCertificate)
    told = access.ask(ShowCertificate(recording=rid(recording)))
    grounds = {str(ground): said for ground, said in words.GROUNDS.items()}
    return render_template(
        "erasing/certificate.html", certificate=told, ground=grounds.get(told.ground)
    )


def _mistakes() -> dict[str, str]:
    form = request.form
    found = {}
    if form.get("ground", "") not in {str(ground) for ground in Ground}:
        found["ground"] = gettext("Choose the ground.")
    if not form.get("reason", "").strip():
        found["reason"] = gettext("Say in your words why.")
    elif len(form["reason"]) > LONGEST_REASON:
        found["reason"] = gettext("Use at most %(count)s characters.", count=LONGEST_REASON)
    if form.get("sure") != "yes":
        found["sure"] = gettext("Confirm that it is meant.")
    return found


def _page(recording: str, mistakes: dict[str, str], status: int) -> Response:
    access.need(EraseCall)
    page = render_template(
        "erasing/page.html",
        call=access.ask(ShowCall(recording=rid(recording))).call,
        mistakes=mistakes,
        ground=request.form.get("ground", ""),
        reason=request.form.get("reason", ""),
    )
    return make_response(page, status)
