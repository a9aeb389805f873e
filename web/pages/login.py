"""Log in and out: the password first, then a code if one is required."""

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from appliance.errors import Refused
from appliance.link.operations import Role
from appliance.link.requests.login import EnterCode, LogIn, LogOut, Session
from appliance.link.requests.time import GetTime
from appliance.model.limits import LONGEST_BACKUP_CODE, LONGEST_CODE
from web import access, back, forgetting, kept_forms
from web.lists import kept
from web.pages import me
from web.words import refusals

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    """Ask for name and password."""
    if access.who() is not None:
        return redirect(url_for("home.page"), 303)
    ended = request.args.get("ended") == "wrong"
    return _page(ended=ended)


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    """Check the password; give the browser its session, or ask for the code."""
    name, form = request.form.get("name", "").strip(), request.form
    let_in = form.get("let_in", "").strip()[:LONGEST_CODE]
    login = LogIn(
        name=name, password=form.get("password", ""), browser=access.browser(), let_in=let_in
    )
    try:
        opened = access.ask(login)
    except Refused as refusal:
        mistakes, status = refusals.mistake(*_why(refusal), status=401)
        new_browser = refusal.code in {"throttled", "browser_throttled", "wrong_let_in_code"}
        page = _page(name, mistakes["form"], new_browser=new_browser)
        return page, status
    if opened.step == "code":
        return access.keep_token(redirect(url_for("login.code"), 303), opened.token)
    if opened.step == "password":
        return _choose(opened, form.get("password", ""))
    return _in(opened)


def _choose(opened: Session, one_time: str) -> Response:
    """Ask for a password of one's own at once: the one-time password need not be typed again."""
    _begin(opened)
    access.begin(opened)
    answer = access.keep_token(make_response(me.choose(one_time)), opened.token)
    return access.keep_device(answer, opened.device)


def _page(
    name: str = "", wrong: str = "", *, ended: bool = False, new_browser: bool = False
) -> str:
    """Show the login; say why one is here again, and what became of a form."""
    return render_template(
        "login/page.html",
        name=name,
        wrong=wrong,
        ended=ended,
        over=back.has_ended() and not ended,
        kept=kept_forms.waits(),
        new_browser=new_browser,
    )


def _why(refusal: Refused) -> tuple[Refused, str, str]:
    """Return a refusal of a login, the field where it is said, and what to say if it is wrong."""
    wrong: str
    match refusal.code:
        case "one_time_expired" | "wrong_let_in_code":
            wrong = refusals.sentence(refusal)
        case "throttled" | "browser_throttled":
            wrong = ""
        case _:
            wrong = refusals.sentence(Refused("wrong_password"))
    return refusal, "form", wrong


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
    typed = "".join(request.form.get("code", "").split())[: LONGEST_BACKUP_CODE + 1]
    try:
        opened = access.ask(EnterCode(token=access.token() or "", code=typed))
    except Refused as refusal:
        if refusal.code in {"login_expired", "login_finished"}:
            return access.drop_token(redirect(url_for("login.page"), 303))
        wrong = gettext("That code is wrong, or was used before.")
        mistakes, status = refusals.mistake(refusal, "form", wrong, 401)
        return render_template("login/code.html", wrong=mistakes["form"]), status
    return _in(opened)


@blueprint.post("/logout")
def log_out() -> Response:
    """End the session, at the keeper and in the browser."""
    access.ask_unless(LogOut(), "not_logged_in")
    kept.forget_session()
    forgetting.soon()
    session.clear()
    answer = access.drop_token(redirect(url_for("login.page"), 303))
    # Not cookies, by which the browser is known at its next login; not storage, which holds no
    # more than that animations are off.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _in(opened: Session) -> Response:
    place = _begin(opened)
    if opened.step == "password":
        place = url_for("me.page")
    elif opened.roles and Role.ADMINISTRATOR in opened.roles and _time_asks(opened.token):
        place = url_for("time.page")
    answer = access.keep_token(redirect(place, 303), opened.token)
    return access.keep_device(answer, opened.device)


def _begin(opened: Session) -> str:
    """Carry what the same person left behind into the session; return the page it leads to."""
    left, mine = kept_forms.name(), back.whose() == opened.operator
    place = back.begin(opened.operator)
    kept_forms.carry(left if mine else "")
    return place


def _time_asks(token: str) -> bool:
    """Say whether the time waits for an administrator, who is asked right after the login."""
    return access.keeper().call(GetTime(), token).question in {"wait", "first"}
