"""Hand calls over as one file each: sound, proof, and the words that the caller heard.

The file is a ZIP, written as it is sent: nothing of it is kept. Several calls go in one, each with
all that a single one has.
"""

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused, ZgodaError
from appliance.link.requests.calls import (
    CallDetail,
    ExportCall,
    Recipient,
    ShowCall,
    UnreadableDetail,
)
from appliance.link.requests.proof import ProofSheet
from appliance.model.limits import LONGEST_RECIPIENT
from appliance.model.proof import ProofReader, reader_for
from web import access
from web.lists.archive import Archive, Texts, as_read
from web.pages.calls import (
    call_page,
    chosen_calls,
    chosen_details,
    chosen_recordings,
    is_erased_for_caller,
    rid,
)
from web.pages.one_call.proof import parts_of
from web.sink import Sink
from web.words import formats, refusals
from web.words import proof as proof_words

blueprint = Blueprint("hand_over", __name__, url_prefix="/calls")

TYPED = ("words", "file_number", "legal_basis", "signed_by")

FIELD_OF = {
    "paper_lacks": "words",
    "recipient_long": "words",
    "silence_of_nobody": "silent_until",
    "silence_past": "silent_until",
    "silence_long": "silent_until",
    "no_day": "silent_until",
    "no_copy": "form",
    "erased_for_recipient": "recipient",
}
"""Refusal of what was typed -> the field that its sentence stands at."""


@blueprint.post("/<recording>/hand-over")
def hand_over(recording: str) -> ResponseReturnValue:
    """Hand a call over; a POST, since the audit records it and who gets it."""
    access.need(ExportCall)
    mistakes = _mistakes()
    if mistakes:
        return _again(recording, mistakes)
    asked = _asked(rid(recording))
    try:
        told, sound = access.download(asked)
    except Refused as refusal:
        if refusal.code not in FIELD_OF:
            raise
        return _again(recording, {FIELD_OF[refusal.code]: refusals.sentence(refusal)})
    name = formats.file_name(told.filename)
    return _zip(_zipped(asked, name, sound), name.rpartition(".")[0] + ".zip")


@blueprint.get("/chosen/hand-over")
def ask_many() -> ResponseReturnValue:
    """Ask for whom copies of several calls are."""
    access.need(ExportCall)
    return _many_page({})


@blueprint.post("/chosen/hand-over")
def hand_over_many() -> ResponseReturnValue:
    """Hand several calls over in one file."""
    access.need(ExportCall)
    _, details = chosen_details()
    mistakes = _mistakes() or _erased(details, request.form["recipient"])
    if mistakes or not details:
        return _many_page(mistakes, 400)
    whom = str(proof_words.recipient(request.form["recipient"]))
    if words := request.form.get("words", "").strip():
        whom = f"{whom}: {words}"
    heading = gettext("Copies of recorded calls")
    texts = Texts(heading, whom, refusals.sayer(), _paper, proof_words.unreal)
    try:
        copies = Archive([_asked(recording) for recording in chosen_recordings()[1]], texts)
    except Refused as refusal:
        if refusal.code not in FIELD_OF:
            raise
        return _many_page({FIELD_OF[refusal.code]: refusals.sentence(refusal)}, 400)
    return _zip(iter(copies), str(gettext("zgoda-calls.zip")))


def long_fields() -> dict[str, str]:
    """Return the mistakes of what was typed at too great a length."""
    wrong = gettext("Use at most %(count)s characters.", count=LONGEST_RECIPIENT)
    return {name: wrong for name in TYPED if len(request.form.get(name, "")) > LONGEST_RECIPIENT}


def _mistakes() -> dict[str, str]:
    form = request.form
    if form.get("format", "wav") not in {"wav", "flac"}:
        abort(400)
    if form.get("recipient") not in {str(one) for one in Recipient}:
        return {"recipient": gettext("Say for whom the copy is.")}
    return long_fields()


def _erased(details: Sequence[CallDetail | UnreadableDetail], recipient: str) -> dict[str, str]:
    """Return the mistake of choosing calls that are erased for a recipient.

    They are told before anything is made: a file for a caller may not name them.
    """
    gone = [one.call.recording[:8] for one in details if is_erased_for_caller(one)]
    if not gone or reader_for(recipient) is not ProofReader.CALLER:
        return {}
    wrong = gettext(
        "For this recipient these calls count as erased: %(calls)s. Only a silenced hold keeps "
        "them. Choose the calls again without them.",
        calls=", ".join(gone),
    )
    return {"recipient": wrong}


def _asked(recording: str) -> ExportCall:
    form = request.form
    typed = {name: form.get(name, "").strip() for name in TYPED}
    return ExportCall(
        recording=recording,
        format="flac" if form.get("format") == "flac" else "wav",
        recipient=Recipient(form["recipient"]),
        silent_until=form.get("silent_until", ""),
        hold_silent=form.get("hold_silent") == "yes",
        **typed,
    )


def _again(recording: str, mistakes: dict[str, str]) -> ResponseReturnValue:
    detail = access.ask(ShowCall(recording=rid(recording)))
    return call_page(detail, mistakes=mistakes), 400


def _many_page(mistakes: dict[str, str], status: int = 200) -> ResponseReturnValue:
    name, calls = chosen_calls()
    page = render_template(
        "handing_over/many.html",
        chosen=name,
        calls=calls,
        mistakes=mistakes,
        form=request.form,
        said=proof_words,
    )
    return page, status if calls else 410


def _zip(pieces: Iterator[bytes], name: str) -> Response:
    response = Response(stream_with_context(pieces), content_type="application/zip")
    response.headers["Content-Disposition"] = formats.attachment(name)
    return response


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
            for file, raw in as_read(asked, _paper, {})[1]:
                archive.writestr(ZipInfo(file, _MOMENT), raw)
                yield out.drain()
        except ZgodaError:
            raise access.Halted(errno.ECONNRESET, "the proof was stopped") from None
    yield out.drain()


_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of each entry: the proof tells the times that count."""


def _paper(shown: ProofSheet, sounds: Mapping[str, str]) -> str:
    return render_template("proof/paper.html", **parts_of(shown, sounds))
