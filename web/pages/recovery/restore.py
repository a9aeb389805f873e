"""Restore a backup in place of the first run; an open page follows it to its end."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from appliance.errors import Refused
from appliance.link.requests.first_run import GetBoard
from appliance.link.requests.recovery.restore import (
    LONGEST_LIST,
    GetRestore,
    RestoreBackup,
)
from appliance.model.limits import LONGEST_PASSWORD, SHORTEST_PASSWORD
from appliance.model.typed.named import named_in
from web import access
from web.typed_sheet import NOT_TYPED, SheetFields, shown_again, typed_sheet
from web.words import recovery, refusals
from web.words.board import CHIPS, NOT_ACCEPTED

blueprint = Blueprint("restore", __name__, url_prefix="/first-run/restore")

WHY: dict[str, tuple[str, int]] = {
    "wrong_one_time_password": ("code", 400),
    **dict.fromkeys(refusals.OF_A_SHEET, ("sheet", 400)),
    "no_day": ("today", 400),
    "ahead": ("ahead", 409),
    "doubtful": ("erased", 400),
    "names_unknown": ("unknown", 409),
    **dict.fromkeys(refusals.OF_A_PASSWORD, ("password", 400)),
    "set_up_already": ("form", 409),
    "restore_running": ("form", 409),
    "burning": ("form", 409),
    "no_backup_place": ("form", 409),
}
"""Code of a refusal -> the field at which it is told, and the status."""

_NOT_EMPTY = ("form", _l("This device is not empty, so nothing is restored here."), 409)

OWN: dict[str, tuple[str, Any, int]] = {
    "plain": ("plain", NOT_ACCEPTED, 400),
    "no_administrator_there": ("name", _l("No administrator in the backup has this name."), 400),
    "folder_not_empty": _NOT_EMPTY,
    "chip_taken": _NOT_EMPTY,
}
"""The same of those whose own sentence is for a terminal: it tells names, paths and options."""

LONGEST_BODY = 2 * 1024 * 1024
"""Bytes of the form: whole certificates may be pasted."""

_LONGEST_DAY = 10
_LONGEST_FIGURE = 7


@dataclass(frozen=True, slots=True)
class RestoreForm:
    """What stays in the form after a mistake: no secret."""

    name: str = ""
    today: str = ""
    erased: str = ""
    erased_all: bool = False
    ahead: bool = False
    plain: bool = False  # a card that opens by itself is accepted


@blueprint.url_value_preprocessor
def _room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Allow pasted certificates, which are larger than any other form."""
    request.max_content_length = request.max_form_memory_size = LONGEST_BODY


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Ask for the sheet and what else it takes, or show how far it is."""
    if access.box().set_up:
        return render_template("recovery/restored.html")
    return _page(RestoreForm(), {})


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin; it goes on without this page."""
    form = request.form
    typed = RestoreForm(
        name=form.get("name", "").strip(),
        today=form.get("today", "")[:_LONGEST_DAY],
        erased=form.get("erased", ""),
        erased_all=form.get("erased_all") == "yes",
        ahead=form.get("ahead") == "yes",
        plain=form.get("plain") == "yes",
    )
    mistakes = _mistakes(typed)
    if mistakes:
        return _page(typed, mistakes, 400, sheet=shown_again())
    asked = RestoreBackup(
        code=form.get("code", "").strip(),
        sheet=typed_sheet(),
        name=typed.name,
        password=form.get("password", ""),
        today=typed.today,
        erased_all=typed.erased_all,
        due=_figure(form.get("due", "")),
        unknown=_figure(form.get("unknown", "")),
        ahead=typed.ahead,
        plain=typed.plain,
        browser=access.browser(),
    )
    try:
        access.ask(asked, _listed(typed.erased))
    except Refused as refusal:
        if refusal.code == "due_that_day":
            due, agreed = int(refusal.values.get("count", 0)), asked.unknown
            said = {"due": _due(due)}
            return _page(typed, said, 409, due=due, unknown=agreed, sheet=shown_again())
        unknown = int(refusal.values.get("count", 0)) if refusal.code == "names_unknown" else 0
        return _page(typed, *_why(refusal), unknown=unknown, sheet=shown_again(refusal))
    return redirect(url_for("restore.page"), 303)


def _mistakes(typed: RestoreForm) -> dict[str, str]:
    form = request.form
    needed = {
        "code": (form.get("code", "").strip(), gettext("Type the one-time password.")),
        "sheet": (typed_sheet(), gettext("Type what stands on the sheet.")),
        "name": (typed.name, gettext("Type the name that you log in with.")),
    }
    found = {field: sentence for field, (value, sentence) in needed.items() if not value}
    found |= _poor(form.get("password", ""), form.get("repeated", ""))
    if not typed.plain and access.box().eraser == "E0":
        found["plain"] = str(NOT_ACCEPTED)
    if form.get("today_sure") != "yes":
        found["today"] = gettext("Say that this is today's date.")
    if wrong := _wrong_list(typed.erased):
        found["erased"] = wrong
    return found


def _wrong_list(text: str) -> str:
    """Return what is wrong with a list of recordings; none of them is passed over."""
    named, wrong = named_in(text), ""
    if named.doubtful:
        wrong = gettext(
            "Look at line %(number)s: it holds something like a recording's name, but not its 32 "
            "letters and digits. Correct it, or remove the line.",
            number=named.doubtful[0],
        )
    elif text.strip() and not named.recordings:
        wrong = gettext("This names no recording. A certificate names it by 32 letters and digits.")
    elif len(_listed(text)) > LONGEST_LIST:
        wrong = gettext("This page takes no list so long: use the command zgoda restore.")
    return wrong


def _listed(text: str) -> bytes:
    return "\n".join(named_in(text).recordings).encode()


def _figure(text: str) -> int:
    """Return how many recordings the person agrees not to have back."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_FIGURE else 0


def _poor(password: str, repeated: str) -> dict[str, str]:
    if len(password) < SHORTEST_PASSWORD:
        few = gettext("Use at least %(count)s characters.", count=SHORTEST_PASSWORD)
        return {"password": few}
    if len(password) > LONGEST_PASSWORD:
        many = gettext("Use at most %(count)s characters.", count=LONGEST_PASSWORD)
        return {"password": many}
    different = gettext("The two passwords are not the same.")
    return {} if password == repeated else {"repeated": different}


def _why(refusal: Refused) -> tuple[dict[str, str], int]:
    """Return the mistakes by field, and the status."""
    code = refusal.code
    if code in OWN:
        field, said, status = OWN[code]
        return {field: str(said)}, status
    if code in WHY:
        field, status = WHY[code]
        return {field: refusals.sentence(refusal)}, status
    if code.startswith("backup_"):
        return {"form": refusals.sentence(refusal)}, 409
    return refusals.mistake(refusal, "form", "")


def _due(count: int) -> str:
    said: str = ngettext(
        "The retention period of %(num)s recording is over on this day, so it would not come "
        "back. Look at the date again: if it is wrong, the recording is lost.",
        "The retention period of %(num)s recordings is over on this day, so they would not come "
        "back. Look at the date again: if it is wrong, they are lost.",
        count,
    )
    return said


def _page(
    typed: RestoreForm,
    mistakes: dict[str, str],
    status: int = 200,
    *,
    due: int = 0,
    unknown: int = 0,
    sheet: SheetFields = NOT_TYPED,
) -> ResponseReturnValue:
    state = access.ask(GetRestore(look=True))
    page = render_template(
        "recovery/restore.html",
        state=state,
        typed=typed,
        mistakes=mistakes,
        sheet=sheet,
        failed=refusals.kept(state),
        quote=refusals.quote(state),
        sticks=[said for said in map(recovery.stick, state.sticks) if said],
        shortest=SHORTEST_PASSWORD,
        due=due,
        unknown=unknown,
        board=access.ask(GetBoard()),
        CHIPS=CHIPS,
    )
    return page, status
