"""Say where mail about the box goes, have one sent, stop it: an administrator's page."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import Refused
from appliance.link.operations import Operation
from appliance.link.requests.outside.mail import (
    ChangeMail,
    GetMail,
    MailPlace,
    MailStanding,
    StopMail,
    TryMail,
)
from appliance.model.limits import LONGEST_MAIL_ADDRESS
from appliance.model.outside.mail import PORTS, wrong_fields
from web import access, forms
from web.words import mail, refusals

blueprint = Blueprint("mail", __name__, url_prefix="/mail")

_LONGEST_LIST = 2000


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show where mail goes, and how the last one fared."""
    access.need(GetMail)
    return _page({})


@blueprint.post("")
def change() -> ResponseReturnValue:
    """Set mail up, or change where it goes."""
    access.need(ChangeMail)
    place, secret = _typed(), request.form.get("password-server", "")[:_LONGEST_LIST]
    kept = None if place.user and not secret else secret
    wrong = wrong_fields(place.server, place.port, place.user, kept, place.sender, place.recipients)
    mistakes = {name: str(mail.MISTAKES[name]) for name in wrong}
    mistakes |= forms.no_password("password")
    if mistakes:
        return _page(mistakes, 400, place)
    return _do(ChangeMail(place, request.form.get("password", ""), kept), "password", place, "set")


@blueprint.post("/try")
def try_it() -> ResponseReturnValue:
    """Have a mail sent."""
    access.need(TryMail)
    try:
        access.ask(TryMail())
    except Refused as refusal:
        if refusal.code != "no_mail":
            raise
        return _page({"start": refusals.sentence(refusal)}, 409)
    return redirect(url_for("mail.page", done="tried"), 303)


@blueprint.post("/stop")
def stop() -> ResponseReturnValue:
    """Send no more mail."""
    access.need(StopMail)
    mistakes = forms.no_password("stop-password")
    if mistakes:
        return _page(mistakes, 400)
    return _do(StopMail(request.form.get("password", "")), "stop-password", None, "stopped")


_NOWHERE = MailPlace(
    server="", port=PORTS[False], tls=False, user="", sender="", recipients=(), daily=False
)


def _typed() -> MailPlace:
    """Return the place that was sent; a port that is none is 0."""
    form = request.form
    tls = form.get("way") == "tls"
    return MailPlace(
        server=form.get("server", "")[: LONGEST_MAIL_ADDRESS + 1].strip(),
        port=forms.port(PORTS[tls]),
        tls=tls,
        user=form.get("user", "")[: LONGEST_MAIL_ADDRESS + 1].strip(),
        sender=form.get("sender", "")[: LONGEST_MAIL_ADDRESS + 1].strip(),
        recipients=tuple(
            form.get("recipients", "")[:_LONGEST_LIST].replace(",", " ").replace(";", " ").split()
        ),
        daily=form.get("daily") == "yes",
    )


def _do(
    asked: Operation[Any], field: str, typed: MailPlace | None, done: str
) -> ResponseReturnValue:
    try:
        access.ask(asked)
    except Refused as refusal:
        if refusal.code == "mail_secret":
            return _page({"secret": str(mail.MISTAKES["secret"])}, 400, typed)
        wrong = gettext("Your password is wrong.")
        return _page(*refusals.mistake(refusal, field, wrong), typed)
    return redirect(url_for("mail.page", done=done), 303)


def _page(
    mistakes: dict[str, str], status: int = 200, typed: MailPlace | None = None
) -> ResponseReturnValue:
    seen = access.ask(GetMail())
    place = typed or seen.place or _NOWHERE
    shown: dict[str, Any] = {
        "seen": seen,
        "typed": place,
        "port": forms.port_shown(place.port, PORTS[place.tls], typed=typed is not None),
        "outcome": _outcome(seen),
        "ports": PORTS,
        "done": request.args.get("done", ""),
    }
    return render_template("mail/page.html", mistakes=mistakes, **shown), status


def _outcome(seen: MailStanding) -> Any:
    """Return what became of the last attempt; empty if nothing is wrong with it."""
    return mail.TROUBLES.get(seen.code, "")
