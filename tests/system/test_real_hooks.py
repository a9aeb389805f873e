"""A whole call over each other hook source, whose port is pulled out during one.

Line monitors and modem are simulated on the other side of a serial port; nothing of them is in the
box. A modem has told of no call before its first ring is over: people here wait for the second.
Each kind takes two minutes of real time, so only ``make faults`` tries them: what every run tries
is the same path with an LM1 in ``test_real_line.py``, and each source's driver by itself.
"""

from collections.abc import Iterator

import pytest

from appliance.model.records import Verdict
from tests.rig.calls import NUMBER, short_call
from tests.rig.hearing import read_wav, voices_in
from tests.rig.pulled import BACK_SECONDS, check_cut, plug_in_again, recording_for
from tests.rig.rig import Rig, running_rig
from tests.rig.undisturbed import whole_call

pytestmark = [pytest.mark.faults, pytest.mark.system, pytest.mark.timeout(400)]

RECORDED_SECONDS = 4.5
"""A second is left of it when a source that is 1.5 s late was pulled out."""


@pytest.fixture(
    name="rig",
    scope="module",
    params=["conexant", "optocouplers", "whozz", "usr5637"],
)
def _rig(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A box behind a V/I tap and a hook source of each kind."""
    data = tmp_path_factory.mktemp(request.param) / "data"
    with running_rig(data, hook=request.param, short=True) as rig:
        rig.wait_ready()
        yield rig


def test_an_agreed_call_is_recorded_with_the_best_grade(rig: Rig) -> None:
    call = whole_call(rig, short_call("1", rings=2))
    assert (call.verdict, call.ended) == (Verdict.COMPLETE, "hung_up")
    assert call.receipt is not None
    assert (call.receipt.key, call.receipt.grade) == ("1", "A")
    assert call.meta.number is not None
    assert call.meta.number.lstrip("+") == NUMBER.lstrip("+")
    heard = voices_in(read_wav(rig.box.export(call.recording)))
    assert min(heard.caller, heard.office) > 0.7, heard


def test_pulled_out_while_recording(rig: Rig) -> None:
    place = recording_for(rig, RECORDED_SECONDS, longer=3.0, rings=2)
    before = rig.line.stood()
    rig.line.hook.unplug()
    rig.box.news.wait_state("fault", BACK_SECONDS, place)
    check_cut(rig, place, before, trimmed=2.5)
    assert rig.box.news.state == "fault"
    plug_in_again(rig)


def test_then_the_next_call_is_recorded_whole(rig: Rig) -> None:
    call = whole_call(rig, short_call("1", rings=2))
    assert call.receipt is not None
    assert call.receipt.grade == "A"
