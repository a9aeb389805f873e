"""Sound through a modem: when it takes the line, how far ahead it speaks, how it is silent."""

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from appliance.errors import LineError
from appliance.lines.base import HookEvent
from appliance.lines.modem.formats import SampleCoding, VoiceFormat, decode
from appliance.lines.modem.probe import Capabilities
from appliance.lines.modem.profile import modem_profile
from appliance.lines.modem.v253 import (
    CAN,
    Ask,
    Code,
    LineSound,
    Reply,
    StreamEnded,
    command,
    escape,
    shielded,
)
from appliance.lines.modem.voice import (
    AWAY_SECONDS,
    NO_VOICE,
    NOT_DUPLEX,
    SPEAKING_LEAD,
    UNHEARD,
    ModemVoice,
)
from appliance.lines.stream.clock import SoundClock
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.events import Gap, HookChanged, LineFault, LineRestored, Ring
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.model.terms import Hook
from tests.clocks import ManualClock

PROFILE = modem_profile("conexant")
FOUND = Capabilities(
    "conexant",
    "56000",
    voice=True,
    format=VoiceFormat(1, SampleCoding.UNSIGNED),
    duplex=True,
    takes_line=True,
)
OFF, ON = HookChanged(RATE, Hook.OFF), HookChanged(9 * RATE, Hook.ON)


def prompt(seconds: float) -> Prompt:
    sound = np.full(round(seconds * RATE), 5000, np.int16)
    return Prompt(PromptRef("question", "0" * 64, "en"), PromptKind.QUESTION, sound, sound.size)


class Talking:
    """The modem's end of a conversation: it gives 20 ms of sound for each moment of listening."""

    def __init__(self, line: "Held") -> None:
        self._line = line
        self.refuses: set[str] = set()
        self.said: list[str] = []
        self.sent = b""
        self.ended: list[bytes] = []
        self.came = 0
        self.silent = False
        self.each: Callable[[int], None] = lambda came: None

    def say(self, text: str, wants: str | None = None, seconds: float = 2.0) -> Reply:
        return self.ask(command(text))

    def ask(self, ask: Ask) -> Reply:
        self.said.append(str(ask))
        if str(ask) in self.refuses:
            return Reply(ask, "ERROR")
        return Reply(ask, "CONNECT" if ask.enters else "OK")

    def send(self, data: bytes) -> None:
        self.sent += data

    def end_stream(self, codes: bytes) -> bool:
        self.ended.append(codes)
        return True

    def listen(self) -> None:
        self._line.clock.advance(0.02)
        if not self.silent:
            self.came += FRAME
            self._line.voice.hear(LineSound(b"\x90" * FRAME))
        self.each(self.came)

    @property
    def put_out(self) -> bytes:
        """What has gone out as sound, unescaped."""
        bare = self.sent.replace(shielded(bytes((CAN,))), b"")
        return bare.replace(b"\x10\x10", b"\x10")


class Held:
    """A line that a modem makes alone."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.voice = ModemVoice("Line", "PL", self.clock, SoundClock(0.0))
        self.talk = Talking(self)
        self.items: list[AudioFrame | Gap | HookEvent] = []
        self.closing = threading.Event()

    def follow(self, *events: HookEvent) -> None:
        for event in events:
            self.voice.follow(event)

    def hold(self, found: Capabilities = FOUND) -> None:
        self.voice.hold_line(
            self.talk,  # type: ignore[arg-type] # what of it is used
            PROFILE,
            found,
            self.items.append,
            self.closing,
        )

    def keep_time(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.02)):
            self.clock.advance(0.02)
            self.voice.keep_time(self.items.append)

    def end_after(self, seconds: float) -> None:
        """Let the stream end by itself after so much sound."""

        def each(came: int) -> None:
            if came >= seconds * RATE:
                self.voice.hear(StreamEnded())

        self.talk.each = each

    @property
    def frames(self) -> list[AudioFrame]:
        return [item for item in self.items if isinstance(item, AudioFrame)]


@pytest.fixture(name="line")
def _line() -> Held:
    return Held()


def test_it_takes_the_line_for_a_call_that_came_in(line: Held) -> None:
    line.follow(Ring(RATE // 2), OFF)
    assert line.voice.wants_line(Hook.OFF)
    assert not line.voice.wants_line(Hook.UNKNOWN)
    line.follow(ON)
    assert not line.voice.wants_line(Hook.OFF)


def test_it_never_takes_it_while_somebody_may_dial(line: Held) -> None:
    line.follow(OFF)
    assert not line.voice.wants_line(Hook.OFF)


def test_an_old_ring_is_no_call_that_came_in(line: Held) -> None:
    line.follow(Ring(0), HookChanged(7 * RATE, Hook.OFF))
    assert not line.voice.wants_line(Hook.OFF)


def test_after_a_number_that_nobody_heard_it_stays_away_for_half_an_hour(line: Held) -> None:
    line.follow(OFF, ON)
    line.clock.advance(AWAY_SECONDS - 1)
    line.follow(Ring(0), OFF)
    assert not line.voice.wants_line(Hook.OFF)
    line.follow(ON)
    line.clock.advance(1)
    line.follow(Ring(0), OFF)
    assert line.voice.wants_line(Hook.OFF)


def test_while_it_stays_away_the_line_is_not_called_ready(line: Held) -> None:
    line.follow(OFF)
    line.keep_time(0.1)
    line.follow(ON)
    line.keep_time(0.1)
    (fault,) = [item for item in line.items if isinstance(item, LineFault)]
    assert (fault.part, fault.reason) == ("audio", UNHEARD)
    line.clock.advance(AWAY_SECONDS)
    line.keep_time(0.1)
    told = [item for item in line.items if isinstance(item, LineFault | LineRestored)]
    assert [type(item) for item in told] == [LineFault, LineRestored]


def test_a_fault_of_the_modem_takes_the_wish_back(line: Held) -> None:
    line.follow(Ring(0), OFF, LineFault(RATE, "hook", "gone"))
    assert not line.voice.wants_line(Hook.OFF)


def test_between_calls_the_line_is_silent_and_its_time_goes_on(line: Held) -> None:
    line.keep_time(1.0)
    assert [frame.sample for frame in line.frames] == list(range(0, RATE, FRAME))
    assert not any(frame.sound.any() for frame in line.frames)


def test_it_takes_the_line_in_order_and_lets_it_go_in_order(line: Held) -> None:
    line.end_after(0.5)
    line.hold()
    assert line.talk.said == [
        "AT+VSM=1,8000",
        "AT+VSD=0,0",
        "AT+VLS=1",
        "AT+VTR",
        "AT+VLS=0",
        "ATH0",
    ]
    assert line.talk.ended == [b"^"]


def test_what_is_heard_becomes_frames_by_the_modems_own_pace(line: Held) -> None:
    line.keep_time(1.0)
    line.end_after(1.0)
    line.hold()
    held = [frame for frame in line.frames if frame.sound.any()]
    assert len(held) >= 45
    steps = {after.sample - before.sample for before, after in pairwise(held)}
    assert steps == {FRAME}


def test_a_prompt_goes_out_at_the_pace_of_what_comes_in(line: Held) -> None:
    leads = []

    def each(came: int) -> None:
        leads.append(len(line.talk.put_out) - came)
        if came == FRAME:
            line.voice.output.play(prompt(1.0))
        if came >= 2 * RATE:
            line.voice.hear(StreamEnded())

    line.talk.each = each
    line.hold()
    assert 0 < min(leads)
    assert max(leads) <= SPEAKING_LEAD + FRAME
    spoken = decode(SampleCoding.UNSIGNED, line.talk.put_out)
    assert np.count_nonzero(spoken > 1000) == RATE


def test_a_prompt_that_is_stopped_is_thrown_out_of_the_modem(line: Held) -> None:
    def each(came: int) -> None:
        if came == FRAME:
            line.voice.output.play(prompt(5.0))
        if came == RATE:
            line.voice.output.stop()
        if came >= 2 * RATE:
            line.voice.hear(StreamEnded())

    line.talk.each = each
    line.hold()
    before, cancelled, after = line.talk.sent.partition(shielded(bytes((CAN,))))
    assert cancelled
    assert RATE <= len(before) <= RATE + SPEAKING_LEAD + 2 * FRAME
    assert set(after) == {0x80}


def test_every_byte_that_goes_out_is_escaped(line: Held) -> None:
    value = np.int16((0x10 - 128) << 8)
    sound = np.full(FRAME, value, np.int16)

    def each(came: int) -> None:
        if came == FRAME:
            line.voice.output.play(
                Prompt(
                    PromptRef("question", "0" * 64, "en"), PromptKind.QUESTION, sound, sound.size
                )
            )
        if came >= RATE:
            line.voice.hear(StreamEnded())

    line.talk.each = each
    line.hold()
    assert escape(b"\x10" * FRAME) in line.talk.sent


def test_a_prompt_of_before_is_never_said_into_a_later_call(line: Held) -> None:
    line.voice.output.play(prompt(1.0))
    line.end_after(0.5)
    line.hold()
    assert not decode(SampleCoding.UNSIGNED, line.talk.put_out).any()


def test_a_modem_that_runs_dry_is_known_to_have(line: Held) -> None:
    def each(came: int) -> None:
        if came == FRAME:
            line.voice.hear(Code("u"))
        if came >= RATE // 2:
            line.voice.hear(StreamEnded())

    line.talk.each = each
    line.hold()
    assert line.voice.output.holes == 1


def test_a_modem_that_gives_no_sound_is_let_go(line: Held) -> None:
    line.talk.silent = True
    line.hold()
    assert line.talk.said[-2:] == ["AT+VLS=0", "ATH0"]


@pytest.mark.parametrize("refused", [{"AT+VTR"}, {"AT+VLS=1", "AT+VLS=5"}])
def test_a_modem_that_cannot_is_a_fault_until_it_is_plugged_in_again(
    line: Held, refused: set[str]
) -> None:
    line.talk.refuses = refused
    line.follow(Ring(0), OFF)
    line.hold()
    (fault,) = line.items
    assert isinstance(fault, LineFault)
    assert fault.part == "audio"
    assert line.talk.said[-1] == "ATH0"
    line.keep_time(1.0)
    assert len(line.items) == 1  # nothing is made up meanwhile
    line.follow(ON)
    line.keep_time(0.1)
    assert told(line) == [LineFault, Gap]  # a line that could not ask is not called ready
    line.follow(Ring(20 * RATE), HookChanged(21 * RATE, Hook.OFF))
    assert not line.voice.wants_line(Hook.OFF)  # and disturbs no second call
    line.follow(ON)
    line.voice.meet(FOUND)
    line.keep_time(0.1)
    assert told(line) == [LineFault, Gap, LineRestored]
    line.follow(Ring(20 * RATE), HookChanged(21 * RATE, Hook.OFF))
    assert line.voice.wants_line(Hook.OFF)


def told(line: Held) -> list[type[object]]:
    return [type(item) for item in line.items if not isinstance(item, AudioFrame)]


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (replace(FOUND, duplex=False), NOT_DUPLEX),
        (replace(FOUND, format=None), NO_VOICE),
        (replace(FOUND, takes_line=False), NO_VOICE),
        (replace(FOUND, voice=False), NO_VOICE),
    ],
)
def test_a_modem_that_can_ask_nobody_is_refused_before_the_first_call(
    line: Held, found: Capabilities, why: str
) -> None:
    with pytest.raises(LineError, match=why):
        line.voice.meet(found)
