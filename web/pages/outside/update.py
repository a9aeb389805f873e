"""Show the version that runs, install an update from a stick, restart into it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.outside.update import GetUpdates, InstallUpdate, RestartBox
from web import access, forms
from web.words import attempts, update

blueprint = Blueprint("update", __name__, url_prefix="/update")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show how updates stand; an open page follows one that is being installed."""
    access.need(GetUpdates)
    return _page({})


@blueprint.post("")
def install() -> ResponseReturnValue:
    """Install the update of the stick; it goes on without this page."""
    access.need(InstallUpdate)
    return _asked(InstallUpdate, "install", "started")


@blueprint.post("/restart")
def restart() -> ResponseReturnValue:
    """Restart the box, so that an installed update runs."""
    access.need(RestartBox)
    return _asked(RestartBox, "restart", "restarts")


def _asked(
    operation: type[InstallUpdate] | type[RestartBox], form: str, done: str
) -> ResponseReturnValue:
    """Ask for one of the two, with the password of its form."""
    field = f"password-{form}"
    mistakes = forms.no_password(field)
    if mistakes:
        return _page(mistakes, 400)
    try:
        access.ask(operation(request.form.get("password", "")))
    except Refused as refusal:
        said = {
            "busy": gettext("An update is being installed already."),
            "invalid": gettext("This cannot be done now. Look at the page again."),
            "failed": gettext("The box could not pass this on. Nothing was changed."),
        }
        if refusal.code in said and not refusal.seconds:
            return _page({"start": said[refusal.code]}, 409)
        wrong = gettext("Your password does not fit.")
        return _page(*attempts.mistake(refusal, field, wrong))
    return redirect(url_for("update.page", done=done), 303)


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state = access.ask(GetUpdates())
    shown: dict[str, Any] = {
        "state": state,
        "last": state.updates[0] if state.updates else None,
        "outcome": update.outcome,
        "done": request.args.get("done", ""),
    }
    return render_template("update/page.html", mistakes=mistakes, **shown), status
