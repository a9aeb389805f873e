"""Guard every request and answer: CSRF tokens, origin check, security headers."""

import functools
import io
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Request, abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing inline and nothing from elsewhere (P10)."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

SAFE_SITES = {"same-origin", "none"}


HSTS = "max-age=31536000"
"""A year, for this host name alone (RFC 6797)."""

HSTS_ENDS = "max-age=0"
"""A browser that gets this forgets it (RFC 6797, 6.1.1)."""


class InMemory(Request):
    """A request whose uploads stay in memory: by default files of 500 kB and more reach a disk."""

    def _get_file_stream(self, *_told: object, **_named: object) -> IO[bytes]:
        return io.BytesIO()


def guard(app: Flask, *, trusted: bool | None = None) -> None:
    """Put the guards around an application: CSRF tokens, origin check, headers.

    Args:
        app: the application.
        trusted: browsers trust the panel's certificate, so they need never come without TLS; False
            where somebody takes that back, None where nobody said so.
    """
    # With no-referrer a browser sends no Referer, so the token alone decides (with the site's
    # own Sec-Fetch-Site check below); tokens live as long as the browser's visit.
    app.config.update(WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=None)
    CSRFProtect(app)
    app.before_request(_same_site)
    app.after_request(_headers)
    app.after_request(_relative)
    if trusted is not None:
        app.after_request(functools.partial(_with_tls_only, HSTS if trusted else HSTS_ENDS))


def _same_site() -> None:
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in SAFE_SITES:
        abort(400, "This form was sent from another site.")


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        # The address holds a digest of the content, so it can be kept for good.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        # An answer that may be kept, such as a sound addressed by its hash, says so itself.
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)
    return response


def _with_tls_only(policy: str, response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = policy
    return response


def _relative(response: Response) -> Response:
    """Lead to a path of this host, whatever name the browser used for it."""
    parts = urlsplit(response.headers.get("Location", ""))
    if parts.scheme or parts.netloc:
        own = urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, parts.fragment))
        response.headers["Location"] = own
    return response
