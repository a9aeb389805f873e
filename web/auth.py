"""Log in and out."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from appliance.errors import Refused
from appliance.link.requests.people import LogIn, LogOut
from web import access

blueprint = Blueprint("auth", __name__)


@blueprint.get("/login")
def page() -> Response:
    """Ask for name and password."""
    if access.who() is not None:
        return redirect(url_for("home.page"), 303)
    return make_response(render_template("auth/login.html", name="", wrong=""))


@blueprint.post("/login")
def log_in() -> Response:
    """Prove a password; the browser gets its session from the keeper."""
    form = request.form
    name = form.get("name", "").strip()
    totp = "".join(form.get("totp", "").split())
    try:
        opened = access.ask(LogIn(name=name, password=form.get("password", ""), totp=totp))
    except Refused as refusal:
        if refusal.code not in {"wrong_password", "throttled", "invalid"}:
            raise
        return _again(name, refusal)
    # A fresh form token belongs to the fresh session.
    session.clear()
    return access.keep_token(redirect(url_for("home.page"), 303), opened.token)


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


def _again(name: str, refusal: Refused) -> Response:
    if refusal.code == "throttled":
        wrong = gettext(
            "Too many attempts. Wait a little, then try again; "
            "every wrong one makes the wait longer."
        )
        return make_response(render_template("auth/login.html", name=name, wrong=wrong), 429)
    wrong = gettext("Name or password does not fit.")
    return make_response(render_template("auth/login.html", name=name, wrong=wrong), 401)
