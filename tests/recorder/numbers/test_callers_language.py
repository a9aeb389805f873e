"""From a number on a real serial cable to the language in which the line speaks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.call.states import State
from appliance.model import events as ev
from appliance.signals.caller_id.messages import CallerIdMessage, build_mdmf
from tests.boxes import TrialBox, make_box
from tests.lines.monitor.monitored import plugged
from tests.recorder.line.scripted import ScriptedLine
from tests.recorder.line.scripted_states import idle
from tests.scenes.ways import RULES
from tests.scenes.worded import worded_config
from tests.signals.sounds import pair

THREE = (697, 1477)


@pytest.fixture(name="line")
def _line(tmp_path: Path) -> Iterator[ScriptedLine]:
    """Return a line that speaks Polish and English: by script, but for its monitor."""
    box: TrialBox = make_box(tmp_path / "data")
    rules = RULES["consent"]
    words = tmp_path / "words"
    config = worded_config(box.config, words, rules.bases, rules.choices, "", "en")
    line = ScriptedLine(replace(box, config=config))
    yield line
    line.close()


@pytest.mark.parametrize(
    ("number", "language", "then"),
    [("00441632960960", "en", "pl"), ("600555012", "pl", "en"), ("0033142685300", "pl", "en")],
)
def test_the_number_on_the_cable_and_a_key_on_the_line_choose_what_the_device_speaks(
    line: ScriptedLine, tmp_path: Path, number: str, language: str, then: str
) -> None:
    with plugged(tmp_path) as cable:
        cable.idle()
        cable.wire.say(f"CID {build_mdmf(CallerIdMessage(number=number)).hex()}")
        cable.clock.pass_ms(0)
        told = cable.inbox.next()
    assert isinstance(told, ev.CallerId)
    assert told.number == number

    idle(line)
    line.tell(ev.Ring(line.sound.position()))
    line.tell(replace(told, sample=line.sound.position()))
    line.run(1000)
    line.off_hook()
    line.run(8000, until=State.ASKING)
    assert line.sound.prompt is not None
    assert line.sound.prompt.ref.language == language
    line.sound.sounds(0, pair(*THREE, 0.12))
    line.run(600)
    assert line.state is State.ASKING
    assert line.sound.prompt.ref.language == then
    assert line.call is not None
    assert line.call.policy.language == then
    line.on_hook()
    line.run(200)
    assert line.notes == [("unrecorded", "hung_up")]
    assert line.files() == []
