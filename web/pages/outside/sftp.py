"""Set backups by SFTP up, accept the server's key, begin one, stop them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.operations import Operation
from appliance.link.requests.outside.backup import BackupMedium, GetBackup
from appliance.link.requests.outside.sftp import (
    AcceptSftp,
    ChangeSftp,
    GetSftp,
    LookSftp,
    SftpPlace,
    SftpStanding,
    StartSftp,
    StopSftp,
)
from appliance.model.outside import sftp as limits
from appliance.model.outside.sftp import EVERY, PORT, wrong_fields
from web import access, forms, remedies
from web.words import backup, refusals, sftp

blueprint = Blueprint("sftp", __name__, url_prefix="/backup/sftp")

_LONGEST_FINGERPRINT = 64

_SAID_ABOVE = frozenset({
    "backup_running", "no_backup_place", "no_sftp", "host_key_changed", "nobody_receives",
    "backup_days_open", "backup_left",
})  # fmt: skip
"""Refusals that no field of the form can mend."""


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show where backups go, the two keys, and how the last copy fared."""
    access.need(GetSftp)
    return _page({})


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Set them up, or change where they go."""
    access.need(ChangeSftp)
    place = _typed()
    told = (place.server, place.port, place.user, place.folder, place.every, place.whose)
    wrong = wrong_fields(*told)
    mistakes = {name: str(sftp.MISTAKES[name]) for name in wrong}
    mistakes |= forms.no_password("password")
    if mistakes:
        return _page(mistakes, 400, place)
    return _do(ChangeSftp(place, request.form.get("password", "")), "password", "set", place)


@blueprint.post("/look")
def look() -> ResponseReturnValue:
    """Ask the server for its key."""
    access.need(LookSftp)
    return _do(LookSftp(), "start", "looked")


@blueprint.post("/accept")
def accept() -> ResponseReturnValue:
    """Accept the key that was compared."""
    access.need(AcceptSftp)
    mistakes = forms.not_sure("sure") | forms.no_password("accept-password")
    if mistakes:
        return _page(mistakes, 400)
    shown = request.form.get("fingerprint", "")[:_LONGEST_FINGERPRINT]
    asked = AcceptSftp(shown, request.form.get("password", ""))
    return _do(asked, "accept-password", "accepted")


@blueprint.post("/start")
def start() -> ResponseReturnValue:
    """Begin a copy; it goes on without this page."""
    access.need(StartSftp)
    return _do(StartSftp(), "start", "started")


@blueprint.post("/stop")
def stop() -> ResponseReturnValue:
    """Make no more backups there."""
    access.need(StopSftp)
    mistakes = forms.no_password("stop-password")
    if mistakes:
        return _page(mistakes, 400)
    return _do(StopSftp(request.form.get("password", "")), "stop-password", "stopped")


_NOWHERE = SftpPlace(server="", port=PORT, user="", folder="", every="day")


def _typed() -> SftpPlace:
    """Return the place that was sent; a port that is none is 0."""
    form = request.form
    return SftpPlace(
        server=form.get("server", "")[: limits.LONGEST_SERVER + 1].strip(),
        port=forms.port(PORT),
        user=form.get("user", "")[: limits.LONGEST_USER + 1].strip(),
        folder=form.get("folder", "")[: limits.LONGEST_FOLDER + 1].strip(),
        every=form.get("every", "")[:8],
        whose=form.get("whose", "")[:8],
    )


def _do(
    asked: Operation[Any], field: str, done: str, typed: SftpPlace | None = None
) -> ResponseReturnValue:
    try:
        access.ask(asked)
    except Refused as refusal:
        if refusal.code in _SAID_ABOVE:
            return _page({"start": refusals.sentence(refusal)}, 409, typed, (refusal.code,))
        wrong = gettext("Your password is wrong.")
        return _page(*refusals.mistake(refusal, field, wrong), typed)
    return redirect(url_for("sftp.page", done=done), 303)


def _page(
    mistakes: dict[str, str],
    status: int = 200,
    typed: SftpPlace | None = None,
    refused: tuple[str, ...] = (),
) -> ResponseReturnValue:
    seen = access.ask(GetSftp())
    place, last = typed or seen.place or _NOWHERE, _there(seen)
    shown: dict[str, Any] = {
        "seen": seen,
        "typed": place,
        "port": forms.port_shown(place.port, PORT, typed=typed is not None),
        "last": last,
        "begins": seen.accepted and not seen.code and (last is None or not last.finished),
        "other_key": bool(seen.offered) and seen.offered != seen.accepted,
        "outcome": _outcome(seen, waits=last is not None and last.waits),
        "stage": backup.STAGES.get(seen.running.stage, "") if seen.running else "",
        "every": {name: backup.EVERY[name] for name in EVERY},
        "whose": sftp.WHOSE,
        "limits": limits,
        "asked": remedies.asked(refused),
        "done": request.args.get("done", ""),
    }
    return render_template("sftp/page.html", mistakes=mistakes, **shown), status


def _there(seen: SftpStanding) -> BackupMedium | None:
    """Return what the box knows of its copies there; None if none was begun."""
    media = access.ask(GetBackup()).media if seen.place is not None else ()
    return next((one for one in media if one.id == seen.medium), None)


def _outcome(seen: SftpStanding, *, waits: bool) -> Any:
    """Return what became of the last attempt, or why none is made; empty if nothing is wrong."""
    if seen.running is not None:
        return ""
    if seen.code in {"", "stopped"}:
        return sftp.TROUBLES["waits"] if waits else ""
    return sftp.TROUBLES.get(seen.code, sftp.TROUBLES["odd"])
