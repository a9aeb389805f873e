"""Test the judgement of the time through simulated years: no honest office is ever asked."""

import pytest

from appliance.clock import DAY, HOUR
from appliance.keeper.time.judge import MOST_UNPROVED, Question
from tests.keeper.time.years import BEGAN, Year, a_year_of_cuts, honest, nights_off, silent

SEEDS = range(3)


def a_bit_more(seconds: float) -> "Liar":
    return Liar(seconds)


class Liar:
    """A time server that watches the box and says a little more at every boot."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.boot = 0
        self.added = 0.0

    def __call__(self, year: Year) -> float:
        if year.boots != self.boot:
            self.boot = year.boots
            kept = year.kept
            self.added = (kept.at if kept is not None else year.now) + self.seconds - year.now
        return year.now + self.added


# -- honest time ----------------------------------------------------------------------------------


@pytest.mark.parametrize("has_chip", [True, False], ids=["chip", "no chip"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_of_power_cuts_asks_nobody(seed: int, has_chip: bool) -> None:
    year = a_year_of_cuts(Year(honest, has_chip), seed)
    assert year.questions == []
    assert abs(year.late()) < 2


def test_nights_off_ask_nobody_who_has_a_chip() -> None:
    year = nights_off(Year(honest, has_chip=True), 365)
    assert year.questions == []
    assert abs(year.late()) < 2


def test_nights_off_without_a_chip_ask_once_after_eight_weeks() -> None:
    year = nights_off(Year(honest, has_chip=False), 120)
    (at, question), *later = year.questions
    taken = round((at - BEGAN) / DAY) - 1  # nights before the one that it asks about
    assert (taken, question) == (55, Question.WAIT)
    assert {asked for _, asked in later} <= {Question.WAIT}
    assert 60 * 13 * HOUR < year.late() < 66 * 13 * HOUR, "late by the nights since, never early"
    year.confirm()
    assert abs(year.late()) < 2
    assert year.judged.question is Question.NONE


def test_without_a_time_server_the_box_counts_by_itself() -> None:
    year = a_year_of_cuts(Year(silent, has_chip=True), 1)
    assert year.questions == []
    assert abs(year.late()) < 2
    alone = a_year_of_cuts(Year(silent, has_chip=False), 1)
    assert alone.questions == []
    assert alone.ahead <= 0.001, "late by the cuts, never early"


# -- lies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hours", [0.9, 12, 23, 24])
def test_who_adds_a_little_at_each_boot_gains_nothing_against_a_chip(
    seed: int, hours: float
) -> None:
    year = a_year_of_cuts(Year(a_bit_more(hours * HOUR), has_chip=True), seed)
    assert year.ahead < 1


@pytest.mark.parametrize("seed", SEEDS)
def test_who_adds_23_hours_at_each_boot_gains_thirty_days_at_most(seed: int) -> None:
    year = a_year_of_cuts(Year(a_bit_more(23 * HOUR), has_chip=False), seed)
    assert 15 * DAY < year.ahead < MOST_UNPROVED
    assert year.questions[-1][1] in {Question.WAIT, Question.ASK}
    for more in range(2):
        a_year_of_cuts(year, seed + more)
    assert year.ahead < MOST_UNPROVED, "nor more in years to come, unless somebody confirms it"


@pytest.mark.parametrize("has_chip", [True, False], ids=["chip", "no chip"])
@pytest.mark.parametrize("days", [1.1, 30, 730, 20_000])
def test_who_jumps_further_moves_nothing(days: float, has_chip: bool) -> None:
    year = a_year_of_cuts(Year(a_bit_more(days * DAY), has_chip), 3)
    assert year.ahead < 1
    assert year.questions


def test_a_clock_that_is_put_back_is_asked_about_and_changes_nothing() -> None:
    year = Year(honest, has_chip=False)
    year.run(3 * DAY)
    year.server = lambda of: of.now - 300 * DAY
    year.run(float(DAY))
    assert year.questions == [(year.questions[0][0], Question.ASK)]
    assert abs(year.late()) < 2
