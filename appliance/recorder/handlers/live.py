"""Show all lines to each watcher; a watcher never holds up a line."""

from collections.abc import Callable, Collection, Iterator
from typing import Literal

from appliance.link.handlers import handles
from appliance.link.latest import Latest
from appliance.link.requests.live import GetLive, LiveNews, WatchLive
from appliance.model.lamps import Need
from appliance.recorder.line.view import LineState, LineView

METER_SECONDS = 0.2
"""Between two looks at the meters."""


class LiveDesk:
    """Feed of all lines for every watcher."""

    def __init__(
        self,
        shown: Callable[[], Collection[LineState]],
        views: Callable[[], Collection[LineView]],
    ) -> None:
        """Begin.

        Args:
            shown: returns how every line is, also those that could not be made.
            views: returns the views of lines that work, for their levels.
        """
        self._shown, self._views = shown, views
        self._latest: Latest[Literal[True]] = Latest()
        self._latest.show(True)
        self._need, self._older = Need.NOTHING, False

    def changed(self) -> None:
        """Let the watchers look again; called from the lines' threads."""
        self._latest.show(True)

    def need(self, need: Need, older: bool = False) -> None:
        """Let the watchers know what the box needs besides.

        Args:
            need: as its lamps show it.
            older: the lines follow older settings than they should.
        """
        self._need, self._older = need, older
        self._latest.show(True)

    def close(self) -> None:
        """End all watching."""
        self._latest.close()

    def state(self) -> LiveNews:
        """Look at every line."""
        shown = self._shown()
        people = tuple(each.on for each in shown if each.on is not None)
        lines = tuple(each.status for each in shown)
        return LiveNews("state", lines=lines, people=people, older=self._older, need=self._need)

    @handles(GetLive)
    def get(self, operation: GetLive) -> LiveNews:
        """Answer how every line is now."""
        return self.state()

    @handles(WatchLive)
    def watch(self, operation: WatchLive) -> Iterator[LiveNews | None]:
        """Yield the state, then each newer one, and between them the levels.

        Levels are looked at when a watcher is ready for them, all lines in one message: however
        slow it is, they wait in no queue.
        """
        for changed in self._latest.watch(METER_SECONDS):
            # The state is looked at after the news of a change, so it is never an older one.
            yield self.state() if changed else self._levels()

    def _levels(self) -> LiveNews | None:
        levels = tuple(level for view in self._views() if (level := view.level()) is not None)
        return LiveNews("levels", levels=levels) if levels else None
