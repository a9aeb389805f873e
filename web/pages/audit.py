"""Show the audit: who did what, and whether its chain holds."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appliance.link.requests.audit import GetHead, ListAudit
from web import access
from web.lists import listing
from web.pages import people
from web.pages.first_run import drawing
from web.words import audit as audit_words
from web.words import words

blueprint = Blueprint("audit", __name__)

LIST, FIELDS, ORDERS = "audit.page", ("what", "actor", "since", "until"), ("newest", "oldest")


@blueprint.get("/audit")
def page() -> str:
    """Show a page of the audit, or what of it is asked for, and the state of its chain."""
    access.need(ListAudit)
    asked = listing.asked(LIST, FIELDS, ORDERS)
    fields = asked.fields
    told = access.ask(
        ListAudit(
            page=asked.page,
            types=audit_words.GROUPS.get(fields["what"], (None, ()))[1],
            actor=fields["actor"],
            since=fields["since"],
            until=fields["until"],
            order="oldest" if asked.order == "oldest" else "newest",
        )
    )
    return render_template(
        "audit/page.html",
        told=told,
        unreal=dict(told.unreal),
        listing=asked.found(told.total, told.page, told.pages),
        head=(head := access.ask(GetHead())),
        qr=drawing(head.qr_svg),
        roles=people.ROLES,
        groups=audit_words.GROUPS,
    )


@blueprint.get("/audit/head")
def head() -> ResponseReturnValue:
    """Send the signed head of the last day that has ended, as a file to be kept elsewhere."""
    told = access.ask(GetHead())
    if not told.day:
        return redirect(url_for("audit.page"))
    response = make_response(told.text + "\n")
    response.mimetype = "application/json"
    name = f"activity-log-{told.day}.head.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.post("/audit")
def search() -> ResponseReturnValue:
    """Keep a search of the audit, and lead to what it finds."""
    access.need(ListAudit)
    form = request.form
    what, actor = form.get("what", ""), form.get("actor", "")
    known = actor in access.names() or actor in words.ACTORS
    fields = {
        "what": what if what in audit_words.GROUPS else "",
        "actor": actor if known else "",
        **{name: listing.a_day(form.get(name, "")) for name in ("since", "until")},
    }
    return listing.begin(LIST, fields, form.get("order", ""))
