"""Pull cables out during a recorded call, in real time, through the real drivers."""

from collections.abc import Iterator
from time import monotonic

import pytest

from appliance.model.audio import RATE, samples
from appliance.model.records import CallRecord
from appliance.signals.pcm import Wave
from tests.rig.calls import short_call
from tests.rig.hearing import place_in, read_wav, voices_in
from tests.rig.rig import CARD, Rig, running_rig
from tests.rig.undisturbed import CALL_SECONDS, comes_to, whole_call

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

BACK_SECONDS = 10.0
"""So soon a cable that is plugged in again must be found."""

RECORDED_SECONDS = 2.5
"""A recording must hold at least a second to be kept."""

LATENESS = samples(0.35)
"""The tap's sound may come to this end so much before the box's or after it, and the line
monitor's words, which date a cut, as well."""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A box behind a V/I tap."""
    with running_rig(tmp_path_factory.mktemp("faults") / "data", short=True) as rig:
        rig.box.wait_ready()
        yield rig


def recording_for(rig: Rig, seconds: float) -> int:
    """Let a call come, and be recorded for so long; return the place of the news of it."""
    place = comes_to(rig, short_call("1", longer=1.0), "recording")
    assert rig.line.wait_wires(rig.line.on_the_wires + samples(seconds), CALL_SECONDS)
    return place


def check_cut(rig: Rig, place: int, before: Wave) -> None:
    """See that a recording was cut and plays.

    It holds all but the last second of the line ``before`` the cable was pulled out.
    """
    call = sealed(rig, place)
    assert call.ended == "cut"
    tail = read_wav(rig.box.export(call.recording))[-RATE:]
    like, found = place_in(rig.line.stood(), tail)
    assert like > 0.95
    lost = before.size - (found + tail.size)
    assert -LATENESS <= lost <= RATE + LATENESS, lost


def sealed(rig: Rig, place: int) -> CallRecord:
    """Return the call whose recording is sealed after ``place``."""
    news = rig.box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS, place)
    (call,) = (call for call in rig.box.calls() if call.recording == news.recording)
    return call


def check_back(rig: Rig) -> None:
    """See that a line that was lost until now is there again in time."""
    plugged = monotonic()
    rig.box.news.wait_other_state("fault", BACK_SECONDS)
    assert monotonic() - plugged < BACK_SECONDS
    assert rig.line.far_end.wait_over(CALL_SECONDS)


def test_sound_pulled_out_while_recording(rig: Rig) -> None:
    place = recording_for(rig, RECORDED_SECONDS)
    before = rig.line.stood()
    rig.server.unplug(CARD)
    rig.box.news.wait_state("fault", BACK_SECONDS, place)
    assert rig.line.wait_unplugged(BACK_SECONDS)
    check_cut(rig, place, before)
    assert rig.box.news.state == "fault"
    rig.server.plug(CARD)
    rig.plug_sound()
    check_back(rig)


def test_serial_pulled_out_while_recording(rig: Rig) -> None:
    place = recording_for(rig, RECORDED_SECONDS)
    before = rig.line.stood()
    rig.line.port.unplug()
    rig.box.news.wait_state("fault", BACK_SECONDS, place)
    check_cut(rig, place, before)
    assert rig.box.news.state == "fault"
    rig.line.port.plug()
    check_back(rig)


def test_after_both_the_next_call_is_recorded_whole(rig: Rig) -> None:
    call = whole_call(rig, short_call("1"))
    assert call.receipt is not None
    assert call.receipt.grade == "A"
    assert voices_in(read_wav(rig.box.export(call.recording))).caller > 0.7
