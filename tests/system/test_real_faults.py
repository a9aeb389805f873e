"""Cables pulled out in the middle of a recorded call, in real time, through the real drivers."""

from collections.abc import Iterator

import numpy as np
import pytest

from appliance.model.audio import RATE, samples
from appliance.model.records import CallRecord
from tests.rig.calls import short_call
from tests.rig.hearing import place_in, read_wav, voices_in
from tests.rig.rig import CARD, Rig, running_rig

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

CALL_SECONDS = 60.0
BACK_SECONDS = 10.0
"""So soon a cable that is plugged in again must be found."""

LATENESS = samples(0.05)
"""Of the line monitor."""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A box behind a V/I tap."""
    with running_rig(tmp_path_factory.mktemp("faults") / "data") as rig:
        rig.box.wait_ready()
        yield rig


def recording_for(rig: Rig, seconds: float) -> int:
    """Let a call come, and be recorded for so long; return the sample that is on the wires then."""
    place = rig.box.news.place()
    rig.line.far_end.place(short_call("1", longer=4.0))
    rig.box.news.wait_state("recording", CALL_SECONDS, place)
    assert rig.line.wait_wires(rig.line.on_the_wires + samples(seconds), CALL_SECONDS)
    return rig.line.on_the_wires


def newest(rig: Rig, place: int) -> CallRecord:
    """Return the call whose recording is sealed after ``place``."""
    sealed = rig.box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS, place)
    (call,) = (call for call in rig.box.calls() if call.recording == sealed.recording)
    return call


def check_cut(rig: Rig, call: CallRecord, at: int) -> None:
    """See that a recording was cut, plays, and holds all but the last second before ``at``."""
    assert call.ended == "cut"
    sound = read_wav(rig.box.export(call.recording))
    start = max(0, at - samples(60))
    line = rig.line.carried(start, at + samples(1))[0].astype(np.float64)
    tail = sound[-2 * RATE :]
    like, found = place_in(line, tail)
    assert like > 0.95
    lost = at - (start + found + tail.size)
    assert -LATENESS - samples(0.3) <= lost <= RATE + LATENESS, lost


def check_next_call(rig: Rig) -> None:
    """See that the line is there again and the next call is recorded whole."""
    assert rig.line.far_end.wait_over(CALL_SECONDS)
    place = rig.box.news.place()
    rig.line.far_end.place(short_call("1"))
    call = newest(rig, place)
    assert (call.ended, call.receipt.grade) == ("hung_up", "A")
    assert voices_in(read_wav(rig.box.export(call.recording))).caller > 0.7


def test_sound_pulled_out_while_recording(rig: Rig) -> None:
    place = rig.box.news.place()
    at = recording_for(rig, 3.0)
    rig.server.unplug(CARD)
    rig.box.news.wait_state("fault", BACK_SECONDS, place)
    check_cut(rig, newest(rig, place), at)
    assert rig.line.wait_unplugged(BACK_SECONDS)
    rig.server.plug(CARD)
    rig.plug_sound()
    rig.box.news.wait_other_state("fault", BACK_SECONDS)
    check_next_call(rig)


def test_serial_pulled_out_while_recording(rig: Rig) -> None:
    place = rig.box.news.place()
    at = recording_for(rig, 3.0)
    rig.line.port.unplug()
    rig.box.news.wait_state("fault", BACK_SECONDS, place)
    check_cut(rig, newest(rig, place), at)
    rig.line.port.plug()
    rig.box.news.wait_other_state("fault", BACK_SECONDS)
    check_next_call(rig)
