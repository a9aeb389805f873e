import tracemalloc

import numpy as np
import pytest

from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.exchange.scene import Circuit
from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.pcm import Wave, to_sound
from appliance.signals.prompt.audibility import INAUDIBLE, AudibilityMeter, PromptAudibility
from appliance.signals.prompt.clock_skew import apply_skew
from tests.signals.sounds import babble, noise

PROMPT = babble(5.0, -18)
QUIET = noise(5.0, -60)


def measured(line: Wave, coupling_db: float = 0.0, upto: int = PROMPT.size) -> PromptAudibility:
    played = to_sound(PROMPT)
    meter = AudibilityMeter(played, coupling_db)
    for start in range(0, PROMPT.size, FRAME):
        part = slice(start, start + FRAME)
        meter.add_frame(line[part].astype(np.float32), played[part], start)
    return meter.audibility(upto)


def test_a_prompt_that_came_out_whole() -> None:
    heard = measured(PROMPT + QUIET)
    assert heard.heard_ms == 5000
    assert heard.level_db == pytest.approx(0, abs=0.5)
    assert heard.talked_over == 0


@pytest.mark.parametrize("db", [-20.0, -7.0, 4.0])
def test_the_level_is_measured_against_what_is_expected(db: float) -> None:
    line = PROMPT * 10 ** (db / 20) + QUIET
    assert measured(line).level_db == pytest.approx(db, abs=0.6)
    assert measured(line, coupling_db=db).level_db == pytest.approx(0, abs=0.6)


VOICES = {
    "a voice": PROMPT,
    "bright": noise(5.0, -18),
    "dull": np.convolve(noise(5.0, -10), np.full(8, 1 / 8), "same"),
}


@pytest.mark.parametrize("circuit", [Circuit(), Circuit(second_phone=True), Circuit(echo_ms=30)])
def test_every_voice_measures_the_same_on_a_line(circuit: Circuit) -> None:
    """A phone passes low tones better than high ones; the line is the same one all the same."""
    levels = [behind(circuit, to_sound(voice)).level_db for voice in VOICES.values()]
    assert max(levels) - min(levels) <= 0.3, dict(zip(VOICES, levels, strict=True))


def behind(circuit: Circuit, prompt: Sound) -> PromptAudibility:
    wires = Wires(circuit, np.random.SeedSequence(1))
    meter, nobody = AudibilityMeter(prompt), np.zeros(FRAME)
    for start in range(0, prompt.size, FRAME):
        played = prompt[start : start + FRAME]
        volts, _ = wires.carry(nobody, nobody, played.astype(np.float64), Loop.TALK)
        meter.add_frame(to_sound(volts), played, start)
    return meter.audibility(prompt.size)


def test_a_muted_prompt_was_not_heard() -> None:
    heard = measured(QUIET)
    assert heard.heard_ms == 0 or heard.level_db < -20


def test_a_muted_prompt_is_not_replaced_by_talk() -> None:
    heard = measured(babble(5.0, -18, 190.0, seed=9))
    assert heard.level_db < -6


def test_a_hole_is_not_heard() -> None:
    line = PROMPT + QUIET
    line[2 * RATE : 3 * RATE] = QUIET[:RATE]
    assert 3700 <= measured(line).heard_ms <= 4300


@pytest.mark.parametrize("ms", [120, 200, 400])
def test_a_short_hole_is_measured_too(ms: int) -> None:
    line = PROMPT + QUIET
    count = ms * RATE // 1000
    line[2 * RATE : 2 * RATE + count] = QUIET[:count]
    assert ms - 60 <= measured(line).gap_ms <= ms + 60


def test_words_that_came_out_whole_have_no_hole() -> None:
    assert measured(PROMPT + QUIET).gap_ms <= 20
    assert measured(PROMPT + noise(5.0, -45)).gap_ms <= 20


def test_the_mains_hum_is_nobodys_talk() -> None:
    time = np.arange(PROMPT.size) / RATE
    hum = 3000 * np.sin(2 * np.pi * 50 * time) + 600 * np.sin(2 * np.pi * 150 * time)
    heard = measured(PROMPT + QUIET + hum)
    assert heard.heard_ms == 5000
    assert heard.talked_over == 0


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0.0, 0.0), (0.4, 0.2, 0.5)])
def test_talking_over_is_counted(share: float, least: float, most: float) -> None:
    voice = babble(5.0, -18, 200.0, seed=6)
    voice[int(share * voice.size) :] = 0
    assert least <= measured(PROMPT + QUIET + voice).talked_over <= most


def test_only_the_words_up_to_the_mark_count() -> None:
    line = PROMPT + QUIET
    line[3 * RATE :] = QUIET[: 2 * RATE]
    assert measured(line, upto=3 * RATE).heard_ms == 3000
    assert measured(line, upto=3 * RATE).level_db == pytest.approx(0, abs=0.5)


def test_before_anything_was_played_nothing_was_heard() -> None:
    assert AudibilityMeter(to_sound(PROMPT)).audibility(8000) == INAUDIBLE
    assert measured(PROMPT, upto=0) == INAUDIBLE


@pytest.mark.parametrize("ms", [50, 150, 400])
@pytest.mark.parametrize("loss_db", [6.0, 12.0])
def test_the_networks_echo_of_the_words_is_nobodys_talk(ms: int, loss_db: float) -> None:
    echo = np.concatenate((np.zeros(ms * RATE // 1000), PROMPT))[: PROMPT.size]
    line = PROMPT + echo * 10 ** (-loss_db / 20) + QUIET
    heard = measured(line)
    assert heard.talked_over < 0.05
    assert heard.heard_ms == 5000
    assert heard.level_db == pytest.approx(0, abs=0.5)
    assert measured(line + babble(5.0, -18, 200.0, seed=6)).talked_over > 0.4


@pytest.mark.parametrize("ms", [495, 502, 506, 507, 520])
def test_what_comes_later_than_any_echo_is_measured_as_talk(ms: int) -> None:
    late = ms * RATE // 1000
    again = np.concatenate((np.zeros(late), PROMPT))[: PROMPT.size]
    heard = measured(PROMPT + 0.7 * again + QUIET)
    assert heard.heard_ms == 5000
    if ms > 510:
        assert heard.talked_over > 0.5


def test_measuring_a_long_question_takes_little_memory() -> None:
    """Eight lines may measure at once, and each took seven megabytes."""
    spoken = to_sound(babble(26.0, -18))
    meter = AudibilityMeter(spoken)
    for at in range(0, spoken.size, FRAME):
        frame = spoken[at : at + FRAME]
        meter.add_frame(frame, frame, at)
    tracemalloc.start()
    try:
        meter.audibility(spoken.size)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 4_000_000, "it was 6.9 MB"


def test_and_no_more_where_prompt_and_line_have_different_clocks() -> None:
    prompt = babble(26.0, -18)
    late = to_sound(apply_skew(prompt, 80e-6) + noise(26.0, -60))
    spoken = to_sound(prompt)
    meter = AudibilityMeter(spoken)
    for at in range(0, spoken.size, FRAME):
        meter.add_frame(late[at : at + FRAME], spoken[at : at + FRAME], at)
    tracemalloc.start()
    try:
        heard = meter.audibility(spoken.size)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert heard.heard_ms == 26_000
    assert most < 6_000_000, "it was 25 MB"


def test_a_question_is_kept_once_and_in_one_piece() -> None:
    """Single frames between longer-lived objects fragmented 6 MB with eight lines.

    The question itself, shared by all lines, is not kept again by each.
    """
    spoken = to_sound(babble(11.0, -18))
    frames = spoken.reshape(-1, FRAME)
    tracemalloc.start()
    try:
        meter = AudibilityMeter(spoken)
        for number, frame in enumerate(frames):
            meter.add_frame(frame, frame.copy(), number * FRAME)
        kept, _ = tracemalloc.get_traced_memory()
        pieces = len(tracemalloc.take_snapshot().traces)
    finally:
        tracemalloc.stop()
    assert kept < 1.3 * spoken.nbytes
    assert pieces < 50


def test_what_was_played_counts_where_it_is_not_quite_the_prompt() -> None:
    """A prompt that stops at a key fades out within a frame; silence follows."""
    played = to_sound(PROMPT)
    stop = played.size // 2
    faded = played.copy()
    faded[stop:] = 0
    faded[stop - FRAME : stop] = to_sound(PROMPT[stop - FRAME : stop] * np.linspace(1, 0, FRAME))
    meters = AudibilityMeter(played), AudibilityMeter(faded)
    for at in range(0, played.size, FRAME):
        part = slice(at, at + FRAME)
        for meter in meters:
            meter.add_frame(faded[part] + to_sound(QUIET[part]), faded[part], at)
    heard, wanted = (meter.audibility(played.size) for meter in meters)
    assert heard == wanted


def test_whole_numbers_and_others_are_measured_alike() -> None:
    line, played = to_sound(PROMPT + QUIET), to_sound(PROMPT)
    of_both: list[PromptAudibility] = []
    for kind in (np.int16, np.int32, np.float32):
        meter = AudibilityMeter(played)
        for at in range(0, line.size, FRAME):
            meter.add_frame(line[at : at + FRAME].astype(kind), played[at : at + FRAME], at)
        of_both.append(meter.audibility(line.size))
    assert of_both[1:] == of_both[:1] * 2


@pytest.mark.parametrize("ppm", [-100.0, -40.0, 40.0, 100.0])
def test_a_prompt_by_another_clock_was_heard(ppm: float) -> None:
    late = np.concatenate((np.zeros(12), apply_skew(PROMPT, ppm * 1e-6)))[: PROMPT.size]
    heard = measured(late + QUIET)
    assert heard.heard_ms == 5000
    assert heard.level_db == pytest.approx(0, abs=0.5)
    assert heard.talked_over < 0.02


def test_talk_over_a_prompt_by_another_clock_is_still_talk() -> None:
    late = np.concatenate((np.zeros(12), apply_skew(PROMPT, 40e-6)))[: PROMPT.size]
    talk = babble(5.0, -18, 190.0, seed=9)
    talk[: 2 * RATE] = 0
    assert 0.3 < measured(late + talk + QUIET).talked_over < 0.65


def test_a_hole_in_a_prompt_by_another_clock_is_still_a_hole() -> None:
    late = np.concatenate((np.zeros(12), apply_skew(PROMPT, 40e-6)))[: PROMPT.size]
    late[2 * RATE : 2 * RATE + 1600] = 0
    assert 140 <= measured(late + QUIET).gap_ms <= 260
