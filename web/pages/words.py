"""Show what the lines say; have it spoken, or record it with one's own voice."""

import re
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue

from appliance.errors import Refused
from appliance.link.requests.settings import ConfirmWords, VouchVoice
from appliance.link.requests.words import (
    Draft,
    DropTake,
    HearDraft,
    HearSaying,
    KeepTake,
    SendTakes,
    ShowDraft,
    ShownLine,
    ShownSaying,
    ShowWords,
    SpeakWords,
)
from appliance.model.limits import LONGEST_SETTING
from appliance.model.takes import LARGEST_TAKE
from web import access, remedies
from web.pages.demo_phone import MICROPHONE
from web.settings import answers
from web.words import prompts as said
from web.words import refusals
from web.words import settings as settings_words

blueprint = Blueprint("words", __name__, url_prefix="/words")

FORM_BYTES = 20_000
"""Of a form beside its files."""

_DRAFT = re.compile(r"[0-9A-Za-z_-]{8,64}")
_HEIGHT = 100


TOLD = frozenset(
    {"words_changed", "take_changed", "settings_changed", "unconfirmed", "speaking"},
)
"""Refusals that the page itself says."""


@blueprint.url_value_preprocessor
def _room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Allow recordings, which are larger than any form."""
    if endpoint == "words.take":
        request.max_content_length = LARGEST_TAKE + FORM_BYTES
        # The parser counts what it holds of a file, too, where a line may end in it.
        request.max_form_memory_size = LARGEST_TAKE + FORM_BYTES


@blueprint.context_processor
def _for_templates() -> dict[str, Any]:
    return {"said": said, "settings_words": settings_words, "remedies": remedies}


@blueprint.get("")
def page() -> ResponseReturnValue:
    """List what each line says."""
    access.need(ShowWords)
    return _page()


@blueprint.post("/speak")
def speak() -> ResponseReturnValue:
    """Have a voice of the box speak."""
    access.need(SpeakWords)
    try:
        access.ask(SpeakWords(again=bool(request.form.get("again"))))
    except Refused as refusal:
        if refusal.code != "speaking":
            raise
    return redirect(to("words.page", done="speaking"), 303)


@blueprint.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Confirm words that hold already."""
    access.need(ConfirmWords)
    chosen = tuple(request.form.getlist("confirmed"))
    if not chosen:
        return redirect(to("words.page", done="nothing"), 303)
    try:
        access.ask(ConfirmWords(answers.base(), chosen))
    except Refused as refusal:
        if refusal.code not in TOLD:
            raise
        return _page(refusals.sentence(refusal), 409)
    return redirect(to("words.page", done="confirmed"), 303)


@blueprint.post("/vouch")
def vouch() -> ResponseReturnValue:
    """Vouch for a voice that was heard through a telephone's band."""
    access.need(VouchVoice)
    form = request.form
    if not form.get("heard"):
        return redirect(to("words.page", done="nothing"), 303)
    language, voice = form.get("language", "")[:8], form.get("voice", "")[:LONGEST_SETTING]
    try:
        done = access.ask(VouchVoice(answers.base(), language, voice))
    except Refused as refusal:
        if refusal.code not in TOLD:
            raise
        return _page(refusals.sentence(refusal), 409)
    if done.mistakes:
        return _page(" ".join(settings_words.mistake(each) for each in done.mistakes), 400)
    return redirect(to("words.page", done="vouched"), 303)


@blueprint.get("/<line>/<code>")
def record(line: str, code: str) -> ResponseReturnValue:
    """Show the text to read from, and record it."""
    access.need(SendTakes)
    return _record(line, code)


@blueprint.post("/<line>/<code>")
def take(line: str, code: str) -> ResponseReturnValue:
    """Send a recording, and show what was measured of it."""
    access.need(SendTakes)
    files = [each.read() for each in request.files.getlist("take")]
    there = [raw for raw in files if raw]
    if not 0 < len(there) <= 2 or sum(map(len, there)) > LARGEST_TAKE:
        return _record(line, code, lacking=True)
    sizes = tuple(map(len, there))
    asked = SendTakes(line=line, code=code, sizes=sizes, language=_language())
    try:
        draft = access.ask(asked, b"".join(there))
    except Refused as refusal:
        if refusal.code not in TOLD:
            raise
        return _record(line, code, problem=refusals.sentence(refusal))
    return redirect(to("words.draft", draft=draft.draft), 303)


@blueprint.get("/<line>/<code>.wav")
def sound(line: str, code: str) -> Response:
    """Give what a line says, as a caller hears it."""
    access.need(HearSaying)
    _, raw = access.fetch(HearSaying(line=line, code=code, language=_language()))
    return Response(raw, content_type="audio/wav")


@blueprint.post("/drop")
def drop() -> ResponseReturnValue:
    """Remove a person's recording."""
    access.need(DropTake)
    access.ask(DropTake(request.form.get("take", "")))
    return redirect(to("words.page", done="dropped"), 303)


@blueprint.get("/takes/<draft>/heard")
def draft(draft: str) -> ResponseReturnValue:
    """Show a recording, what was measured of it, and what is to be confirmed."""
    access.need(ShowDraft)
    return _draft(draft)


@blueprint.post("/takes/<draft>/heard")
def keep(draft: str) -> ResponseReturnValue:
    """Confirm and keep a recording."""
    access.need(KeepTake)
    try:
        access.ask(KeepTake(_known(draft), tuple(request.form.getlist("confirmed"))))
    except Refused as refusal:
        if refusal.code not in TOLD:
            raise
        return _draft(draft, refusals.sentence(refusal))
    return redirect(to("words.page", done="kept"), 303)


@blueprint.get("/takes/<draft>/<which>.wav")
def draft_sound(draft: str, which: str) -> Response:
    """Give a recording, or its end with the beep, as a caller hears it."""
    access.need(HearDraft)
    if which not in {"whole", "end"}:
        abort(404)
    _, raw = access.fetch(HearDraft(draft=_known(draft), last=which == "end"))
    return Response(raw, content_type="audio/wav")


def _page(problem: str = "", status: int = 200) -> ResponseReturnValue:
    shown = access.ask(ShowWords())
    page = render_template("words/page.html", shown=shown, problem=problem, refusals=refusals)
    return page, status


def _record(
    line: str, code: str, *, lacking: bool = False, problem: str = ""
) -> ResponseReturnValue:
    shown = access.ask(ShowWords())
    found = _find(shown.lines, line, code)
    if found is None or not found[1].pieces:
        abort(404)
    page = render_template(
        "words/record.html",
        line=found[0],
        saying=found[1],
        lacking=lacking,
        problem=problem,
        largest=LARGEST_TAKE,
    )
    response = Response(page, 400 if lacking else 409 if problem else 200)
    response.headers["Permissions-Policy"] = MICROPHONE
    return response


def _find(
    lines: tuple[ShownLine, ...], name: str, code: str
) -> tuple[ShownLine, ShownSaying] | None:
    """Return a saying in the language that is asked for, the line's own if none is."""
    for line in lines:
        for saying in line.sayings:
            wanted = line.language == _language() if _language() else not line.beside
            if wanted and (line.line, saying.code) == (name, code):
                return line, saying
    return None


def _language() -> str:
    return request.args.get("language", "")[:8]


def _draft(name: str, problem: str = "") -> ResponseReturnValue:
    shown = access.ask(ShowDraft(_known(name)))
    page = render_template(
        "words/draft.html",
        shown=shown,
        bars=list(_bars(shown)),
        problem=problem,
        confirmed=request.form.getlist("confirmed"),
    )
    return page, 409 if problem else 200


def _bars(shown: Draft) -> list[tuple[int, int, int]]:
    """Return place, top and height of each part of the drawn wave, in units of its picture."""
    tall = [max(2, peak) for peak in shown.peaks]
    return [(3 * at, (_HEIGHT - high) // 2, high) for at, high in enumerate(tall)]


def _known(draft: str) -> str:
    if not _DRAFT.fullmatch(draft):
        abort(404)
    return draft
