"""Show the version that runs; find, fetch and install an update; restart into it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.operations import Done, Operation
from appliance.link.requests.outside.update import (
    ChangeUpdateAddress,
    FetchUpdate,
    GetUpdates,
    InstallFetched,
    InstallUpdate,
    LookForUpdate,
    RestartBox,
    StopFetch,
    UpdateState,
)
from appliance.model.limits import LONGEST_UPDATE_ADDRESS
from appliance.model.outside.update import place_of
from appliance.model.sentences.refusals import refusal_of
from appliance.model.sentences.refusals_by_subject.refusal import Level
from web import access, forms
from web.words import refusals, update

blueprint = Blueprint("update", __name__, url_prefix="/update")

LONGEST_VERSION = 64
"""Characters of a version that the page has put into its own form."""


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


@blueprint.get("/network")
def network() -> ResponseReturnValue:
    """Show what was found on the network; an open page follows a fetch."""
    access.need(GetUpdates)
    return _network({})


@blueprint.post("/network")
def change_address() -> ResponseReturnValue:
    """Say where newer versions are looked for."""
    access.need(ChangeUpdateAddress)
    typed = request.form.get("address", "")[: LONGEST_UPDATE_ADDRESS + 1].strip()
    mistakes = {}
    if typed and place_of(typed) is None:
        mistakes["address"] = gettext(
            "Type an address that begins with https:// and holds no user and no question mark."
        )
    mistakes |= forms.no_password("password-address")
    if mistakes:
        return _network(mistakes, 400, typed)
    asked = ChangeUpdateAddress(typed, request.form.get("password", ""))
    return _told(asked, "password-address", "set" if typed else "off", typed)


@blueprint.post("/network/look")
def look() -> ResponseReturnValue:
    """Look for a newer version now."""
    access.need(LookForUpdate)
    return _told(LookForUpdate(), "start", "looks")


@blueprint.post("/network/fetch")
def fetch() -> ResponseReturnValue:
    """Fetch the newer version; it goes on without this page."""
    access.need(FetchUpdate)
    mistakes = forms.no_password("password-fetch")
    if mistakes:
        return _network(mistakes, 400)
    version = request.form.get("version", "")[:LONGEST_VERSION]
    asked = FetchUpdate(version, request.form.get("password", ""))
    return _told(asked, "password-fetch", "fetches")


@blueprint.post("/network/stop")
def stop() -> ResponseReturnValue:
    """Fetch it no more."""
    access.need(StopFetch)
    return _told(StopFetch(), "start", "stopped")


@blueprint.post("/network/install")
def install_fetched() -> ResponseReturnValue:
    """Install the update that was fetched; it goes on without this page."""
    access.need(InstallFetched)
    mistakes = forms.no_password("password-install")
    if mistakes:
        return _network(mistakes, 400)
    asked = InstallFetched(request.form.get("password", ""))
    return _told(asked, "password-install", "started")


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
        return _page(*_mistake(refusal, field))
    return redirect(url_for("update.page", done=done), 303)


def _told(
    operation: Operation[Done], field: str, done: str, typed: str | None = None
) -> ResponseReturnValue:
    """Ask for an act of the page about the network."""
    try:
        access.ask(operation)
    except Refused as refusal:
        return _network(*_mistake(refusal, field), typed)
    where = "update.page" if done == "started" else "update.network"
    return redirect(url_for(where, done=done), 303)


def _mistake(refusal: Refused, field: str) -> tuple[dict[str, str], int]:
    """Return the sentence for a refusal, by its place on the page; raises what ends the page."""
    if refusal_of(refusal).level in {Level.STATE, Level.FAILED}:
        return {"start": refusals.sentence(refusal)}, 409
    return refusals.mistake(refusal, field, gettext("Your password is wrong."))


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state = access.ask(GetUpdates())
    shown: dict[str, Any] = {
        "state": state,
        "net": state.network,
        "last": state.updates[0] if state.updates else None,
        "outcome": update.outcome,
        "done": request.args.get("done", ""),
    }
    return render_template("update/page.html", mistakes=mistakes, **shown), status


def _network(
    mistakes: dict[str, str], status: int = 200, typed: str | None = None
) -> ResponseReturnValue:
    state: UpdateState = access.ask(GetUpdates())
    if state.network is None:  # no ready-made box
        return _page(mistakes, status)
    shown: dict[str, Any] = {
        "state": state,
        "net": state.network,
        "typed": state.network.address if typed is None else typed,
        "trouble": update.trouble,
        "done": request.args.get("done", ""),
    }
    return render_template("update/network.html", mistakes=mistakes, **shown), status
