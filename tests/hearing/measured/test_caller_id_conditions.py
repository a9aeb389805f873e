"""Caller ID under every condition that the benchmarks measure: number and name, exactly."""

from typing import Literal

import pytest

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import Sides
from appliance.model.events import CallerId
from appliance.signals.tones import BELL_202, V23, FskStandard
from benchmarks.caller_id.material import CONDITIONS, CidCondition, message, sent
from tests.deep import deep
from tests.hearing.lines_heard import heard_on

BOTH: Sides = ("both",)
MESSAGES = 2


def callers(condition: CidCondition, body: bytes, standard: FskStandard, seed: int) -> list[object]:
    """Return number and name of each caller that is heard."""
    hearing = LineDetectors("line", "PL", BOTH)
    hearing.hook_changed(off_hook=condition.off_hook)
    events = heard_on(sent(condition, body, standard, seed), BOTH, hearing)
    return [(event.number, event.name) for event in events if isinstance(event, CallerId)]


@pytest.mark.parametrize("form", ["mdmf", deep("sdmf")])
@pytest.mark.parametrize("standard", [V23, BELL_202], ids=lambda standard: standard.name)
@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_a_caller_is_read_exactly_and_once_under_every_condition(
    condition: CidCondition, standard: FskStandard, form: Literal["mdmf", "sdmf"]
) -> None:
    for index in range(MESSAGES):
        said, body = message(index, form)
        assert callers(condition, body, standard, index) == [(said.number, said.name)]
