"""Limit strangers by address, all together, by name and address; no name is locked."""

import pytest

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.people.strangers import (
    ADDRESS,
    ALL,
    FREE,
    LONGEST,
    Strangers,
    network_of,
)
from tests.clocks import ManualClock

HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def strangers(clock: ManualClock) -> Strangers:
    return Strangers(clock)


def guess(strangers: Strangers, address: str = HERE, name: str = "anna") -> bool:
    try:
        strangers.count_guess(address, name)
    except Refused as error:
        return error.code != "throttled"
    return True


def test_three_typing_errors_are_free_then_it_slows_down(
    strangers: Strangers, clock: ManualClock
) -> None:
    waits = []
    for _ in range(16):
        waited = 0
        while not guess(strangers):
            clock.advance(1)
            waited += 1
        waits.append(waited)
    assert waits[:5] == [0, 0, 0, 2, 4]
    assert waits[5:9] == [294, 300, 300, 300]  # the address's twelve an hour
    assert waits[-1] == LONGEST


def test_an_address_guesses_five_times_at_once_then_twelve_an_hour(
    strangers: Strangers, clock: ManualClock
) -> None:
    guessed = [guess(strangers, name=f"name {n}") for n in range(ADDRESS[0] + 1)]
    assert guessed == [True] * ADDRESS[0] + [False]
    admitted = 0
    for second in range(36_000):
        clock.advance(1)
        admitted += guess(strangers, name=f"later {second}")
    assert admitted == 10 * ADDRESS[1]


def test_all_strangers_guess_thirty_times_at_once_then_240_an_hour(
    strangers: Strangers, clock: ManualClock
) -> None:
    guessed = [guess(strangers, f"10.0.0.{n}", f"name {n}") for n in range(ALL[0] + 1)]
    assert guessed == [True] * ALL[0] + [False]
    admitted = 0
    for second in range(3600):
        clock.advance(1)
        place = f"10.1.{second // 250}.{second % 250}"
        admitted += guess(strangers, place, f"later {second}")
    assert admitted == ALL[1]


def test_somebody_elses_guesses_at_a_name_are_no_wait_for_its_owner(
    strangers: Strangers, clock: ManualClock
) -> None:
    for _ in range(20):
        clock.advance(LONGEST)
        assert guess(strangers)
    assert not guess(strangers)
    assert [guess(strangers, THERE) for _ in range(FREE + 1)] == [True] * FREE + [False]


def test_a_guess_that_is_refused_costs_nothing(strangers: Strangers, clock: ManualClock) -> None:
    while guess(strangers):
        pass
    remembered = strangers.remembered
    for number in range(500):
        assert not guess(strangers)
        assert guess(strangers, f"10.0.0.{number}") == (number < ALL[0] - FREE)
    assert strangers.remembered == remembered + 2 * (ALL[0] - FREE)
    clock.advance(2)
    assert not guess(strangers), "all strangers have used their guesses up"
    clock.advance(13)
    assert guess(strangers)


def test_a_right_password_costs_nothing_and_clears(
    strangers: Strangers, clock: ManualClock
) -> None:
    for _ in range(100):
        strangers.count_guess(HERE, "anna")
        strangers.passed(HERE, "anna")
    assert [guess(strangers) for _ in range(FREE + 1)] == [True] * FREE + [False]


def test_a_guess_that_was_right_so_far_is_taken_back_and_clears_nothing(
    strangers: Strangers, clock: ManualClock
) -> None:
    for _ in range(20):
        strangers.count_guess(HERE, "anna")
        strangers.give_back(HERE, "anna")
    assert [guess(strangers) for _ in range(FREE + 1)] == [True] * FREE + [False]
    clock.advance(2)
    strangers.count_guess(HERE, "anna")
    strangers.give_back(HERE, "anna")
    assert [guess(strangers), guess(strangers)] == [True, False]
    strangers.give_back(THERE, "nobody")


def test_a_new_password_ends_the_waits_of_its_name_alone(strangers: Strangers) -> None:
    for name in ("anna", "jan"):
        for _ in range(FREE):
            strangers.count_guess(HERE if name == "anna" else THERE, name)
    strangers.reset("anna")
    assert (guess(strangers), guess(strangers, THERE, "jan")) == (True, False)


def test_it_remembers_a_day_and_no_more(strangers: Strangers, clock: ManualClock) -> None:
    for number in range(30 * 240):
        clock.advance(15)
        guess(strangers, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", f"name {number}")
    assert strangers.remembered < 24 * ALL[1] + 200
    clock.advance(DAY + 1)
    guess(strangers)
    assert strangers.remembered == 2


def test_names_are_not_kept_as_typed(strangers: Strangers) -> None:
    strangers.count_guess(HERE, "my secret password")
    assert "my secret password" not in repr(vars(strangers))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "nonsense", True),
        ("", "192.0.2.1", False),
    ],
)
def test_addresses_of_one_household(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) == same
