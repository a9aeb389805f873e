"""Hand a call over as one file: its sound, its proof, and the words that the caller heard.

The file is a ZIP, written as it is sent: nothing of it is kept.
"""

import errno
from collections.abc import Iterator
from contextlib import closing

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import ZgodaError
from appliance.link.requests.calls import ExportCall, Recipient, ShowCall
from appliance.link.requests.proof import GetProof, HearWords, ProofSheet, ShowProof
from appliance.model.limits import LONGEST_RECIPIENT
from web import access
from web.pages.calls import call_page, rid
from web.pages.one_call.proof import parts_of
from web.sink import Sink

blueprint = Blueprint("hand_over", __name__)

SHEET = "proof.html"
"""The sheet's name in the file, to be read by people."""


@blueprint.post("/calls/<recording>/hand-over")
def hand_over(recording: str) -> ResponseReturnValue:
    """Hand a call over; a POST, since the audit records it and who gets it."""
    access.need(ExportCall)
    form = request.form
    if form.get("recipient") not in {str(one) for one in Recipient}:
        return _again(recording, gettext("Say for whom the copy is."))
    if len(form.get("words", "")) > LONGEST_RECIPIENT:
        wrong = gettext("Use at most %(count)s characters.", count=LONGEST_RECIPIENT)
        return _again(recording, wrong)
    if form.get("format", "wav") not in {"wav", "flac"}:
        abort(400)
    asked = ExportCall(
        recording=rid(recording),
        format="flac" if form.get("format") == "flac" else "wav",
        recipient=Recipient(form["recipient"]),
        words=form.get("words", "").strip(),
    )
    told, sound = access.download(asked)
    pieces = _zipped(asked, told.filename, sound)
    response = Response(stream_with_context(pieces), content_type="application/zip")
    name = told.filename.rpartition(".")[0] + ".zip"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _again(recording: str, wrong: str) -> ResponseReturnValue:
    return call_page(access.ask(ShowCall(recording=rid(recording))), wrong=wrong), 400


def _zipped(asked: ExportCall, name: str, sound: Iterator[bytes]) -> Iterator[bytes]:
    """Yield a ZIP of the sound and all that proves it; raises ``Halted`` if it cannot be whole."""
    from zipfile import ZipFile, ZipInfo  # noqa: PLC0415 - for this page alone

    out = Sink()
    with closing(sound) as pieces, ZipFile(out, "w") as archive:  # type: ignore[type-var]
        with archive.open(ZipInfo(name, _MOMENT), "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                yield out.drain()
        # Behind the sound: then the proof lists this very copy, with the digest of what left.
        try:
            for file, raw in _proof(asked.recording, asked.recipient or Recipient.CALLER):
                archive.writestr(ZipInfo(file, _MOMENT), raw)
                yield out.drain()
        except ZgodaError:
            raise access.Halted(errno.ECONNRESET, "the proof was stopped") from None
    yield out.drain()


_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of each entry: the proof tells the times that count."""


def _proof(recording: str, recipient: Recipient) -> Iterator[tuple[str, bytes]]:
    """Yield the signed file, the sheet and the words as a recipient gets them, by their names."""
    told, raw = access.fetch(GetProof(recording=recording, recipient=recipient))
    yield told.filename, raw
    shown = access.ask(ShowProof(recording=recording, recipient=recipient))
    sounds = {sha256: f"words/{number}-{kind}.wav" for number, kind, sha256 in _heard(shown)}
    page = render_template("proof/paper.html", **parts_of(shown, sounds))
    yield SHEET, page.encode()
    for sha256, file in sounds.items():
        yield file, access.fetch(HearWords(sha256=sha256))[1]


def _heard(shown: ProofSheet) -> list[tuple[int, str, str]]:
    """Return the words that were heard and are kept: their place, kind and hash."""
    said = {w.prompt_sha256: w.spoken for one in shown.recordings for w in one.receipt.said}
    kept = [(sha256, kind) for sha256, kind in said.items() if sha256 in shown.playable]
    return [(number, kind, sha256) for number, (sha256, kind) in enumerate(kept, 1)]
