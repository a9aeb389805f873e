"""A phone's keys count between two measurements that show who else is off-hook."""

import pytest

from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.model.terms import Hook, Side
from appliance.recorder.calibration.draft import CalibrationDraft
from appliance.recorder.calibration.grading import PAD
from tests.model.faults import said
from tests.model.refusals import refuses
from tests.recorder.calibration.calibration_bench import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def opened(bench: Bench) -> None:
    """Answer, and let the box measure a phone alone at -2 dB."""
    bench.answer()
    bench.pass_(2.1)
    bench.measure(-2.0)
    bench.measure_tones()


def test_the_box_measures_its_words_again_after_the_keys(bench: Bench) -> None:
    opened(bench)
    bench.press()
    assert (bench.stage(), bench.now.lacking) == ("listening", "")
    bench.calibration.follow(
        ev.KeyBegan(bench.sample, "1", Side.UNSURE)
    )  # one key more than wanted
    bench.pass_(0.9)
    assert bench.stub.done == ["play"]
    bench.pass_(0.2)
    assert (bench.stub.done, bench.stage()) == (["play", "play"], "speaking")
    assert bench.stub.said.sound.size == bench.stub.said.mark == 3 * RATE  # without tones
    bench.measure(-0.6)
    assert (bench.stage(), bench.now.prompt_db) == ("done", -2.0)
    (phone,) = bench.calibration.draft.phones
    assert (len(phone.alone), phone.prompt_db) == (12, -2.0)


@pytest.mark.parametrize(
    ("level_db", "became"), [(-3.6, "1.6 dB quieter"), (-0.4, "1.6 dB louder")]
)
def test_a_level_that_moves_among_the_keys_takes_them_all_back(
    bench: Bench, level_db: float, became: str
) -> None:
    opened(bench)
    bench.press()
    bench.pass_(1.1)
    bench.measure(level_db)
    assert (bench.now.keys, bench.now.lacking, bench.calibration.draft) == (
        (),
        PAD,
        CalibrationDraft(),
    )
    assert f"The device’s words became {became} while the keys were pressed" in said(
        bench.now.faults
    )
    bench.pass_(2.1)
    assert bench.stage() == "speaking"


def test_keys_of_a_call_that_ends_before_the_box_has_spoken_again_do_not_count(
    bench: Bench,
) -> None:
    opened(bench)
    bench.press()
    bench.hook(Hook.ON)
    assert (bench.stage(), bench.now.keys, bench.now.prompt_db) == ("waiting", (), None)
    assert "the keys pressed in it do not count" in said(bench.now.faults)
    bench.answer()
    bench.pass_(2.1)
    assert bench.stage() == "speaking"


def test_keys_before_the_box_has_spoken_do_not_count(bench: Bench) -> None:
    bench.answer()
    bench.press()
    assert (bench.now.keys, bench.now.lacking) == ((), PAD)
    assert "Keys count once the device has spoken" in said(bench.now.faults)
    bench.pass_(2.1)
    bench.measure(-2.0)
    bench.measure_tones()
    assert bench.now.faults == ()


def test_a_key_among_the_tones_has_the_words_measured_anew(bench: Bench) -> None:
    bench.answer()
    bench.pass_(2.1)
    bench.measure(-2.0)
    bench.calibration.follow(ev.KeyBegan(bench.sample, "1", Side.UNSURE))
    bench.pass_(2.1)
    bench.measure(-6.0)  # another phone was lifted or put down: nothing is compared yet
    assert (bench.now.prompt_db, bench.now.faults) == (-6.0, ())


def test_a_second_phone_is_waited_for_and_seen(bench: Bench) -> None:
    bench.take_second()
    bench.answer()
    bench.pass_(4.9)
    assert bench.stub.done == []
    bench.pass_(0.2)
    bench.measure(-3.6)
    assert (bench.stage(), bench.now.faults) == ("listening", ())
    bench.press()
    bench.pass_(1.1)
    bench.measure(-3.6)
    assert bench.stage() == "done"
    (phone,) = bench.calibration.draft.phones
    assert (len(phone.second), phone.prompt_db) == (12, -2.0)
    assert bench.calibration.draft.prompts_db == ()  # a question is expected with one phone


@pytest.mark.parametrize(
    ("level_db", "says"),
    [
        (-3.5, "arrive as with desk alone (-1.5 dB)"),
        (-2.0, "lift a second phone now and keep it off the hook"),
        (-0.5, "arrive as with desk alone (+1.5 dB)"),
        (-0.4, "1.6 dB louder than with desk alone, so another phone was off the hook then"),
    ],
)
def test_words_that_are_not_quieter_show_no_second_phone(
    bench: Bench, level_db: float, says: str
) -> None:
    bench.take_second()
    bench.answer()
    bench.pass_(5.1)
    bench.measure(level_db)
    bench.press()
    assert (bench.stage(), bench.now.keys, bench.now.lacking) == ("listening", (), PAD)
    assert says in said(bench.now.faults)


def test_a_second_phone_put_down_by_and_by_is_seen_against_the_first_alone(bench: Bench) -> None:
    bench.take_second()
    bench.answer()
    bench.pass_(5.1)
    bench.measure(-4.0)
    bench.press()
    bench.pass_(1.1)
    bench.measure(-2.6)
    assert bench.now.keys == ()
    assert "arrive as with desk alone (-0.6 dB)" in said(bench.now.faults)


def test_the_box_speaks_three_times_in_vain_and_then_waits_for_another_call(bench: Bench) -> None:
    bench.take_second()
    bench.answer()
    for _ in range(3):
        assert "hang up, and call again" not in said(bench.now.faults)
        bench.pass_(5.1)
        assert bench.stage() == "speaking"
        bench.measure(-2.0)
    assert said(bench.now.faults).endswith("hang up, and call again.")
    bench.pass_(20)
    assert bench.stub.done == ["play", "stop"] * 3
    bench.hook(Hook.ON)
    bench.answer()
    bench.pass_(5.1)
    assert bench.stage() == "speaking"


def test_a_second_phone_is_not_enrolled_beside_one_that_was_not_measured_alone(
    bench: Bench,
) -> None:
    with refuses("not_measured"):
        bench.take("second")


def test_a_phone_that_is_enrolled_alone_anew_needs_its_second_step_anew(bench: Bench) -> None:
    bench.take_second()
    bench.answer()
    bench.pass_(5.1)
    bench.measure(-6.0)
    bench.press()
    bench.pass_(1.1)
    bench.measure(-6.0)
    bench.take("alone")
    bench.pass_(2.1)
    bench.measure(-6.0)
    bench.measure_tones()
    bench.press()
    bench.pass_(1.1)
    bench.measure(-6.0)
    (phone,) = bench.calibration.draft.phones
    assert (len(phone.alone), phone.second, phone.prompt_db) == (12, (), -6.0)


def test_words_with_gaps_measure_nothing(bench: Bench) -> None:
    bench.take_second()
    bench.answer()
    bench.pass_(5.1)
    bench.measure(-6.0, gaps=True)
    assert bench.now.prompt_db is None
    assert "came with gaps" in said(bench.now.faults)


def test_words_that_end_without_having_come_to_their_mark_are_said_again(bench: Bench) -> None:
    bench.answer()
    bench.pass_(2.1)
    bench.calibration.follow(ev.PromptEnded(bench.sample, 0, -60.0, 0.0, True))
    assert "not heard on the line" in said(bench.now.faults)
    bench.pass_(2.1)
    assert bench.stub.done == ["play", "stop", "play"]
