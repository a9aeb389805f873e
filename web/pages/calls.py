"""Find recorded calls, show one, hand over its sound."""

import re
from datetime import date

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from appliance.errors import Refused
from appliance.link.requests.calls import (  # fmt: skip
    CallDetail,
    EraseCall,
    ExportCall,
    HoldWords,
    ListCalls,
    OpenPlayback,
    ShowCall,
    ShowCertificate,
    ShowHold,
    ShowUnreadable,
)
from appliance.link.requests.lines import GetLines
from appliance.model.limits import LONGEST_REASON
from web import access
from web.words import proof as proof_words

blueprint = Blueprint("calls", __name__, url_prefix="/calls")

PER_PAGE = 25
LONGEST_TEXT = 100
RID = re.compile(r"[0-9a-f]{32}")


def _day(text: str) -> str:
    """Return a day as typed; empty if it is not valid."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def page_number(form: MultiDict[str, str]) -> int:
    """Return the page of a list that an address or a form names, the first if it names none."""
    text = form.get("page", "1")
    return max(1, min(int(text), 1_000_000)) if text.isascii() and text.isdigit() else 1


def rid(text: str) -> str:
    """Return a recording's id, or answer 404: no other text reaches the keeper."""
    if not RID.fullmatch(text):
        abort(404)
    return text


def reason_mistakes() -> dict[str, str]:
    """Return what is wrong with a form's reason."""
    reason = request.form.get("reason", "")
    if not reason.strip():
        return {"reason": gettext("Say in your words why.")}
    if len(reason) > LONGEST_REASON:
        return {"reason": gettext("Use at most %(count)s characters.", count=LONGEST_REASON)}
    return {}


@blueprint.get("")
def listed() -> str:
    """List all recorded calls, newest first."""
    return _list_page(ListCalls(page=page_number(request.args), per_page=PER_PAGE))


@blueprint.post("")
def search() -> str:
    """List the calls that a form describes; a POST, so that no log shows a number."""
    form = request.form
    wanted = ListCalls(
        text=form.get("text", "").strip()[:LONGEST_TEXT],
        line=form.get("line", "")[:LONGEST_TEXT],
        since=_day(form.get("since", "")),
        until=_day(form.get("until", "")),
        page=page_number(form),
        per_page=PER_PAGE,
    )
    return _list_page(wanted)


def _list_page(wanted: ListCalls) -> str:
    access.need(ListCalls)
    found = access.ask(wanted)
    return render_template(
        "calls/list.html",
        found=found,
        wanted=wanted,
        searching=any((wanted.text, wanted.line, wanted.since, wanted.until)),
        lines=[line.line for line in access.ask(GetLines()).lines],
    )


@blueprint.get("/<recording>")
def show(recording: str) -> ResponseReturnValue:
    """Show one call without its sound, or lead to the certificate of its erasure."""
    access.need(ShowCall)
    try:
        return call_page(access.ask(ShowCall(recording=rid(recording))))
    except Refused as refusal:
        if refusal.code == "unreadable":
            detail = access.ask(ShowUnreadable(recording=recording))
            return render_template("calls/unreadable.html", detail=detail, call=detail.call)
        if refusal.code not in {"not_found", "erased"} or not _certified(recording):
            raise
    return redirect(url_for("erasure.certificate", recording=recording), 303)


def _certified(recording: str) -> bool:
    """Say whether this operator may see a certificate of the call's erasure."""
    asked = ShowCertificate(recording=recording)
    return access.may(ShowCertificate) and access.ask_unless(asked, "not_found") is not None


def call_page(detail: CallDetail, playback: str = "", wrong: str = "") -> str:
    """Render the page of one call.

    Args:
        detail: the call.
        playback: the id of an open playback, or empty.
        wrong: a sentence about a failed attempt.
    """
    return render_template(
        "calls/show.html",
        detail=detail,
        call=detail.call,
        rule=detail.rule,
        sealed={purpose.id: purpose for purpose in detail.rule.purposes} if detail.rule else {},
        said=proof_words,
        hold=_hold(detail),
        playback=playback,
        wrong=wrong,
        may_export=access.may(ExportCall),
        may_erase=access.may(EraseCall),
        may_listen=access.may(OpenPlayback),
    )


def _hold(detail: CallDetail) -> HoldWords | None:
    """Return a call's hold, for those who may know; None if it has none."""
    if not (detail.call.held and access.may(ShowHold)):
        return None
    asked = ShowHold(recording=detail.call.recording)
    return access.ask_unless(asked, "not_found")  # lifted in the meantime


@blueprint.post("/<recording>/export")
def export(recording: str) -> Response:
    """Hand over the sound as a file; a POST, since the audit records it."""
    access.need(ExportCall)
    form = request.form.get("format", "wav")
    if form not in {"wav", "flac"}:
        abort(400)
    told, sound = access.download(
        ExportCall(recording=rid(recording), format="flac" if form == "flac" else "wav")
    )
    response = Response(sound, content_type=told.content_type)
    if told.total is not None:  # else it is sent in chunks
        response.content_length = told.total
    response.headers.set("Content-Disposition", "attachment", filename=told.filename)
    return response
