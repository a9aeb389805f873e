"""Show the audit: who did what, and whether its chain holds."""

from flask import Blueprint, render_template, request

from appliance.link.requests.audit import ListAudit
from web import access
from web.pages import people
from web.pages.calls import page_number

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
def page() -> str:
    """Show a page of the audit, newest first, and the state of its chain."""
    access.need(ListAudit)
    told = access.ask(ListAudit(page_number(request.args)))
    return render_template("audit/page.html", told=told, roles=people.ROLES)
