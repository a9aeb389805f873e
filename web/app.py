"""Build the panel as a Flask application; the one place where its parts meet."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from flask import Flask, g, request, url_for
from flask_babel import gettext
from werkzeug.utils import find_modules, import_string

from appliance.clock import Clock, SystemClock
from appliance.link.client import Client
from appliance.link.registry import operations
from appliance.link.requests.doctor import CountFindings, FindingCount
from appliance.link.requests.people import NamePeople
from appliance.model import limits, release
from web import (  # fmt: skip
    access,
    again,
    back,
    errors,
    forgetting,
    kept_forms,
    language,
    listening,
    security,
    streams,
)
from web.help.pages import paragraph
from web.lists import kept
from web.pages import first_run, live
from web.settings.fields import DRIVERS
from web.words import formats, proof, receipt, words

OPERATOR = re.compile(r"[0-9a-f]{8}")
"""An operator's id, as the audit names it."""

LONGEST_BODY = 64 * 1024
"""Bytes of a form; a page that takes uploads raises it for itself."""


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """The panel's settings at its start."""

    secure: bool = False  # served over TLS: cookies are marked secure
    trusted: bool | None = None  # browsers trust the certificate: none asks without TLS again
    hosts: tuple[str, ...] = ()  # names it answers to; empty for any
    purposes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Purpose id -> language -> the words for it, from the configuration."""
    trial: bool = False  # a line is simulated: there is a demo phone


def create_app(
    keeper: Client, settings: PanelSettings | None = None, clock: Clock | None = None
) -> Flask:
    """Build the panel around its client of the keeper."""
    told = settings or PanelSettings()
    app = Flask(__name__)
    app.request_class = security.InMemory
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="__Host-form" if told.secure else "form",
        SESSION_COOKIE_SECURE=told.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LONGEST_BODY,
        TRUSTED_HOSTS=list(told.hosts) or None,
    )
    app.url_map.strict_slashes = False
    app.jinja_env.globals["limits"] = limits  # also in macros
    app.jinja_env.globals["release"] = release
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["keeper"] = keeper
    app.extensions["trial"] = told.trial  # a line of the settings may become a simulated one
    security.guard(app, trusted=told.trusted if told.secure else None)
    language.install(app)
    formats.install(app)
    errors.install(app)
    streams.install(app)
    listening.install(app, streams.streams(app).pause)
    kept.install(app, (clock or SystemClock()).monotonic)
    kept_forms.install(app, clock or SystemClock())
    again.install(app, clock or SystemClock())
    forgetting.install(app)
    live.install(app, clock or SystemClock())
    for name in find_modules("web.pages", recursive=True):
        page = import_string(name)
        if page is not live:  # which has no address
            app.register_blueprint(page.blueprint)
    app.before_request(first_run.gate)
    app.before_request(again.shown)
    app.context_processor(_for_templates(app, clock or SystemClock(), told))
    return app


def _findings() -> FindingCount:
    if "findings" not in g:
        g.findings = access.ask(CountFindings())
    return cast(FindingCount, g.findings)


def _help() -> Any:
    return paragraph(request.endpoint, (request.view_args or {}).get("name", ""))


def _for_templates(app: Flask, clock: Clock, told: PanelSettings) -> Any:
    digests = {
        path.relative_to(app.static_folder or "").as_posix(): hashlib.sha256(
            path.read_bytes()
        ).hexdigest()[:12]
        for path in Path(app.static_folder or "").rglob("*")
        if path.is_file()
    }

    named = {operation.__name__: operation for operation in operations()}

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=digests[name])

    def purpose_words(purpose: str) -> str:
        if purpose in words.HOLD_GROUNDS:
            return str(gettext("%(ground)s (hold)", ground=words.HOLD_GROUNDS[purpose]))
        says = told.purposes.get(purpose, {})
        chosen = language.chosen()
        return str(says.get(chosen) or says.get("en") or next(iter(says.values()), purpose))

    def actor(who: str) -> str:
        known = access.names().get(who)
        if known is None and access.may(NamePeople) and OPERATOR.fullmatch(who):
            return str(gettext("somebody who left (%(id)s)", id=who))
        return known or str(words.actor(who))

    def values() -> dict[str, Any]:
        return {
            "actor": actor,
            "asset": asset,
            "findings": _findings,
            "help_paragraph": _help,
            "kept_form": lambda: kept_forms.shown(request.path),
            "here": back.here(),
            "language": language.chosen(),
            "languages": language.LANGUAGES,
            "may": access.may,
            "trial": app.extensions["trial"],
            "now": clock.now,
            "uptime": clock.monotonic,
            "operations": named,
            "box": access.box,
            "people": access.names,
            "purpose_words": purpose_words,
            "receipt_words": receipt,
            "who": access.who,
            "drivers": DRIVERS,
            "through": proof,
            "words": words,
        }

    return values
