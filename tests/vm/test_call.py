"""snd-aloop carries a whole consented call through ALSA and PyAudio, and it is sealed."""

import pytest

from appliance.model.records import Verdict
from tests.rig.hearing import ALIKE, read_wav, voices_in
from tests.vm.office import Office, SeenCall

pytestmark = pytest.mark.vm


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


def test_no_sound_was_lost_on_the_way(office: Office, call: SeenCall) -> None:
    assert call.record.seconds > 0
    assert office.box.sound_broke == 0
    assert office.line.breaks == 0
