"""Keep what a person typed, in memory, over a login that came in between.

The text is the operator's whose session ended, and nobody else gets it. It is gone once it was
shown again, after half an hour, or with the panel. Passwords and codes are never kept.
"""

import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, current_app, session

from appliance.clock import Clock
from web import access, back

MOST = 16
"""Forms of all people; one more drops the oldest."""

SECONDS = 1800.0

LONGEST = 32 * 1024
"""Characters of a form, names included; a longer one is not kept."""

SECRET = (
    *("password", "old", "new", "repeated", "code", "sheet", "let_in", "group-", "csrf"),
    *("sure", "confirmed"),
)
"""Beginnings of the names of fields that are never kept: secrets, and what confirms an act."""

NEVER = ("/login", "/logout", "/recovery", "/first-run", "/language", "/kept-form")
"""Beginnings of the addresses of forms that are never kept."""

_KEY = "kept"


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What a person typed into one form."""

    operator: str
    page: str  # the path that shows the form
    action: str  # the path that it is sent to
    fields: tuple[tuple[str, str], ...]
    since: float  # monotonic


class KeptForms:
    """The forms, by a random name that the browser's own cookie knows. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, KeptForm] = {}
        self._lock = threading.Lock()

    def keep(self, operator: str, page: str, action: str, fields: Iterable[tuple[str, str]]) -> str:
        """Keep a form without its secrets; return its name, empty if nothing of it is kept."""
        plain = tuple((name, value) for name, value in fields if not name.startswith(SECRET))
        size = sum(len(name) + len(value) for name, value in plain)
        if not plain or size > LONGEST or action.startswith(NEVER):
            return ""
        name = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            while len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[name] = KeptForm(operator, page, action, plain, self._clock.monotonic())
        return name

    def take_form(self, name: str, operator: str, page: str) -> KeptForm | None:
        """Return a form once, to the operator whose it is, on the page that shows it."""
        with self._lock:
            self._forget_old()
            form = self._kept.get(name)
            if form is None or form.operator != operator or form.page != page:
                return None
            return self._kept.pop(name)

    def has(self, name: str) -> bool:
        """Say whether a form is still kept."""
        with self._lock:
            self._forget_old()
            return name in self._kept

    def sweep(self) -> None:
        """Forget what is too old; call it every minute."""
        with self._lock:
            self._forget_old()

    def _forget_old(self) -> None:
        earliest = self._clock.monotonic() - SECONDS
        for name in [name for name, form in self._kept.items() if form.since <= earliest]:
            del self._kept[name]


def install(app: Flask, clock: Clock) -> None:
    """Install an application's kept forms."""
    app.extensions["kept_forms"] = KeptForms(clock)


def of(app: Flask) -> KeptForms:
    """Return an application's kept forms."""
    found: KeptForms = app.extensions["kept_forms"]
    return found


def _all() -> KeptForms:
    return of(current_app)


def keep(page: str, action: str, fields: Iterable[tuple[str, str]]) -> bool:
    """Keep a form for the operator that this browser belonged to; say whether it is kept."""
    operator = back.whose()
    name = _all().keep(operator, page, action, fields) if operator else ""
    if name:
        session[_KEY] = name
    return bool(name)


def waits() -> bool:
    """Say whether a form of this browser waits for a login."""
    return _all().has(str(session.get(_KEY, "")))


def carry(before: str) -> None:
    """Carry a form's name over into the session that begins with a login."""
    if before:
        session[_KEY] = before


def name() -> str:
    """Return the name of the form that this browser has left behind; empty if there is none."""
    return str(session.get(_KEY, ""))


def shown(page: str) -> KeptForm | None:
    """Return the form that a page is to show filled in, this once."""
    me = access.who() if session.get(_KEY) else None
    if me is None or me.step != "open":
        return None
    form = _all().take_form(name(), me.operator, page)
    if form is not None:
        session.pop(_KEY)
    return form
