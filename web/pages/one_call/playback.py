"""Open a call's sound for a named purpose and give it to the browser by ranges."""

import re
from functools import partial

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import Range as Asked

from appliance.errors import Refused
from appliance.link.requests.calls import OpenPlayback, Range, ReadPlayback, ShowCall
from web import access, listening
from web.pages.calls import call_page, rid

blueprint = Blueprint("playback", __name__)

SLICE = 256 * 1024
"""Bytes of one range: 16 s of one channel. A browser asks for the next when it needs it, no thread
waits for a paused player, and one for a moment at most that is ahead of its ears."""

PLAYBACK = re.compile(r"[0-9A-Za-z_-]{8,128}")


@blueprint.post("/calls/<recording>/listen")
def listen(recording: str) -> ResponseReturnValue:
    """Open the sound for a purpose; the audit records it."""
    access.need(OpenPlayback)
    purpose = request.form.get("purpose", "")
    if not purpose:
        detail = access.ask(ShowCall(recording=rid(recording)))
        wrong = gettext("Choose a purpose to listen for.")
        return call_page(detail, wrong=wrong), 400
    opened = access.ask(OpenPlayback(recording=rid(recording), purpose=purpose))
    return redirect(
        url_for("playback.player", recording=recording, playback=opened.playback) + "#player", 303
    )


@blueprint.get("/calls/<recording>/listen/<playback>")
def player(recording: str, playback: str) -> ResponseReturnValue:
    """Show the call with its player; lead back to the call if the playback is over."""
    access.need(OpenPlayback)
    try:
        detail = access.ask(ShowCall(recording=rid(recording)))
        _read(_known(playback), 0, 1)
    except Refused as refusal:
        if refusal.code not in {"not_found", "erased", "playback_over"}:
            raise
        return redirect(url_for("calls.show", recording=recording), 303)
    return call_page(detail, playback=playback)


@blueprint.get("/playback/<playback>.wav")
def sound(playback: str) -> Response:
    """Return a piece of the sound, as a player asks for it; nobody gets the file in one go.

    Listening is not handing over: without a range the answer is 403, no piece is longer than a
    player needs next, and none comes sooner than ears need it. Those who may hand the call over get
    the file from ``calls.export``.
    """
    access.need(ReadPlayback)
    first, _ = _read(_known(playback), 0, 1)
    asked = request.range
    if asked is None:
        raise Refused("pieces")
    span = _span(asked, first.total)
    if span is None:
        refused = Response(status=416)
        refused.headers["Content-Range"] = f"bytes */{first.total}"
        return refused
    length = min(span[1] - span[0], SLICE)
    told, piece = listening.waiting_players(current_app).read(
        access.logged_in().operator, partial(_read, playback, span[0], length)
    )
    response = Response(piece, 206, content_type=told.content_type)
    last = told.start + len(piece) - 1
    response.headers["Content-Range"] = f"bytes {told.start}-{last}/{told.total}"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _known(playback: str) -> str:
    if not PLAYBACK.fullmatch(playback):
        abort(404)
    return playback


def _read(playback: str, start: int, length: int) -> tuple[Range, bytes]:
    return access.fetch(ReadPlayback(playback=playback, start=start, length=length))


def _span(asked: Asked, total: int) -> tuple[int, int] | None:
    """Return start and stop of a single range of bytes, or None if it is not possible."""
    if asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    return asked.range_for_length(total)
