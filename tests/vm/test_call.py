"""snd-aloop carries a whole consented call through ALSA and PyAudio, and it is sealed."""

from collections.abc import Callable
from time import monotonic

import pytest

from appliance.model.audio import RATE, samples
from appliance.model.records import Verdict
from tests.rig.calls import short_call
from tests.rig.hearing import ALIKE, place_in, read_wav, voices_in
from tests.vm.far.card import plug_card, pull_card
from tests.vm.far.line import LoopbackCable
from tests.vm.office import Office, SeenCall

pytestmark = pytest.mark.vm

BACK_SECONDS = 10.0
"""So soon a card that is plugged in again must be found."""

_TRIMMED = samples(1.35)
"""May be missing at a cut recording's end: what was not sealed yet, and what was on its way."""

Property = Callable[[str, object], None]


def test_a_line_on_the_loopback_card_and_a_usb_port_is_ready(office: Office) -> None:
    office.box.wait_ready()


def test_the_caller_hears_the_question_and_agrees_with_a_key(call: SeenCall) -> None:
    assert call.record.receipt is not None
    assert (call.record.receipt.key, call.record.receipt.side) == ("1", "far")
    assert call.record.receipt.grade == "A"
    assert set(call.record.receipt.purposes) == {"training", "quality"}


def test_the_call_goes_through_every_state_in_its_order(call: SeenCall) -> None:
    wanted = ["ringing", "asking", "awaiting", "confirming", "recording", "paused", "recording"]
    told = iter(call.states)

    assert all(state in told for state in wanted), call.states


def test_the_recording_is_sealed_whole_and_its_contents_are_proved(call: SeenCall) -> None:
    assert call.record.verdict is Verdict.COMPLETE
    assert call.record.ended == "hung_up"


def test_both_parties_are_heard_in_it_after_the_consent_alone(call: SeenCall) -> None:
    voices = voices_in(read_wav(call.wav))

    assert voices.caller >= ALIKE
    assert voices.office >= ALIKE
    assert max(voices.caller_greeting, voices.office_greeting) < ALIKE


def test_no_sound_was_lost_on_the_way(call: SeenCall, record_property: Property) -> None:
    record_property("times the card ran dry", call.ran_dry)

    assert call.record.seconds > 0
    assert call.lost_ms == 0
    assert call.breaks == 0


def test_a_card_pulled_out_in_a_call_is_cut_plays_and_comes_back(
    office: Office, record_property: Property
) -> None:
    place = office.place(short_call("1", longer=3.0))
    office.comes_to("recording", place)
    assert office.line.wait_wires(office.line.on_the_wires + samples(2.5), BACK_SECONDS)

    stood = office.line.stood()
    pull_card()
    office.comes_to("fault", place)
    assert office.line.wait_unplugged(BACK_SECONDS)
    record = office.finish(place)
    assert office.line.far_end.wait_over(BACK_SECONDS)
    plugged, again = monotonic(), office.box.news.place()
    plug_card()
    office.line.plug_sound(LoopbackCable())
    office.box.wait_ready(BACK_SECONDS, again)
    record_property("ready again after s", round(monotonic() - plugged, 1))

    assert (record.ended, record.verdict) == ("cut", Verdict.COMPLETE)  # sealed to its end
    tail = read_wav(office.box.export(record.recording))[-RATE:]
    like, at = place_in(stood, tail)
    assert like > 0.95
    assert stood.size - (at + tail.size) <= _TRIMMED
