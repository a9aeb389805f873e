"""Find recorded calls, show one, hand over its sound."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.operations import Operation
from appliance.link.requests.calls import (  # fmt: skip
    AddNumber,
    CallDetail,
    EraseCall,
    ExportCall,
    HoldCall,
    HoldWords,
    ListCalls,
    OpenPlayback,
    Recipient,
    ShowCall,
    ShowCertificate,
    ShowHold,
    ShowUnreadable,
    UnreadableCall,
    UnreadableDetail,
)
from appliance.model.limits import LONGEST_NUMBER, LONGEST_REASON
from appliance.model.records import CallRecord
from web import access
from web.help.cases import CASES
from web.lists import filters, kept, listing
from web.sound_marks import sound_marks
from web.words import formats
from web.words import proof as proof_words

blueprint = Blueprint("calls", __name__, url_prefix="/calls")

PER_PAGE = 25
MOST_CHOSEN = 100
"""Calls of one act on several."""

RID = re.compile(r"[0-9a-f]{32}")

LIST, FIELDS, ORDERS = "calls.listed", ("text",), ("newest", "oldest")

CHOSEN = "chosen"
"""The kind under which chosen calls are kept."""

ACTS: dict[str, type[Operation[Any]]] = {"copies": ExportCall, "erase": EraseCall, "hold": HoldCall}
"""What can be done with several calls at once."""

ENDPOINTS = {
    "copies": "hand_over.ask_many",
    "erase": "erasure.ask_many",
    "hold": "holds.ask_many",
}
"""Act -> the page that asks what it needs."""


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
def listed() -> ResponseReturnValue:
    """List recorded calls: all of them, or those that a kept search finds."""
    return _list_page({})


@blueprint.post("")
def search() -> ResponseReturnValue:
    """Keep what was typed and lead to what it finds; a POST, so that no log shows a number."""
    access.need(ListCalls)
    form = request.form
    typed = {"text": form.get("text", "")}
    return listing.begin(LIST, typed, form.get("order", ""), filters.FILTERS)


def _list_page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    access.need(ListCalls)
    asked = listing.asked(LIST, FIELDS, ORDERS, filters.FILTERS)
    wrong = filters.mistakes(asked.filters)
    wanted = ListCalls(
        text=asked.fields["text"],
        **filters.asked({} if wrong else asked.filters),
        page=asked.page,
        per_page=PER_PAGE,
        order="oldest" if asked.order == "oldest" else "newest",
    )
    found = access.ask(wanted)
    wrong |= filters.unknown(asked.filters, found)
    page = render_template(
        "calls/list.html",
        found=found,
        listing=asked.found(found.total, found.page, found.pages),
        says=filters,
        cases=CASES,
        acts=[name for name, kind in ACTS.items() if access.may(kind)],
        mistakes=mistakes | wrong,
        narrowed=not wrong,
        done=request.args.get("done", ""),
        chosen=frozenset(request.form.getlist("recording")),
    )
    return page, 400 if wrong else status


@blueprint.post("/chosen")
def choose() -> ResponseReturnValue:
    """Lead to what is asked before the act."""
    act = request.form.get("do", "")
    if act not in ACTS:
        abort(400)
    access.need(ACTS[act])
    chosen = tuple(dict.fromkeys(map(rid, request.form.getlist("recording"))))
    if not chosen:
        return _list_page({"form": gettext("Choose at least one call.")}, 400)
    if len(chosen) > MOST_CHOSEN:
        many = gettext("Choose at most %(count)s calls at once.", count=MOST_CHOSEN)
        return _list_page({"form": many}, 400)
    name = kept.keep(CHOSEN, {"recording": chosen})
    return redirect(url_for(ENDPOINTS[act], chosen=name), 303)


def chosen_calls() -> tuple[str, list[CallRecord | UnreadableCall]]:
    """Return the id of a kept choice and its calls; none are left if it is over.

    A call that was erased meanwhile is left out.
    """
    name, details = chosen_details()
    return name, [detail.call for detail in details]


def chosen_details() -> tuple[str, list[CallDetail | UnreadableDetail]]:
    """Return the same, with all that is known of the calls."""
    name, chosen = chosen_recordings()
    return name, [detail for detail in map(_detail, chosen) if detail is not None]


def chosen_recordings() -> tuple[str, tuple[str, ...]]:
    """Return the id of a kept choice and what was chosen, also what was erased meanwhile."""
    name = request.values.get("chosen", "")[: listing.LONGEST_ID]
    return name, (kept.find(CHOSEN, name) or {}).get("recording", ())


def look_at(recording: str) -> CallRecord | UnreadableCall | None:
    """Return a call, also one that cannot be read; None if there is none any more."""
    detail = _detail(recording)
    return detail.call if detail is not None else None


def _detail(recording: str) -> CallDetail | UnreadableDetail | None:
    try:
        return access.ask(ShowCall(recording=recording))
    except Refused as refusal:
        if refusal.code in {"not_found", "erased"}:
            return None
        if refusal.code != "unreadable":
            raise
    return access.ask(ShowUnreadable(recording=recording))


def is_erased_for_caller(detail: CallDetail | UnreadableDetail) -> bool:
    """Say whether a silent hold alone keeps all of a call past its date."""
    if isinstance(detail, UnreadableDetail):
        return detail.kept_silently
    return len(detail.kept_silently) == max(len(detail.parts), 1)


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
    return access.may(ShowCertificate) and access.ask_unless(asked, "no_certificate") is not None


def call_page(
    detail: CallDetail,
    playback: str = "",
    wrong: str = "",
    *,
    number_wrong: bool = False,
    mistakes: Mapping[str, str] | None = None,
) -> str:
    """Render the page of one call.

    Args:
        detail: the call.
        playback: the id of an open playback, or empty.
        wrong: a sentence about a failed attempt.
        number_wrong: what was to be added is no number.
        mistakes: what is wrong with a hand-over.
    """
    return render_template(
        "calls/show.html",
        detail=detail,
        call=detail.call,
        rule=detail.rule,
        sealed={purpose.id: purpose for purpose in detail.rule.purposes} if detail.rule else {},
        said=proof_words,
        hold=_hold(detail),
        marks=sound_marks(detail),
        playback=playback,
        wrong=wrong,
        erased_for_caller=is_erased_for_caller(detail),
        number_wrong=number_wrong,
        mistakes=mistakes or {},
        form=request.form if mistakes else {},
        may_export=access.may(ExportCall),
        may_erase=access.may(EraseCall),
        may_listen=access.may(OpenPlayback),
    )


def _hold(detail: CallDetail) -> HoldWords | None:
    """Return a call's hold, for those who may know; None if it has none."""
    if not (detail.call.held and access.may(ShowHold)):
        return None
    asked = ShowHold(recording=detail.call.recording)
    return access.ask_unless(asked, "not_held")  # lifted in the meantime


@blueprint.post("/<recording>/number")
def add_number(recording: str) -> ResponseReturnValue:
    """Add the number of a caller who was unknown."""
    access.need(AddNumber)
    number = request.form.get("number", "").strip()
    asked = AddNumber(recording=rid(recording), number=number)
    if len(number) <= LONGEST_NUMBER and access.ask_unless(asked, "no_number"):
        return redirect(url_for("calls.show", recording=recording), 303)
    return call_page(access.ask(ShowCall(recording=recording)), number_wrong=True), 400


@blueprint.post("/<recording>/export")
def export(recording: str) -> Response:
    """Hand over the sound as a file; a POST, since the audit records it."""
    access.need(ExportCall)
    form = request.form.get("format", "wav")
    if form not in {"wav", "flac"}:
        abort(400)
    told, sound = access.download(
        ExportCall(
            recording=rid(recording),
            format="flac" if form == "flac" else "wav",
            recipient=Recipient.OFFICE,
        )
    )
    response = Response(sound, content_type=told.content_type)
    if told.total is not None:  # else it is sent in chunks
        response.content_length = told.total
    name = formats.file_name(told.filename)
    response.headers["Content-Disposition"] = formats.attachment(name)
    return response
