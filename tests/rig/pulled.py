"""See that a recording whose cable was pulled out is cut, and that the line is back."""

from time import monotonic

from appliance.model.audio import RATE, samples
from appliance.model.records import CallRecord
from appliance.signals.pcm import Wave
from tests.rig.calls import short_call, unanswered_call
from tests.rig.hearing import place_in, read_wav
from tests.rig.rig import Rig
from tests.rig.undisturbed import CALL_SECONDS, comes_to

BACK_SECONDS = 10.0
"""So soon a cable that is plugged in again must be found."""

_LATENESS = samples(0.35)
"""The tap's sound may come to this end so much before the box's or after it, and the line
monitor's words, which date a cut, as well."""


def recording_for(rig: Rig, seconds: float, *, longer: float = 1.0, rings: int = 1) -> int:
    """Let a call come, and be recorded for so long; return the place of the news of it.

    Args:
        rig: the line.
        seconds: how long.
        longer: how much longer than usual the caller talks.
        rings: it rings so often.
    """
    place = comes_to(rig, short_call("1", longer=longer, rings=rings), "recording")
    assert rig.line.wait_wires(rig.line.on_the_wires + samples(seconds), CALL_SECONDS)
    return place


def check_cut(rig: Rig, place: int, before: Wave, *, trimmed: float = 1.0) -> None:
    """See that a recording was cut and plays.

    It holds all but the last second of the line ``before`` the cable was pulled out.

    Args:
        rig: the line.
        place: of the news of the recording.
        before: the voltage on the wires up to the pulling.
        trimmed: seconds that may be missing at the end: of a late hook source more.
    """
    call = sealed(rig, place)
    assert call.ended == "cut"
    tail = read_wav(rig.box.export(call.recording))[-RATE:]
    like, found = place_in(rig.line.stood(), tail)
    assert like > 0.95
    lost = before.size - (found + tail.size)
    assert -_LATENESS <= lost <= samples(trimmed) + _LATENESS, lost


def sealed(rig: Rig, place: int) -> CallRecord:
    """Return the call whose recording is sealed after ``place``."""
    news = rig.box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS, place)
    (call,) = (call for call in rig.box.calls() if call.recording == news.recording)
    return call


def plug_in_again(rig: Rig) -> None:
    """Plug the hook source in, and see that the line is there again in time.

    One that cannot be asked tells the hook with the next edge: another call, after this one.
    """
    if not rig.line.hook.shows_state:
        assert rig.line.far_end.wait_over(CALL_SECONDS)
        rig.line.far_end.place(unanswered_call())
    rig.line.hook.plug()
    check_back(rig)


def check_back(rig: Rig) -> None:
    """See that a line that was lost until now is there again in time."""
    plugged = monotonic()
    rig.box.news.wait_other_state("fault", BACK_SECONDS)
    assert monotonic() - plugged < BACK_SECONDS
    assert rig.line.far_end.wait_over(CALL_SECONDS)
