"""Test half logins: only the browser's token opens the sealed reading key."""

import pytest

from appliance.errors import Refused
from appliance.keeper.people.gate import LOCAL
from appliance.keeper.people.half_logins import MOST, PATIENCE, TRIES, HalfLogins
from appliance.keeper.people.operators import new_operator
from appliance.link.operations import Role
from appliance.vault.opening.content import OperatorEntry
from tests.boxes import CHEAP
from tests.clocks import ManualClock

KEY = bytearray(range(32))


def somebody(operator: str) -> OperatorEntry:
    return new_operator("Somebody", "x", frozenset(Role), KEY, CHEAP, operator)


ANNA, JAN = somebody("0a1b2c3d"), somebody("4e5f6a7b")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def halves(clock: ManualClock) -> HalfLogins:
    return HalfLogins(clock)


def waits(halves: HalfLogins, token: str) -> bool:
    try:
        halves.whose(token)
    except Refused as error:
        return error.code != "expired"
    return True


def test_the_token_gives_the_key_back_once(halves: HalfLogins) -> None:
    token = halves.begin(ANNA, KEY, LOCAL)
    assert halves.whose(token) == (ANNA.id, LOCAL, "")
    assert halves.finish(token) == (ANNA, KEY)
    with pytest.raises(Refused):
        halves.finish(token)


def test_neither_key_nor_token_is_kept(halves: HalfLogins) -> None:
    token = halves.begin(ANNA, KEY, LOCAL)
    kept = repr(halves._waiting)
    assert token not in kept
    assert repr(bytes(KEY))[2:-1] not in kept


def test_it_waits_for_a_while(halves: HalfLogins, clock: ManualClock) -> None:
    token = halves.begin(ANNA, KEY, LOCAL)
    clock.advance(PATIENCE - 1)
    assert waits(halves, token)
    clock.advance(1)
    assert not waits(halves, token)


def test_a_few_wrong_codes_end_it(halves: HalfLogins) -> None:
    token, other = halves.begin(ANNA, KEY, LOCAL), halves.begin(ANNA, KEY, LOCAL)
    for _ in range(TRIES):
        assert waits(halves, token)
        halves.wrong(token)
    assert not waits(halves, token)
    assert waits(halves, other)
    halves.wrong("made up")


def test_one_person_can_be_forgotten(halves: HalfLogins) -> None:
    tokens = [halves.begin(who, KEY, LOCAL) for who in (ANNA, JAN, ANNA)]
    halves.end_those_of(ANNA.id)
    assert [waits(halves, token) for token in tokens] == [False, True, False]


def test_ones_own_oldest_makes_room(halves: HalfLogins, clock: ManualClock) -> None:
    other, tokens = halves.begin(JAN, KEY, LOCAL), []
    for _ in range(MOST + 1):
        clock.advance(1)
        tokens.append(halves.begin(ANNA, KEY, LOCAL))
    assert [waits(halves, token) for token in tokens[:2]] == [False, True]
    assert waits(halves, other)


def test_another_login_of_the_browser_ends_it(halves: HalfLogins) -> None:
    token, other = halves.begin(ANNA, KEY, LOCAL), halves.begin(ANNA, KEY, LOCAL)
    halves.end(token)
    halves.end("made up")
    assert [waits(halves, one) for one in (token, other)] == [False, True]
