"""Try the recovery sheet on the backup that is plugged in."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.outside.backup import GetBackup
from appliance.link.requests.recovery.drill import TriedSheet, TrySheet
from web import access
from web.typed_sheet import NOT_TYPED, SheetFields, shown_again, typed_sheet
from web.words import backup, refusals

blueprint = Blueprint("drill", __name__, url_prefix="/backup/try")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Ask for the sheet, where a backup is there to try it on."""
    access.need(TrySheet)
    return _page({}, no_drill=backup.NO_DRILL.get(access.ask(GetBackup()).hinders_drill, ""))


@blueprint.post("")
def try_sheet() -> ResponseReturnValue:
    """Try what was typed; nothing of it is kept, and a wrong group is not shown again."""
    access.need(TrySheet)
    sheet = typed_sheet()
    if not sheet:
        return _page({"sheet": gettext("Type what stands on the sheet.")}, 400)
    try:
        tried = access.ask(TrySheet(sheet))
    except Refused as refusal:
        return _page(*_why(refusal), sheet=shown_again(refusal))
    return _page({}, tried=tried)


def _why(refusal: Refused) -> tuple[dict[str, str], int]:
    if refusal.code in refusals.OF_A_SHEET:
        return {"sheet": refusals.sentence(refusal)}, 400
    if refusal.code.startswith("backup_") or refusal.code in {"no_backup_place", "trial_away"}:
        return {"form": refusals.sentence(refusal)}, 409
    raise refusal


def _page(
    mistakes: dict[str, str],
    status: int = 200,
    tried: TriedSheet | None = None,
    *,
    sheet: SheetFields = NOT_TYPED,
    no_drill: str = "",
) -> ResponseReturnValue:
    page = render_template(
        "recovery/drill.html", mistakes=mistakes, tried=tried, sheet=sheet, no_drill=no_drill
    )
    return page, status
