"""Replace the recovery sheet, and come back in with it at the box."""

import ipaddress

from flask import Blueprint, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.sheet import (
    DrawSheet,
    DropSheet,
    EnterBySheet,
    GetSheet,
    ReplaceSheet,
)
from appliance.model.limits import (
    LONGEST_BACKUP_CODE,
    LONGEST_CODE,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
)
from web import access, back, forms
from web.pages.first_run import drawing, typed_groups
from web.typed_sheet import NOT_TYPED, SheetFields, shown_again, typed_sheet
from web.words import refusals

blueprint = Blueprint("sheet", __name__)


@blueprint.get("/sheet")
def page() -> ResponseReturnValue:
    """Show which sheet is in force, or the new one until it is typed back."""
    access.need(GetSheet)
    return _page({})


@blueprint.post("/sheet")
def draw() -> ResponseReturnValue:
    """Draw a new sheet."""
    access.need(DrawSheet)
    mistakes = forms.no_password("password")
    if mistakes:
        return _page(mistakes, 400)
    try:
        access.ask(DrawSheet(password=request.form.get("password", "")))
    except Refused as refusal:
        wrong = gettext("Your password is wrong.")
        return _page(*refusals.mistake(refusal, "password", wrong))
    return redirect(to("sheet.page"), 303)


@blueprint.post("/sheet/confirm")
def confirm() -> ResponseReturnValue:
    """Compare what was typed from the new sheet; the sheet stays shown if it does not fit."""
    access.need(ReplaceSheet)
    typed = typed_groups(request.form)
    if access.ask_unless(ReplaceSheet(groups=typed), "wrong_group"):
        return redirect(to("sheet.page", done="yes"), 303)
    return _page({}, 400, typed)


@blueprint.post("/sheet/drop")
def drop() -> ResponseReturnValue:
    """Forget the new sheet."""
    access.need(DropSheet)
    access.ask(DropSheet())
    return redirect(to("sheet.page"), 303)


@blueprint.get("/recovery")
def entrance() -> ResponseReturnValue:
    """Ask for the sheet and a new password."""
    if access.who() is not None:
        return redirect(to("home.page"), 303)
    return _entrance("", {})


@blueprint.post("/recovery")
def enter() -> ResponseReturnValue:
    """Let an administrator in by the sheet."""
    form = request.form
    name, password = form.get("name", "").strip(), form.get("password", "")
    mistakes = _mistakes(name, password)
    if mistakes:
        return _entrance(name, mistakes, 400, shown_again())
    asked = EnterBySheet(
        name=name,
        sheet=typed_sheet(),
        password=password,
        browser=access.browser(),
        let_in=form.get("let_in", "").strip()[:LONGEST_CODE],
        code=form.get("code", "").strip()[: LONGEST_BACKUP_CODE + 1],
        app_lost=form.get("app_lost") == "yes",
    )
    try:
        opened = access.ask(asked)
    except Refused as refusal:
        return _entrance(name, *_why(refusal), shown_again(refusal))
    back.begin(opened.operator)
    answer = access.keep_token(redirect(to("me.page", done="sheet"), 303), opened.token)
    return access.keep_device(answer, opened.device)


def _mistakes(name: str, password: str) -> dict[str, str]:
    form, found = request.form, {}
    if not name:
        found["name"] = gettext("Type the name that you log in with.")
    if not typed_sheet():
        found["sheet"] = gettext("Type what stands on the sheet.")
    if len(password) < SHORTEST_PASSWORD:
        found["password"] = gettext("Use at least %(count)s characters.", count=SHORTEST_PASSWORD)
    elif len(password) > LONGEST_PASSWORD:
        found["password"] = gettext("Use at most %(count)s characters.", count=LONGEST_PASSWORD)
    elif password != form.get("repeated", ""):
        found["repeated"] = gettext("The two passwords are not the same.")
    return found


def _why(refusal: Refused) -> tuple[dict[str, str], int]:
    """Return the mistakes by field and the status of a refused entrance."""
    match refusal.code:
        case code if code in refusals.OF_A_SHEET:
            return {"sheet": refusals.sentence(refusal)}, 400
        case "no_administrator":
            return {"name": refusals.sentence(refusal)}, 400
        case "code_needed" | "wrong_code":
            return {"code": _about_code(refusal)}, 400
        case "sheet_elsewhere":
            return {"let-in": gettext("The code is wrong, or is too old.")}, 403
        case code if code in refusals.OF_A_PASSWORD:
            return {"password": refusals.sentence(refusal)}, 400
        case _:
            return refusals.mistake(refusal, "form", "")


def _about_code(refusal: Refused) -> str:
    if refusal.code == "wrong_code":
        return str(gettext("That code is wrong, or was used before."))
    return str(
        gettext(
            "Logins of this account ask for a code. Type one, or say below that app and "
            "backup codes are lost."
        )
    )


def _at_the_box() -> bool:
    """Say whether the browser runs on the box itself; the keeper decides by the same."""
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _entrance(
    name: str, mistakes: dict[str, str], status: int = 200, sheet: SheetFields = NOT_TYPED
) -> ResponseReturnValue:
    page = render_template(
        "sheet/enter.html",
        name=name,
        mistakes=mistakes,
        sheet=sheet,
        app_lost=request.form.get("app_lost") == "yes",
        shortest=SHORTEST_PASSWORD,
        here_at_box=_at_the_box(),
    )
    return page, status


def _page(
    mistakes: dict[str, str], status: int = 200, typed: dict[int, str] | None = None
) -> ResponseReturnValue:
    now = access.ask(GetSheet())
    page = render_template(
        "sheet/page.html",
        sheet=now,
        qr=drawing(now.drawn.qr_svg) if now.drawn else "",
        mistakes=mistakes,
        typed=typed or {},
        wrong=typed is not None,
        done=request.args.get("done", ""),
    )
    return page, status
