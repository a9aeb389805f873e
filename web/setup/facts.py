"""Ask the box how far it is set up."""

from collections.abc import Sequence

from appliance.link.requests.audit import GetCounts
from appliance.link.requests.live import GetLive
from appliance.link.requests.people import ListPeople
from appliance.link.requests.settings import ChangeSettings, Settings, ShowSettings
from web import access
from web.setup.steps import SetupFacts, Step, Values, missing, phone_lines, waits_until

LONG_DAYS = 366
"""A call that was recorded in the last year shows that the box records."""


def known(now: Settings, *, people: bool = False) -> SetupFacts:
    """Return what the box says of itself, as far as the steps go by it."""
    news = access.ask(GetLive())
    counts = access.ask(GetCounts(days=LONG_DAYS)).rows
    return SetupFacts(
        now.values,
        news.lines if news.recorder else None,
        _recorded(now.values, counts),
        len(access.ask(ListPeople()).people) if people else 1,
    )


def _recorded(
    values: Values, counts: Sequence[tuple[str, str, str, str, int]]
) -> tuple[str, str] | None:
    """Return the line and the day of the last recorded call that shows how the box is set up.

    Calls of lines that are gone show nothing.
    """
    names = {str(line.get("name")) for line in phone_lines(values)}
    days = [
        (day, line)
        for line, day, outcome, _reason, _count in counts
        if outcome == "recorded" and line in names
    ]
    if not days:
        return None
    day, line = max(days)
    return line, day


def left() -> tuple[list[Step], str]:
    """Return the steps that an administrator can still do, and the day that a finished box awaits.

    None and an empty day for anybody else, and no day once a call was recorded.
    """
    if not access.may(ChangeSettings):
        return [], ""
    found = known(access.ask(ShowSettings()))
    return missing(found), "" if found.recorded else waits_until(found)
