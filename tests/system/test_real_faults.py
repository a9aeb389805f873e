"""Pull cables out during a recorded call, in real time, through the real drivers."""

from collections.abc import Iterator

import pytest

from tests.rig.calls import short_call
from tests.rig.hearing import read_wav, voices_in
from tests.rig.pulled import BACK_SECONDS, check_back, check_cut, recording_for
from tests.rig.rig import CARD, Rig, running_rig
from tests.rig.undisturbed import whole_call

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

RECORDED_SECONDS = 2.5
"""A recording must hold at least a second to be kept."""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A box behind a V/I tap."""
    with running_rig(tmp_path_factory.mktemp("faults") / "data", short=True) as rig:
        rig.box.wait_ready()
        yield rig


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
    rig.line.hook.unplug()
    rig.box.news.wait_state("fault", BACK_SECONDS, place)
    check_cut(rig, place, before)
    assert rig.box.news.state == "fault"
    rig.line.hook.plug()
    check_back(rig)


def test_after_both_the_next_call_is_recorded_whole(rig: Rig) -> None:
    call = whole_call(rig, short_call("1"))
    assert call.receipt is not None
    assert call.receipt.grade == "A"
    assert voices_in(read_wav(rig.box.export(call.recording))).caller > 0.7
