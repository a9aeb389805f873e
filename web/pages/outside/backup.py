"""Show the backups, begin one, forget a medium that was destroyed."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.outside.backup import (
    BackupState,
    ForgetMedium,
    GetBackup,
    GetSticks,
    StartBackup,
)
from appliance.link.requests.outside.sftp import GetSftp
from appliance.link.requests.recovery.restore import GetRestored
from appliance.model.findings import Finding
from appliance.model.outside.sftp import HOST_KEY
from web import access, forms, remedies
from web.words import backup, findings, recovery, refusals

blueprint = Blueprint("backup", __name__, url_prefix="/backup")

_LONGEST_ID = 64


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show how backups stand; an open page follows a copy that is being made."""
    access.need(GetBackup)
    return _page({})


@blueprint.post("")
def start() -> ResponseReturnValue:
    """Begin a copy; it goes on without this page."""
    access.need(StartBackup)
    try:
        access.ask(StartBackup())
    except Refused as refusal:
        if refusal.code not in {"backup_running", "no_backup_place"}:
            raise
        return _page({"start": refusals.sentence(refusal)}, 409)
    return redirect(url_for("backup.page", done="started"), 303)


@blueprint.post("/forget")
def forget() -> ResponseReturnValue:
    """Forget a medium."""
    access.need(ForgetMedium)
    medium = request.form.get("medium", "")[:_LONGEST_ID]
    mistakes = forms.not_sure(f"sure-{medium}")
    mistakes |= forms.no_password(f"password-{medium}")
    if mistakes:
        return _page(mistakes, 400)
    try:
        access.ask(ForgetMedium(medium, request.form.get("password", "")))
    except Refused as refusal:
        if refusal.code in {"backup_running", "no_medium"}:
            return _page({"start": refusals.sentence(refusal)}, 409)
        wrong = gettext("Your password is wrong.")
        return _page(*refusals.mistake(refusal, f"password-{medium}", wrong))
    return redirect(url_for("backup.page", done="forgotten"), 303)


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state, sticks, far = access.ask(GetBackup()), access.ask(GetSticks()), access.ask(GetSftp())
    hindered = _hindered(state)
    shown: dict[str, Any] = {
        "state": state,
        "hindered": [findings.sentence(each) for each in hindered],
        "asked": remedies.asked(each.id for each in hindered),
        "elsewhere": bool(far.accepted) or any(one.far for one in state.media),
        "waits": any(one.waits and not one.far for one in state.media),
        "server": far.medium if far.accepted and far.code != HOST_KEY else "",
        "by_name": sticks.possible,
        "sticks": [said for said in map(recovery.stick, sticks.words) if said],
        "restored": access.ask(GetRestored()),
        "before": _is_one_before(state),
        "stage": backup.STAGES.get(state.running.stage, "") if state.running else "",
        "every": backup.EVERY.get(state.every, state.every),
        "no_drill": backup.NO_DRILL.get(state.hinders_drill, ""),
        "done": request.args.get("done", ""),
    }
    return render_template("backup/page.html", mistakes=mistakes, **shown), status


def _is_one_before(state: BackupState) -> bool:
    """Say whether the medium that is written to holds a finished copy already."""
    there = any(one.number for one in state.media if one.id == state.medium)
    return there and not state.older


def _hindered(state: BackupState) -> list[Finding]:
    """Return what hindered the last attempt; nothing if it did not fail."""
    if state.code in {"", "absent", "stopped", "none"} or state.running is not None:
        return []
    values = {}
    if state.code in {"unmarked", "own_disk"}:
        values = {"path": state.folder}
    return [Finding(f"backup.{state.code}", values)]
