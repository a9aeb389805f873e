"""Lead through the first run: an owner, a recovery sheet, a part of it typed back."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from appliance.errors import Refused
from appliance.link.requests.first_run import (
    FOR_EVER,
    BurnBoardKey,
    ConfirmSheet,
    FirstRun,
    GetBoard,
    RecoverySheet,
    ShowSheet,
    says_for_ever,
)
from appliance.link.requests.recovery.restore import GetRestore
from appliance.link.requests.settings import ShowSettings
from appliance.model.limits import SHORTEST_PASSWORD
from web import access, forms
from web.words import refusals
from web.words.board import CHIPS, NOT_ACCEPTED, OUTCOMES

blueprint = Blueprint("first_run", __name__, url_prefix="/first-run")


BURNABLE = frozenset({"blank", "part"})
"""What the board may hold of a key for one to be burnt."""

LONGEST_FIELD = 64
"""Characters of a field about the board's key."""

MOST_GROUPS = 64
"""Groups that a form may name; a sheet has fewer."""

OPEN_ENDPOINTS = {"static", "language.switch"}

PLACES = {blueprint.name, "restore"}
"""Blueprints of a box that is not set up."""

OUTLASTS = "restore.page"
"""Stays for the browser that has followed a restore to its end."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The fields of the first page."""

    code: str
    name: str
    password: str
    repeated: str
    plain: bool = False  # a card that opens by itself is accepted

    def mistakes(self, *, again: bool) -> dict[str, str]:
        """Return the mistakes by field; ``again``: the one-time password is not needed."""
        found = {}
        if not self.code and not again:
            found["code"] = gettext("Type the one-time password.")
        if not self.name:
            found["name"] = gettext("Type a name to log in with.")
        if len(self.password) < SHORTEST_PASSWORD:
            found["password"] = gettext(
                "Use at least %(count)s characters.", count=SHORTEST_PASSWORD
            )
        elif self.password != self.repeated:
            found["repeated"] = gettext("The two passwords are not the same.")
        if not self.plain and not again and not access.box().trial and access.box().eraser == "E0":
            found["plain"] = str(NOT_ACCEPTED)
        return found


def gate() -> Response | None:
    """Lead to the first run until the box is set up, and away from it afterwards."""
    endpoint = request.endpoint or "static"
    if endpoint in OPEN_ENDPOINTS:
        return None
    ready = access.box().set_up and access.box().sheet_confirmed
    inside = request.blueprint in PLACES
    if ready == inside and endpoint != OUTLASTS:
        return redirect(url_for("home.page" if ready else "first_run.owner"), 303)
    return None


FIELDS = {
    "wrong_password": "password",
    "wrong_one_time_password": "code",
    "page_too_old": "time_sure",
    "time_impossible": "time_sure",
    "name_length": "name",
    **dict.fromkeys(refusals.OF_A_PASSWORD, "password"),
}
"""Code of a refusal -> the field at which it is told."""


@blueprint.get("")
def owner() -> ResponseReturnValue:
    """Ask for the one-time password and the owner; show a sheet that waits to be typed back."""
    if request.args.get("another") != "yes" and access.who() is not None:
        shown = access.ask_unless(ShowSheet(), "sheet_not_shown")
        if shown is not None:
            return _sheet_page(shown, None)
    if _is_restored():
        return redirect(url_for(OUTLASTS), 303)
    return _owner_page(Owner("", "", "", ""), {})


def _is_restored() -> bool:
    """Say whether a restore goes on, or was cut off: then there is no other way on."""
    state = access.ask_unless(GetRestore(), "set_up_already")
    return state is not None and (state.running or state.cut)


@blueprint.post("")
def make_vault() -> ResponseReturnValue:
    """Make the vault, and lead to its recovery sheet."""
    form = request.form
    asked = Owner(
        code=form.get("code", "").strip(),
        name=form.get("name", "").strip(),
        password=form.get("password", ""),
        repeated=form.get("repeated", ""),
        plain=form.get("plain") == "yes",
    )
    mistakes = asked.mistakes(again=access.box().set_up)
    if mistakes:
        return _owner_page(asked, mistakes), 400
    try:
        at, uptime = _time_seen()
        sheet = access.ask(
            FirstRun(
                code=asked.code,
                name=asked.name,
                password=asked.password,
                at=at,
                uptime=uptime,
                browser=access.browser(),
                another=form.get("another") == "yes",
                plain=asked.plain,
            )
        )
    except Refused as refusal:
        if refusal.code == "restoring":
            return redirect(url_for(OUTLASTS), 303)
        return _owner_page(asked, _why(refusal)), 400
    response = redirect(url_for("first_run.owner"), 303)  # which shows it until it is typed back
    if sheet.token:
        access.keep_token(response, sheet.token)
    return access.keep_device(response, sheet.device)


@blueprint.post("/sheet")
def confirm() -> ResponseReturnValue:
    """Check the groups typed back; the box is ready when they fit."""
    groups = typed_groups(request.form)
    if not access.ask_unless(ConfirmSheet(groups=groups), "wrong_group", "sheet_not_shown"):
        shown = access.ask_unless(ShowSheet(), "sheet_not_shown")
        if shown is None:  # the keeper has started anew and knows the sheet no more
            return redirect(url_for("first_run.owner", another="yes"), 303)
        return _sheet_page(shown, groups), 400
    return redirect(url_for(_begins()), 303)


def _begins() -> str:
    """Return the page after the first run: setting up, where nobody has named the office yet."""
    fresh = access.may(ShowSettings) and access.ask(ShowSettings()).values.get("fresh")
    return "setup.page" if fresh else "home.page"


def _time_seen() -> tuple[float, float]:
    """Return the time that the page showed and the uptime then; zeros if it was not confirmed."""
    at, uptime = forms.number("at"), forms.number("uptime")
    sure = request.form.get("time_sure") == "yes"
    return (at, uptime) if sure and at is not None and uptime is not None else (0.0, 0.0)


def typed_groups(form: MultiDict[str, str]) -> dict[int, str]:
    """Return the groups of a sheet that were typed back, by their place from 0."""
    found = {}
    for name, value in form.items():
        index = name.removeprefix("group-")
        if index != name and index.isascii() and index.isdigit() and int(index) < MOST_GROUPS:
            found[int(index)] = "".join(value.split()).upper()
    return found


def _why(refusal: Refused) -> dict[str, str]:
    if refusal.code in FIELDS:
        return {FIELDS[refusal.code]: refusals.sentence(refusal)}
    if refusal.code == "plain":
        return {"plain": str(NOT_ACCEPTED)}
    if refusal.code in {"throttled", "busy"}:
        return {"form": refusals.not_taken(refusal, "")}
    raise refusal


def _owner_page(asked: Owner, mistakes: dict[str, str]) -> str:
    return render_template(
        "first_run/owner.html",
        asked=asked,
        mistakes=mistakes,
        again=access.box().set_up,
        board=access.ask(GetBoard()),
        CHIPS=CHIPS,
        another=request.values.get("another") == "yes",
        shortest=SHORTEST_PASSWORD,
    )


def drawing(svg: str) -> str:
    """Return a drawing for a page; it comes from the keeper, never from a browser."""
    return Markup(svg) if svg.startswith("<svg") else ""  # noqa: S704  # anything else is not shown


def _sheet_page(sheet: RecoverySheet, typed: dict[int, str] | None) -> str:
    """Show the sheet; also after wrong groups, which hide nothing."""
    return render_template(
        "first_run/sheet.html",
        sheet=sheet,
        qr=drawing(sheet.qr_svg),
        typed=typed or {},
        wrong=typed is not None,
    )


@blueprint.get("/board")
def board() -> ResponseReturnValue:
    """Tell what a key of the board's own means; an open page follows its burning."""
    return _board_page({})


@blueprint.post("/board")
def burn_board_key() -> ResponseReturnValue:
    """Have the key burnt; it goes on without this page."""
    code, word = (request.form.get(name, "")[:LONGEST_FIELD].strip() for name in ("code", "word"))
    mistakes = {}
    if not code:
        mistakes["code"] = gettext("Type the one-time password.")
    if not says_for_ever(word):
        mistakes["word"] = gettext("Type the words that stand there.")
    if mistakes:
        return _board_page(mistakes, 400)
    try:
        access.ask(BurnBoardKey(code, word, access.browser()))
    except Refused as refusal:
        return _board_page(*_why_not_burnt(refusal))
    return redirect(url_for("first_run.board", done="asked"), 303)


def _why_not_burnt(refusal: Refused) -> tuple[dict[str, str], int]:
    match refusal.code:
        case "wrong_one_time_password":
            return {"code": refusals.sentence(refusal)}, 400
        case "throttled" | "busy":
            return {"form": refusals.not_taken(refusal, "")}, 429
        case "words_needed":
            return {"word": refusals.sentence(refusal)}, 400
        case "archive_there" | "burning" | "no_board_key":
            return {"form": refusals.sentence(refusal)}, 409
        case "root_not_asked":
            return {"form": refusals.sentence(refusal)}, 500
        case _:
            raise refusal


def _board_page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state = access.ask(GetBoard())
    return render_template(
        "first_run/board.html",
        state=state,
        burnable=state.state in BURNABLE,
        outcome=OUTCOMES.get(state.outcome, ""),
        word=FOR_EVER.get(str(get_locale()), FOR_EVER["en"]),
        code=request.form.get("code", "")[:LONGEST_FIELD],
        done=request.args.get("done", ""),
        mistakes=mistakes,
    ), status
