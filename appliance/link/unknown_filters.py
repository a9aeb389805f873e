"""Tell which filters of a list of calls name what no call has."""

from appliance.link.requests.calls import CallList


def unknown_filters(found: CallList, *, line: str, purpose: str) -> tuple[str, ...]:
    """Return those of a search's line and purpose that no call has; none while the list is read."""
    if found.reading is not None:
        return ()
    known = {"line": (line, found.lines), "purpose": (purpose, found.purposes)}
    return tuple(name for name, (asked, there) in known.items() if asked and asked not in there)
