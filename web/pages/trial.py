"""Place calls on the simulated exchange, and press the box's button from the page."""

from typing import cast, get_args

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from appliance.link.requests.lines import Button, PressButton
from appliance.link.requests.trial import EndSilence, PlaceTrialCall, TrialCaller
from web import access

blueprint = Blueprint("trial", __name__)


@blueprint.post("/trial")
def place() -> Response:
    """Have a caller of the exchange ring."""
    access.need(PlaceTrialCall)
    caller = request.form.get("caller", "")
    if caller not in get_args(TrialCaller):
        abort(400)
    line = request.form.get("line", "")
    asked = PlaceTrialCall(line=line, caller=cast(TrialCaller, caller))
    rings = access.ask_unless(asked, "one_call") is not None
    return redirect(url_for("home.page", trial="rings" if rings else "busy"), 303)


@blueprint.post("/press")
def press() -> Response:
    """Press the box's button."""
    access.need(PressButton)
    button, line = request.form.get("button", ""), request.form.get("line", "")
    if button == "end_silence":
        access.need(EndSilence)
        access.ask(EndSilence())
    elif button in get_args(Button):
        access.ask(PressButton(line=line, button=cast(Button, button)))
    else:
        abort(400)
    if request.accept_mimetypes.best == "application/json":  # the page sees for itself
        return Response(status=204)
    return redirect(url_for("home.page"), 303)
