"""Show the proof sheet of a call, hand out its signed file, let its words be heard."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, abort, render_template, request

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.link.requests.calls import Recipient
from appliance.link.requests.proof import GetProof, HearWords, ProofSheet, ShowProof
from appliance.model.proof import unreal_of
from web import access
from web.pages.calls import rid
from web.settings.fields import BASES
from web.words import formats
from web.words import proof as proof_words

blueprint = Blueprint("proof", __name__)

SHA256 = re.compile(r"[0-9a-f]{64}")

KEPT = f"private, max-age={DAY}, immutable"
"""The address of words is their hash, so they never change."""


@blueprint.get("/calls/<recording>/proof")
def sheet(recording: str) -> str:
    """Show what a call proves to a reader, to be read and printed."""
    access.need(ShowProof)
    recipient = _recipient(request.args.get("for", ""))
    shown = access.ask(ShowProof(recording=rid(recording), recipient=recipient))
    return render_template(
        "proof/sheet.html",
        recording=recording,
        recipient=recipient.value,
        may_take=access.may(GetProof),
        **parts_of(shown),
    )


def _recipient(word: str) -> Recipient:
    """Return for whom a proof is to be made; for a caller if nothing is said."""
    if word not in {"", *(str(one) for one in Recipient)}:
        abort(404)
    return Recipient(word or Recipient.CALLER)


def parts_of(shown: ProofSheet, sounds: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return what the sheet's template needs.

    Args:
        shown: the proof.
        sounds: hash of words -> the file that holds them beside the sheet; the panel's own
            addresses if None.
    """
    return {
        "sheet": shown,
        "said": proof_words,
        "bases": BASES,
        "sounds": sounds,
        "put_back": _put_back(shown),
        "unreal": unreal_of(shown.recordings),
    }


def _put_back(shown: ProofSheet) -> set[str]:
    """Return the digests of the lists of speakers that had ended when the call began."""
    pairs = zip(shown.recordings, shown.places, strict=False)
    return {
        one.rule.speakers.digest
        for one, place in pairs
        if one.rule.speakers is not None
        and (end := shown.annex.list_end(one.rule)) is not None
        and end.was_before(one.meta, place.sealed)
    }


@blueprint.post("/calls/<recording>/proof")
def take(recording: str) -> Response:
    """Hand out the signed file; a POST, since the audit records it."""
    access.need(GetProof)
    recipient = _recipient(request.form.get("recipient", ""))
    told, raw = access.fetch(GetProof(recording=rid(recording), recipient=recipient))
    response = Response(raw, content_type="application/jsonl")
    name = formats.file_name(told.filename)
    response.headers["Content-Disposition"] = formats.attachment(name)
    return response


@blueprint.get("/proof/words/<sha256>.wav")
def words(sha256: str) -> Response:
    """Give words that callers heard, by their hash."""
    access.need(HearWords)
    if not SHA256.fullmatch(sha256):
        abort(404)
    try:
        _, raw = access.fetch(HearWords(sha256=sha256))
    except Refused as refusal:
        if refusal.code != "words_gone":
            raise
        abort(404)
    response = Response(raw, content_type="audio/wav")
    response.headers["Cache-Control"] = KEPT
    return response
