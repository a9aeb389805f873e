"""Tell watchers of the lines what the keeper told the recorder."""

from collections.abc import Iterator

from appliance.link.requests.live import GetLive, LiveNews, WatchLive
from appliance.recorder.handlers.live import LiveDesk


def test_watchers_of_the_lines_hear_that_an_administrator_is_needed() -> None:
    desk = LiveDesk(list)
    told = desk.watch(WatchLive())
    assert isinstance(told, Iterator)
    assert next(told) == LiveNews("state")
    desk.need(True)
    assert next(told) == LiveNews("state", needed=True)
    now = desk.get(GetLive())
    assert isinstance(now, LiveNews)
    assert now.needed
    desk.close()
