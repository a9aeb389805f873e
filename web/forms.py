"""Read a form's fields strictly."""

from flask import request
from flask_babel import gettext

_LONGEST_FIGURE = 32
"""Characters of a figure that a page has put into its own form."""

_LONGEST_PORT = 8
"""Characters of a port that are looked at; a right one has five."""


def number(field: str) -> float | None:
    """Return a hidden figure; None if it is missing, or it was tampered with."""
    text = request.form.get(field, "")
    plain = text.isascii() and text.replace(".", "", 1).isdigit()
    return float(text) if plain and len(text) <= _LONGEST_FIGURE else None


def port(usual: int) -> int:
    """Return the port that was typed: the usual one if none was, and 0 for what is none."""
    text = _port_typed()
    return int(text) if text.isascii() and text.isdigit() else 0 if text else usual


def port_shown(known: int, usual: int, *, typed: bool) -> str:
    """Return how a form shows a port: as it was typed, or else empty for the usual one."""
    if typed:
        return _port_typed()
    return str(known) if known != usual else ""


def _port_typed() -> str:
    return request.form.get("port", "")[:_LONGEST_PORT].strip()


def no_password(field: str, name: str = "password") -> dict[str, str]:
    """Return the mistake of a form without one's own password; none if it is typed.

    Args:
        field: where the sentence stands.
        name: the password's, in the form.
    """
    return {} if request.form.get(name) else {field: gettext("Type your own password.")}


def not_sure(field: str) -> dict[str, str]:
    """Return the mistake of an act that nobody has confirmed."""
    sure = request.form.get("sure") == "yes"
    return {} if sure else {field: gettext("Confirm that it is meant.")}
