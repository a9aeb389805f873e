"""A line that cannot be made is shown as broken, with the reason, wherever lines are shown."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from appliance.config.settings import Part
from appliance.errors import LineError, Refused
from appliance.link.requests.doctor import ExamineLines
from appliance.link.requests.lines import GetLines, PressButton
from appliance.link.requests.live import GetLive
from appliance.model.lamps import Light, Need, lamp_pattern
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox

WHY = "There is no profile -1"


@pytest.fixture(name="recorder")
def _recorder(trial_box: TrialBox) -> Iterator[Recorder]:
    """A recorder of two lines, the first of which cannot be made; it runs."""
    make_places(trial_box.folders)
    (line,) = trial_box.config.lines
    broken = replace(line, name="Broken", hook=Part("exchange", {"modem": "-1"}))
    config = replace(trial_box.config, lines=(broken, line))
    made = Recorder(
        config, trial_box.folders, trial_box.clock, simulation=Simulation(at_speed=True, seed=1)
    )
    made.start()
    yield made
    made.close()


def test_pages_lamps_and_doctor_say_why(recorder: Recorder) -> None:
    shown = recorder.handle(GetLines(), None, b"").lines
    live = recorder.handle(GetLive(), None, b"").lines
    assert [line.line for line in live] == [line.line for line in shown] == ["Broken", "Reception"]
    assert shown[0].state == live[0].state == "fault"
    assert live[0].fault is not None
    assert WHY in live[0].fault.sentence()
    assert not live[1].fault
    assert lamp_pattern(shown).red is Light.WINK
    found = {each.id: each.text for each in recorder.handle(ExamineLines(), None, b"").found}
    assert "Broken records nothing" in found["lines.broken"]
    assert WHY in found["lines.broken"]


def test_what_is_asked_of_it_is_refused_with_the_reason(recorder: Recorder) -> None:
    with pytest.raises(Refused, match="profile_unknown"):
        recorder.handle(PressButton("Broken", "ask"), None, b"")
    recorder.handle(PressButton("Reception", "ask"), None, b"")
    assert recorder.rounds().keys() == {"Reception"}, "the watchdog does not wait for it"
    assert recorder.simulated().phones


def test_a_line_that_is_mended_is_said_to_be_stuck_no_more(recorder: Recorder) -> None:
    learnt = recorder._folders.calibration / "Second.toml"
    learnt.write_text("prompt = 1", "utf-8")
    first = recorder.line("Reception").line
    config = replace(recorder._config, lines=(first, replace(first, name="Second")))
    recorder._settings._stuck = recorder._follow(config)  # as when the settings say so
    assert recorder._settings.taken.stuck == ("Second",)
    recorder._show_need()
    live = recorder.handle(GetLive(), None, b"")
    assert live.need is Need.OLDER
    assert not live.older, "the line that works follows the newest"
    learnt.unlink()
    assert recorder._lines is not None
    recorder._lines.try_again()
    after = recorder._settings.taken
    assert not after.stuck
    assert recorder.line("Second").thread.name == "Second"


def test_a_line_that_goes_on_as_it_was_is_said_to_follow_older_settings(
    recorder: Recorder,
) -> None:
    first = recorder.line("Reception").line
    other = replace(first, hook=Part("exchange", {"modem": "-1"}))
    assert not recorder._follow(replace(recorder._config, lines=(other,)))  # it may be in a call
    assert recorder._lines is not None
    assert recorder._lines.settle(10.0)
    assert recorder.line("Reception").line == first, "it was put back"
    assert recorder._settings.taken.stuck == ("Reception",)
    assert recorder.handle(GetLive(), None, b"").older


def test_a_box_whose_only_simulated_line_is_broken_says_why(trial_box: TrialBox) -> None:
    (line,) = trial_box.config.lines
    broken = replace(line, hook=Part("exchange", {"modem": "-1"}))
    recorder = Recorder(
        replace(trial_box.config, lines=(broken,)), trial_box.folders, trial_box.clock
    )
    with pytest.raises(LineError, match=WHY):
        recorder.simulated()
    recorder.close()
