"""Show the doctor's findings, the worst first, each with the sentence that mends it.

For administrators alone: they can mend what is found. The findings name paths, devices and how well
the box is protected.
"""

from typing import Any

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l

from appliance.link.requests.doctor import Examine
from appliance.model.findings import group_by_subject
from web import access
from web.words import findings

blueprint = Blueprint("doctor", __name__)

SUBJECTS: dict[str, Any] = {
    "processes": _l("Processes"),
    "panel": _l("Panel"),
    "lines": _l("Lines"),
    "serial": _l("Serial devices"),
    "sound": _l("Sound cards"),
    "gpio": _l("Lamps and button"),
    "prompts": _l("Prompts"),
    "clock": _l("Clock"),
    "disk": _l("Disk"),
    "memory": _l("Memory"),
    "vault": _l("Vault"),
    "configuration": _l("Configuration"),
    "versions": _l("Versions"),
}

LEVELS: dict[str, Any] = {"ok": _l("in order"), "warn": _l("look at it"), "fail": _l("mend it")}


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
    )
