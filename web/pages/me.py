"""Manage one's own account: password, authenticator app, sessions."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.login import WhoAmI
from appliance.link.requests.me import (
    BeginTotp,
    ChangePassword,
    ConfirmTotp,
    DropTotp,
    EndOthers,
    MakeBackupCodes,
    ShowMe,
    ShowTotp,
    Stay,
    TotpSetup,
)
from appliance.model.limits import LONGEST_PASSWORD, SHORTEST_PASSWORD
from web import access
from web.pages.first_run import drawing
from web.words import refusals

blueprint = Blueprint("me", __name__, url_prefix="/me")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show one's own settings; after a one-time password, ask for another password first."""
    access.logged_in()
    return _page({})


def choose(one_time: str, mistakes: dict[str, str] | None = None) -> str:
    """Ask for a password of one's own.

    Args:
        one_time: the one-time password, just typed at the login, which goes along hidden: the page
            is kept by nobody, and the password is void once another is chosen. Empty: it is asked.
        mistakes: by field.
    """
    return render_template(
        "me/choose.html",
        mistakes=mistakes or {},
        mine=None,
        shortest=SHORTEST_PASSWORD,
        one_time=one_time,
    )


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    """Choose another password."""
    access.logged_in()
    form = request.form
    old, new = form.get("old", ""), form.get("new", "")
    mistakes = _mistakes(old, new, form.get("repeated", ""))
    if mistakes:
        return _page(mistakes, 400)
    fresh = access.logged_in().step == "password"
    try:
        opened = access.ask(ChangePassword(old=old, new=new))
    except Refused as refusal:
        if refusal.code in refusals.OF_A_PASSWORD:
            return _page({"new": refusals.sentence(refusal)}, 400)
        return _refused(refusal, "old")
    place = to("home.page") if fresh else to("me.page", done="password")
    return access.keep_token(redirect(place, 303), opened.token)


@blueprint.post("/totp")
def begin_totp() -> ResponseReturnValue:
    """Show the secret for an authenticator app, until a code of it was typed back."""
    access.logged_in()
    try:
        setup = access.ask(BeginTotp(password=request.form.get("password", "")))
    except Refused as refusal:
        return _refused(refusal, "password")
    return _totp_page(setup, "")


@blueprint.post("/totp/confirm")
def confirm_totp() -> ResponseReturnValue:
    """Check the first code; from now on every login asks for one."""
    access.logged_in()
    if access.ask_unless(ConfirmTotp(code=request.form.get("code", "")), "wrong_code"):
        return redirect(to("me.page", done="totp"), 303)
    wrong = gettext("That is not the code that the app shows now. Try the next one.")
    return _totp_page(access.ask(ShowTotp()), wrong), 400


def _totp_page(setup: TotpSetup, wrong: str) -> str:
    groups = [setup.secret[at : at + 4] for at in range(0, len(setup.secret), 4)]
    return render_template("me/totp.html", qr=drawing(setup.qr_svg), groups=groups, wrong=wrong)


@blueprint.post("/totp/remove")
def drop_totp() -> ResponseReturnValue:
    """Remove one's second factor."""
    access.logged_in()
    form = request.form
    try:
        access.ask(DropTotp(password=form.get("password", ""), code=form.get("code", "")))
    except Refused as refusal:
        return _refused(refusal, "drop")
    return redirect(to("me.page", done="no-totp"), 303)


@blueprint.post("/backup-codes")
def make_backup_codes() -> ResponseReturnValue:
    """Make backup codes; show them once."""
    access.logged_in()
    form = request.form
    asked = MakeBackupCodes(password=form.get("password", ""), code=form.get("code", ""))
    try:
        made = access.ask(asked)
    except Refused as refusal:
        return _refused(refusal, "backup")
    return render_template("me/backup_codes.html", codes=made.codes)


@blueprint.post("/sessions")
def end_others() -> ResponseReturnValue:
    """End one's sessions in other browsers."""
    access.logged_in()
    access.ask(EndOthers())
    return redirect(to("me.page", done="sessions"), 303)


@blueprint.get("/session.json")
def left() -> Response:
    """Return how long the session lasts; this keeps no session awake."""
    access.logged_in()
    told = access.ask(WhoAmI())
    return jsonify(left=told.idle_left, ends=told.ends_in)


@blueprint.post("/stay")
def stay() -> Response:
    """Keep the session awake: the operator is present."""
    access.logged_in()
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


def _refused(refusal: Refused, field: str) -> ResponseReturnValue:
    wrong = gettext("The password is wrong.")
    if field in {"backup", "drop"}:
        wrong = gettext("The password or the code is wrong.")
    return _page(*refusals.mistake(refusal, field, wrong))


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    if access.logged_in().step == "password":
        typed = "" if "old" in mistakes else request.form.get("old", "")
        return choose(typed, mistakes), status
    page = render_template(
        "me/page.html",
        mistakes=mistakes,
        mine=access.ask(ShowMe()),
        done=request.args.get("done", ""),
        shortest=SHORTEST_PASSWORD,
    )
    return page, status
