"""One's own page: password, authenticator app, sessions in other browsers."""

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from flask import url_for as to
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from appliance.errors import Refused
from appliance.link.requests.login import WhoAmI
from appliance.link.requests.me import (
    BeginTotp,
    ChangePassword,
    ConfirmTotp,
    DropTotp,
    EndOthers,
    ShowMe,
    Stay,
)
from web import access
from web.pages.first_run import SHORTEST_PASSWORD
from web.words import attempts

blueprint = Blueprint("me", __name__, url_prefix="/me")

LONGEST_PASSWORD = 256


@blueprint.get("")
def page() -> Response:
    """Show one's own settings; with a one-time password, ask for one's own first."""
    access.somebody()
    return _page({})


@blueprint.post("/password")
def change_password() -> AnyResponse:
    """Choose another password."""
    access.somebody()
    form = request.form
    old, new = form.get("old", ""), form.get("new", "")
    mistakes = _mistakes(old, new, form.get("repeated", ""))
    if mistakes:
        return _page(mistakes, 400)
    fresh = access.somebody().step == "password"
    try:
        access.ask(ChangePassword(old=old, new=new))
    except Refused as refusal:
        if refusal.code == "invalid":
            return _page({"new": attempts.poor_password()}, 400)
        return _refused(refusal, "old")
    return redirect(to("home.page") if fresh else to("me.page", done="password"), 303)


@blueprint.post("/totp")
def begin_totp() -> AnyResponse:
    """Show the secret for an authenticator app, this once."""
    access.somebody()
    try:
        setup = access.ask(BeginTotp(password=request.form.get("password", "")))
    except Refused as refusal:
        return _refused(refusal, "password")
    # The drawing comes from the keeper, never from a browser; anything else is not shown.
    qr: Any = Markup(setup.qr_svg) if setup.qr_svg.startswith("<svg") else ""  # noqa: S704
    groups = [setup.secret[at : at + 4] for at in range(0, len(setup.secret), 4)]
    return make_response(render_template("me/totp.html", qr=qr, groups=groups, wrong=""))


@blueprint.post("/totp/confirm")
def confirm_totp() -> AnyResponse:
    """Take the first code back; from now on one is asked at every login."""
    access.somebody()
    try:
        access.ask(ConfirmTotp(code=request.form.get("code", "")))
    except Refused as refusal:
        if refusal.code != "wrong_code":
            raise
        wrong = gettext("That is not the code that the app shows now. Try the next one.")
        page = render_template("me/totp.html", qr="", groups=[], wrong=wrong)
        return make_response(page, 400)
    return redirect(to("me.page", done="totp"), 303)


@blueprint.post("/totp/remove")
def drop_totp() -> AnyResponse:
    """Ask for no codes any more."""
    access.somebody()
    form = request.form
    try:
        access.ask(DropTotp(password=form.get("password", ""), code=form.get("code", "")))
    except Refused as refusal:
        return _refused(refusal, "drop")
    return redirect(to("me.page", done="no-totp"), 303)


@blueprint.post("/sessions")
def end_others() -> AnyResponse:
    """End one's sessions in other browsers."""
    access.somebody()
    access.ask(EndOthers())
    return redirect(to("me.page", done="sessions"), 303)


@blueprint.get("/session.json")
def left() -> Response:
    """Tell a page how long its session lasts; this itself keeps none awake."""
    access.somebody()
    told = access.ask(WhoAmI())
    return jsonify(left=told.idle_left, ends=told.ends_in)


@blueprint.post("/stay")
def stay() -> Response:
    """Keep the session awake: somebody is there."""
    access.somebody()
    access.ask(Stay())
    return left()


def _mistakes(old: str, new: str, repeated: str) -> dict[str, str]:
    found = {}
    if not old:
        found["old"] = gettext("Type the password that you have now.")
    if len(new) < SHORTEST_PASSWORD:
        found["new"] = gettext("Use at least %(count)s characters.", count=SHORTEST_PASSWORD)
    elif len(new) > LONGEST_PASSWORD:
        found["new"] = gettext("Use at most %(count)s characters.", count=LONGEST_PASSWORD)
    elif new != repeated:
        found["repeated"] = gettext("The two passwords are not the same.")
    return found


def _refused(refusal: Refused, field: str) -> Response:
    if refusal.code not in attempts.TRYING:
        raise refusal
    wrong = gettext("The password does not fit.")
    if field == "drop":
        wrong = gettext("The password or the code does not fit.")
    return _page({field: attempts.not_taken(refusal, wrong)}, attempts.status(refusal))


def _page(mistakes: dict[str, str], status: int = 200) -> Response:
    told = access.somebody()
    first = told.step == "password"
    page = render_template(
        "me/choose.html" if first else "me/page.html",
        mistakes=mistakes,
        mine=None if first else access.ask(ShowMe()),
        done=request.args.get("done", ""),
        shortest=SHORTEST_PASSWORD,
    )
    return make_response(page, status)
