"""Log in and out: the password first, then a code where one is set."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from appliance.errors import Refused
from appliance.link.requests.login import EnterCode, LogIn, LogOut, Session
from web import access, back
from web.words import attempts

blueprint = Blueprint("auth", __name__)

LONGEST_CODE = 12
"""Characters of a code as typed; the keeper reads no more either."""


@blueprint.get("/login")
def page() -> Response:
    """Ask for name and password."""
    if access.who() is not None:
        return redirect(url_for("home.page"), 303)
    return make_response(render_template("auth/login.html", name="", wrong=""))


@blueprint.post("/login")
def log_in() -> Response:
    """Prove a password; the browser gets its session from the keeper, or is asked for a code."""
    name = request.form.get("name", "").strip()
    try:
        opened = access.ask(LogIn(name=name, password=request.form.get("password", "")))
    except Refused as refusal:
        if refusal.code not in attempts.TRYING | {"invalid"}:
            raise
        return _again(name, refusal)
    if opened.step == "code":
        return access.keep_token(redirect(url_for("auth.code"), 303), opened.token)
    return _in(opened)


@blueprint.get("/login/code")
def code() -> Response:
    """Ask for the code of the authenticator app."""
    if access.token() is None:
        return redirect(url_for("auth.page"), 303)
    if access.who() is not None:
        return redirect(url_for("home.page"), 303)
    return make_response(render_template("auth/code.html", wrong=""))


@blueprint.post("/login/code")
def enter_code() -> Response:
    """Finish the login with the code."""
    typed = "".join(request.form.get("code", "").split())[: LONGEST_CODE + 1]
    try:
        opened = access.ask(EnterCode(token=access.token() or "", code=typed))
    except Refused as refusal:
        if refusal.code == "expired":
            page = redirect(url_for("auth.page"), 303)
            return access.drop_token(page)
        if refusal.code not in attempts.TRYING:
            raise
        wrong = attempts.not_taken(refusal, gettext("That code does not fit, or was used before."))
        page = make_response(render_template("auth/code.html", wrong=wrong))
        page.status_code = attempts.status(refusal, 401)
        return page
    return _in(opened)


@blueprint.post("/logout")
def log_out() -> Response:
    """End the session, at the keeper and in the browser."""
    try:
        access.ask(LogOut())
    except Refused as refusal:
        if refusal.code != "not_logged_in":
            raise
    session.clear()
    return access.drop_token(redirect(url_for("auth.page"), 303))


def _in(opened: Session) -> Response:
    place = back.begin(opened.operator)
    if opened.step == "password":
        place = url_for("me.page")
    return access.keep_token(redirect(place, 303), opened.token)


def _again(name: str, refusal: Refused) -> Response:
    wrong = gettext("Name or password does not fit.")
    if refusal.code == "expired":
        wrong = gettext("This one-time password is too old. Ask an administrator for a new one.")
    page = render_template("auth/login.html", name=name, wrong=attempts.not_taken(refusal, wrong))
    return make_response(page, attempts.status(refusal, 401))
