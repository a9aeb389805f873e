"""Lead an operator back, after a login, to the page where their session ended.

The place is kept in the browser's own signed cookie, never in an address, and for the person who
was there: another one who logs in with this browser begins at the first page.
"""

from flask import current_app, request, session, url_for

from web.language import own_path

_PLACE, _WHO, _ENDED = "back", "operator", "ended"
LONGEST = 300
"""Characters of a place; a longer one is not kept."""


def is_page() -> bool:
    """Say whether this address is also a page, to which a login can lead back."""
    return bool(current_app.url_map.bind("").test(request.path, "GET"))


def whose() -> str:
    """Return the id of the operator that this browser last belonged to; empty if none."""
    return str(session.get(_WHO, ""))


def page_of(path: str) -> str:
    """Return the page that holds a form: the form's own address, or the nearest one above it."""
    pages = current_app.url_map.bind("")
    while path != "/" and not pages.test(path, "GET"):
        path = path.rpartition("/")[0] or "/"
    return path


def here() -> str:
    """Return this page's address with its kept search.

    The answer to a form that is no page of its own leads to the first page.
    """
    return _place() if is_page() else url_for("home.page")


def _place() -> str:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return page_of(request.path)


def remember() -> None:
    """Keep the address of the page that this request asked for."""
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return  # a page's script, sound or picture, not a page
    place = _place()
    if (is_page() or request.method != "GET") and len(place) <= LONGEST:
        session[_PLACE] = place


def tell_ended() -> None:
    """Have the login say that a session has ended."""
    session[_ENDED] = True


def has_ended() -> bool:
    """Say whether this browser had a session that has ended."""
    return bool(session.get(_ENDED))


def begin(operator: str) -> str:
    """Begin a fresh visit after a login; return the address where it goes on."""
    place = own_path(str(session.get(_PLACE, "/")))
    same = session.get(_WHO, operator) == operator
    # A fresh form token belongs to the fresh session.
    session.clear()
    session[_WHO] = operator
    return place if same else url_for("home.page")
