"""Test, add and remove a number that is never recorded; nobody can list them."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.exempt import (
    AddExempt,
    CountExempt,
    ExemptState,
    IsExempt,
    RemoveExempt,
)
from web import access

blueprint = Blueprint("exempt", __name__, url_prefix="/never-recorded")

LONGEST_NUMBER = 40
"""Characters of a number as typed."""

ACTS = {"test": IsExempt, "add": AddExempt, "remove": RemoveExempt}


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show how many there are, and ask for a number."""
    access.need(CountExempt)
    return _page(access.ask(CountExempt()))


@blueprint.post("")
def act() -> ResponseReturnValue:
    """Test, add or remove a number; a POST, so that no log shows it."""
    access.need(CountExempt)
    kind = ACTS.get(request.form.get("act", ""))
    if kind is None:
        abort(400)
    number = request.form.get("number", "").strip()
    try:
        state = access.ask(kind(number=number[: LONGEST_NUMBER + 1]))
    except Refused as refusal:
        wrong = {
            "invalid": gettext("That is not a telephone number."),
            "not_found": gettext("This number is not on the list."),
        }.get(refusal.code)
        if wrong is None:
            raise
        return _page(access.ask(CountExempt()), number, wrong=wrong, status=400)
    return _page(state, "" if kind is not IsExempt else number, done=request.form["act"])


def _page(
    state: ExemptState, number: str = "", *, done: str = "", wrong: str = "", status: int = 200
) -> ResponseReturnValue:
    mistakes = {"number": wrong} if wrong else {}
    page = render_template(
        "exempt/page.html", state=state, number=number, done=done, mistakes=mistakes
    )
    return page, status
