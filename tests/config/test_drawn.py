"""Whatever mistakes a configuration holds, each is found at its line, and no other is."""

import random

import pytest

from appliance.config.mistakes import Mistake, MistakesFound
from appliance.config.read import check, parse
from tests.config.between import between
from tests.config.drawing import draw, good, slips, written
from tests.deep import deep

EVERY = [*slips(), *between(good()) * 8]
IN_ONE_GO = 100


def found(text: str) -> tuple[Mistake, ...]:
    try:
        parse(text, "office.toml")
    except MistakesFound as error:
        return error.mistakes
    return ()


def test_the_configuration_that_slips_are_made_in_is_right() -> None:
    assert found(written(good())[0]) == ()
    assert len(EVERY) > 1200
    assert len({each.code for each in EVERY}) > 35


@pytest.mark.parametrize("part", [0, 1, 2, *(deep(part) for part in range(3, 100))])
def test_each_mistake_of_a_drawn_configuration_is_named_once_and_no_other(part: int) -> None:
    pick = random.Random(part)
    for number in range(IN_ONE_GO):
        text, expected = draw(pick, EVERY)
        told = found(text)
        assert sorted((each.line, each.place, each.code) for each in told) == expected, (
            number,
            text,
        )
        for each in told:
            said = {each.sentence(language) for language in ("en", "pl", "de")}
            assert len(said) == 3, each
            assert all(len(value) <= 100 for value in each.values.values())


@pytest.mark.parametrize("part", [0, *(deep(part) for part in range(1, 4))])
def test_every_single_slip_is_found_alone(part: int) -> None:
    for slip in EVERY[part::4]:
        values = good()
        slip.make(values)
        with pytest.raises(MistakesFound) as error:
            check(values)
        told = [(each.place, each.code) for each in error.value.mistakes]
        assert told == [(slip.place, slip.code)]
