"""Pair frames of a modelled card and line with our prompt."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance import prompts
from appliance.lines.stream.output import Output
from appliance.lines.stream.pairing import HELD, FramePairer
from appliance.model.audio import FRAME, RATE, AudioFrame, Sound, samples
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import rms_of, to_sound
from tests.signals.sounds import babble

SHIPPED = Path(prompts.__file__).parent / "shipped"

FAR, NEAR = simulated_voices()
WORDS = to_sound(babble(4.0, -18.0, seed=3))
LEAD = samples(0.03)


def words(seconds: float = 3.0) -> Prompt:
    sound = WORDS[: samples(seconds)]
    return Prompt(PromptRef("p", "pl", "0" * 64), PromptKind.QUESTION, sound, sound.size)


@dataclass
class Card:
    """A card whose output comes back ``lag`` samples after it was put out."""

    lag: int
    start: int = 1000  # line clock of its first frame
    muted: bool = False
    talk: Sound | None = None
    output: Output = field(default_factory=Output)

    def __post_init__(self) -> None:
        self.pairing = FramePairer("line", self.output)
        self.out: list[Sound] = [self.output.next_sound(LEAD)]
        self.ahead: list[int] = []  # samples held back, after each frame
        self.count = 0
        self.next = self.start

    def run(self, seconds: float) -> list[AudioFrame]:
        """Let time pass and return the frames that came out."""
        given: list[AudioFrame] = []
        for _ in range(round(seconds * RATE / FRAME)):
            self.out.append(self.output.next_sound(FRAME))
            given += self.pairing.pair(self.frame())
            self.count += 1
            self.next = given[-1].sample + FRAME if given else self.next
            self.ahead.append(self.start + self.count * FRAME - self.next)
        return given

    def frame(self) -> AudioFrame:
        clock = self.count * FRAME
        out = np.concatenate(self.out)
        places = np.arange(clock, clock + FRAME) - self.lag
        there = (places >= 0) & (places < out.size)
        line = np.random.default_rng(self.count).normal(0, rms_of(-55.0), FRAME)
        if not self.muted:
            line[there] += out[places[there]]
        if self.talk is not None:
            line += self.talk[clock : clock + FRAME]
        return AudioFrame("line", self.start + clock, to_sound(line)[None], ("both",))


def placed(frames: list[AudioFrame]) -> Iterator[tuple[int, int]]:
    for frame in frames:
        if frame.prompt_at is not None:
            yield frame.sample, frame.prompt_at


def in_order(frames: list[AudioFrame], start: int) -> bool:
    return [frame.sample for frame in frames] == [
        start + FRAME * index for index in range(len(frames))
    ]


@pytest.mark.parametrize("lag", [300, 801, 3200])
def test_what_was_played_stands_beside_what_came_back(lag: int) -> None:
    card = Card(lag)
    before = card.run(0.5)
    card.output.play(words())
    frames = before + card.run(5.0)

    assert in_order(frames, card.start)
    told = list(placed(frames))
    came = card.start + LEAD + samples(0.5) + lag  # where its first sample comes back
    for sample, at in told:
        assert 0 <= came - (sample - at) <= 16  # a little early, within what is cancelled
    assert -FRAME < told[0][1] <= 0
    assert told[-1][1] + FRAME >= words().sound.size
    said = np.concatenate([frame.played for frame in frames if frame.played is not None])
    assert np.array_equal(said[-told[0][1] :][: words().sound.size], words().sound)


@pytest.mark.parametrize("lag", [500, 3100, 5000])
@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_the_shipped_questions_are_found_however_long_their_way(language: str, lag: int) -> None:
    """An even voice tells its way back late; the modelled line adds nothing but noise."""
    (file,) = (SHIPPED / language).glob("question-*.flac")
    sound = soundfile.read(file, dtype="int16")[0][: 5 * RATE]
    card = Card(lag)
    card.output.play(
        Prompt(PromptRef("p", language, "0" * 64), PromptKind.QUESTION, sound, sound.size)
    )
    frames = card.run(6.0)

    came = card.start + LEAD + lag
    assert {came - (sample - at) for sample, at in placed(frames)} <= set(range(17))
    assert len(list(placed(frames))) >= sound.size // FRAME
    assert max(card.ahead) <= HELD


def test_frames_wait_for_the_first_words_of_the_first_prompt_alone() -> None:
    card = Card(900)
    card.run(0.4)
    assert max(card.ahead) == 0
    card.output.play(words())
    card.run(5.0)
    longest = max(card.ahead)
    card.ahead.clear()
    card.output.play(words())
    card.run(5.0)

    assert 0 < longest <= 900 + samples(0.35)
    assert max(card.ahead) == 0


def test_a_prompt_that_is_not_on_the_line_has_no_place_in_it() -> None:
    card = Card(900, muted=True, talk=NEAR)
    card.output.play(words())
    frames = card.run(6.0)

    assert in_order(frames, card.start)
    assert list(placed(frames)) == []
    assert card.pairing.lag is None
    assert max(card.ahead) <= HELD


def test_the_office_may_talk() -> None:
    card = Card(900, talk=(NEAR * 0.7).astype(np.int16))
    card.output.play(words())
    frames = card.run(4.0)

    came = card.start + LEAD + 900
    assert {came - (sample - at) for sample, at in placed(frames)} <= set(range(17))
    assert len(list(placed(frames))) >= words().sound.size // FRAME


def test_a_card_that_ran_dry_is_not_believed_and_measured_again() -> None:
    card = Card(900)
    card.output.play(words())
    card.run(1.5)
    card.output.ran_dry()
    card.pairing.forget_lag()
    card.lag += 777
    rest = card.run(3.0)
    card.output.play(words())
    again = card.run(5.0)

    assert list(placed(rest)) == []
    came = card.start + LEAD + samples(4.5) + card.lag
    assert {came - (sample - at) for sample, at in placed(again)} <= set(range(17))
    assert in_order(rest + again, rest[0].sample)


def test_a_prompt_that_broke_another_off_is_measured_though_the_way_became_another() -> None:
    card = Card(900)
    card.output.play(words())
    card.run(1.5)
    other = words(2.5).sound[::-1].copy()
    card.output.play(replace(words(), sound=other, mark=other.size))
    card.output.ran_dry()  # what was still to sound is thrown away before the new one begins
    card.lag += 777
    card.run(0.1)
    card.pairing.forget_lag(before=card.output.hole_at)
    again = card.run(4.0)

    came = card.start + LEAD + samples(1.5) + card.lag
    assert {came - (sample - at) for sample, at in placed(again)} <= set(range(17))
    assert len(list(placed(again))) >= words(2.0).sound.size // FRAME


@pytest.mark.parametrize("more", [-300, -80, 81, 400])
def test_a_lag_that_changed_unseen_is_known_by_the_next_words(more: int) -> None:
    card = Card(900)
    card.output.play(words())
    card.run(5.0)
    was = card.lag
    card.lag += more
    card.output.play(words())
    told = list(placed(card.run(5.0)))

    came = card.start + LEAD + samples(5.0)
    late = [came + card.lag - (sample - at) for sample, at in told]
    wrong = [by for by in late if by not in range(17)]
    assert set(late[: len(wrong)]) == set(wrong)  # they are the first ones
    assert {by - (card.lag - was) for by in wrong} <= set(range(17))
    assert len(wrong) * FRAME <= samples(0.35) + 400
    assert len(told) * FRAME >= words().sound.size - 400
    assert max(card.ahead[-250:]) == 0


def test_words_that_nobody_can_make_out_are_placed_as_the_last_ones() -> None:
    card = Card(900)
    card.output.play(words())
    card.run(5.0)
    card.muted = True
    card.output.play(words())
    frames = card.run(5.0)

    came = card.start + LEAD + samples(5.0) + card.lag
    assert {came - (sample - at) for sample, at in placed(frames)} <= set(range(17))
    assert len(list(placed(frames))) * FRAME >= words().sound.size
    assert max(card.ahead[-250:]) == 0


def test_prompts_that_replace_each_other_hold_no_frame_longer() -> None:
    card = Card(900, muted=True)
    frames: list[AudioFrame] = []
    for _ in range(5):
        card.output.play(words())
        frames += card.run(0.9)
    frames += card.run(2.0)

    assert max(card.ahead) <= HELD
    assert in_order(frames, card.start)


def test_a_short_prompt_lets_the_frames_go_when_its_end_is_reached() -> None:
    card = Card(900, muted=True)
    card.output.play(words(0.3))
    card.run(3.0)

    assert max(card.ahead) <= HELD
    assert card.ahead[-1] == 0


def test_what_is_held_goes_on_when_the_card_is_lost() -> None:
    card = Card(900)
    card.output.play(words())
    given = card.run(0.1)
    card.pairing.forget_lag()
    given += card.pairing.let_go()

    assert in_order(given, card.start)
    assert len(given) == 5
    assert list(placed(given)) == []
