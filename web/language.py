"""Choose the language that a browser reads; switch it; say a marked sentence in it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from babel.dates import LOCALTZ
from flask import Blueprint, Flask, current_app, redirect, request
from flask_babel import Babel, gettext
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from appliance.language import TRANSLATIONS

LANGUAGES = {"pl": "Polski", "en": "English", "de": "Deutsch"}
COOKIE = "language"
YEAR_SECONDS = 31_536_000

blueprint = Blueprint("language", __name__)


def chosen() -> str:
    """Return this request's language: the switch's, else the browser's first that we have."""
    kept = request.cookies.get(COOKIE, "")
    if kept in LANGUAGES:
        return kept
    return request.accept_languages.best_match(list(LANGUAGES), default="en") or "en"


def said(english: str, values: Mapping[str, Any]) -> Markup:
    """Return a marked sentence with its values.

    Its ``detail`` are words of a device, a program or the system, which nobody translates: they are
    marked as English.
    """
    shown = {name: escape(value) for name, value in values.items()}
    if "detail" in shown:
        shown["detail"] = Markup('<span lang="en">{}</span>').format(shown["detail"])
    return Markup(gettext(english)) % shown  # noqa: S704 - ours


def locale() -> str:
    """Return the locale for words, dates and figures; English is written as in Britain."""
    return {"en": "en_GB"}.get(chosen(), chosen())


def install(app: Flask) -> None:
    """Install the translations and the language switch."""
    # The office's time zone is that of the box.
    Babel(
        app,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=locale,
        timezone_selector=lambda: LOCALTZ,
    )
    app.register_blueprint(blueprint)


@blueprint.post("/language")
def switch() -> Response:
    """Keep the chosen language in a cookie and go back to the page."""
    response: Response = redirect(own_path(request.form.get("back", "/")), 303)
    language = request.form.get("language", "")
    if language in LANGUAGES:
        response.set_cookie(
            COOKIE,
            language,
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return response


def own_path(path: str) -> str:
    """Return a path of this panel, or its first page: never an address elsewhere."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if plain and not parts.netloc and not parts.scheme and path.isprintable() else "/"
