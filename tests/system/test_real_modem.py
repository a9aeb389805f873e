"""Calls in real time through the drivers of a sound adapter and of a voice modem.

The modem is emulated, on the other side of a serial port; nothing of it is in the box. Whoever
lifts within the first ring lifts before the modem has told of it, and nobody is asked: people here
wait for the second.
"""

from collections.abc import Iterator
from time import monotonic

import pytest

from appliance.exchange.modem.plugged import PluggedModem
from appliance.model.audio import samples
from appliance.model.records import Verdict
from tests.rig.calls import NUMBER, short_call
from tests.rig.hearing import read_wav, voices_in
from tests.rig.rig import Rig, running_rig
from tests.rig.undisturbed import CALL_SECONDS, comes_to, whole_call

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

BACK_SECONDS = 10.0
"""So soon a modem that is plugged in again must be found."""

RECORDED_SECONDS = 3.0
"""A recording must hold at least a second to be kept, and a modem's hook is dated back."""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A box behind a V/I tap and a modem."""
    data = tmp_path_factory.mktemp("modem") / "data"
    with running_rig(data, short=True, modem="conexant") as rig:
        rig.box.wait_ready()
        yield rig


def modem_of(rig: Rig) -> PluggedModem:
    assert rig.line.modem is not None
    return rig.line.modem


def test_an_agreed_call_is_recorded_with_the_best_grade(rig: Rig) -> None:
    call = whole_call(rig, short_call("1", rings=2))
    assert (call.verdict, call.ended) == (Verdict.COMPLETE, "hung_up")
    assert call.receipt is not None
    assert (call.receipt.key, call.receipt.grade) == ("1", "A")
    assert call.meta.number == NUMBER
    assert voices_in(read_wav(rig.box.export(call.recording))).caller > 0.7


def test_the_modem_pulled_out_while_recording(rig: Rig) -> None:
    place = comes_to(rig, short_call("1", rings=2, longer=1.0), "recording")
    assert rig.line.wait_wires(rig.line.on_the_wires + samples(RECORDED_SECONDS), CALL_SECONDS)
    modem_of(rig).pull()
    rig.box.news.wait_state("fault", BACK_SECONDS, place)
    news = rig.box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS, place)
    (call,) = (call for call in rig.box.calls() if call.recording == news.recording)
    assert call.ended == "cut"
    assert voices_in(read_wav(rig.box.export(call.recording))).office > 0.7
    plugged = monotonic()
    modem_of(rig).start()
    rig.box.news.wait_other_state("fault", BACK_SECONDS)
    assert monotonic() - plugged < BACK_SECONDS
    assert rig.line.far_end.wait_over(CALL_SECONDS)


def test_then_the_next_call_is_recorded_whole(rig: Rig) -> None:
    call = whole_call(rig, short_call("1", rings=2))
    assert call.receipt is not None
    assert call.receipt.grade == "A"
