"""Track the presence of a line monitor and decide when to ask it.

Theory of operation. A monitor is present as long as it sends something. The silence allowed
depends on what could be missed in it:

    just opened   it may be starting: ask each second, a fault after ``start_seconds``
    on-hook       nothing is recorded: its heartbeat is enough, a fault after ``lost_seconds``
    otherwise     ask after ``ask_seconds`` of silence; without an answer within
                  ``answer_seconds`` a fault, dated at the last word: from then on the hook is
                  unknown. Both together stay below the 2 s after which a call is cut.
    lost          ask each ``ask_seconds`` until it answers; where the port was opened anew, and
                  still nothing answers, a fault again: that is another reason
"""

from dataclasses import dataclass

from appliance.lines.profiles import Lm1Profile
from appliance.model.audio import samples


@dataclass(slots=True)
class Presence:
    """The presence of one monitor, on the line clock."""

    profile: Lm1Profile
    lost: bool = False  # and reported
    met: bool = False  # it sent a word that only a line monitor of this protocol sends
    since: int = 0  # its last word, or the opening of the port
    _asked: int = 0
    _ask: bool = True
    _told: bool = False  # that nothing answers on the port as it is open now

    def opened(self, now: int) -> None:
        """Start again with the opened port: earlier words no longer count."""
        self.since = self._asked = now
        self.met, self._ask, self._told = False, True, False

    def heard(self, now: int, *, sure: bool) -> bool:
        """Take a word; say whether a lost monitor is back. ``OK`` alone is no sure word."""
        if not (self.met or sure):
            return False
        self.met, self.since, self._told = True, now, False
        back, self.lost = self.lost, False
        return back

    def pass_time(self, now: int, *, on_hook: bool) -> bool:
        """Say whether the monitor was lost just now, or is still; plan the next query."""
        calm = self.met and on_hook and not self.lost
        silent = now - max(self.since, self._asked)
        if not calm and silent >= samples(self.profile.ask_seconds):
            self._ask, self._asked = True, now
        told = self.lost and (self._told or self.met)
        if told or now - self.since <= samples(self._patience(on_hook)):
            return False
        if not calm and self.met and now - self._asked < samples(self.profile.answer_seconds):
            return False  # the port was not read for a while: the query goes out only now
        self.lost = self._told = True
        return True

    def ask(self) -> None:
        """Plan a query for the full state."""
        self._ask = True

    def wanted(self) -> bool:
        """Say, once, whether a query is due."""
        asked, self._ask = self._ask, False
        return asked

    def _patience(self, on_hook: bool) -> float:
        if not self.met:
            return self.profile.start_seconds
        if on_hook:
            return self.profile.lost_seconds
        return self.profile.ask_seconds + self.profile.answer_seconds
