"""Lead through setting a box up: seven steps that can be left and taken up again.

Each step is done when what it asks for is there; nothing else remembers it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from flask import Blueprint, abort, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.config.mistakes import Mistake
from appliance.errors import Refused
from appliance.link.requests.devices import (
    LONGEST_PATH,
    MOST,
    AskDevices,
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
    SpokenLength,
    TrySettings,
)
from appliance.link.requests.trial import PlaceTrialCall
from appliance.link.requests.words import ShowWords
from web import access, language
from web.pages import home, live
from web.pages.settings import for_templates
from web.settings import answers
from web.setup import choosing, devices, drafts, facts, notice, offers, papers, shown, steps
from web.setup import mistakes as wrong
from web.setup.questions import OFFICE, PURPOSE
from web.words import prompts, refusals
from web.words import settings as words
from web.words.proof import KINDS

blueprint = Blueprint("setup", __name__, url_prefix="/setup")
blueprint.context_processor(for_templates)

SHOWING = frozenset({"edit", "look", "preview"})
"""What shows a form again without saving it: with the version that it rests on by then."""

OWN_FIELDS = ("csrf_token", "do", "base", "confirmed", drafts.CHOOSE)


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
    if request.form.get("do") in SHOWING and answers.base() != now.version:
        return _page(chosen, now, given=True, notes={"form": _changed()}, status=409)
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
    return _keep(sent) if keeps else _purposes_shown(sent)


def _purposes_shown(sent: StepAnswers, *, unconfirmed: bool = False) -> ResponseReturnValue:
    """Preview purposes, with the keys that can be said in time."""
    draft, tried, long = choosing.tried(dict(sent.now.values), request.form)
    sent = replace(sent, draft=draft)
    if not tried.mistakes and not sent.unanswered and (told := choosing.unsayable(draft, tried)):
        return _page(sent.step, sent.now, given=True, notes={"purposes": told}, status=400)
    return _shown(sent, tried, unconfirmed=unconfirmed, long=long)


def _line_answered(chosen: steps.Step, now: Settings) -> ResponseReturnValue:
    """Look what is plugged in, or keep the line; nothing is kept of devices that are gone."""
    form = request.form
    if form.get("do") == "look":
        return _looked(chosen, now)
    note, proposal = "", None
    if devices.proposal_chosen(form):
        proposal = devices.chosen_proposal(form, shown.plugged())
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
        found = access.ask(AskDevices(ports)) if ports else shown.plugged()
    except Refused as refusal:
        if refusal.code not in {"call_on", "asking_devices", "recorder_away"}:
            raise
        notes = {} if refusal.code == "recorder_away" else {"ask": refusals.sentence(refusal)}
        return _page(chosen, now, given=True, notes=notes, status=409 if notes else 200)
    return _page(chosen, now, given=True, found=found)


def _preview(sent: StepAnswers, *, unconfirmed: bool = False) -> ResponseReturnValue:
    tried = access.ask(TrySettings("values", measured=True), sent.raw)
    return _shown(sent, tried, unconfirmed=unconfirmed, long={})


def _shown(
    sent: StepAnswers,
    tried: DraftPreview,
    *,
    unconfirmed: bool,
    long: Mapping[str, SpokenLength],
) -> ResponseReturnValue:
    mistakes = (*tried.mistakes, *sent.unanswered)
    if mistakes:
        return _page(sent.step, sent.now, given=True, mistakes=mistakes, status=400)
    if not tried.differences:
        return _on(sent.step)
    given = [(key, value) for key, value in request.form.items(multi=True) if key not in OWN_FIELDS]
    given += [(drafts.CHOOSE, line) for line in long]
    page = render_template(
        "setup/preview.html",
        step=sent.step,
        named=prompts.namer(sent.draft, language.chosen()),
        long=long,
        choose_key=drafts.CHOOSE_KEY,
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
        again = _purposes_shown if sent.step.name == "purposes" else _preview
        return again(sent, unconfirmed=bool(confirmed) or sent.step.name == "purposes")
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
    own |= {name: [notes[name]] for name in ("purposes",) if notes and name in notes}
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
        "office": lambda: {"section": OFFICE, "shown": shown.office(values)},
        "line": lambda: shown.line(now, found, warned=wrong.DEVICE in notes),
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


def _next_calls(now: Settings) -> DraftPreview | None:
    return access.ask_unless(TrySettings(version=now.version), "no_version", "version_unreadable")


def _words(now: Settings) -> dict[str, Any]:
    """Return what the next callers hear, and what of it can be played."""
    calls = _next_calls(now)
    lines = access.ask(ShowWords()).lines if calls is not None and calls.recorder else ()
    heard = {
        (line.line, line.language): [
            saying for saying in line.sayings if saying.needed or saying.origin != "nobody"
        ]
        for line in lines
    }
    beside = {(line.line, line.language) for line in lines if line.beside}
    return {"calls": calls, "heard": heard, "beside": beside, "title": prompts.title}


def _test(now: Settings, told: steps.SetupFacts) -> dict[str, Any]:
    phones = steps.phone_lines(now.values)
    names = [line["name"] for line in phones]
    days = [(each.line, each.records_from) for each in told.lines or () if each.line in names]
    return {
        **home.news_now(),
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
