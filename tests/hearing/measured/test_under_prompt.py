"""The caller's keys under our own prompt, at every level that the benchmarks measure."""

import pytest

from benchmarks.keys.under_prompt import BELOW_DB, DEEPEST_DB, TALK_DBM0, mixed, pressed, taken
from tests.deep import deep, spread

CALLS = 2


@pytest.mark.parametrize("talk_dbm0", [None, TALK_DBM0], ids=["office silent", "office talks"])
@pytest.mark.parametrize("below_db", spread(BELOW_DB, 2))
def test_a_key_of_the_callers_under_our_prompt_is_found_far(
    below_db: float, talk_dbm0: float | None
) -> None:
    for index in range(CALLS):
        assert taken(*pressed(index, below_db, talk_dbm0))


@pytest.mark.parametrize("below_db", [deep(6), DEEPEST_DB])
def test_so_it_is_on_one_mixed_signal_that_has_earned_b(below_db: float) -> None:
    (line,) = mixed(1)
    for index in range(CALLS):
        assert taken(*pressed(index, below_db, None, line))
