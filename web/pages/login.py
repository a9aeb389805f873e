"""Log in and out: the password first, then a code if one is required."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from appliance.errors import Refused
from appliance.link.operations import Role
from appliance.link.requests.login import EnterCode, LogIn, LogOut, Session
from appliance.link.requests.time import GetTime
from appliance.model.limits import LONGEST_CODE
from web import access, back, forgetting
from web.words import attempts

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    """Ask for name and password."""
    if access.who() is not None:
        return redirect(url_for("home.page"), 303)
    return render_template("login/page.html", name="", wrong="")


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    """Check the password; give the browser its session, or ask for the code."""
    name = request.form.get("name", "").strip()
    try:
        opened = access.ask(LogIn(name=name, password=request.form.get("password", "")))
    except Refused as refusal:
        if refusal.code == "invalid":
            refusal = Refused("wrong_password", str(refusal))
        wrong = gettext("Name or password does not fit.")
        if refusal.code == "expired":
            wrong = gettext(
                "This one-time password is too old. Ask an administrator for a new one."
            )
        mistakes, status = attempts.mistake(refusal, "form", wrong, 401)
        return render_template("login/page.html", name=name, wrong=mistakes["form"]), status
    if opened.step == "code":
        return access.keep_token(redirect(url_for("login.code"), 303), opened.token)
    return _in(opened)


@blueprint.get("/login/code")
def code() -> ResponseReturnValue:
    """Ask for the code of the authenticator app."""
    if access.token() is None:
        return redirect(url_for("login.page"), 303)
    if access.who() is not None:
        return redirect(url_for("home.page"), 303)
    return render_template("login/code.html", wrong="")


@blueprint.post("/login/code")
def enter_code() -> ResponseReturnValue:
    """Finish the login with the code."""
    typed = "".join(request.form.get("code", "").split())[: LONGEST_CODE + 1]
    try:
        opened = access.ask(EnterCode(token=access.token() or "", code=typed))
    except Refused as refusal:
        if refusal.code == "expired":
            return access.drop_token(redirect(url_for("login.page"), 303))
        wrong = gettext("That code does not fit, or was used before.")
        mistakes, status = attempts.mistake(refusal, "form", wrong, 401)
        return render_template("login/code.html", wrong=mistakes["form"]), status
    return _in(opened)


@blueprint.post("/logout")
def log_out() -> Response:
    """End the session, at the keeper and in the browser."""
    access.ask_unless(LogOut(), "not_logged_in")
    forgetting.soon()
    session.clear()
    return access.drop_token(redirect(url_for("login.page"), 303))


def _in(opened: Session) -> Response:
    place = back.begin(opened.operator)
    if opened.step == "password":
        place = url_for("me.page")
    elif opened.roles and Role.ADMINISTRATOR in opened.roles and _time_asks(opened.token):
        place = url_for("time.page")
    return access.keep_token(redirect(place, 303), opened.token)


def _time_asks(token: str) -> bool:
    """Say whether the time waits for an administrator, who is asked right after the login."""
    return access.keeper().call(GetTime(), token).question in {"wait", "first"}
