"""List who may log in; add, change and remove people and their roles."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from appliance.errors import Refused
from appliance.link.operations import Role
from appliance.link.requests.people import (
    AddPerson,
    ChangeRoles,
    EndSessions,
    ListPeople,
    OneTime,
    PeopleList,
    Person,
    RemovePerson,
    RemoveTotp,
    ResetPassword,
)
from appliance.model.limits import LONGEST_NAME
from appliance.model.sentences.roles import ROLE_NAMES
from web import access, forms
from web.lists import listing
from web.words import refusals

blueprint = Blueprint("people", __name__, url_prefix="/people")

LIST, FIELDS, ORDERS = "people.page", ("text", "role"), ("name", "present")

MAY: dict[str, Any] = {
    Role.LISTENER: _l("finds calls and listens to them"),
    Role.OPERATOR: _l("sees the lines live: pauses, makes private, asks again"),
    Role.PRIVACY_OFFICER: _l("listens, hands over, erases and holds calls, reads the activity log"),
    Role.ADMINISTRATOR: _l("people, lines and settings; reads the activity log"),
}
ROLES = {role: (_l(ROLE_NAMES[role]), may) for role, may in MAY.items()}
"""Role -> its name and what it may do."""

NEEDED = frozenset({"administrator_needed", "privacy_officer_needed"})
"""Refusals of a change that would leave a role without anybody."""


@blueprint.get("")
def page() -> ResponseReturnValue:
    """List the people, and offer to add one."""
    access.need(ListPeople)
    return _list_page({})


@blueprint.post("/search")
def search() -> ResponseReturnValue:
    """Keep a search, and lead to whom it finds."""
    access.need(ListPeople)
    form = request.form
    role = form.get("role", "")
    fields = {"text": form.get("text", ""), "role": role if role in ROLES else ""}
    return listing.begin(LIST, fields, form.get("order", ""))


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Add a person; show their one-time password once."""
    access.need(AddPerson)
    name, roles = request.form.get("name", "").strip(), _roles()
    mistakes = {}
    if not name or len(name) > LONGEST_NAME:
        mistakes["name"] = gettext("Type a name of at most %(count)s letters.", count=LONGEST_NAME)
    if not roles:
        mistakes["roles"] = gettext("Give at least one role.")
    mistakes |= forms.no_password("password")
    if mistakes:
        return _list_page(mistakes, 400)
    password = request.form.get("password", "")
    try:
        made = access.ask(AddPerson(person_name=name, person_roles=roles, password=password))
    except Refused as refusal:
        if refusal.code == "name_taken":
            return _list_page({"name": refusals.sentence(refusal)}, 409)
        if refusal.code in {"name_length", "too_many_people"}:
            return _list_page({"name": refusals.sentence(refusal)}, 400)
        return _list_page(*_why(refusal, "password"))
    return _told(made, new=True)


@blueprint.get("/<operator>")
def person(operator: str) -> ResponseReturnValue:
    """Show one person, with their roles, password and second factor."""
    access.need(ListPeople)
    return _person_page(operator, {})


@blueprint.post("/<operator>/roles")
def change_roles(operator: str) -> ResponseReturnValue:
    """Give other roles, at once."""
    access.need(ChangeRoles)
    roles, mistakes = _roles(), forms.no_password("roles-password")
    if not roles:
        mistakes = {"roles": gettext("Give at least one role."), **mistakes}
    if mistakes:
        return _person_page(operator, mistakes, 400)
    password = request.form.get("password", "")
    change = ChangeRoles(operator=operator, person_roles=roles, password=password)
    try:
        access.ask(change)
    except Refused as refusal:
        if refusal.code in NEEDED:
            return _person_page(operator, {"roles": refusals.sentence(refusal)}, 409)
        return _person_page(operator, *_why(refusal, "roles-password"))
    return redirect(to("people.page", done="roles"), 303)


@blueprint.post("/<operator>/password")
def reset_password(operator: str) -> ResponseReturnValue:
    """Give a new one-time password; show it once."""
    access.need(ResetPassword)
    mistakes = forms.no_password("reset")
    if mistakes:
        return _person_page(operator, mistakes, 400)
    password = request.form.get("password", "")
    try:
        made = access.ask(ResetPassword(operator=operator, password=password))
    except Refused as refusal:
        return _person_page(operator, *_why(refusal, "reset"))
    return _told(made, new=False)


@blueprint.post("/<operator>/totp")
def remove_totp(operator: str) -> ResponseReturnValue:
    """Remove a person's second factor."""
    return _carried_out(RemoveTotp, operator, "totp")


@blueprint.post("/<operator>/sessions")
def end_sessions(operator: str) -> ResponseReturnValue:
    """Log a person out everywhere."""
    return _carried_out(EndSessions, operator, "sessions")


def _carried_out(
    act: type[RemoveTotp] | type[EndSessions], operator: str, form: str
) -> ResponseReturnValue:
    """Do what needs one's own password and nothing else, typed into the form of this name."""
    access.need(act)
    mistakes = forms.no_password(form)
    if mistakes:
        return _person_page(operator, mistakes, 400)
    try:
        access.ask(act(operator=operator, password=request.form.get("password", "")))
    except Refused as refusal:
        return _person_page(operator, *_why(refusal, form))
    return redirect(to("people.page", done=form), 303)


@blueprint.post("/<operator>/remove")
def remove(operator: str) -> ResponseReturnValue:
    """Remove a person."""
    access.need(RemovePerson)
    mistakes = forms.not_sure("sure") | forms.no_password("remove")
    if mistakes:
        return _person_page(operator, mistakes, 400)
    password = request.form.get("password", "")
    try:
        access.ask(RemovePerson(operator=operator, password=password))
    except Refused as refusal:
        if refusal.code in NEEDED:
            return _person_page(operator, {"sure": refusals.sentence(refusal)}, 409)
        return _person_page(operator, *_why(refusal, "remove"))
    return redirect(to("people.page", done="removed"), 303)


def _roles() -> tuple[Role, ...]:
    chosen = request.form.getlist("role")
    return tuple(role for role in Role if role in chosen)


def _why(refusal: Refused, field: str) -> tuple[dict[str, str], int]:
    """Return the mistake and the status if one's own password is wrong."""
    return refusals.mistake(refusal, field, gettext("Your password is wrong."))


def _list_page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    found = access.ask(ListPeople())
    asked, shown = _asked(found).cut(_in_order(found))
    page = render_template(
        "people/list.html",
        found=found,
        listing=asked,
        shown=shown,
        roles=ROLES,
        mistakes=mistakes,
        name=request.form.get("name", ""),
        chosen=_roles() if request.form else (Role.LISTENER,),
        done=request.args.get("done", ""),
    )
    return page, status


def _asked(found: PeopleList) -> listing.ListView:
    return listing.asked(LIST, FIELDS, ORDERS if len(found.people) > 1 else ORDERS[:1])


def _in_order(found: PeopleList) -> list[Person]:
    """Return the people that are asked for, by name or those who are logged in first."""
    asked = _asked(found)
    text, role = asked.fields["text"].casefold(), asked.fields["role"]
    people = [
        person
        for person in found.people
        if text in person.name.casefold() and (not role or role in person.roles)
    ]
    if asked.order == "present":
        people.sort(key=lambda person: not person.sessions)
    return people


def _person_page(operator: str, mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    found = access.ask(ListPeople())
    page = render_template(
        "people/person.html",
        person=_find(found, operator),
        roles=ROLES,
        given=_roles() if mistakes.keys() & {"roles", "roles-password"} else None,
        mistakes=mistakes,
    )
    return page, status


def _find(found: PeopleList, operator: str) -> Person:
    person = next((one for one in found.people if one.operator == operator), None)
    if person is None:
        abort(404)
    return person


def _told(made: OneTime, *, new: bool) -> ResponseReturnValue:
    return render_template("people/one_time.html", made=made, new=new)
