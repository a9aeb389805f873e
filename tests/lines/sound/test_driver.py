"""The sound driver over real PortAudio and a sound server whose cards are null sinks."""

from collections.abc import Iterator
from subprocess import Popen

import numpy as np
import pytest
import soxr

from appliance.errors import LineError
from appliance.hearing.stream import LineDetectors
from appliance.lines.sound.driver import SIDES, SoundLine
from appliance.lines.sound.portaudio import PortAudio
from appliance.model.audio import FRAME, RATE, AudioFrame, Sound
from appliance.model.events import (
    Gap,
    LineFault,
    LineRestored,
    PromptEnded,
    PromptHeard,
    PromptMarked,
)
from appliance.signals.goertzel import Floats
from tests.clocks import ManualClock
from tests.deep import deep
from tests.lines.sound.sound_driver import WORDS, driving
from tests.rig.pulse_audio import Card, Server, pulse

pytestmark = [pytest.mark.system, pytest.mark.timeout(60)]

CARD_RATE = 48000


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with pulse(
        Card("mono"),
        Card("low", rate=16000),
        Card("slow", rate=44100),
        Card("tap", channels=2),
        Card("loop", looped=True),
    ) as running:
        yield running


def noise(seconds: float, channels: int, rate: int = CARD_RATE) -> Floats:
    """Loud noise of the telephone band: every sample has its place."""
    chance = np.random.default_rng(11).standard_normal((channels, round(seconds * rate)))
    bins, hertz = np.fft.rfft(chance), np.fft.rfftfreq(chance.shape[1], 1 / rate)
    bins[:, (hertz < 200) | (hertz > 3000)] = 0
    sound = np.fft.irfft(bins, chance.shape[1])
    loud: Floats = (2500 * sound / sound.std()).astype(np.float32)
    return loud


def say(player: Popen[bytes], sound: Floats) -> None:
    assert player.stdin is not None
    player.stdin.write(np.rint(sound.T).astype("<i2").tobytes())
    player.stdin.flush()


def sound_of(frames: list[AudioFrame]) -> Sound:
    return np.concatenate([frame.sound for frame in frames], axis=1)


def place_in(whole: Floats | Sound, part: Floats | Sound) -> int:
    """Return where a part begins in the whole."""
    size = 1 << (whole.size + part.size).bit_length()
    bins = np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size))
    return int(np.argmax(np.abs(np.fft.irfft(bins, size))[: whole.size]))


@pytest.mark.parametrize(
    ("card", "sides", "rate"),
    [
        ("mono", "both", 48000),
        deep("slow", "both", 44100),
        deep("low", "both", 16000),
        ("tap", "voltage/current", 48000),
    ],
)
def test_every_sample_of_the_line_is_heard_once_and_in_its_place(
    server: Server, card: str, sides: str, rate: int
) -> None:
    channels = 2 if card == "tap" else 1
    # What stood on the line is what another listener hears: a player may stutter, a line does not.
    with driving(server, card, sides, rate) as driver, server.record_from(f"{card}_in") as other:
        with server.play_into(f"{card}_in") as player:
            driver.frames(10)
            say(player, noise(2.0, channels, rate))
            stood = recorded(other, 2.5, channels, rate)
            frames = driver.frames(140)
    heard = sound_of(frames).astype(np.float32)

    assert {frame.sides for frame in frames} == {SIDES[sides]}
    assert [frame.sample - frames[0].sample for frame in frames] == [
        FRAME * index for index in range(len(frames))
    ]
    for channel in range(channels):
        wanted = soxr.resample(stood[channel], rate, RATE, "VHQ")
        wanted = wanted[np.argmax(np.abs(wanted) > 500) : np.argmax(np.abs(wanted) > 500) + 12000]
        start = place_in(heard[channel], wanted)
        inside = slice(RATE // 10, -RATE // 10)
        piece = heard[channel, start : start + wanted.size][inside]
        # The card's samples lie anywhere between the line's: one filter must fit every second.
        taps = np.lib.stride_tricks.sliding_window_view(np.pad(wanted, 8), 17)[inside]
        fit = taps @ np.linalg.lstsq(taps[:RATE], piece[:RATE], rcond=None)[0]
        assert np.abs(piece - fit).max() < 0.01 * np.abs(wanted).max()


def test_a_prompt_sounds_and_stops_when_told(server: Server) -> None:
    with driving(server, "mono") as driver, server.record_from("mono_out") as recorder:
        driver.frames(25)
        driver.tell("play")
        while not recorded(recorder, 0.1).any():
            pass
        driver.tell("stop")
        recorded(recorder, 0.5)
        rest = recorded(recorder, 0.5)

    assert not rest.any()


def recorded(
    recorder: Popen[bytes], seconds: float, channels: int = 1, rate: int = CARD_RATE
) -> Floats:
    assert recorder.stdout is not None
    data = recorder.stdout.read(2 * channels * round(seconds * rate))
    return np.frombuffer(data, "<i2").reshape(-1, channels).T.astype(np.float32)


def test_what_was_played_stands_beside_its_echo_or_the_prompt_was_not_heard(
    server: Server,
) -> None:
    """A busy machine makes the sound server stutter: then the prompt must not count."""
    whole = 0
    with driving(server, "loop") as driver, server.record_from("loop_in") as other:
        driver.frames(25)
        for _ in range(6):
            driver.tell("play")
            frames = driver.frames(220)
            sounded = recorded(other, 4.4)[0]
            marked, ended = heard_of_words(frames)
            if ended.underrun:
                continue
            whole += 1
            words = soxr.resample(WORDS.sound.astype(np.float32), RATE, CARD_RATE, "VHQ")
            out = sounded[place_in(sounded, words) :][: words.size]
            assert np.corrcoef(out, words)[0, 1] > 0.95
            told = [frame for frame in frames if frame.played is not None]
            played = np.concatenate([frame.played for frame in told if frame.played is not None])
            assert 0 <= place_in(sound_of(told)[0], played[: -RATE // 10]) <= 24
            assert marked.heard_ms == WORDS.mark * 1000 // RATE
            assert abs(marked.level_db) < 1
            first = told[0]
            assert first.prompt_at is not None
            assert marked.sample == first.sample - first.prompt_at + WORDS.mark
            if whole == 2:  # the way is found with the first one, and known with the second
                break

    assert whole == 2


def heard_of_words(frames: list[AudioFrame]) -> tuple[PromptHeard, PromptEnded]:
    """Return what is told at the prompt's mark, if it came to that, and at its end."""
    hearing = LineDetectors("line", "PL", ("both",))
    hearing.hook_changed(off_hook=True)
    hearing.prompt_started(WORDS)
    told = [event for frame in frames for event in hearing.events_in(frame)]
    (ended,) = (event for event in told if isinstance(event, PromptEnded))
    return next((event for event in told if isinstance(event, PromptMarked)), ended), ended


def test_a_card_pulled_out_is_told_once_and_comes_back_by_itself(server: Server) -> None:
    with driving(server, "mono") as driver:
        before = driver.frames(25)
        server.unplug("mono")
        *_, told = driver.until(lambda item: isinstance(item, LineFault))
        server.plug("mono")
        restored = driver.until(lambda item: not isinstance(item, AudioFrame))[-1]
        gap = driver.next()
        after = driver.frames(25)

    assert isinstance(told, LineFault)
    assert told.part == "audio"
    assert told.reason in {"The sound card mono is gone", "The sound card mono gives no sound"}
    assert isinstance(restored, LineRestored)
    assert isinstance(gap, Gap)
    assert gap.sample + gap.count == restored.sample == after[0].sample
    assert gap.sample > before[-1].sample
    assert told.sample < restored.sample <= told.sample + 10 * RATE


def test_a_sound_system_that_is_not_there_yet_is_a_fault_and_found_later(server: Server) -> None:
    server.stop()
    try:
        with driving(server, "mono") as driver:
            told = driver.next()
            server.start()
            restored, *_ = driver.until(lambda item: isinstance(item, LineRestored))[-1:]
            frames = driver.frames(5)
    finally:
        server.stop()
        server.start()

    assert isinstance(told, LineFault)
    assert told.reason == "The sound card mono is not plugged in"
    assert isinstance(restored, LineRestored)
    assert restored.sample <= told.sample + 10 * RATE
    assert frames[0].sample >= restored.sample


def test_two_cards_are_two_clocks() -> None:
    with pytest.raises(LineError, match=r"cannot be used as they are set"):
        SoundLine("Reception", {"card": "a"}, {"card": "b"}, ManualClock(), PortAudio())


def test_a_line_that_never_started_closes_and_its_time_goes_on() -> None:
    clock = ManualClock()
    line = SoundLine("Reception", {"card": "a"}, {"card": "a"}, clock, PortAudio())
    clock.advance(2.0)

    assert line.position() == 2 * RATE
    line.close()
    line.close()
    line.start(lambda item: None)  # too late: nothing begins
    assert line.sides == ("both",)
