"""Show a simulated line's phones: be the caller and the office, and hear both."""

import re
from typing import Any, cast, get_args

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from msgspec import structs

from appliance.errors import LinkError, Refused
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.demo_phone import (
    GetSound,
    GetWords,
    LendVoice,
    PhoneAct,
    PhoneNews,
    SpokenWords,
    WatchPhone,
)
from appliance.link.requests.lines import GetLines
from appliance.model.demo_phone import LiveAct, LiveDo, Party, PhoneNow, Sounding
from appliance.model.records import LineStatus
from appliance.model.sentences.refusals import refusal_of
from appliance.model.sentences.refusals_by_subject.refusal import Level
from appliance.model.terms import DialogueWait
from web import access, streams
from web.errors import STATUS
from web.pages import live
from web.words import demo_phone as phone_words
from web.words import formats, refusals, words

blueprint = Blueprint("demo_phone", __name__)

MICROPHONE = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
"""Only this page may ask for the microphone."""

KEPT = "private, max-age=31536000, immutable"
"""A sound's address is its hash, so it can be kept for good."""

SHA256 = re.compile(r"[0-9a-f]{64}")


@blueprint.url_value_preprocessor
def _room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Allow a voice, which is larger than any form."""
    if endpoint == "demo_phone.lend":
        request.max_content_length = LendVoice.upload


@blueprint.get("/phone")
def page() -> Response:
    """Show the phones of the named simulated line, else of the first."""
    access.need(PhoneAct)
    known = access.ask(GetLines())
    lines = [line.line for line in known.lines if line.trial]
    wanted = request.args.get("line", lines[0] if lines else "")
    found = wanted in lines
    shown = render_template(
        "demo_phone/page.html",
        line=wanted if found else "",
        lines=lines,
        away=not known.recorder,
        said=phone_words,
    )
    response = Response(shown, 200 if found else 404 if known.recorder else 503)
    response.headers["Permissions-Policy"] = MICROPHONE
    return response


@blueprint.get("/phone/events")
def facts() -> Response:
    """Send the page's script the phones' states for as long as it is open."""
    access.need(WatchPhone)
    return streams.stream(WatchPhone(line=request.args.get("line", "")), told)


@blueprint.post("/phone/act")
def act() -> ResponseReturnValue:
    """Use a phone."""
    access.need(PhoneAct)
    form = request.form
    by, do = form.get("by", ""), form.get("do", "")
    if by not in get_args(Party) or do not in get_args(LiveDo):
        abort(400)
    number, name = _caller(by, form.get("who", ""))
    act = LiveAct(
        by=cast(Party, by),
        do=cast(LiveDo, do),
        keys=form.get("keys", ""),
        number=number,
        name=name,
        voice=form.get("voice", ""),
    )
    try:
        access.ask(PhoneAct(line=form.get("line", ""), act=act))
    except Refused as refusal:
        if refusal_of(refusal).level not in {Level.STATE, Level.WRONG}:
            raise
        status = STATUS[refusal_of(refusal).level]
        return jsonify(message=refusals.plain(refusal)), status
    return Response(status=204)


@blueprint.post("/phone/voice")
def lend() -> ResponseReturnValue:
    """Take a voice from the browser's microphone; it goes to the line and nowhere else."""
    access.need(LendVoice)
    by = request.args.get("by", "")
    if by not in get_args(Party) or request.mimetype != "audio/wav":
        abort(400)
    asked = LendVoice(line=request.args.get("line", ""), by=cast(Party, by))
    try:
        lent = access.ask(asked, request.get_data())
    except Refused as refusal:
        if refusal_of(refusal).level is not Level.WRONG:
            raise
        return jsonify(message=refusals.plain(refusal)), 400
    return jsonify(voice=lent.sha256, seconds=lent.seconds)


@blueprint.get("/phone/sound/<sha256>.wav")
def sound(sha256: str) -> Response:
    """Give a prompt or a shipped voice by its hash."""
    access.need(GetSound)
    if not SHA256.fullmatch(sha256):
        abort(404)
    _, raw = access.fetch(GetSound(sha256=sha256))
    response = Response(raw, content_type="audio/wav")
    response.headers["Cache-Control"] = KEPT
    return response


@blueprint.get("/phone/outcome.json")
def outcome() -> Response:
    """Return the outcome of the line's last call and the address of its recording."""
    access.need(PhoneAct)
    name = request.args.get("line", "")
    status = next((line for line in access.ask(GetLines()).lines if line.line == name), None)
    newest = _newest(name)
    return jsonify(
        said=gettext("Last call: %(what)s.", what=words.last(status)) if status is not None else "",
        recorded=status is not None and status.outcome == "recorded",
        recording=newest,
        address=url_for("calls.show", recording=newest) if newest else "",
    )


def told(news: PhoneNews) -> dict[str, Any]:
    """Return the phones' states as the page's script shows and plays them."""
    phones = news.phones
    return {
        "at": phones.at,
        "taken": phones.taken,
        "hint": hint(news),
        "going": any(phone.state not in {"on_hook"} for phone in phones.phones),
        "line": live.said(news.status),
        "phones": {phone.party: _phone(phone) for phone in phones.phones},
    }


def hint(news: PhoneNews) -> str:
    """Return the next step as a key of ``phone_words.HINTS``."""
    if news.phones.taken:
        return "taken"
    states = {phone.party: phone.state for phone in news.phones.phones}
    office = states["office"]
    if set(states.values()) == {"on_hook"}:
        return "idle"
    if office in {"ringing", "on_hook"}:
        return "ringing" if office == "ringing" else "busy"
    if office in {"silent", "dial_tone", "dialling"}:
        return "dialling"
    if office != "talking":
        return "called" if office == "calling" else "busy"
    return _of_call(news.status)


def _of_call(status: LineStatus) -> str:
    """Return the next step during a conversation."""
    if status.awaited in {DialogueWait.LATE_EVENTS, DialogueWait.SECOND_STAR}:
        return status.awaited.value
    match status.state:
        case "asking" | "informing" if status.awaited is not DialogueWait.KEY:
            return f"{status.state}_no_key"
        case "refused" | "exempt" | "machine" | "retryable":
            return "stopped" if status.kept else "unrecorded"
        case "private" | "far_changed":
            return "stopped"
    return status.state if status.state in phone_words.HINTS else "connected"


def _phone(phone: PhoneNow) -> dict[str, Any]:
    return {
        "state": phone.state,
        "said": str(phone_words.STATES[phone.state]),
        "bell": phone.bell,
        "display": formats.number(phone.display)
        if phone.display.startswith("+")
        else phone.display,
        "talks": phone.talks,
        "may": phone.may,
        "hears": [_heard(one) for one in phone.hears],
    }


def _heard(one: Sounding) -> dict[str, Any]:
    spoken = _words(one.what) if one.kind == "prompt" else SpokenWords("", "")
    return structs.asdict(one) | {
        "said": str(phone_words.heard(one)),
        "text": spoken.text,
        "language": spoken.language,
    }


def _words(sha256: str) -> SpokenWords:
    """Return a prompt's words; ask for each once."""
    known: dict[str, SpokenWords] = current_app.extensions.setdefault("spoken", {})
    if sha256 not in known:
        try:
            known[sha256] = access.ask(GetWords(sha256=sha256))
        except (LinkError, Refused):
            return SpokenWords("", "")
    return known[sha256]


def _caller(by: str, who: str) -> tuple[str, str]:
    """Return the caller's number and name."""
    if by == "third":
        return phone_words.SECOND
    return phone_words.NUMBERS.get(who, phone_words.NUMBERS["hidden"])


def _newest(line: str) -> str:
    """Return the newest recording of a line, if this operator may see it."""
    if not access.may(ListCalls):
        return ""
    found = access.ask_unless(ListCalls(line=line, per_page=1), "locked")
    return found.calls[0].recording if found and found.calls else ""
