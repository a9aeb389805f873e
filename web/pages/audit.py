"""Show the audit: who did what, and whether its chain holds."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appliance.link.requests.audit import AuditPage, ListAudit
from appliance.link.requests.calls import ConfirmClock
from web import access
from web.pages import people
from web.pages.calls import page_number

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
def page() -> str:
    """Show a page of the audit, newest first, and the state of its chain."""
    access.need(ListAudit)
    told = access.ask(ListAudit(page_number(request.args)))
    return render_template("audit/page.html", told=told, waits=_waits(told), roles=people.ROLES)


@blueprint.post("/audit/clock")
def confirm_clock() -> ResponseReturnValue:
    """Confirm the clock, so that retention goes on."""
    access.need(ConfirmClock)
    access.ask(ConfirmClock())
    return redirect(url_for("audit.page"), 303)


def _waits(told: AuditPage) -> bool:
    """Say whether retention waits for a confirmation of the clock."""
    about = [e.type for e in told.entries if e.type in {"retention_waits", "clock_confirmed"}]
    return told.page == 1 and about[:1] == ["retention_waits"]
