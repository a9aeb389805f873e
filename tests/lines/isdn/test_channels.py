"""Lay both directions of a B-channel on one clock: lost, late, silent, drifting."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.isdn.channels import (
    HELD,
    LOSS,
    ChannelFrames,
    ChannelPiece,
    Direction,
    LineTime,
    from_bus,
    to_bus,
)
from appliance.model.audio import FRAME, RATE, AudioFrame, Sound
from appliance.model.events import Gap
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.signals.pcm import through_alaw


def ramp(start: int, count: int) -> Sound:
    """Return samples that say where they belong, as A-law carries them."""
    wave = (np.arange(start, start + count) * 37 % 6000 + 100).astype(np.int16)
    return through_alaw(wave)


def piece(start: int, count: int = FRAME, base: int | None = None) -> ChannelPiece:
    return ChannelPiece(to_bus(ramp(start, count)), start & 0xFFFF if base is None else base)


def frame_at(cut: list[AudioFrame | Gap], sample: int) -> AudioFrame | Gap:
    return next(each for each in cut if each.sample == sample)


def test_a_b_channel_is_a_law_with_reversed_bits() -> None:
    # mISDN's silence is 0x2A: reversed 0x54, one of the two smallest steps below zero.
    assert from_bus(b"\x2a").tolist() == [-24]
    assert from_bus(b"\xab\xaa").tolist() == [8, -8]  # 0xD5 and 0x55
    sound = ramp(0, 500)
    assert np.array_equal(from_bus(to_bus(sound)), sound)
    every = bytes(range(256))
    assert to_bus(from_bus(every)) == every


def test_frames_hold_both_directions_where_they_were() -> None:
    frames = ChannelFrames("Reception")
    cut: list[AudioFrame | Gap] = []
    for start in range(0, RATE, FRAME):
        frames.far.lay(piece(start), start + FRAME)
        frames.near.lay(piece(start + 4000, base=7), start + FRAME)  # its first alone has a count
        frames.near._base = 7  # every packet says 7 again
        cut += frames.due(start + FRAME)
    samples = [each.sample for each in cut]
    assert samples == list(range(0, RATE - HELD, FRAME))
    for each in cut:
        assert isinstance(each, AudioFrame)
        assert each.sides == ("far", "near")
        assert each.played is None
        assert np.array_equal(each.sound[0], ramp(each.sample, FRAME))
        assert np.array_equal(each.sound[1], ramp(each.sample + 4000, FRAME))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_pieces_of_any_length_make_the_same_frames(sizes: list[int]) -> None:
    whole, cut = Direction(), Direction()
    total = sum(sizes) // FRAME * FRAME
    at = 0
    for size in sizes:
        cut.lay(piece(at, size), at + size)
        at += size
        if at > 1600:
            break
    for start in range(0, min(at, total), FRAME):
        whole.lay(piece(start), start + FRAME)
    for start in range(0, min(at, total) // FRAME * FRAME, FRAME):
        assert np.array_equal(cut.cut(start)[0], whole.cut(start)[0])


def test_pieces_that_overtake_each_other_are_put_in_order() -> None:
    direction = Direction()
    for start in (0, 2 * FRAME, FRAME, 3 * FRAME):
        direction.lay(piece(start), 4 * FRAME if start else FRAME)
    for start in range(0, 4 * FRAME, FRAME):
        sound, lost = direction.cut(start)
        assert np.array_equal(sound, ramp(start, FRAME))
        assert not lost


def test_the_count_of_16_bits_goes_round() -> None:
    direction = Direction()
    first = 0x10000 - 80
    for number in range(4):
        direction.lay(
            ChannelPiece(to_bus(ramp(number * 160, 160)), first + number * 160 & 0xFFFF), 160
        )
    # Laid one after the other, though all arrived at once.
    sounds = [direction.cut(at)[0] for at in range(0, 640, FRAME)]
    assert np.array_equal(np.concatenate(sounds), ramp(0, 640))


def test_a_lost_packet_is_a_gap_and_no_silence() -> None:
    frames = ChannelFrames("Reception")
    for start in range(0, 10 * FRAME, FRAME):
        if start != 4 * FRAME:
            frames.far.lay(piece(start), start + FRAME)
        frames.near.lay(piece(start), start + FRAME)
    cut = frames.due(10 * FRAME + HELD)
    assert frame_at(cut, 4 * FRAME) == Gap(4 * FRAME, FRAME)
    assert [each.sample for each in cut if isinstance(each, Gap)] == [4 * FRAME]


def test_a_packet_of_8_ms_that_is_lost_is_a_gap_too() -> None:
    frames = ChannelFrames("Reception")
    for start in range(0, 20 * 64, 64):
        if start != 7 * 64:
            frames.far.lay(piece(start, 64), start + 64)
    lost = [each for each in frames.due(8 * FRAME + HELD) if isinstance(each, Gap)]
    assert lost == [Gap(2 * FRAME, FRAME), Gap(3 * FRAME, FRAME)]  # it lies in both


def test_a_direction_that_stops_is_a_gap_at_first_and_then_silent() -> None:
    frames = ChannelFrames("Reception")
    for start in range(0, 60 * FRAME, FRAME):
        if start < 10 * FRAME:
            frames.near.lay(piece(start), start + FRAME)
        frames.far.lay(piece(start), start + FRAME)
    cut = frames.due(60 * FRAME + HELD)
    lost = [each.sample for each in cut if isinstance(each, Gap)]
    assert lost == list(range(10 * FRAME, 10 * FRAME + LOSS, FRAME))
    silent = frame_at(cut, 30 * FRAME)
    assert isinstance(silent, AudioFrame)
    assert np.array_equal(silent.sound[0], ramp(30 * FRAME, FRAME))
    assert not silent.sound[1].any()


def test_nobody_is_missed_before_the_first_piece() -> None:
    frames = ChannelFrames("Reception")
    assert all(isinstance(each, AudioFrame) for each in frames.due(RATE))
    frames.far.lay(piece(3, 100), RATE)
    assert all(isinstance(each, AudioFrame) for each in frames.due(RATE + HELD))


def test_another_call_inherits_nothing() -> None:
    frames = ChannelFrames("Reception")
    frames.far.lay(piece(0, 1600), 1600)
    frames.due(HELD + FRAME)
    frames.begin()
    rest = frames.due(RATE)
    assert all(isinstance(each, AudioFrame) and not each.sound.any() for each in rest)


def test_what_comes_too_late_is_lost_and_changes_no_frame_that_is_gone() -> None:
    direction = Direction()
    direction.lay(piece(0), FRAME)
    direction.cut(0)
    direction.lay(piece(FRAME), 2 * FRAME)
    direction.cut(FRAME)
    direction.lay(piece(0), 2 * FRAME)  # a copy, late
    sound, lost = direction.cut(2 * FRAME)
    assert lost
    assert not sound.any()


def test_a_peer_that_counts_anew_is_found_where_it_arrives() -> None:
    direction = Direction()
    for start in range(0, 5 * FRAME, FRAME):
        direction.lay(piece(start), start + FRAME)
    for start in range(5 * FRAME, 10 * FRAME, FRAME):
        direction.lay(piece(start, base=30000 + start), start + FRAME)
    for start in range(0, 10 * FRAME, FRAME):
        sound, lost = direction.cut(start)
        assert np.array_equal(sound, ramp(start, FRAME)), start
        assert not lost


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(1, 1400)), max_size=40))
def test_a_peer_that_lies_about_its_time_harms_nothing(lies: list[tuple[int, int]]) -> None:
    frames, now = ChannelFrames("Reception"), 0
    for base, size in lies:
        now += FRAME
        frames.far.lay(ChannelPiece(bytes(size), base), now)
        for each in frames.due(now):
            assert each.sample % FRAME == 0
    # An honest one is heard again at once.
    start = now - now % FRAME + FRAME
    frames.far.forget()
    frames.far.lay(piece(0), start + FRAME)
    cut = frames.due(start + FRAME + HELD)
    last = frame_at(cut, start)
    assert isinstance(last, AudioFrame)
    assert np.array_equal(last.sound[0], ramp(0, FRAME))


def test_our_own_words_lie_beside_the_sound_with_their_place() -> None:
    frames = ChannelFrames("Reception")
    words = ramp(0, 400)
    prompt = Prompt(PromptRef("p", "0" * 64, "pl"), PromptKind.QUESTION, words, 400)
    for number in range(8):
        start = number * FRAME
        said = prompt if 2 <= number <= 4 else None
        frames.near.lay(
            ChannelPiece(to_bus(ramp(start, FRAME)), start, said, (number - 2) * FRAME),
            start + FRAME + 40,
        )
    cut = [each for each in frames.due(8 * FRAME + HELD) if isinstance(each, AudioFrame)]
    spoken = [each for each in cut if each.played is not None]
    # The first packet arrived 40 samples late, so words begin within a frame.
    assert [each.prompt_at for each in spoken] == [-40, 120, 280]
    played = np.concatenate([each.played for each in spoken if each.played is not None])
    assert np.array_equal(played[40:440], words)
    assert not played[:40].any()
    assert not played[440:].any()


def test_the_clock_follows_the_networks_and_never_goes_back() -> None:
    # The network is 100 ppm faster than this machine: its pieces come ever earlier.
    clock, direction = LineTime(0.0), Direction()
    lates, before = [], 0
    for number in range(1, 50 * 120):
        now = number * FRAME / (RATE * 1.0001)
        sample = clock.at(now)
        assert sample >= before
        before = sample
        late = direction.lay(piece((number - 1) * FRAME % 0x10000), sample)
        clock.arrived(late)
        lates.append(late)
        direction.cut(max(0, sample - HELD) // FRAME * FRAME)
    assert max(abs(late) for late in lates) <= 8
    calm = LineTime(0.0)
    calm.at(120.0)
    assert before > calm.at(120.0) - RATE  # and it is the network's time that it kept


def test_without_a_call_it_is_the_machines_time() -> None:
    clock = LineTime(10.0)
    assert clock.at(11.0) == RATE
    assert clock.at(10.5) == RATE
    assert not clock.slept(11.5, 1.0)
    assert clock.slept(100.0, 1.0)
    assert clock.at(100.0) == RATE
    assert clock.at(100.02) == RATE + FRAME
