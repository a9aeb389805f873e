"""What the recorder tells whoever watches it; a slow watcher never holds up a line."""

import queue
from collections.abc import Iterator

from appliance.link.requests.lines import RecorderNews

WAITING = 256
"""News that may wait for one watcher; a watcher that falls further behind is let go."""


class NewsDesk:
    """Hands each piece of news to every watcher."""

    def __init__(self) -> None:
        self._watchers: list[queue.Queue[RecorderNews | None]] = []

    def tell(self, news: RecorderNews) -> None:
        """Enqueue for all; never wait."""
        for watcher in tuple(self._watchers):
            try:
                watcher.put_nowait(news)
            except queue.Full:
                self._watchers.remove(watcher)

    def watch(self, first: RecorderNews) -> Iterator[RecorderNews]:
        """Yield ``first`` and then everything told from now on, until the desk closes."""
        mine: queue.Queue[RecorderNews | None] = queue.Queue(WAITING)
        self._watchers.append(mine)
        try:
            yield first
            while (news := mine.get()) is not None:
                yield news
        finally:
            if mine in self._watchers:
                self._watchers.remove(mine)

    def close(self) -> None:
        """End all watching."""
        for watcher in tuple(self._watchers):
            self._watchers.remove(watcher)
            watcher.put(None)
