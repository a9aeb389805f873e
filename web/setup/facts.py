"""Ask the box how far it is set up."""

from appliance.link.requests.audit import GetCounts
from appliance.link.requests.live import GetLive
from appliance.link.requests.people import ListPeople
from appliance.link.requests.settings import ChangeSettings, Settings, ShowSettings
from web import access
from web.setup.steps import Known, Step, missing

LONG_DAYS = 366
"""A call that was recorded in the last year shows that the box records."""


def known(now: Settings, *, people: bool = False) -> Known:
    """Return what the box says of itself, as far as the steps go by it."""
    news = access.ask(GetLive())
    counts = access.ask(GetCounts(days=LONG_DAYS)).rows
    return Known(
        now.values,
        news.lines if news.recorder else None,
        any(outcome == "recorded" for _line, _day, outcome, _reason, _count in counts),
        len(access.ask(ListPeople()).people) if people else 1,
    )


def still_missing() -> list[Step]:
    """Return the steps that an administrator still has to do; none for anybody else."""
    if not access.may(ChangeSettings):
        return []
    return missing(known(access.ask(ShowSettings())))
