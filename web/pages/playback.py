"""Listening: a purpose is named, then the browser reads the sound by ranges."""

import re
from collections.abc import Iterator

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import Range as Asked
from werkzeug.wrappers import Response as AnyResponse

from appliance.errors import Refused
from appliance.link.requests.calls import OpenPlayback, Range, ReadPlayback, ShowCall
from web import access
from web.pages.calls import call_page, rid

blueprint = Blueprint("playback", __name__)

SLICE = 256 * 1024
"""Bytes given for one range: 16 s of one channel. A browser asks for the next when it needs it,
and no thread waits on a player that is paused."""

PLAYBACK = re.compile(r"[0-9A-Za-z_-]{8,128}")


@blueprint.post("/calls/<recording>/listen")
def listen(recording: str) -> AnyResponse:
    """Open the sound for a purpose, on the record."""
    access.need(OpenPlayback)
    purpose = request.form.get("purpose", "")
    if not purpose:
        detail = access.ask(ShowCall(recording=rid(recording)))
        wrong = gettext("Choose a purpose to listen for.")
        return Response(call_page(detail, wrong=wrong), 400)
    opened = access.ask(OpenPlayback(recording=rid(recording), purpose=purpose))
    return redirect(
        url_for("playback.player", recording=recording, playback=opened.playback) + "#player", 303
    )


@blueprint.get("/calls/<recording>/listen/<playback>")
def player(recording: str, playback: str) -> AnyResponse:
    """Show the call with its player; a playback that is over leads back to the call."""
    access.need(OpenPlayback)
    try:
        detail = access.ask(ShowCall(recording=rid(recording)))
        _read(_known(playback), 0, 1)
    except Refused as refusal:
        if refusal.code not in {"not_found", "erased"}:
            raise
        return redirect(url_for("calls.show", recording=recording), 303)
    return Response(call_page(detail, playback=playback))


@blueprint.get("/playback/<playback>.wav")
def sound(playback: str) -> AnyResponse:
    """Give the sound: a part as 206, or all of it to who asks for no part."""
    access.need(ReadPlayback)
    first, _ = _read(_known(playback), 0, 1)
    asked = request.range
    if asked is None:
        return _whole(playback, first.total)
    span = _span(asked, first.total)
    if span is None:
        refused = Response(status=416)
        refused.headers["Content-Range"] = f"bytes */{first.total}"
        return refused
    told, piece = _read(playback, span[0], min(span[1] - span[0], SLICE))
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
    asked = ReadPlayback(playback=playback, start=start, length=length)
    return access.gateway().fetch(asked, access.token())


def _span(asked: Asked, total: int) -> tuple[int, int] | None:
    """Return start and stop of a single range of bytes, or None when it cannot be given."""
    if asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    return asked.range_for_length(total)


def _whole(playback: str, total: int) -> Response:
    gateway, token = access.gateway(), access.token()

    def pieces() -> Iterator[bytes]:
        start = 0
        while start < total:
            wanted = ReadPlayback(playback=playback, start=start, length=SLICE)
            _, piece = gateway.fetch(wanted, token)
            if not piece:
                return
            start += len(piece)
            yield piece

    response = Response(pieces(), content_type="audio/wav")
    response.content_length = total
    response.headers["Accept-Ranges"] = "bytes"
    return response
