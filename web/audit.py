"""The audit: who did what, and whether the chain holds."""

from flask import Blueprint, render_template, request

from appliance.link.requests.audit import ListAudit
from web import access

blueprint = Blueprint("audit", __name__)

PER_PAGE = 50


@blueprint.get("/audit")
def page() -> str:
    """Show a page of the audit, newest first, and the state of its chain."""
    access.need(ListAudit)
    text = request.args.get("page", "1")
    number = max(1, min(int(text), 1_000_000)) if text.isascii() and text.isdigit() else 1
    return render_template("audit/page.html", told=access.ask(ListAudit(number, PER_PAGE)))
