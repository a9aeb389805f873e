"""List who speaks on each line; add and remove people, vouch that a list is whole."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.papers.speakers import (
    AddSpeaker,
    RemoveSpeaker,
    ShowSpeakers,
    VouchSpeakers,
)
from appliance.model.limits import LONGEST_NAME
from web import access
from web.words import refusals

blueprint = Blueprint("speakers", __name__, url_prefix="/speakers")

FIELD_OF = {
    "name_length": "name",
    "speaker_there": "name",
    "no_day": "day",
    "speaker_day_far": "day",
    "speakers_full": "form",
    "no_line": "form",
    "no_speaker": "form",
    "speakers_none": "form",
    "speakers_changed": "form",
    "speakers_unwanted": "form",
}
"""Refusals that the page says by itself -> where."""

LONGEST_FIELD = 200


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the lists of all lines."""
    access.need(ShowSpeakers)
    return _page({})


@blueprint.post("/add")
def add() -> ResponseReturnValue:
    """Add a person."""
    access.need(AddSpeaker)
    name, day = _given("name").strip(), _given("day").strip()
    asked = AddSpeaker(line=_given("line"), person_name=name, day=day)
    mistakes = {}
    if not name:
        mistakes["name"] = gettext("Type a name of at most %(count)s letters.", count=LONGEST_NAME)
    if not day:
        mistakes["day"] = gettext("Write a day, such as 2027-01-11.")
    if mistakes:
        return _page(mistakes, 400)
    return _act(asked, "added")


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    """Take a person off."""
    access.need(RemoveSpeaker)
    return _act(RemoveSpeaker(line=_given("line"), person_name=_given("name")), "removed")


@blueprint.post("/vouch")
def vouch() -> ResponseReturnValue:
    """Vouch for a list as the page showed it."""
    access.need(VouchSpeakers)
    if request.form.get("whole") != "yes":
        return _page({"whole": gettext("Tick this if it is so.")}, 400)
    return _act(VouchSpeakers(line=_given("line"), mark=_given("mark")), "vouched")


def _act(asked: AddSpeaker | RemoveSpeaker | VouchSpeakers, done: str) -> ResponseReturnValue:
    try:
        access.ask(asked)
    except Refused as refusal:
        if refusal.code not in FIELD_OF:
            raise
        field = FIELD_OF[refusal.code]
        return _page({field: refusals.sentence(refusal)}, 409 if field == "form" else 400)
    return redirect(url_for("speakers.page", done=done), 303)


def _given(name: str) -> str:
    return request.form.get(name, "")[:LONGEST_FIELD]


def _page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    done = {
        "added": gettext("The person is on the list."),
        "removed": gettext("The person was taken off the list."),
        "vouched": gettext("You vouch for the list now."),
    }
    page = render_template(
        "speakers/page.html",
        found=access.ask(ShowSpeakers()),
        mistakes=mistakes,
        wrong_line=_given("line") if mistakes else "",
        form=request.form,
        done=done.get(request.args.get("done", ""), ""),
    )
    return page, status
