"""Show silences, set one or enter a new paper for it, end one by two people."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.operations import Operation
from appliance.link.requests.papers.silences import (
    AskSilencesEnd,
    CancelSilencesEnd,
    ConfirmSilencesEnd,
    ListSilences,
    SetSilence,
)
from web import access, forms
from web.pages.one_call.hand_over import FIELD_OF, long_fields
from web.words import refusals

blueprint = Blueprint("silences", __name__, url_prefix="/silences")

LONGEST_CASE = 64

CANNOT = frozenset(
    {"no_silence", "order_over", "second_person_needed", "too_new", "silence_end_waits"}
)
"""Refusals that the page says by itself."""


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show all silences."""
    access.need(ListSilences)
    return _page({})


@blueprint.post("", endpoint="set")
def set_one() -> ResponseReturnValue:
    """Silence a copy that has left, or enter a new paper."""
    access.need(SetSilence)
    form = request.form
    mistakes = long_fields()
    if mistakes:
        return _page(mistakes, 400)
    asked = SetSilence(
        case=_case(),
        until=form.get("silent_until", ""),
        file_number=form.get("file_number", ""),
        legal_basis=form.get("legal_basis", ""),
        signed_by=form.get("signed_by", ""),
        hold_silent=form.get("hold_silent") == "yes",
    )
    try:
        made = access.ask(asked)
    except Refused as refusal:
        if refusal.code not in FIELD_OF:
            raise
        field = FIELD_OF[refusal.code]  # who the authority is stands there already
        field = "file_number" if field == "words" else field
        return _page({field: refusals.sentence(refusal)}, 400)
    done = "named" if made.named_on is not None else "set"
    return redirect(url_for("silences.page", done=done), 303)


@blueprint.post("/end")
def ask_end() -> ResponseReturnValue:
    """Ask for the end of a silence."""
    return _act(AskSilencesEnd, "ask", lambda case, password: AskSilencesEnd((case,), password))


@blueprint.post("/confirm")
def confirm() -> ResponseReturnValue:
    """End a silence that another person has asked to end."""
    kind = ConfirmSilencesEnd
    return _act(kind, "confirm", lambda case, password: ConfirmSilencesEnd((case,), password))


@blueprint.post("/cancel")
def cancel() -> ResponseReturnValue:
    """Cancel the request: the silence goes on."""
    access.need(CancelSilencesEnd)
    try:
        access.ask(CancelSilencesEnd((_case(),)))
    except Refused as refusal:
        if refusal.code not in CANNOT:
            raise
        return _page({"form": refusals.sentence(refusal)}, 409)
    return redirect(url_for("silences.page", done="cancelled"), 303)


def _act(
    kind: type[Operation[Any]], act: str, asked: Callable[[str, str], Operation[Any]]
) -> ResponseReturnValue:
    """Do what needs a password, and lead back to the page."""
    access.need(kind)
    field = f"password-{act}-{_case()}"
    mistakes = forms.no_password(field)
    if mistakes:
        return _page(mistakes, 400)
    try:
        access.ask(asked(_case(), request.form.get("password", "")))
    except Refused as refusal:
        if refusal.code in CANNOT:
            return _page({"form": refusals.sentence(refusal)}, 409)
        return _page(*refusals.mistake(refusal, field, gettext("Your password is wrong.")))
    return redirect(url_for("silences.page", done=act), 303)


def _case() -> str:
    return request.form.get("case", "")[:LONGEST_CASE]


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    done = {
        "set": gettext("The copy is silent."),
        "named": gettext(
            "The copy is silent from now on; a copy or sheet for the caller named it before."
        ),
        "ask": gettext("The end is requested. The silence goes on until it is confirmed."),
        "confirm": gettext("The silence is ended."),
        "cancelled": gettext("The request is cancelled. The silence goes on."),
    }
    page = render_template(
        "silences/page.html",
        silences=access.ask(ListSilences()).silences,
        mistakes=mistakes,
        wrong_case=_case() if mistakes else "",
        form=request.form,
        done=done.get(request.args.get("done", ""), ""),
    )
    return page, status
