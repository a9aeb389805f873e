"""Build the lines as the keeper shows them: live, with what their lamps show besides."""

from collections.abc import Callable

from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import TAKE_UP, TICK, Chore, attempt
from appliance.keeper.handlers.demo_phone import Sounds
from appliance.keeper.handlers.lines import ANSWER_SECONDS, RecorderLink
from appliance.keeper.handlers.live import LiveHub
from appliance.keeper.subject import Subject
from appliance.keeper.time.believed_clock import believed_day
from appliance.link.handlers import handlers_of
from appliance.model.lamps import Need


class _RecorderNews:
    """What the recorder is told of the box by itself."""

    def __init__(self, box: Box, recorder: RecorderLink, need: Callable[[], Need]) -> None:
        self._box, self._recorder, self._need = box, recorder, need
        self._day = ""

    def show_need(self, now: OpenBox) -> None:
        """Let the lamps show what the box needs."""
        self._recorder.need(self._need())

    def tell_day(self, now: OpenBox) -> None:
        """Tell what day it is."""
        self._recorder.tell_day(believed_day(now.records.time))

    def tell_entry(self, now: OpenBox) -> None:
        """Tell which entry of the audit stands before the calls to come."""
        self._recorder.tell_entry(now.audit.before_calls)

    def tell_speakers(self, now: OpenBox) -> None:
        """Tell which file of those who speak on lines holds."""
        self._recorder.tell_speakers(now.records.recordings.speakers.told)

    def see_day(self, now: OpenBox) -> None:
        """Tell a day as soon as it begins, or the time is confirmed."""
        seen, self._day = self._day, believed_day(now.records.time)
        if seen != self._day:
            self.tell_day(now)


def build(
    box: Box,
    recorder: RecorderLink,
    need: Callable[[], Need],
    tell_settings: Callable[[], None],
) -> Subject:
    """Return the subject.

    Args:
        box: of the lines.
        recorder: has them.
        need: says what waits for an administrator.
        tell_settings: tells a recorder that is back which settings hold.
    """

    def met() -> None:
        tell_settings()
        box.with_open(told.tell_day)()
        box.with_open(told.tell_entry)()
        box.with_open(told.tell_speakers)()

    live = LiveHub(
        recorder.client(ANSWER_SECONDS),
        lambda: box.now.records.taken_up if box.now is not None else 0,
    )
    told = _RecorderNews(box, recorder, need)
    return Subject(
        handlers_of(recorder, live, Sounds(box.around)),
        chores=(
            Chore("lamps", TAKE_UP, box.with_open(told.show_need)),
            Chore("new day", TICK, box.with_open(told.see_day)),
            Chore("entry", TICK, box.with_open(told.tell_entry)),
            Chore("lists", TICK, box.with_open(told.tell_speakers)),
            Chore("day", TAKE_UP, box.with_open(told.tell_day)),
        ),
        begun=lambda: attempt("lamps", box.with_open(told.show_need)),
        met_recorder=met,
        close=live.close,
    )
