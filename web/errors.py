"""Answer a failed request with a page: one plain sentence, and the way on."""

from collections.abc import Mapping
from typing import Any

from flask import (
    Flask,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from appliance.errors import LinkError, Refused, ZgodaError, fault
from appliance.model.sentences.refusals import quote_of, refusal_of
from appliance.model.sentences.refusals_by_subject.refusal import Level
from appliance.model.takes import LARGEST_TAKE
from web import access, back, kept_forms
from web.lists import kept
from web.words import formats
from web.words.refusals import plain as plain_sentence
from web.words.refusals import sentence

STATUS: Mapping[Level, int] = {
    Level.WRONG: 400,
    Level.LOGIN: 401,
    Level.FORBIDDEN: 403,
    Level.MISSING: 404,
    Level.GONE: 410,
    Level.STATE: 409,
    Level.CHECK: 409,
    Level.BUSY: 429,
    Level.AWAY: 503,
    Level.FAILED: 500,
}

ANSWERS: dict[int, tuple[Any, Any]] = {
    400: (
        _l("The form has expired"),
        _l("The form was too old, incomplete or from another place. Go back and try again."),
    ),
    404: (_l("Page not found"), _l("There is no such page or call. It may have been erased.")),
    405: (_l("Request not accepted"), _l("This address takes no such request.")),
    413: (
        _l("Too large"),
        _l(
            "That is more than the device takes at once. Shorten it, or choose a file of at most "
            "%(size)s.",
            size=LazyString(formats.size, LARGEST_TAKE),
        ),
    ),
}

AWAY = (
    _l("The archive service does not answer"),
    _l(
        "Nothing can be shown while the archive service does not answer; the recorder works "
        "without it. Try again in a minute. If it still does not answer after five minutes, "
        "restart the device."
    ),
)

BROKEN = (
    _l("It did not work"),
    _l("The panel met a fault of its own. It is in the device’s system log."),
)


def install(app: Flask) -> None:
    """Install the error pages."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(LinkError, away)
    app.register_error_handler(HTTPException, answered)
    app.register_error_handler(Exception, broken)


def refused(refusal: Refused) -> Response:
    """Lead to the login or the first run, or show the refusal."""
    if refusal.code == "choose_password" and not _wants_json():
        return redirect(url_for("me.page"), 303)
    if refusal.code == "session_ended" and not _wants_json():
        kept.forget_session()
        return access.drop_token(redirect(url_for("login.page", ended="wrong"), 303))
    told = refusal_of(refusal)
    if told.level is Level.LOGIN:
        kept.forget_session()
        if _wants_json():
            return make_response(jsonify(code=refusal.code, message=plain_sentence(refusal)), 401)
        back.remember()
        if access.token() is not None:
            back.tell_ended()
            _keep_form()
        where = "first_run.owner" if refusal.code == "not_set_up" else "login.page"
        return access.drop_token(redirect(url_for(where), 303))
    heading, quote = gettext(told.heading), quote_of(refusal)
    shown = plain_sentence(refusal) if _wants_json() else sentence(refusal)
    return _page(STATUS[told.level], refusal.code, heading, shown, quote, plain=_stranger())


def _keep_form() -> None:
    """Keep what was sent: its author logs in again and goes on."""
    if request.method == "POST" and not request.files:
        fields = list(request.form.items(multi=True))
        kept_forms.keep(back.page_of(request.path), request.path, fields)


def away(error: LinkError) -> Response:
    """Show that the keeper is away."""
    return _page(503, "away", *AWAY, "")


def answered(error: HTTPException) -> Response:
    """Show an HTTP error in words."""
    code = error.code or 500
    if isinstance(error, SecurityError):
        # The request used a foreign name: no page, since its links would carry that name on.
        return Response(f"{ANSWERS[404][0]}\n", 400, content_type="text/plain; charset=utf-8")
    if code in {301, 302, 303, 307, 308}:
        return error.get_response()
    heading, sentence = ANSWERS.get(code, BROKEN)
    return _page(code, "http", heading, sentence, "", plain=_stranger())


def broken(error: Exception) -> Response:
    """Show a fault of the panel; its kind and place go to the journal, never to a browser."""
    current_app.logger.error("a page failed: %s", fault(error))
    return _page(500, "broken", *BROKEN, "")


def _wants_json() -> bool:
    wanted = request.accept_mimetypes.best
    return request.path.endswith(".json") or wanted in {"application/json", "text/event-stream"}


def _stranger() -> bool:
    """Say whether no operator is known to be logged in; a failing keeper counts as yes."""
    try:
        return access.who() is None or not access.box().set_up
    except ZgodaError:
        return True


def _page(
    status: int, code: str, heading: Any, sentence: Any, detail: str, *, plain: bool = True
) -> Response:
    """Render a page; a ``plain`` one asks the keeper nothing, since it may be away."""
    g.failed = True  # the answer is no page of the form's own
    if _wants_json():
        return make_response(jsonify(code=code, message=str(sentence)), status)
    page = render_template(
        "errors/page.html",
        heading=heading,
        sentence=sentence,
        detail=detail,
        code=code,
        plain=plain,
    )
    return make_response(page, status)
