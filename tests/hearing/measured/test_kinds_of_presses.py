"""Tell whose key it was, for every kind of press that the benchmarks measure.

The office's phones have tones of their own, so that it earns grade B; its levels jitter by 2 dB.
"""

from functools import cache

import pytest

from benchmarks.sides.kinds import FAR, NEAR, Kind
from benchmarks.sides.offices import Office, office
from benchmarks.sides.presses import Score, judged

PRESSES = 3
JITTER_DB = 2.0
SEED = 1
CLEAR = [kind for kind in FAR if kind.other is None and kind.talks_db is None]
TALKED_OVER = [kind for kind in FAR if kind.talks_db is not None]


@cache
def office_of(ata: bool) -> Office:
    return office(SEED, JITTER_DB, ata=ata)


def scores(kind: Kind) -> dict[str, Score]:
    found = judged(kind, JITTER_DB, [office_of(kind.ata)], PRESSES)
    assert [found[grade].presses for grade in "AB"] == [PRESSES, PRESSES]
    return found


def promised(kind: Kind) -> list[str]:
    """Return the grades that must judge a kind well: A always, B where the target names it."""
    return ["A", "B"] if "B" in dict(kind.target) else ["A"]


@pytest.mark.parametrize("kind", NEAR, ids=lambda kind: kind.name)
def test_no_key_of_the_office_is_taken_for_the_callers(kind: Kind) -> None:
    found = scores(kind)
    assert {grade: found[grade].far for grade in promised(kind)} == dict.fromkeys(promised(kind), 0)
    assert found["A"].near == PRESSES


@pytest.mark.parametrize("kind", CLEAR, ids=lambda kind: kind.name)
def test_the_callers_keys_are_taken_for_the_callers(kind: Kind) -> None:
    found = scores(kind)
    taken = {grade: found[grade].far for grade in promised(kind)}
    assert taken == dict.fromkeys(promised(kind), PRESSES)


@pytest.mark.parametrize("kind", TALKED_OVER, ids=lambda kind: kind.name)
def test_talk_of_the_office_makes_no_key_of_the_callers_the_offices(kind: Kind) -> None:
    found = scores(kind)
    assert (found["A"].near, found["B"].near) == (0, 0)


def test_talk_below_the_key_lets_some_of_the_callers_through() -> None:
    (below,) = [kind for kind in TALKED_OVER if (kind.talks_db or 0) < 0]
    assert scores(below)["A"].far >= 1


def test_a_key_that_both_press_is_not_the_callers() -> None:
    (both,) = [kind for kind in FAR if kind.other is not None]
    found = scores(both)
    assert (found["A"].far, found["B"].far) == (0, 0)
