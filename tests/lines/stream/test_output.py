"""Feed a card and remember what was said."""

import numpy as np

from appliance.lines.stream.output import Output
from appliance.model.audio import FRAME, RATE, Sound
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt

BLOCK = 80


def prompt(first: int, count: int) -> Prompt:
    sound = np.arange(first, first + count, dtype=np.int16)
    return Prompt(PromptRef("p", "pl", "0" * 64), PromptKind.QUESTION, sound, count)


def taken(output: Output, blocks: int) -> Sound:
    return np.concatenate([output.next_sound(BLOCK) for _ in range(blocks)])


def test_a_prompt_goes_out_once_between_silence() -> None:
    output = Output()
    assert not taken(output, 3).any()
    output.play(prompt(1, 200))

    assert output.speaking
    said = taken(output, 5)

    assert list(said[:200]) == list(range(1, 201))
    assert not said[200:].any()
    assert not output.speaking


def test_each_sample_knows_its_place_in_the_prompt() -> None:
    output = Output()
    taken(output, 3)
    output.play(prompt(1, 1000))
    taken(output, 20)

    first, middle, last = (output.piece(at, FRAME) for at in (180, 400, 1200))

    assert first is not None
    assert first.prompt_at == -60
    assert list(first.sound[58:63]) == [0, 0, 1, 2, 3]
    assert middle is not None
    assert (middle.prompt_at, middle.sound[0]) == (160, 161)
    assert last is not None
    assert (last.prompt_at, last.sound[39], last.sound[40]) == (960, 1000, 0)
    assert output.piece(0, FRAME) is None
    assert output.piece(1240, FRAME) is None


def test_one_prompt_cuts_off_another() -> None:
    output = Output()
    output.play(prompt(1, 1000))
    taken(output, 2)
    output.play(prompt(5001, 1000))
    taken(output, 4)

    piece = output.piece(80, FRAME)

    assert piece is not None
    assert (piece.sound[79], piece.sound[80]) == (160, 5001)
    assert piece.prompt_at == -80  # where two meet it is the second one's place
    begun = output.begun
    assert begun is not None
    assert (begun.serial, begun.start, begun.stop) == (2, 160, None)


def test_a_stop_is_silence_from_the_next_block_on() -> None:
    output = Output()
    output.play(prompt(1, 1000))
    taken(output, 2)
    output.stop()

    assert not taken(output, 2).any()
    assert output.begun is not None
    assert output.begun.stop == 160
    output.stop()
    assert output.begun.stop == 160


def test_the_end_of_a_prompt_is_known() -> None:
    output = Output()
    output.play(prompt(1, 200))
    taken(output, 10)

    assert output.begun is not None
    assert output.begun.stop == 200


def test_a_card_opened_anew_starts_counting_and_says_nothing_of_before() -> None:
    output = Output()
    output.play(prompt(1, 1000))
    taken(output, 2)
    output.ran_dry()
    output.play(prompt(1, 1000))
    output.reopened()

    assert not taken(output, 4).any()
    assert output.begun is None
    assert output.piece(0, 320) is None
    assert output.holes == 0


def test_only_the_last_seconds_are_remembered() -> None:
    output = Output()
    output.play(prompt(1, 200))
    taken(output, 10 * RATE // BLOCK)

    assert output.piece(0, FRAME) is None
    assert output.piece(20 * RATE, FRAME) is None


def test_what_is_stopped_or_replaced_is_to_sound_no_more_once() -> None:
    output = Output()
    assert not output.broken_off()
    output.play(prompt(1, 1000))
    taken(output, 2)
    output.stop()
    assert output.broken_off()
    assert not output.broken_off()
    output.play(prompt(1, 1000))
    taken(output, 2)
    output.play(prompt(5001, 200))
    assert output.broken_off()
    taken(output, 20)
    assert not output.broken_off()


def test_silence_before_a_prompt_is_not_broken_off() -> None:
    output = Output()
    taken(output, 20)
    output.play(prompt(1, 200))
    assert not output.broken_off()


def test_the_last_words_that_a_card_still_holds_are_broken_off_by_a_stop() -> None:
    output = Output()
    output.play(prompt(1, 200))
    taken(output, 10)
    output.stop()
    assert output.broken_off()
    taken(output, RATE // BLOCK)
    output.stop()
    assert not output.broken_off()


def test_it_is_known_how_far_a_hole_spoilt_the_counts() -> None:
    output = Output()
    output.play(prompt(1, 1000))
    taken(output, 3)
    output.ran_dry()
    taken(output, 3)
    assert output.hole_at == 3 * BLOCK
