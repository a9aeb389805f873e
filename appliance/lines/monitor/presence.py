"""Whether a line monitor is there, and when to ask it.

Theory of operation. A monitor is there as long as it says something. How long a silence may be
depends on what would be missed in it:

    just opened   it may be starting: asked each second, a fault after ``start_seconds``
    on-hook       nothing is recorded: its heartbeat does, a fault after ``lost_seconds``
    otherwise     asked after ``ask_seconds`` of silence; without an answer within
                  ``answer_seconds`` a fault, dated at the last word: from there on nobody knows
                  what the hook was. Both together stay below the 2 s after which a call is cut.
    lost          asked each ``ask_seconds`` until it answers
"""

from dataclasses import dataclass

from appliance.lines.profiles import MonitorProfile
from appliance.model.audio import samples


@dataclass(slots=True)
class Presence:
    """Follows the words of one monitor on the line clock."""

    profile: MonitorProfile
    lost: bool = False  # and told so
    met: bool = False  # it has said something that only a line monitor of this protocol says
    since: int = 0  # of its last word, or of the port's opening
    _asked: int = 0
    _ask: bool = True

    def opened(self, now: int) -> None:
        """Know that the port was opened: what was heard before came from another time."""
        self.since = self._asked = now
        self.met, self._ask = False, True

    def heard(self, now: int, *, sure: bool) -> bool:
        """Take a word; say whether a lost monitor is back. ``OK`` alone is not a sure one."""
        if not (self.met or sure):
            return False
        self.met, self.since = True, now
        back, self.lost = self.lost, False
        return back

    def pass_time(self, now: int, *, on_hook: bool) -> bool:
        """Say whether the monitor has just been lost, and remember to ask it in time."""
        calm = self.met and on_hook and not self.lost
        silent = now - max(self.since, self._asked)
        if not calm and silent >= samples(self.profile.ask_seconds):
            self._ask, self._asked = True, now
        if self.lost or now - self.since <= samples(self._patience(on_hook)):
            return False
        if not calm and self.met and now - self._asked < samples(self.profile.answer_seconds):
            return False  # nobody looked for a while: it is asked only now
        self.lost = True
        return True

    def ask(self) -> None:
        """Want the full state."""
        self._ask = True

    def wanted(self) -> bool:
        """Say, once, whether the full state is to be asked for."""
        asked, self._ask = self._ask, False
        return asked

    def _patience(self, on_hook: bool) -> float:
        if not self.met:
            return self.profile.start_seconds
        if on_hook:
            return self.profile.lost_seconds
        return self.profile.ask_seconds + self.profile.answer_seconds
