"""Tell watchers of the lines what the keeper told the recorder."""

from collections.abc import Iterator

from appliance.link.requests.live import GetLive, LiveNews, WatchLive
from appliance.model.lamps import Need
from appliance.recorder.handlers.live import LiveDesk


def test_watchers_of_the_lines_hear_what_the_box_needs() -> None:
    desk = LiveDesk(list, list)
    told = desk.watch(WatchLive())
    assert isinstance(told, Iterator)
    assert next(told) == LiveNews("state")
    desk.need(Need.TIME)
    assert next(told) == LiveNews("state", need=Need.TIME)
    now = desk.get(GetLive())
    assert isinstance(now, LiveNews)
    assert now.need is Need.TIME
    desk.close()
