"""A state of a call is told in words that hold on each basis: not everybody is asked."""

import pytest

from appliance.call.states import State
from appliance.call.table.whole import RULES
from web.words.ready import STATES

ON_EVERY_BASIS = (State.SETTLING, State.ASKING, State.CONFIRMING, State.RECORDING, State.PAUSED)
"""A call that is recorded by law, or is only announced, goes through these."""


@pytest.mark.parametrize("state", ON_EVERY_BASIS)
def test_nobody_is_said_to_have_agreed_where_a_law_may_be_the_basis(state: State) -> None:
    told = STATES[state.value]
    words = f"{told.name} {told.sentence}".lower()
    assert not [each for each in ("agree", "consent", "would like", "question") if each in words]


def test_each_state_of_the_table_has_words() -> None:
    assert {state.value for state in RULES} == set(STATES)
