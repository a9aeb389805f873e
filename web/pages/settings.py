"""Show and change the settings: a form a section, a preview before each change, a history."""

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, abort, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.settings import (
    Changed,
    ChangeSettings,
    DraftPreview,
    GoBack,
    LeaveSeed,
    ListVersions,
    Settings,
    ShownVersion,
    ShowSettings,
    ShowVersion,
    TrySettings,
)
from web import access, remedies
from web.settings import answers
from web.settings.fields import (
    BASES,
    LANGUAGE_NAMES,
    SECTIONS,
    Section,
    devices_for,
    options_asked,
)
from web.words import prompts, refusals
from web.words import settings as words

blueprint = Blueprint("settings", __name__, url_prefix="/settings")

MOST_SHOWN = 5
"""Versions of other people that a conflict shows."""

OWN = ("csrf_token", "do", "base", "confirmed")
"""Fields of the pages themselves, beside a form's answers."""


@blueprint.context_processor
def for_templates() -> dict[str, Any]:
    """Return the words that previews and forms of the settings use."""
    return {
        "settings_words": words,
        "prompt_words": prompts,
        "remedies": remedies,
        "bases": BASES,
        "language_names": LANGUAGE_NAMES,
        "devices_for": devices_for,
        "options_asked": options_asked,
        "narrower": answers.narrower,
        "key_rows": answers.key_rows,
        "digits": {digit: digit for digit in "1234567890"},
    }


@dataclass(frozen=True)
class SettingsForm:
    """A form that a person sent, or asks for."""

    section: Section
    item: int | None
    new: bool
    now: Settings

    @property
    def draft(self) -> dict[str, Any]:
        """Return the settings with the answers."""
        if request.form.get("do") == "remove" or request.form.get("removing"):
            return answers.removed(self.now.values, self.section, self.item or 0)
        return answers.drafted(self.now.values, self.section, self.item, request.form)


@blueprint.get("")
def page() -> ResponseReturnValue:
    """List the sections, and say what is amiss."""
    access.need(ShowSettings)
    now = access.ask(ShowSettings())
    return render_template("settings/overview.html", now=now, sections=SECTIONS)


@blueprint.get("/<section>")
@blueprint.get("/<section>/<item>", endpoint="item_form")
def form(section: str, item: str | None = None) -> ResponseReturnValue:
    """Show a form, or the list of what has a form each."""
    access.need(ShowSettings)
    chosen = _section(section)
    if chosen.many and item is None:
        now = access.ask(ShowSettings())
        return render_template("settings/list.html", now=now, section=chosen)
    return _form(_asked(chosen, item))


@blueprint.post("/<section>")
@blueprint.post("/<section>/<item>", endpoint="change_item")
def change(section: str, item: str | None = None) -> ResponseReturnValue:
    """Preview or save a form, or remove the line or purpose that it is about."""
    access.need(ChangeSettings)
    asked = _asked(_section(section), item)
    what = request.form.get("do", "")
    if what == "edit":
        return _form(asked, answers_given=True)
    raw = msgspec.json.encode(asked.draft)
    if what == "save":
        return _save(asked, raw)
    tried = access.ask(TrySettings("values", measured=_is_spoken(asked)), raw)
    if tried.mistakes:
        return _form(asked, mistakes=tried.mistakes, answers_given=True, status=400)
    if not tried.differences:
        return _form(asked, answers_given=True, note=gettext("Nothing was changed."))
    return _preview(tried, request.path, _given())


@blueprint.get("/history")
def history() -> ResponseReturnValue:
    """List who changed the settings and when."""
    access.need(ListVersions)
    below = answers.number(request.args.get("before", ""))
    found = access.ask(ListVersions(below if isinstance(below, int) else None))
    return render_template("settings/history.html", found=found)


@blueprint.get("/history/<int:version>")
def version(version: int) -> ResponseReturnValue:
    """Show what a version changed."""
    access.need(ShowVersion)
    return _version(version)


@blueprint.post("/history/<int:version>")
def go_back(version: int) -> ResponseReturnValue:
    """Preview or make an earlier version hold again."""
    access.need(GoBack)
    if request.form.get("do") == "save":
        asked = GoBack(answers.base(), version, tuple(request.form.getlist("confirmed")))
        try:
            done = access.ask(asked)
        except Refused as refusal:
            if refusal.code != "settings_changed":
                raise
            return _version(version, refusals.sentence(refusal))
        if not done.mistakes and not done.statements:
            return _saved(done)
    tried = access.ask(TrySettings(version=version))
    if tried.mistakes:
        told = gettext("This version of Zgoda cannot use these settings any more.")
        return _version(version, told)
    return _preview(tried, to("settings.go_back", version=version), [])


@blueprint.post("/seed")
def seed() -> ResponseReturnValue:
    """Leave a configuration file that was changed by hand."""
    access.need(LeaveSeed)
    access.ask(LeaveSeed())
    return redirect(to("settings.page", done="seed"), 303)


def _save(asked: SettingsForm, raw: bytes) -> ResponseReturnValue:
    confirmed = tuple(request.form.getlist("confirmed"))
    try:
        done = access.ask(ChangeSettings(answers.base(), "values", confirmed), raw)
    except Refused as refusal:
        if refusal.code != "settings_changed":
            raise
        return _conflict(asked)
    if done.mistakes:
        return _form(asked, mistakes=done.mistakes, answers_given=True, status=400)
    if done.statements:
        tried = access.ask(TrySettings("values", measured=_is_spoken(asked)), raw)
        return _preview(tried, request.path, _given(), unconfirmed=True)
    return _saved(done)


def _is_spoken(asked: SettingsForm) -> bool:
    """Say whether a form holds what lines say: its preview tells how long that takes."""
    return asked.section.name in {"office", "lines", "purposes"}


def _saved(done: Changed) -> ResponseReturnValue:
    return redirect(to("settings.page", done=done.recorder), 303)


def _conflict(asked: SettingsForm) -> ResponseReturnValue:
    """Show the form with what was typed, and what others have changed since."""
    found = access.ask(ListVersions()).versions
    since = [each.version for each in found if each.version > answers.base()][:MOST_SHOWN]
    changed = [access.ask(ShowVersion(number)) for number in since]
    return _form(asked, answers_given=True, status=409, conflict=changed)


def _form(
    asked: SettingsForm,
    *,
    mistakes: tuple[Any, ...] = (),
    answers_given: bool = False,
    status: int = 200,
    note: str = "",
    conflict: list[ShownVersion] | None = None,
) -> ResponseReturnValue:
    section, now = asked.section, asked.now
    if asked.item is not None and request.form.get("removing"):
        answers_given = False
    shown = request.form if answers_given else answers.shown(now.values, section, asked.item)
    own, others = answers.beside(mistakes, section, asked.item, shown)
    page = render_template(
        "settings/form.html",
        asked=asked,
        section=section,
        now=now,
        form=shown,
        own={key: [words.mistake(each) for each in found] for key, found in own.items()},
        others=[(words.place(each.place, now.values), words.mistake(each)) for each in others],
        note=note,
        conflict=conflict or [],
        place=lambda place: words.place(place, now.values),
        removable=asked.item is not None and not asked.new,
    )
    return page, status


def _preview(
    tried: DraftPreview, action: str, given: list[tuple[str, str]], *, unconfirmed: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "settings/preview.html",
        tried=tried,
        action=action,
        given=given,
        unconfirmed=unconfirmed,
        confirmed=request.form.getlist("confirmed"),
        place=words.place,
    )
    return page, 400 if unconfirmed else 200


def _version(number: int, problem: str = "") -> ResponseReturnValue:
    shown = access.ask(ShowVersion(number))
    now = access.ask(ShowSettings())
    page = render_template(
        "settings/version.html", shown=shown, now=now, problem=problem, place=words.place
    )
    return page, 409 if problem else 200


def _given() -> list[tuple[str, str]]:
    """Return a form's answers, to be sent once more."""
    given = [(key, value) for key, value in request.form.items(multi=True) if key not in OWN]
    return [*given, ("removing", "yes")] if request.form.get("do") == "remove" else given


def _asked(chosen: Section, item: str | None) -> SettingsForm:
    if chosen.many != (item is not None):
        abort(404)
    now = access.ask(ShowSettings())
    if item is None:
        return SettingsForm(chosen, None, False, now)
    count = len(now.values.get(chosen.table, []))
    if item == "new":
        return SettingsForm(chosen, count, True, now)
    number = answers.number(item)
    if not isinstance(number, int) or number >= count:
        abort(404)
    return SettingsForm(chosen, number, False, now)


def _section(name: str) -> Section:
    if name not in SECTIONS:
        abort(404)
    return SECTIONS[name]
