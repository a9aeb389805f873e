"""Follow the recorder's news while it works, so that no test waits by the clock."""

import threading
from collections.abc import Callable
from time import monotonic

from appliance.errors import LinkError, ZgodaError
from appliance.link.client import Client
from appliance.link.requests.processes.news import RecorderNews, WatchRecorder
from appliance.model.records import LineStatus


class NotTold(ZgodaError):
    """The recorder did not tell what was waited for."""


class News:
    """Follows a recorder until ``close``."""

    def __init__(self, recorder: Client) -> None:
        """Begin to listen."""
        self._recorder = recorder
        self._told: list[RecorderNews] = []
        self._arrived = threading.Condition()  # guards _told and _over
        self._over = False
        self._thread = threading.Thread(target=self._listen, name="news", daemon=True)
        self._thread.start()

    def after(self, place: int, seconds: float) -> list[RecorderNews]:
        """Return the news from a place on; wait at most so long for the first of it.

        Raises:
            LinkError: there will be no more: the recorder went away.
        """
        with self._arrived:
            self._arrived.wait_for(lambda: self._over or len(self._told) > place, seconds)
            if self._over and len(self._told) <= place:
                raise LinkError("The recorder went away.")
            return self._told[place:]

    def place(self) -> int:
        """Return where the next piece of news will stand."""
        with self._arrived:
            return len(self._told)

    def wait(
        self, wanted: Callable[[RecorderNews], bool], seconds: float, since: int = 0
    ) -> RecorderNews:
        """Return the first news from a place on that is wanted.

        Raises:
            NotTold: none came in time; what came is told.
        """
        until = monotonic() + seconds
        at = since
        with self._arrived:
            while True:
                for news in self._told[at:]:
                    at += 1
                    if wanted(news):
                        return news
                if self._over or not self._arrived.wait(max(0.0, until - monotonic())):
                    raise NotTold(f"Not told within {seconds} s: {self.states(since)}")

    def wait_other_state(self, state: str, seconds: float) -> LineStatus:
        """Return how the first line is as soon as its state is another than this."""
        until = monotonic() + seconds
        with self._arrived:
            while True:
                told = [news for news in self._told if _state(news)]
                if told and _state(told[-1]) != state:
                    return told[-1].lines[0]
                if self._over or not self._arrived.wait(max(0.0, until - monotonic())):
                    raise NotTold(f"Still {state} after {seconds} s.")

    def all(self, kind: str) -> list[RecorderNews]:
        """Return everything of a kind that was told so far."""
        with self._arrived:
            return [news for news in self._told if news.kind == kind]

    def wait_state(self, state: str, seconds: float, since: int = 0) -> LineStatus:
        """Return how the first line is when its state is this one."""
        news = self.wait(lambda news: _state(news) == state, seconds, since)
        return news.lines[0]

    @property
    def state(self) -> str:
        """The first line's state as it was told last."""
        with self._arrived:
            return next(filter(None, map(_state, reversed(self._told))), "")

    def states(self, since: int = 0) -> list[str]:
        """Return the states of the first line, one after the other, and what else was told."""
        told: list[str] = []
        with self._arrived:
            for news in self._told[since:]:
                word = _state(news) or news.kind
                if told[-1:] != [word]:
                    told.append(word)
        return told

    def close(self) -> None:
        """Wait until the recorder has ended the stream: it is to be stopped before."""
        self._thread.join()

    def _listen(self) -> None:
        try:
            for news in filter(None, self._recorder.watch(WatchRecorder())):
                with self._arrived:
                    self._told.append(news)
                    self._arrived.notify_all()
        except LinkError:
            pass  # it went away
        finally:
            with self._arrived:
                self._over = True
                self._arrived.notify_all()


def _state(news: RecorderNews) -> str:
    return news.lines[0].state if news.kind == "lines" and news.lines else ""
