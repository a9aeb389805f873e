"""Erase calls on a ground, for a reason, after a clear yes; list and show certificates."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.requests.calls import (
    EraseCall,
    EraseCalls,
    Ground,
    ShowCertificate,
    ShowErasure,
)
from appliance.link.requests.erase_all import GetEraseAllCertificate
from appliance.link.requests.papers.certificates import (
    CertificateReader,
    GetCertificate,
    ListCertificates,
)
from appliance.model.certificate import BY_PEOPLE, WantedBy
from web import access
from web.lists import listing
from web.pages.calls import chosen_calls, look_at, reason_mistakes, rid
from web.words import proof as proof_words
from web.words import refusals

blueprint = Blueprint("erasure", __name__, url_prefix="/calls")

LIST, FIELDS, ORDERS = "erasure.certificates", ("actor", "since", "until"), ("newest", "oldest")


@blueprint.get("/<recording>/erase")
def page(recording: str) -> ResponseReturnValue:
    """Ask for the ground, the reason and a clear yes."""
    return _page(recording, {}, 200)


@blueprint.post("/<recording>/erase")
def erase(recording: str) -> ResponseReturnValue:
    """Erase, and lead to the certificate of success or failure."""
    access.need(EraseCall)
    mistakes = _mistakes()
    if mistakes:
        return _page(recording, mistakes, 400)
    try:
        access.ask(
            EraseCall(
                recording=rid(recording),
                ground=Ground(request.form["ground"]),
                reason=request.form["reason"].strip(),
                by=_by(),
            )
        )
    except Refused as refusal:
        if refusal.code == "held":
            return _page(recording, {"form": refusals.sentence(refusal)}, 409)
        if refusal.code != "erased":
            raise
    return redirect(url_for("erasure.certificate", recording=recording), 303)


@blueprint.get("/erased")
def certificates() -> str:
    """List the certificates of erasures, newest first."""
    access.need(ListCertificates)
    asked = listing.asked(LIST, FIELDS, ORDERS)
    found = access.ask(
        ListCertificates(
            **asked.fields,
            page=asked.page,
            per_page=listing.PER_PAGE,
            order="oldest" if asked.order == "oldest" else "newest",
        )
    )
    return render_template(
        "erasure/list.html",
        found=found,
        listing=asked.found(found.total, found.page, found.pages),
    )


@blueprint.post("/erased")
def search() -> ResponseReturnValue:
    """Keep a search for certificates, and lead to what it finds."""
    access.need(ListCertificates)
    form = request.form
    days = {name: listing.a_day(form.get(name, "")) for name in ("since", "until")}
    actor = form.get("actor", "")
    who = actor if actor == "keeper" or actor in access.names() else ""
    return listing.begin(LIST, {"actor": who, **days}, form.get("order", ""))


@blueprint.get("/<recording>/certificate")
def certificate(recording: str) -> str:
    """Show how far the erasure came, and what may remain."""
    access.need(ShowCertificate)
    told = access.ask(ShowCertificate(recording=rid(recording)))
    return render_template(
        "erasure/certificate.html",
        certificate=told,
        said=proof_words,
        order=access.ask_unless(ShowErasure(recording=recording), "not_by_hand"),
    )


@blueprint.get("/<recording>/certificate/<reader>.jsonl")
def take(recording: str, reader: str) -> Response:
    """Hand out the signed file, byte for byte as it was signed."""
    access.need(GetCertificate)
    if reader not in {str(one) for one in CertificateReader}:
        abort(404)
    return handed_out(GetCertificate(recording=rid(recording), reader=CertificateReader(reader)))


def handed_out(asked: GetCertificate | GetEraseAllCertificate) -> Response:
    """Return a signed file as the keeper keeps it."""
    told, raw = access.fetch(asked)
    response = Response(raw, content_type="application/jsonl")
    response.headers.set("Content-Disposition", "attachment", filename=told.filename)
    return response


@blueprint.get("/chosen/erase")
def ask_many() -> ResponseReturnValue:
    """Ask for the ground, the reason and a clear yes for several calls."""
    access.need(EraseCalls)
    return _many_page({}, 200)


@blueprint.post("/chosen/erase")
def erase_many() -> ResponseReturnValue:
    """Erase several calls at once, and lead to their certificates."""
    access.need(EraseCalls)
    _, calls = chosen_calls()
    mistakes = _mistakes()
    if mistakes or not calls:
        return _many_page(mistakes, 400)
    ground, reason = Ground(request.form["ground"]), request.form["reason"].strip()
    recordings = tuple(call.recording for call in calls)
    try:
        done = access.ask(EraseCalls(recordings=recordings, ground=ground, reason=reason, by=_by()))
    except Refused as refusal:
        wrong = {
            "held": gettext("All of them are held on a legal ground; lift their holds first."),
            "too_many": gettext("These calls have too many parts to be erased at once."),
        }.get(refusal.code)
        if wrong is None:
            raise
        return _many_page({"form": wrong}, 409)
    if done.kept:
        kept = {one.recording: one for one in done.kept}
        left = [(call, kept[call.recording]) for call in calls if call.recording in kept]
        return render_template("erasure/kept.html", left=left, erased=len(calls) - len(left))
    return redirect(url_for("erasure.certificates"), 303)


def _by() -> WantedBy | None:
    """Return who wants the erasure, if the form says it."""
    said = request.form.get("by", "")
    return BY_PEOPLE.get(said)


def _many_page(mistakes: dict[str, str], status: int) -> ResponseReturnValue:
    name, calls = chosen_calls()
    page = render_template(
        "erasure/many.html",
        chosen=name,
        calls=calls,
        mistakes=mistakes,
        ground=request.form.get("ground", ""),
        wanted=proof_words.WANTED_BY,
        by=request.form.get("by", ""),
        reason=request.form.get("reason", ""),
    )
    return page, status if calls else 410


def _mistakes() -> dict[str, str]:
    found = {}
    if request.form.get("ground", "") not in {str(ground) for ground in Ground}:
        found["ground"] = gettext("Choose the ground.")
    found |= reason_mistakes()
    if request.form.get("sure") != "yes":
        found["sure"] = gettext("Confirm that it is meant.")
    return found


def _page(recording: str, mistakes: dict[str, str], status: int) -> ResponseReturnValue:
    access.need(EraseCall)
    call = look_at(rid(recording))
    if call is None:
        raise Refused("erased")
    page = render_template(
        "erasure/page.html",
        call=call,
        mistakes=mistakes,
        ground=request.form.get("ground", ""),
        wanted=proof_words.WANTED_BY,
        by=request.form.get("by", ""),
        reason=request.form.get("reason", ""),
    )
    return page, status
