"""Read a form's fields strictly."""

from flask import request

_LONGEST_FIGURE = 32
"""Characters of a figure that a page has put into its own form."""


def number(field: str) -> float | None:
    """Return a hidden figure; None if it is missing, or somebody made something else of it."""
    text = request.form.get(field, "")
    plain = text.isascii() and text.replace(".", "", 1).isdigit()
    return float(text) if plain and len(text) <= _LONGEST_FIGURE else None
