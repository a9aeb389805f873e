"""List the numbers that are never recorded; test, add and take off one of them."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.exempt import (
    AddExempt,
    CountExempt,
    ExemptState,
    IsExempt,
    ListExempt,
    RemoveExempt,
)
from appliance.model.limits import LONGEST_NUMBER
from web import access
from web.lists import kept, listing
from web.words import refusals

blueprint = Blueprint("exempt", __name__, url_prefix="/never-recorded")

LIST, FIELDS, ORDERS = "exempt.page", ("text",), ("number", "newest")

LEAVING = "exempt.remove"
"""The kind under which a number is kept while the question stands whether it is to go."""

ACTS = {"test": IsExempt, "add": AddExempt}


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the list, and ask for a number."""
    access.need(ListExempt)
    return _page(access.ask(CountExempt()), done=request.args.get("done", ""))


@blueprint.post("/search")
def search() -> ResponseReturnValue:
    """Keep a search of the list, and lead to what it finds."""
    access.need(ListExempt)
    form = request.form
    return listing.begin(LIST, {"text": form.get("text", "")}, form.get("order", ""))


@blueprint.post("")
def act() -> ResponseReturnValue:
    """Test or add a number, or ask before it is taken off; a POST, so that no log shows it."""
    access.need(CountExempt)
    doing, number = request.form.get("act", ""), request.form.get("number", "").strip()
    if doing == "remove":
        return _ask_first(number)
    kind = ACTS.get(doing)
    if kind is None:
        abort(400)
    try:
        state = access.ask(kind(number=number[: LONGEST_NUMBER + 1]))
    except Refused as refusal:
        if refusal.code not in {"no_number", "list_full"}:
            raise
        return _wrong(number, refusals.sentence(refusal))
    done = "already" if state.already else doing
    return _page(state, "" if kind is not IsExempt else number, done=done)


def _ask_first(number: str) -> ResponseReturnValue:
    """Lead to the question whether a number is to go, if it is on the list."""
    try:
        state = access.ask(IsExempt(number=number[: LONGEST_NUMBER + 1]))
    except Refused as refusal:
        if refusal.code != "no_number":
            raise
        return _wrong(number, refusals.sentence(refusal))
    if not state.listed:
        return _wrong(number, gettext("This number is not on the list."))
    name = kept.keep(LEAVING, {"number": (number,)})
    return redirect(url_for("exempt.confirm", chosen=name), 303)


@blueprint.get("/remove")
def confirm() -> ResponseReturnValue:
    """Ask whether a number is to be taken off."""
    access.need(RemoveExempt)
    name, number = _leaving()
    if not number:
        return redirect(url_for("exempt.page"), 303)
    return render_template("exempt/remove.html", chosen=name, number=number)


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    """Take the number off: its callers are asked like any others."""
    access.need(RemoveExempt)
    _, number = _leaving()
    if number:
        access.ask_unless(RemoveExempt(number=number), "number_not_listed")
    return redirect(url_for("exempt.page", done="remove" if number else None), 303)


def _leaving() -> tuple[str, str]:
    name = request.values.get("chosen", "")[: listing.LONGEST_ID]
    return name, (kept.find(LEAVING, name) or {}).get("number", ("",))[0]


def _wrong(number: str, sentence: str) -> ResponseReturnValue:
    return _page(access.ask(CountExempt()), number, wrong=sentence, status=400)


def _page(
    state: ExemptState, number: str = "", *, done: str = "", wrong: str = "", status: int = 200
) -> ResponseReturnValue:
    asked = listing.asked(LIST, FIELDS, ORDERS)
    newest = asked.order == "newest"
    found = access.ask(
        ListExempt(
            text=asked.fields["text"],
            page=asked.page,
            per_page=listing.PER_PAGE,
            order="newest" if newest else "number",
        )
    )
    page = render_template(
        "exempt/page.html",
        state=state,
        found=found,
        listing=asked.found(found.total, found.page, found.pages),
        number=number,
        done=done,
        mistakes={"number": wrong} if wrong else {},
    )
    return page, status
