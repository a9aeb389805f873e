"""Where somebody was when their session ended, so that the login leads them there again.

It is kept in the browser's own signed cookie, never in an address, and it is meant for the person
who was there: whoever else logs in with this browser begins at the first page.
"""

from flask import current_app, request, session, url_for

from web.language import own_path

_PLACE, _WHO = "back", "operator"
LONGEST = 300
"""Characters of a place; a longer one is not kept."""


def is_page() -> bool:
    """Say whether this address is also a page, so that one can come back to it."""
    return bool(current_app.url_map.bind("").test(request.path, "GET"))


def remember() -> None:
    """Keep the page that somebody asked for and is not shown now."""
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return  # a page's script, sound or picture, not a page
    place = request.full_path.rstrip("?") if request.method == "GET" else request.path
    if is_page() and len(place) <= LONGEST:
        session[_PLACE] = place


def begin(operator: str) -> str:
    """Begin a fresh visit of somebody who has logged in; return where it goes on."""
    place = own_path(str(session.get(_PLACE, "/")))
    same = session.get(_WHO, operator) == operator
    # A fresh form token belongs to the fresh session.
    session.clear()
    session[_WHO] = operator
    return place if same else url_for("home.page")
