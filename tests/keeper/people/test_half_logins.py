"""Test half logins: a proof waits for its code, and ends with the half login."""

from collections.abc import Callable

import pytest

from appliance.errors import Refused
from appliance.keeper.people.gate import LOCAL
from appliance.keeper.people.half_logins import MOST, PATIENCE, TRIES, HalfLogins
from appliance.keeper.people.operators import new_operator
from appliance.keeper.unlocked.prover import Open
from appliance.link.operations import Role
from appliance.vault.opening.content import OperatorEntry
from tests.boxes import CHEAP
from tests.clocks import ManualClock
from tests.proofs import OpenHere

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
        return error.code != "login_expired"
    return True


def proof() -> OpenHere:
    return OpenHere(Open(bytearray(KEY)))


def test_the_token_gives_the_proof_back_once(halves: HalfLogins) -> None:
    kept = proof()
    token = halves.begin(ANNA, kept, LOCAL)
    assert halves.whose(token) == (ANNA.id, LOCAL, "")
    assert halves.proof(token) is kept
    assert halves.finish(token) == (ANNA, kept)
    assert not kept.ended, "it is the caller's now"
    with pytest.raises(Refused):
        halves.finish(token)


def test_the_token_is_not_kept(halves: HalfLogins) -> None:
    token = halves.begin(ANNA, proof(), LOCAL)
    assert token not in repr(halves._waiting)


def wrong_codes(halves: HalfLogins, token: str) -> None:
    for _ in range(TRIES):
        halves.wrong(token)


ENDS: dict[str, Callable[[HalfLogins, str], object]] = {
    "wrong": wrong_codes,
    "ended": lambda halves, token: halves.end(token),
    "forgotten": lambda halves, token: halves.end_those_of(ANNA.id),
    "room": lambda halves, token: [halves.begin(ANNA, proof(), LOCAL) for _ in range(MOST)],
    "closed": lambda halves, token: halves.close(),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_proof_ends_with_the_half_login(halves: HalfLogins, end: str) -> None:
    kept = proof()
    token = halves.begin(ANNA, kept, LOCAL)
    ENDS[end](halves, token)
    assert kept.ended
    assert not waits(halves, token)


def test_the_proof_of_a_half_login_that_is_too_old_ends(
    halves: HalfLogins, clock: ManualClock
) -> None:
    kept = proof()
    halves.begin(ANNA, kept, LOCAL)
    clock.advance(PATIENCE)
    halves.expire()
    assert kept.ended


def test_it_waits_for_a_while(halves: HalfLogins, clock: ManualClock) -> None:
    token = halves.begin(ANNA, proof(), LOCAL)
    clock.advance(PATIENCE - 1)
    assert waits(halves, token)
    clock.advance(1)
    assert not waits(halves, token)


def test_a_few_wrong_codes_end_it(halves: HalfLogins) -> None:
    token, other = halves.begin(ANNA, proof(), LOCAL), halves.begin(ANNA, proof(), LOCAL)
    for _ in range(TRIES):
        assert waits(halves, token)
        halves.wrong(token)
    assert not waits(halves, token)
    assert waits(halves, other)
    halves.wrong("made up")


def test_one_person_can_be_forgotten(halves: HalfLogins) -> None:
    tokens = [halves.begin(who, proof(), LOCAL) for who in (ANNA, JAN, ANNA)]
    halves.end_those_of(ANNA.id)
    assert [waits(halves, token) for token in tokens] == [False, True, False]


def test_ones_own_oldest_makes_room(halves: HalfLogins, clock: ManualClock) -> None:
    other, tokens = halves.begin(JAN, proof(), LOCAL), []
    for _ in range(MOST + 1):
        clock.advance(1)
        tokens.append(halves.begin(ANNA, proof(), LOCAL))
    assert [waits(halves, token) for token in tokens[:2]] == [False, True]
    assert waits(halves, other)


def test_another_login_of_the_browser_ends_it(halves: HalfLogins) -> None:
    token, other = halves.begin(ANNA, proof(), LOCAL), halves.begin(ANNA, proof(), LOCAL)
    halves.end(token)
    halves.end("made up")
    assert [waits(halves, one) for one in (token, other)] == [False, True]
