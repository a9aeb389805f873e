"""Turn what lines tell into news for each watcher; a slow watcher never holds up a line."""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator

from appliance.link.handlers import handles
from appliance.link.requests.processes.news import RecorderNews, WatchRecorder
from appliance.model.actions import Note
from appliance.model.records import LineStatus
from appliance.recorder.line.inbox import EmergencyDialled, Told
from appliance.recorder.recording.writer import Failed, Opened, SlowSync, Withdrawn
from appliance.vault.seal import SealReport

WAITING = 256
"""News that may wait for one watcher; a watcher that falls further behind is let go."""

log = logging.getLogger(__name__)


class NewsDesk:
    """Queue of news for every watcher."""

    def __init__(
        self,
        statuses: Callable[[], tuple[LineStatus, ...]] = tuple,
        changed: Callable[[], None] = lambda: None,
        emergency: Callable[[str], None] = lambda line: None,
    ) -> None:
        """Begin without a watcher.

        Args:
            statuses: returns how every line is.
            changed: called when a line is another way; must only enqueue.
            emergency: called with the line on which an emergency number was dialled, likewise.
        """
        self._statuses, self._changed, self._emergency = statuses, changed, emergency
        self._watchers: list[queue.Queue[RecorderNews]] = []
        self._closed = threading.Event()

    def hear(self, report: Told) -> None:
        """Pass on what a line tells; called from the lines' threads, so it only enqueues."""
        match report:
            case Opened():
                news = RecorderNews(kind="opened", recording=report.rid)
            case SealReport():
                news = RecorderNews(
                    kind="sealed",
                    recording=report.rid,
                    frames=report.frames,
                    sha256=report.sha256,
                )
            case Withdrawn():
                news = RecorderNews(kind="withdrawn", recording=report.rid)
            case Note():
                news = RecorderNews(kind="noted")
            case EmergencyDialled():
                self._emergency(report.line)
                return
            case Failed():
                log.error("a call is not recorded: %s", report.reason)
                return
            case SlowSync():
                log.warning("the disk took %.1f s to keep a piece of a call", report.seconds)
                return
            case _:
                self._changed()
                news = self._lines()
        self.tell(news)

    def _lines(self) -> RecorderNews:
        return RecorderNews(kind="lines", lines=self._statuses())

    @handles(WatchRecorder)
    def _watch(self, operation: WatchRecorder) -> Iterator[RecorderNews | None]:
        return self.watch(self._lines())

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
