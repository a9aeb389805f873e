"""Send the recorder's news to each watcher; a slow watcher never holds up a line."""

import contextlib
import queue
import threading
from collections.abc import Iterator

from appliance.link.requests.processes.news import RecorderNews

WAITING = 256
"""News that may wait for one watcher; a watcher that falls further behind is let go."""


class NewsDesk:
    """Queue of news for every watcher."""

    def __init__(self) -> None:
        self._watchers: list[queue.Queue[RecorderNews]] = []
        self._closed = threading.Event()

    def tell(self, news: RecorderNews) -> None:
        """Enqueue for all; never wait."""
        for watcher in tuple(self._watchers):
            try:
                watcher.put_nowait(news)
            except queue.Full:
                self._let_go(watcher)

    def watch(self, first: RecorderNews) -> Iterator[RecorderNews | None]:
        """Yield ``first``, then everything told from now on; None when a second brought nothing.

        Ends when the desk closes, or when this watcher fell too far behind: it then connects anew
        and learns everything from ``first``.
        """
        mine: queue.Queue[RecorderNews] = queue.Queue(WAITING)
        self._watchers.append(mine)
        try:
            yield first
            while mine in self._watchers and not self._closed.is_set():
                try:
                    yield mine.get(timeout=1)
                except queue.Empty:
                    yield None
        finally:
            self._let_go(mine)

    def _let_go(self, watcher: queue.Queue[RecorderNews]) -> None:
        """Forget a watcher; two lines may find it full at once."""
        with contextlib.suppress(ValueError):
            self._watchers.remove(watcher)

    def close(self) -> None:
        """End all watching."""
        self._closed.set()
