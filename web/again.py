"""Answer a form of the first steps by a redirect to its page, so that Back and Reload work.

The answer, with what was typed but for passwords, waits in memory for the browser that has sent the
form, and for the person who is logged in there. A page with a recovery sheet, or one that follows
what goes on, is shown once; every other as often as the browser comes back to it, for half an hour.
"""

import secrets
import threading
from dataclasses import dataclass

from flask import Flask, current_app, g, request, session
from werkzeug.wrappers import Response

from appliance.clock import Clock
from web import access, back

BLUEPRINTS = frozenset({"first_run", "restore", "setup"})
"""Whose forms are answered so."""

MOST = 16
"""Answers to all browsers; one more drops the oldest."""

SECONDS = 1800.0

ONCE_SECONDS = 60.0
"""An answer that is shown once waits no longer: it may hold a recovery sheet."""

LONGEST = 512 * 1024
"""Bytes of an answer; a longer one is given in place."""

ARGUMENT = "again"
"""Of the page's address: the name of the answer."""

_BROWSER = "again"
_ANSWERS = frozenset({200, 400, 409, 429})
_ONCE = (b"data-again", b'name="sheet"', b'name="group-')


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """An answer to a form, until the browser asks for it."""

    browser: str  # a random word that its cookie knows
    operator: str  # empty: nobody was logged in
    path: str
    body: bytes
    status: int
    until: float  # monotonic
    once: bool


class WaitingAnswers:
    """The answers, by a random name. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, WaitingAnswer] = {}
        self._lock = threading.Lock()

    def keep(self, path: str, body: bytes, status: int) -> str:
        """Keep the answer to this request; return its name."""
        once = any(sign in body for sign in _ONCE)
        until = self._clock.monotonic() + (ONCE_SECONDS if once else SECONDS)
        session[_BROWSER] = session.get(_BROWSER) or secrets.token_urlsafe(16)
        answer = WaitingAnswer(session[_BROWSER], _operator(), path, body, status, until, once)
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            while len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[name] = answer
        return name

    def take(self, name: str) -> WaitingAnswer | None:
        """Return the answer that this request asks for, if it is its browser's and person's."""
        with self._lock:
            self._forget_old()
            found = self._kept.get(name)
            mine = found is not None and found.browser == session.get(_BROWSER)
            if found is None or not mine or found.path != request.path:
                return None
            if found.once:
                del self._kept[name]
        return found if found.operator == _operator() else None

    def sweep(self) -> None:
        """Forget what is too old; call it every minute."""
        with self._lock:
            self._forget_old()

    def _forget_old(self) -> None:
        now = self._clock.monotonic()
        for name in [name for name, answer in self._kept.items() if answer.until <= now]:
            del self._kept[name]


def _operator() -> str:
    """Return the id of whoever is logged in with this browser; empty if nobody is."""
    me = access.who()
    return me.operator if me is not None else ""


def install(app: Flask, clock: Clock) -> None:
    """Answer an application's forms so; ``shown`` goes behind what refuses a request."""
    app.extensions["again"] = WaitingAnswers(clock)
    app.after_request(_redirected)


def of(app: Flask) -> WaitingAnswers:
    """Return an application's waiting answers."""
    found: WaitingAnswers = app.extensions["again"]
    return found


def shown() -> Response | None:
    """Show the answer that waits under the name in the address."""
    name = request.args.get(ARGUMENT, "")
    if request.method != "GET" or request.blueprint not in BLUEPRINTS or not name:
        return None
    found = of(current_app).take(name)
    if found is None:
        return None
    return Response(found.body, found.status, content_type="text/html; charset=utf-8")


def _redirected(response: Response) -> Response:
    """Turn a page that answers a form into a redirect to it."""
    of_ours = request.method == "POST" and request.blueprint in BLUEPRINTS
    is_page = response.mimetype == "text/html" and not response.direct_passthrough
    if not of_ours or not is_page or response.status_code not in _ANSWERS or g.get("failed"):
        return response
    body = response.get_data()
    if len(body) > LONGEST:
        return response
    path = back.page_of(request.path)
    name = of(current_app).keep(path, body, response.status_code)
    response.set_data(b"")
    response.status_code = 303
    response.headers["Location"] = f"{path}?{ARGUMENT}={name}"
    return response
