"""Try the recovery sheet on the backup that is plugged in."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.recovery.drill import TriedSheet, TrySheet
from appliance.model.limits import LONGEST_SHEET
from web import access
from web.words import refusals

blueprint = Blueprint("drill", __name__, url_prefix="/backup/try")


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Ask for the sheet."""
    access.need(TrySheet)
    return _page({})


@blueprint.post("")
def try_sheet() -> ResponseReturnValue:
    """Try what was typed; nothing of it is kept or shown again."""
    access.need(TrySheet)
    sheet = request.form.get("sheet", "")[:LONGEST_SHEET]
    if not sheet.strip():
        return _page({"sheet": gettext("Type what stands on the sheet.")}, 400)
    try:
        tried = access.ask(TrySheet(sheet))
    except Refused as refusal:
        return _page(*_why(refusal))
    return _page({}, tried=tried)


def _why(refusal: Refused) -> tuple[dict[str, str], int]:
    if refusal.code in refusals.OF_A_SHEET:
        return {"sheet": refusals.sentence(refusal)}, 400
    if refusal.code.startswith("backup_") or refusal.code in {"no_backup_place", "trial_away"}:
        return {"form": refusals.sentence(refusal)}, 409
    raise refusal


def _page(
    mistakes: dict[str, str], status: int = 200, tried: TriedSheet | None = None
) -> ResponseReturnValue:
    return render_template("recovery/drill.html", mistakes=mistakes, tried=tried), status
