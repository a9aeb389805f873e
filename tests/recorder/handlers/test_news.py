"""Tell watchers the recorder's news; a slow one is let go."""

from appliance.link.requests.processes.news import RecorderNews
from appliance.recorder.handlers.news import WAITING, NewsDesk


def test_a_watcher_hears_all_news_from_the_first() -> None:
    desk = NewsDesk()
    watching = desk.watch(RecorderNews(kind="lines"))
    assert next(watching) == RecorderNews(kind="lines")
    desk.tell(RecorderNews(kind="sealed", recording="r"))
    assert next(watching) == RecorderNews(kind="sealed", recording="r")
    desk.close()
    assert list(watching) == []


def test_a_slow_watcher_is_let_go() -> None:
    desk = NewsDesk()
    watching = desk.watch(RecorderNews(kind="lines"))
    next(watching)
    for _ in range(WAITING + 1):
        desk.tell(RecorderNews(kind="noted"))
    assert list(watching) == []
