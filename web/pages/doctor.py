"""Show the doctor's findings, the worst first, and one line at work.

For administrators alone: they can mend what is found. The findings name paths, devices and how well
the box is protected.

What a watched line shows comes in parts, each as it stands on the page; the script puts a part that
has changed in place of the old one, and knows no words.
"""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    get_template_attribute,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from appliance.errors import Refused
from appliance.link.requests.doctor import (
    BeginToneCheck,
    EndToneCheck,
    Examine,
    LineMoment,
    LookAtLine,
    WatchLine,
)
from appliance.link.requests.lines import GetLines
from appliance.model.findings import group_by_subject
from web import access, streams
from web.words import doctor as said
from web.words import findings, proof, ready, refusals

blueprint = Blueprint("doctor", __name__)

SUBJECTS: dict[str, Any] = {
    "processes": _l("Processes"),
    "panel": _l("Panel"),
    "ssh": _l("Login over SSH"),
    "lines": _l("Lines"),
    "grade": _l("Whose key it was"),
    "serial": _l("Serial devices"),
    "sound": _l("Sound cards"),
    "gpio": _l("Lamps and button"),
    "prompts": _l("Announcements"),
    "clock": _l("Clock"),
    "disk": _l("Disk"),
    "memory": _l("Memory"),
    "vault": _l("Archive"),
    "silence": _l("Silences"),
    "owed": _l("Erased calls in backups"),
    "backup": _l("Backups"),
    "sftp": _l("Backups by SFTP"),
    "mail": _l("Mail"),
    "update": _l("Updates"),
    "stamp": _l("Time stamps"),
    "configuration": _l("Configuration"),
    "versions": _l("Versions"),
}

LEVELS: dict[str, Any] = {"ok": _l("in order"), "warn": _l("look at it"), "fail": _l("fix it")}


AWAY = ("recorder_away", "line_broken", "line_failed", "failed")
"""Refusals by which a line cannot be looked at now."""

NO_TONES = frozenset({"line_not_idle", "help_called", "machine_line", "no_tones", "recorder_away"})
"""Refusals of a check by tones that its page says."""


@blueprint.get("/doctor")
def page() -> str:
    """Examine the box and show the findings."""
    access.need(Examine)
    found = access.ask(Examine()).found
    return render_template(
        "doctor/page.html",
        groups=group_by_subject(found),
        count={level: sum(finding.level == level for finding in found) for level in LEVELS},
        subjects=SUBJECTS,
        levels=LEVELS,
        sentence=findings.sentence,
        lines=_lines(),
    )


PARTS = ("state", "levels", "found", "way", "check", "events")
"""What of a line is told, each part by itself."""


@blueprint.get("/doctor/line")
def line() -> tuple[str, int]:
    """Show one line at work: the named one, else the first."""
    access.need(LookAtLine)
    known = _lines()
    wanted = request.args.get("line", known[0] if known else "")
    seen = access.ask_unless(LookAtLine(line=wanted), "no_line", *AWAY)
    page = render_template(
        "doctor/line.html",
        line=wanted if wanted in known else "",
        lines=known,
        parts=_parts(seen) if seen is not None else {},
        refused=_why(request.args.get("refused", "")),
    )
    return page, 200 if wanted in known or not known else 404


@blueprint.get("/doctor/line.json")
def line_now() -> Response:
    """Return a line's parts to a page without a stream; keeps no session awake."""
    access.need(LookAtLine)
    seen = access.ask_unless(LookAtLine(line=request.args.get("line", "")), *AWAY)
    return jsonify(told(seen) if seen is not None else {"recorder": False})


@blueprint.get("/doctor/line/events")
def line_events() -> Response:
    """Send a page what a line shows, for as long as it is open."""
    access.need(WatchLine)
    return streams.stream(WatchLine(line=request.args.get("line", "")), told)


@blueprint.post("/doctor/line/tones")
def tones() -> AnyResponse:
    """Begin a check by tones, or break it off."""
    access.need(BeginToneCheck)
    name, do = request.form.get("line", ""), request.form.get("do", "")
    refused = ""
    if do == "begin":
        try:
            access.ask(BeginToneCheck(line=name))
        except Refused as refusal:
            if refusal.code not in NO_TONES:
                raise
            refused = refusal.code
    elif do == "end":
        access.ask(EndToneCheck(line=name))
    else:
        abort(400)
    where = url_for("doctor.line", line=name, refused=refused or None)
    return redirect(f"{where}#check", 303)


def _why(code: str) -> str:
    return refusals.sentence(Refused(code)) if code in NO_TONES else ""


def told(seen: LineMoment) -> dict[str, Any]:
    """Return what a page's script is told of a line."""
    return {"recorder": True, "parts": _parts(seen)}


def _parts(seen: LineMoment) -> dict[str, str]:
    """Return each part of a line as it stands on the page."""
    with_words = {
        "said": said,
        "ready": ready,
        "sentence": findings.sentence,
        "levels_of_findings": LEVELS,
        "badge": proof.badge(seen.status.unreal),
    }
    return {
        part: str(get_template_attribute("doctor/line_parts.html", part)(seen, **with_words))
        for part in PARTS
    }


def _lines() -> list[str]:
    return [each.line for each in access.ask(GetLines()).lines]
