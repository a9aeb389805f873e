"""The tape: nothing leaves before it is settled, keys and pauses are silent."""

import numpy as np
import pytest

from appliance.model.audio import FRAME, Sound
from appliance.recorder.recording.tape import BLOCK, KEY_MARGIN, LONGEST_DOUBT, Tape, TapeStretch

DELAY = 1600  # 200 ms


def ramp(start: int, count: int = FRAME) -> Sound:
    """Return sound in which every sample is its own line clock."""
    return np.arange(start, start + count, dtype=np.int16)[np.newaxis, :]


def play(tape: Tape, start: int, stop: int) -> list[TapeStretch]:
    out = []
    for sample in range(start, stop, FRAME):
        tape.push(sample, ramp(sample))
        _, stretch = tape.ripe(sample + FRAME)
        if stretch is not None:
            out.append(stretch)
    return out


def heard(stretches: list[TapeStretch]) -> list[int]:
    return [int(v) for s in stretches for v in s.sound[0]]


@pytest.fixture
def tape() -> Tape:
    return Tape(DELAY, 1)


def test_keeps_nothing_from_before_the_beginning(tape: Tape) -> None:
    assert play(tape, 0, 8000) == []
    tape.begin(8000)
    out = play(tape, 7840, 16000)
    assert heard(out)[0] == 8000


def test_waits_for_its_delay(tape: Tape) -> None:
    tape.begin(0)
    assert play(tape, 0, BLOCK + DELAY - FRAME) == []
    out = play(tape, BLOCK + DELAY - FRAME, 2 * BLOCK + DELAY)
    assert heard(out) == list(range(2 * BLOCK))
    assert [s.sample for s in out] == [0, BLOCK]


def test_two_channels_wait_for_half_as_long() -> None:
    tape = Tape(DELAY, 2)
    tape.begin(0)
    tape.push(0, np.zeros((2, BLOCK // 2 + DELAY), np.int16))
    assert tape.ripe(BLOCK // 2 + DELAY - 1) == ([], None)
    _, stretch = tape.ripe(BLOCK // 2 + DELAY)
    assert stretch is not None
    assert stretch.sound.shape == (2, BLOCK // 2)


@pytest.mark.parametrize("channels", [1, 2])
def test_after_a_hold_whole_blocks_go_on_so_that_less_than_one_is_never_sealed(
    channels: int,
) -> None:
    """A rest would lie with the writer while another block gathers here: more than P4 allows."""
    tape, whole = Tape(DELAY, channels), BLOCK // channels
    tape.begin(0)
    handed = 0
    for sample in range(0, 8 * BLOCK, FRAME):
        if sample == 2400:
            tape.hold(2400)
        if sample == 2400 + 7840:  # more than a block waits, and no whole number of them
            tape.release()
        tape.push(sample, np.repeat(ramp(sample), channels, axis=0))
        _, stretch = tape.ripe(sample + FRAME)
        if stretch is not None:
            assert stretch.sound.shape[1] % whole == 0
            handed += stretch.sound.shape[1]
        if sample > 2400 + 7840:
            assert sample + FRAME - handed < whole + DELAY


def test_blanks_a_key_that_is_reported_at_its_release(tape: Tape) -> None:
    tape.begin(0)
    out = play(tape, 0, 4800)
    tape.key_began(4800)
    out += play(tape, 4800, 9600)  # held for 600 ms, three times the delay
    tape.blank(4800 - KEY_MARGIN, 9600 + KEY_MARGIN)
    tape.key_ended(4800)
    out += play(tape, 9600, 16000)
    sound = heard(out)
    assert sound[: 4800 - KEY_MARGIN] == list(range(4800 - KEY_MARGIN))
    assert set(sound[4800 - KEY_MARGIN : 9600 + KEY_MARGIN]) == {0}
    assert sound[9600 + KEY_MARGIN] == 9600 + KEY_MARGIN


def test_blanks_a_key_that_never_ends(tape: Tape) -> None:
    tape.begin(0)
    out = play(tape, 0, 1600)
    tape.key_began(1600)
    out += play(tape, 1600, 29_600)
    assert len(heard(out)) > 20_000
    assert max(heard(out)) < 1600


def test_what_sounds_for_half_a_minute_is_no_key(tape: Tape) -> None:
    tape.begin(0)
    tape.key_began(0)
    out = []
    for second in range(40):
        tape.push(second * 8000, np.full((1, 8000), 7, np.int16))
        out.append(tape.ripe((second + 1) * 8000)[1])
    sound = heard([stretch for stretch in out if stretch is not None])
    assert not any(sound[: 29 * 8000])
    assert all(sound[-8000:])


def test_holds_and_throws_away_what_came_after_a_break(tape: Tape) -> None:
    tape.begin(0)
    out = play(tape, 0, 4000)
    tape.hold(4000)
    out += play(tape, 4000, 8000)
    assert max(heard(out)) == 3999
    marks, last = tape.finish(4000)
    assert (marks, last) == ([], None)
    assert play(tape, 8000, 12_000) == []


def test_lets_go_what_was_held_for_nothing(tape: Tape) -> None:
    tape.begin(0)
    out = play(tape, 0, 4000)
    tape.hold(3000)
    out += play(tape, 4000, 8000)
    tape.release()
    out += play(tape, 8000, 12_000)
    sound = heard(out)
    assert 12_000 - DELAY - BLOCK < len(sound) <= 12_000 - DELAY
    assert sound == list(range(len(sound)))


def test_what_is_doubted_waits_while_more_of_the_same_may_come(tape: Tape) -> None:
    """The bursts of one tone: it is known by the third, and thrown away from the first on."""
    tape.begin(0)
    out = []
    for burst in (8000, 16_000, 24_000):
        tape.doubt(burst, burst + 20_000)
        out += play(tape, burst - 8000, burst)
    assert max(heard(out)) == 7999
    _, last = tape.finish(24_000)
    assert last is None or max(heard([last])) == 7999


def test_music_that_is_doubted_again_and_again_goes_on_all_the_same(tape: Tape) -> None:
    tape.begin(0)
    out = []
    for second in range(60):
        tape.doubt(second * 8000, second * 8000 + 20_000)
        for start in range(second * 8000, second * 8000 + 8000, FRAME):
            tape.push(start, np.ones((1, FRAME), np.int16))
            out.append(tape.ripe(start + FRAME)[1])
    sealed = sum(stretch.sound.shape[1] for stretch in out if stretch is not None)
    assert sealed >= 60 * 8000 - LONGEST_DOUBT - DELAY - FRAME


def test_finish_gives_all_before_the_end_and_nothing_after(tape: Tape) -> None:
    tape.begin(0)
    out = play(tape, 0, 4000)
    _, last = tape.finish(3100)
    assert last is not None
    assert heard([*out, last]) == list(range(3100))


def test_a_pause_is_silence_of_its_true_length(tape: Tape) -> None:
    tape.begin(0)
    play(tape, 0, 1600)
    tape.pause(1600)
    out = play(tape, 1600, 4800)
    tape.resume(4800)
    out += play(tape, 4800, 9600)
    _, last = tape.finish(9600)
    assert last is not None
    sound = heard([*out, last])
    assert len(sound) == 9600
    assert set(sound[1600:4800]) == {0}
    assert sound[4800] == 4800


def test_pause_and_resume_are_marked(tape: Tape) -> None:
    tape.begin(800)
    tape.pause(1600)
    tape.resume(2400)
    tape.push(800, ramp(800, 4000))
    marks, _ = tape.ripe(8000)
    assert [(m.kind, m.sample) for m in marks] == [("pause", 800), ("resume", 1600)]


def test_missing_sound_is_silence_and_a_mark(tape: Tape) -> None:
    tape.begin(0)
    tape.push(0, ramp(0))
    tape.push(FRAME * 4, ramp(FRAME * 4))
    marks, stretch = tape.finish(FRAME * 5)
    assert stretch is not None
    assert stretch.sound.shape == (1, FRAME * 5)
    assert not stretch.sound[0, FRAME : FRAME * 4].any()
    assert [(m.kind, m.sample, m.samples) for m in marks] == [("gap", FRAME, FRAME * 3)]


def test_sound_that_comes_twice_is_taken_once(tape: Tape) -> None:
    tape.begin(0)
    tape.push(0, ramp(0, 320))
    tape.push(160, ramp(160, 320))
    _, stretch = tape.finish(1000)
    assert stretch is not None
    assert heard([stretch]) == list(range(480))


def test_dropping_leaves_nothing(tape: Tape) -> None:
    tape.begin(0)
    tape.push(0, ramp(1))
    tape.drop()
    assert tape.finish(1000) == ([], None)
    assert not tape.running


def test_two_channels_are_blanked_together() -> None:
    tape = Tape(DELAY, 2)
    tape.begin(0)
    tape.push(0, np.ones((2, 1000), np.int16))
    tape.blank(100, 200)
    _, stretch = tape.finish(1000)
    assert stretch is not None
    assert not stretch.sound[:, 100:200].any()
    assert stretch.sound[:, :100].all()
