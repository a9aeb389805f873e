"""Guard every request and answer: CSRF tokens, origin check, security headers."""

from flask import Flask, abort, request
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


def guard(app: Flask) -> None:
    """Put the guards around an application: CSRF tokens, origin check, headers."""
    # With no-referrer a browser sends no Referer, so the token alone decides (with the site's
    # own Sec-Fetch-Site check below); tokens live as long as the browser's visit.
    app.config.update(WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=None)
    CSRFProtect(app)
    app.before_request(_same_site)
    app.after_request(_headers)


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
