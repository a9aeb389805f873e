"""Lead through setting a box up: seven steps that can be left and taken up again.

Each step is done when what it asks for is there; nothing else remembers it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, abort, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from appliance.config.mistakes import Mistake
from appliance.errors import Refused
from appliance.link.requests.devices import (
    LONGEST_PATH,
    MOST,
    AskDevices,
    FindDevices,
    PluggedDevices,
)
from appliance.link.requests.live import GetLive
from appliance.link.requests.people import ListPeople
from appliance.link.requests.settings import (
    Changed,
    ChangeSettings,
    DraftPreview,
    Settings,
    ShowSettings,
    TrySettings,
)
from appliance.link.requests.trial import PlaceTrialCall
from appliance.link.requests.words import ShowWords
from web import access, language
from web.pages import home, live
from web.pages.settings import for_templates
from web.settings import answers
from web.settings.fields import DRIVERS
from web.setup import devices, drafts, facts, notice, offers, papers, steps
from web.setup import mistakes as wrong
from web.setup.by_hand import SIMULATION, Picks
from web.setup.questions import LINE, OFFICE, PURPOSE
from web.words import devices as proposed
from web.words import findings, prompts, refusals
from web.words import settings as words
from web.words.proof import KINDS

blueprint = Blueprint("setup", __name__, url_prefix="/setup")
blueprint.context_processor(for_templates)

OWN_FIELDS = ("csrf_token", "do", "base", "confirmed")


@dataclass(frozen=True)
class StepAnswers:
    """The answers of one step, as settings."""

    step: steps.Step
    now: Settings
    draft: Mapping[str, Any]
    unanswered: tuple[Mistake, ...] = ()

    @property
    def raw(self) -> bytes:
        """Return the draft as the keeper takes it."""
        return msgspec.json.encode(self.draft)


@blueprint.get("")
def page() -> ResponseReturnValue:
    """List the steps, and what is still missing."""
    access.need(ChangeSettings)
    now = access.ask(ShowSettings())
    found = facts.known(now, people=True)
    return render_template(
        "setup/overview.html",
        steps=steps.STEPS,
        done=steps.done(found),
        missing=steps.missing(found),
        waits="" if found.recorded else steps.waits_until(found),
        choice=steps.CHOICE,
    )


@blueprint.get("/notice/<code>")
def paper(code: str) -> ResponseReturnValue:
    """Show the notice for the staff in one language, to be printed."""
    access.need(ChangeSettings)
    if code not in language.LANGUAGES:
        abort(404)
    return papers.notice(access.ask(ShowSettings()).values, code)


@blueprint.get("/<name>")
def step(name: str) -> ResponseReturnValue:
    """Ask the questions of one step."""
    access.need(ChangeSettings)
    return _page(_step(name), access.ask(ShowSettings()))


@blueprint.post("/<name>")
def answer(name: str) -> ResponseReturnValue:
    """Preview or keep the answers of one step."""
    access.need(ChangeSettings)
    chosen = _step(name)
    now = access.ask(ShowSettings())
    if chosen.name == "test":
        return _call()
    if request.form.get("do") == "edit":
        return _page(chosen, now, given=True)
    own = {"line": _line_answered, "notice": _notice_answered}.get(chosen.name)
    if own is not None:
        return own(chosen, now)
    if chosen.name == "purposes":
        return _purposes_answered(chosen, now)
    if chosen.name != "office":
        abort(405)
    drafted = answers.drafted(now.values, OFFICE, None, request.form)
    return _keep(StepAnswers(chosen, now, drafts.finished(drafted)))


def _purposes_answered(chosen: steps.Step, now: Settings) -> ResponseReturnValue:
    """Preview or keep purposes; none is kept while it is open which sensitive data it touches."""
    draft = drafts.with_purposes(now.values, request.form)
    sent = StepAnswers(chosen, now, draft, tuple(drafts.unanswered(draft, request.form)))
    keeps = request.form.get("do") == "save" and not sent.unanswered
    return _keep(sent) if keeps else _preview(sent)


def _line_answered(chosen: steps.Step, now: Settings) -> ResponseReturnValue:
    """Look what is plugged in, or keep the line; nothing is kept of devices that are gone."""
    form = request.form
    if form.get("do") == "look":
        return _looked(chosen, now)
    note, proposal = "", None
    if devices.proposal_chosen(form):
        proposal = devices.chosen_proposal(form, _plugged())
        note = "" if proposal is not None else _gone()
    if devices.hand_changed(form):
        note = _way_is_chosen()
    sent = StepAnswers(chosen, now, drafts.with_line(now.values, form, proposal))
    if not note:
        return _keep(sent)
    tried = access.ask(TrySettings("values"), sent.raw)
    others = tuple(each for each in tried.mistakes if each.key in {"line.name", "line.number"})
    notes = {wrong.DEVICE: note}
    return _page(chosen, now, given=True, notes=notes, mistakes=others, status=400)


def _notice_answered(chosen: steps.Step, now: Settings) -> ResponseReturnValue:
    """Keep the first day of recording, which follows from when the staff were told."""
    day, mistakes = notice.first_day(request.form, now.values)
    if mistakes:
        return _page(chosen, now, given=True, notes=mistakes, status=400)
    return _keep(StepAnswers(chosen, now, drafts.with_first_day(now.values, day)))


def _looked(chosen: steps.Step, now: Settings) -> ResponseReturnValue:
    """Have the ticked devices asked what they are, and show what they said."""
    access.need(AskDevices)
    ports = tuple(path for path in request.form.getlist("ask") if len(path) <= LONGEST_PATH)[:MOST]
    try:
        found = access.ask(AskDevices(ports)) if ports else _plugged()
    except Refused as refusal:
        if refusal.code not in {"call_on", "asking_devices", "recorder_away"}:
            raise
        notes = {} if refusal.code == "recorder_away" else {"ask": refusals.sentence(refusal)}
        return _page(chosen, now, given=True, notes=notes, status=409 if notes else 200)
    return _page(chosen, now, given=True, found=found)


def _preview(sent: StepAnswers, *, unconfirmed: bool = False) -> ResponseReturnValue:
    tried = access.ask(TrySettings("values"), sent.raw)
    mistakes = (*tried.mistakes, *sent.unanswered)
    if mistakes:
        return _page(sent.step, sent.now, given=True, mistakes=mistakes, status=400)
    if not tried.differences:
        return _on(sent.step)
    given = [(key, value) for key, value in request.form.items(multi=True) if key not in OWN_FIELDS]
    labels = {str(each.get("id")): each.get("label", {}) for each in sent.draft.get("purpose", [])}
    page = render_template(
        "setup/preview.html",
        step=sent.step,
        labels=labels,
        tried=tried,
        action=request.path,
        given=given,
        unconfirmed=unconfirmed,
        confirmed=request.form.getlist("confirmed"),
        place=words.place,
    )
    return page, 400 if unconfirmed else 200


def _keep(sent: StepAnswers) -> ResponseReturnValue:
    """Change the settings and go on to the next step; nothing is kept of a mistake."""
    confirmed = tuple(request.form.getlist("confirmed"))
    try:
        asked = ChangeSettings(answers.base(), "values", confirmed)
        done: Changed = access.ask(asked, sent.raw)
    except Refused as refusal:
        if refusal.code != "settings_changed":
            raise
        return _page(sent.step, sent.now, given=True, notes={"form": _changed()}, status=409)
    if done.mistakes:
        return _page(sent.step, sent.now, given=True, mistakes=done.mistakes, status=400)
    if done.statements:
        return _preview(sent, unconfirmed=bool(confirmed) or sent.step.name == "purposes")
    return _on(sent.step)


def _on(chosen: steps.Step) -> ResponseReturnValue:
    after = steps.following(chosen.name)
    where = to("setup.step", name=after, kept=chosen.name) if after else to("setup.page")
    return redirect(where, 303)


def _call() -> ResponseReturnValue:
    """Let a trial caller call a simulated line."""
    access.need(PlaceTrialCall)
    asked = PlaceTrialCall(line=request.form.get("line", ""), caller="agrees")
    rings = access.ask_unless(asked, "one_call") is not None
    return redirect(to("setup.step", name="test", trial="rings" if rings else "busy"), 303)


def _page(
    chosen: steps.Step,
    now: Settings,
    *,
    given: bool = False,
    mistakes: tuple[Mistake, ...] = (),
    notes: Mapping[str, str] | None = None,
    status: int = 200,
    found: PluggedDevices | None = None,
) -> ResponseReturnValue:
    told = facts.known(now, people=True)
    more = _more(chosen, now, told, found, notes or {})
    picks = {pick.field.key: pick.field for _, picks in more.get("by_hand", ()) for pick in picks}
    own, others = wrong.beside(mistakes, chosen, now.values, picks)
    page = render_template(
        f"setup/{chosen.name}.html",
        step=chosen,
        steps=steps.STEPS,
        done=steps.done(told),
        now=now,
        values=now.values,
        form=request.form if given else None,
        own=own,
        labels={name: wrong.label(name, chosen, picks) for name in own},
        others=others,
        notes=notes or {},
        kept=steps.BY_NAME.get(request.args.get("kept", "")),
        after=steps.following(chosen.name),
        **more,
    )
    return page, status


def _more(
    chosen: steps.Step,
    now: Settings,
    told: steps.SetupFacts,
    found: PluggedDevices | None,
    notes: Mapping[str, str],
) -> dict[str, Any]:
    """Return what one step alone shows."""
    values = now.values
    more: dict[str, Callable[[], dict[str, Any]]] = {
        "office": lambda: {"section": OFFICE, "shown": _office(values)},
        "line": lambda: _line(now, found, warned=wrong.DEVICE in notes),
        "purposes": lambda: {
            "fields": PURPOSE,
            "kinds": KINDS,
            "offered": offers.offered(values),
            "phones": steps.phone_lines(values),
        },
        "words": lambda: _words(now),
        "people": lambda: {"people": access.ask(ListPeople()).people},
        "notice": lambda: {"agreed": steps.agreed(told), **notice.asked(values, request.form)},
        "test": lambda: _test(now, told),
    }
    return more[chosen.name]()


def _office(values: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return the office's form; a fresh one begins in the reader's language."""
    shown = answers.shown(dict(values), OFFICE, None)
    if "office" not in values:
        shown["country"], shown["languages-0"] = "PL", language.chosen()
    return shown


def _first_line(values: Mapping[str, Any]) -> dict[str, Any]:
    lines, at = values.get("line", []), steps.first_phone(values)
    return lines[at] if at < len(lines) else {}


def _line(now: Settings, found: PluggedDevices | None, *, warned: bool) -> dict[str, Any]:
    """Return the first telephone line, what is plugged in, and which devices are chosen."""
    line, form = _first_line(now.values), request.form if request.method == "POST" else None
    found = found or _plugged()
    by_hand = [*Picks(found, line, form or {}, warned).ways()] if found is not None else []
    return {
        "fields": LINE,
        "found": found,
        "line": line,
        "wired": ", ".join(str(DRIVERS.get(each, each)) for each in steps.real_drivers(line)),
        "device": devices.chosen(line, found, form, [way.name for way, _ in by_hand]),
        "by_hand": by_hand,
        "simulation": SIMULATION,
        "kind": now.kind,
        "value": devices.value,
        "title": proposed.title,
        "hears": proposed.hears,
        "sentence": findings.sentence,
    }


def _plugged() -> PluggedDevices | None:
    return access.ask_unless(FindDevices(), "recorder_away")  # None while the recorder is away


def _next_calls(now: Settings) -> DraftPreview | None:
    return access.ask_unless(TrySettings(version=now.version), "no_version", "version_unreadable")


def _words(now: Settings) -> dict[str, Any]:
    """Return what the next callers hear, and what of it can be played."""
    calls = _next_calls(now)
    lines = access.ask(ShowWords()).lines if calls is not None and calls.recorder else ()
    heard = {
        line.line: [saying for saying in line.sayings if saying.needed or saying.origin != "nobody"]
        for line in lines
    }
    return {"calls": calls, "heard": heard, "title": prompts.title}


def _test(now: Settings, told: steps.SetupFacts) -> dict[str, Any]:
    phones = steps.phone_lines(now.values)
    names = [line["name"] for line in phones]
    days = [(each.line, each.records_from) for each in told.lines or () if each.line in names]
    return {
        "live": live.told(access.ask(GetLive())),
        "dark": live.dark(),
        "recorded": told.recorded,
        "before": [each for each in steps.missing(told) if each.name != "test"],
        "waits": steps.shared_day(days),
        "days": days,
        "phones": phones,
        "called": request.args.get("trial", ""),
        "kind": now.kind,
        "simulated": [line["name"] for line in phones if steps.simulated(line)],
        **home.news_now(),
    }


def _step(name: str) -> steps.Step:
    if name not in steps.BY_NAME:
        abort(404)
    return steps.BY_NAME[name]


def _way_is_chosen() -> str:
    return str(
        gettext(
            "You have changed devices below, so they are chosen now. Save once more, or choose "
            "something else."
        )
    )


def _gone() -> str:
    return str(
        gettext("What you have chosen is not plugged in any more. Plug it in, then look again.")
    )


def _changed() -> str:
    return str(
        gettext(
            "Somebody else has changed the settings meanwhile. Nothing of yours was saved, and it "
            "is all still here. Save again if it is still right."
        )
    )
