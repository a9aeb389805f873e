"""Serve the live view to any number of browsers from one subscription at the recorder.

The subscription lasts while a browser watches. What it says of callers stays in memory and is
dropped with it.
"""

import logging
import threading
from collections.abc import Callable, Iterator

from msgspec import structs

from appliance.errors import LinkError, ZgodaError, fault
from appliance.keeper.people.sessions import Caller
from appliance.link.client import Client
from appliance.link.handlers import handles
from appliance.link.latest import Latest
from appliance.link.requests.live import SEES_WHO, GetLive, LiveNews, WatchLive

RETRY_SECONDS = 1.0
"""Between two attempts to reach an absent recorder: a person waits for it."""

TICK_SECONDS = 0.25
"""The hub notices within this time that the last watcher has gone."""

AWAY = LiveNews("state", recorder=False)

_log = logging.getLogger(__name__)


class LiveHub:
    """One subscription at the recorder, shared by all watchers."""

    def __init__(self, recorder: Client, taken_up: Callable[[], int] = lambda: 0) -> None:
        """Prepare; the first watcher begins the subscription at the recorder.

        Args:
            recorder: has the lines.
            taken_up: returns how many recordings and notes the keeper has taken up.
        """
        self._client = recorder
        self._taken_up = taken_up
        self._latest: Latest[LiveNews] = Latest()
        self._lock = threading.Lock()  # guards _watching and _thread
        self._watching = 0
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()

    def close(self) -> None:
        """End every watch and the subscription; safe to call twice."""
        self._stop.set()
        self._latest.close()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    @handles(GetLive)
    def _get(self, operation: GetLive, who: Caller) -> LiveNews:
        try:
            return _for(self._marked(self._client.call(operation)), who)
        except LinkError:
            return self._marked(AWAY)

    @handles(WatchLive)
    def _watch(self, operation: WatchLive, who: Caller) -> Iterator[LiveNews | None]:
        """Serve one browser; a slow one delays no other and gets the newest state."""
        with self._lock:
            self._watching += 1
            if self._thread is None and not self._stop.is_set():
                self._thread = threading.Thread(target=self._subscribe, name="live", daemon=True)
                self._thread.start()
        try:
            for news in self._latest.watch(patience=2 * TICK_SECONDS):
                yield None if news is None else _for(self._marked(news), who)
        finally:
            with self._lock:
                self._watching -= 1

    def _subscribe(self) -> None:
        """Follow the recorder until the last watcher has gone; outlast its absences."""
        while self._wanted():
            try:
                self._hear()
            except ZgodaError as error:
                _log.debug("%s", error)
            except Exception as error:
                _log.error("live view: %s", fault(error))
            if self._wanted():
                self._latest.show(AWAY)
                self._stop.wait(RETRY_SECONDS)

    def _hear(self) -> None:
        """Show the recorder's news until its stream ends or the last watcher has gone.

        Calls are taken up when nothing happens on a line, too: the state is then shown once more.
        """
        state: LiveNews | None = None
        seen = self._taken_up()
        for news in self._client.watch(WatchLive(), tick=TICK_SECONDS):
            if not self._wanted():
                return
            if news is not None and news.kind == "levels":
                self._latest.pass_by(news)
            elif news is not None:
                self._latest.show(state := news)
            before, seen = seen, self._taken_up()
            if state is not None and seen != before:
                self._latest.show(state)

    def _marked(self, news: LiveNews) -> LiveNews:
        """Tell a state with how much the keeper has taken up by now."""
        return structs.replace(news, taken_up=self._taken_up()) if news.kind == "state" else news

    def _wanted(self) -> bool:
        """Say whether a browser watches; if not, end this subscription."""
        with self._lock:
            if self._thread is not threading.current_thread():
                return False  # a later watcher has begun another one
            if self._watching and not self._stop.is_set():
                return True
            self._thread = None
            self._latest.clear()
            return False


def _for(news: LiveNews, who: Caller) -> LiveNews:
    """Leave out the people on the lines, unless the caller's roles allow it."""
    return news if who.roles & SEES_WHO else structs.replace(news, people=())
