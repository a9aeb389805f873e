"""Forward whatever happens, and speak to the caller alone."""

import threading

import numpy as np
import pytest

from appliance.clock import SystemClock
from appliance.lines.isdn.bridge import MARK_SAMPLES, MOST_COPIES, Bridge
from appliance.lines.isdn.channels import from_bus, to_bus
from appliance.lines.isdn.l1oip import Tunnel, build
from appliance.lines.isdn.ports import B1, B2, D, PortInput
from appliance.lines.isdn.udp import Ends, UdpPort
from appliance.model.audio import FRAME, Sound
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.model.sentences.faults import device_fault
from appliance.signals.pcm import through_alaw
from tests.lines.isdn.dummy_port import DummyPort
from tests.lines.isdn.udp_peer import UdpPeer

SPEECH: Sound = through_alaw((np.arange(FRAME) * 97 % 3000 - 1500).astype(np.int16))
WORDS: Sound = through_alaw((np.arange(500) * 53 % 4000 - 2000).astype(np.int16))
PROMPT = Prompt(PromptRef("p", "0" * 64, "pl"), PromptKind.QUESTION, WORDS, WORDS.size)
SILENCE = np.zeros(FRAME, np.int16)
LEAST = 8
"""A-law has no zero: silence is its smallest step."""


class Both:
    """A bridge between two ports in memory."""

    def __init__(self, *, passes: bool = True) -> None:
        self.network, self.terminal = DummyPort("the network"), DummyPort("the phone")
        self.bridge = Bridge(self.network, self.terminal, passes=passes)
        self.now = 0.0
        self.base = 0

    def turn(self, seconds: float = 0.02) -> None:
        self.now += seconds
        self.bridge.turn(self.now)

    def speaks(self, sound: Sound = SPEECH, channel: int = B1) -> None:
        """Let the phone send 20 ms."""
        self.terminal.waiting.append(PortInput(channel, to_bus(sound), self.base))
        self.base = (self.base + sound.size) & 0xFFFF

    def to_caller(self) -> Sound:
        """What the network got on B1 since it was asked last."""
        sent, self.network.sent = self.network.sent, []
        pieces = [from_bus(each.data) for each in sent if each.channel == B1]
        joined: Sound = np.concatenate([*pieces, np.zeros(0, np.int16)])
        return joined

    def to_office(self) -> Sound:
        sent, self.terminal.sent = self.terminal.sent, []
        joined: Sound = np.concatenate([from_bus(each.data) for each in sent])
        return joined


@pytest.fixture
def both() -> Both:
    made = Both()
    made.turn()
    return made


def test_every_byte_passes_both_ways_as_it_came(both: Both) -> None:
    down = [PortInput(D, b"\2\xff\3net"), PortInput(B1, bytes(160), 3), PortInput(B2, b"xy", 9)]
    up = [PortInput(D, b"\0\x81\3te"), PortInput(B2, bytes(range(64)), 65000)]
    both.network.waiting, both.terminal.waiting = list(down), list(up)
    both.turn()
    assert [(each.channel, each.data) for each in both.terminal.sent] == [
        (each.channel, each.data) for each in down
    ]
    assert [(each.channel, each.data, each.base) for each in both.network.sent] == [
        (up[0].channel, up[0].data, 0),
        (up[1].channel, up[1].data, 65000),
    ]
    copies = both.bridge.take()
    assert [(copy.from_network, copy.arrived) for copy in copies] == [
        *((True, each) for each in down),
        *((False, each) for each in up),
    ]
    assert both.bridge.take() == []


def test_what_the_network_echoes_of_our_frames_never_reaches_the_phone(both: Both) -> None:
    both.network.waiting = [PortInput(D, b"\0\x81\3te", echo=True), PortInput(D, b"\2\xff\3net")]
    both.turn()
    assert [each.data for each in both.terminal.sent] == [b"\2\xff\3net"]
    assert [copy.arrived.echo for copy in both.bridge.take()] == [True, False]


def test_a_tap_sends_nothing_and_cannot_speak() -> None:
    tap = Both(passes=False)
    tap.bridge.mouth.channel = B1
    tap.bridge.mouth.say(PROMPT)
    for _ in range(20):
        tap.speaks()
        tap.network.waiting.append(PortInput(B1, to_bus(SPEECH), 0))
        tap.turn()
    assert tap.network.sent == tap.terminal.sent == []
    assert len(tap.bridge.take()) == 40


def test_the_prompt_is_added_to_the_phones_sound_for_the_caller_alone(both: Both) -> None:
    both.bridge.mouth.channel = B1
    both.bridge.mouth.say(PROMPT)
    for _ in range(5):
        both.speaks()
        both.speaks(channel=B2)
        both.turn()
    heard = both.to_caller()
    near = np.tile(SPEECH, 5)
    expected = near.astype(np.int32)
    expected[: WORDS.size] += WORDS
    assert np.array_equal(heard, through_alaw(expected.astype(np.int16)))
    copies = [each for each in both.bridge.take() if each.arrived.channel == B1]
    assert [each.place for each in copies if each.prompt is PROMPT] == [0, 160, 320, 480]
    assert copies[4].prompt is None
    # What is heard and recorded as the near side is what the caller hears.
    assert np.array_equal(np.concatenate([from_bus(each.arrived.data) for each in copies]), heard)


def test_the_office_hears_the_caller_and_a_soft_mark_and_no_words(both: Both) -> None:
    both.bridge.mouth.channel = B1
    both.bridge.mouth.say(PROMPT)
    for number in range(4):
        both.speaks(SILENCE)
        both.network.waiting.append(PortInput(B1, to_bus(SPEECH), number * FRAME))
        both.turn()
    office = both.to_office().astype(np.int32) - np.tile(SPEECH, 4)
    assert np.abs(office[:MARK_SAMPLES]).max() > 500
    assert not office[MARK_SAMPLES:].any()
    # The copy that is heard and recorded has no mark.
    far = [each.arrived.data for each in both.bridge.take() if each.from_network]
    assert far == 4 * [to_bus(SPEECH)]


def test_a_stop_is_silent_from_the_next_piece_on(both: Both) -> None:
    both.bridge.mouth.channel = B1
    told: list[Prompt | None] = []
    both.bridge.mouth.follow = told.append
    both.bridge.mouth.say(PROMPT)
    both.speaks()
    both.turn()
    both.to_caller()
    both.bridge.mouth.say(None)
    both.speaks()
    both.turn()
    assert np.array_equal(both.to_caller(), SPEECH)
    assert told == [PROMPT, None]


def test_another_prompt_takes_the_place_of_the_first(both: Both) -> None:
    both.bridge.mouth.channel = B1
    other = Prompt(PROMPT.ref, PromptKind.KEYS, WORDS[::-1].copy(), 10)
    both.bridge.mouth.say(PROMPT)
    both.speaks(SILENCE)
    both.turn()
    both.bridge.mouth.say(other)
    both.speaks(SILENCE)
    both.turn()
    assert np.array_equal(both.to_caller()[FRAME:], through_alaw(other.sound[:FRAME] + LEAST))


def test_a_phone_that_sends_nothing_is_spoken_for_at_the_pace_of_time(both: Both) -> None:
    both.bridge.mouth.channel = B1
    both.speaks()
    both.turn()
    both.to_caller()
    both.network.sent = []
    both.bridge.mouth.say(PROMPT)
    for _ in range(10):
        both.turn()
    heard = both.to_caller()
    assert np.array_equal(heard[: WORDS.size], through_alaw(WORDS + LEAST))
    assert heard.size == 4 * FRAME  # 500 samples
    bases = [each.arrived.base for each in both.bridge.take() if each.prompt is not None]
    assert bases == [160, 320, 480, 640]  # they go on where the phone stopped


def test_a_machine_that_slept_does_not_send_the_past_at_once(both: Both) -> None:
    both.bridge.mouth.channel = B1
    both.turn()
    both.bridge.mouth.say(PROMPT)
    both.turn(3600)
    for _ in range(3):
        both.turn()
    assert both.to_caller().size <= 3 * FRAME


def test_nothing_is_said_without_a_call(both: Both) -> None:
    both.bridge.mouth.say(PROMPT)
    for _ in range(10):
        both.speaks()
        both.turn()
    assert np.array_equal(both.to_caller(), np.tile(SPEECH, 10))


def test_a_fault_in_the_mixing_silences_the_prompt_and_not_the_phone(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.bridge.mouth.channel = B1
    both.bridge.mouth.say(PROMPT)
    monkeypatch.setattr(both.bridge, "_spoken", None)
    for _ in range(3):
        both.speaks()
        both.turn()
    monkeypatch.undo()
    assert np.array_equal(both.to_caller(), np.tile(SPEECH, 3))
    assert both.bridge.broken >= 1
    both.speaks()
    both.turn()
    assert np.array_equal(both.to_caller(), SPEECH)  # and it is not said later


def test_a_fault_in_the_soft_mark_silences_the_prompt_and_not_the_caller(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.bridge.mouth.channel = B1
    both.bridge.mouth.say(PROMPT)
    monkeypatch.setattr(both.bridge, "_marked", None)
    for number in range(3):
        both.network.waiting.append(PortInput(B1, to_bus(SPEECH), number * FRAME))
        both.turn()
    assert np.array_equal(both.to_office(), np.tile(SPEECH, 3))
    assert both.bridge.broken == 1


def test_a_recorder_that_does_not_look_stops_no_call(both: Both) -> None:
    for _ in range(MOST_COPIES + 50):
        both.speaks()
        both.turn()
    assert len(both.network.sent) == MOST_COPIES + 50
    assert both.bridge.dropped == 50
    assert len(both.bridge.take()) == MOST_COPIES


def test_one_side_that_fails_is_opened_again_while_the_other_is_served(both: Both) -> None:
    both.network.gone = True
    both.speaks()
    both.turn()
    assert both.bridge.network.trouble == "The ISDN card the network has vanished; plug it in again"
    opens = both.network.opens
    for _ in range(100):  # two seconds
        both.speaks()
        both.turn()
    assert 2 <= both.network.opens - opens <= 3  # after 0.5 s, 1 s
    assert both.bridge.network.missing(both.now) == device_fault("isdn_away", card="the network")
    both.network.gone = False
    for _ in range(250):  # five seconds
        both.turn()
    assert both.bridge.network.missing(both.now) == ""
    both.speaks()
    both.turn()
    assert np.array_equal(both.to_caller()[-FRAME:], SPEECH)


def test_a_write_that_fails_loses_the_packet_and_not_the_bridge(both: Both) -> None:
    both.speaks()
    both.bridge.terminal.port.waiting.append(PortInput(D, b"abc"))  # type: ignore[attr-defined]
    both.network.gone = True
    both.turn()
    assert len(both.bridge.take()) == 2


def test_the_thread_forwards_by_itself_and_survives_a_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    network, phone = UdpPeer(), UdpPeer()
    ports = [UdpPort(Ends(("127.0.0.1", 0), each.address), Tunnel(7)) for each in (network, phone)]
    for port, peer in zip(ports, (network, phone), strict=True):
        port.open()
        peer.meet(port.here)
    bridge = Bridge(ports[0], ports[1], passes=True)
    broken = threading.Event()

    def fails(now: float) -> None:
        broken.set()
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(bridge, "_say_without_the_phone", fails)
    bridge.start("Reception", SystemClock())
    try:
        phone.send(build(B1, b"speech", 5, 7))
        assert network.next_of(B1, 7) == PortInput(B1, b"speech", 5)
        assert broken.wait(5)
        network.send(build(D, b"\2\xff\3", 0, 7))
        assert phone.next_of(D, 7) == PortInput(D, b"\2\xff\3")
    finally:
        bridge.close()
        network.close()
        phone.close()
    assert "a fault of ours" in caplog.text
