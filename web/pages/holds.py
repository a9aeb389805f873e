"""Hold a call past its retention on a ground of Art. 17(3); lift the hold."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.link.requests.calls import HoldCall, HoldGround, ReleaseHold, ShowCall
from web import access
from web.pages.calls import reason_mistakes, rid

blueprint = Blueprint("holds", __name__, url_prefix="/calls/<recording>")


@blueprint.get("/hold")
def page(recording: str) -> ResponseReturnValue:
    """Ask for the ground, the reason and the day of review."""
    return _page(recording, {}, 200)


@blueprint.post("/hold")
def hold(recording: str) -> ResponseReturnValue:
    """Hold the call."""
    access.need(HoldCall)
    mistakes = _mistakes()
    if mistakes:
        return _page(recording, mistakes, 400)
    form = request.form
    asked = HoldCall(
        recording=rid(recording),
        ground=HoldGround(form["ground"]),
        reason=form["reason"].strip(),
        review=form["review"],
    )
    if not access.ask_unless(asked, "invalid"):
        return _page(recording, {"review": gettext("Choose a day to come.")}, 400)
    return redirect(url_for("calls.show", recording=recording), 303)


@blueprint.post("/release")
def release(recording: str) -> ResponseReturnValue:
    """Lift the hold; a call past its retention goes within an hour."""
    access.need(ReleaseHold)
    if request.form.get("sure") == "yes":
        access.ask(ReleaseHold(recording=rid(recording)))
    return redirect(url_for("calls.show", recording=rid(recording)), 303)


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
    page = render_template(
        "holds/page.html",
        call=access.ask(ShowCall(recording=rid(recording))).call,
        mistakes=mistakes,
        form=request.form,
    )
    return page, status
