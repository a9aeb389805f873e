"""A code lets one new browser in: ten minutes, one person, one login."""

import pytest

from appliance.errors import Refused
from appliance.keeper.people.let_in_code import MOST_WRONG, SECONDS, LetInCodes
from tests.clocks import ManualClock

ANNA, JAN = "0a1b2c3d", "4e5f6a7b"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def codes(clock: ManualClock) -> LetInCodes:
    return LetInCodes(clock)


def is_good(codes: LetInCodes, operator: str) -> bool:
    try:
        codes.admit(operator)
    except Refused as error:
        return error.code != "wrong_let_in_code"
    return True


def test_it_is_good_for_its_person_in_any_spelling(codes: LetInCodes) -> None:
    code = codes.make(ANNA)
    assert len(code.replace("-", "")) == 10
    for typed in (code, code.lower(), f" {code.replace('-', ' ')} "):
        assert codes.fits(ANNA, typed)
        assert not codes.fits(JAN, typed)
    for typed in ("", "-", code[:-1], code + "A"):
        assert not codes.fits(ANNA, typed)


def test_it_is_good_for_ten_minutes(codes: LetInCodes, clock: ManualClock) -> None:
    code = codes.make(ANNA)
    clock.advance(SECONDS - 1)
    assert codes.fits(ANNA, code)
    clock.advance(1)
    assert not codes.fits(ANNA, code)
    assert not is_good(codes, ANNA)


def test_it_serves_once_and_the_newest_counts(codes: LetInCodes) -> None:
    old, code = codes.make(ANNA), codes.make(ANNA)
    assert not codes.fits(ANNA, old)
    codes.right(ANNA)
    codes.right(JAN)
    assert not codes.fits(ANNA, code)


def test_ten_wrong_passwords_end_it(codes: LetInCodes) -> None:
    code = codes.make(ANNA)
    for _ in range(MOST_WRONG):
        assert is_good(codes, ANNA)
        codes.wrong(ANNA)
    codes.wrong(JAN)
    assert not codes.fits(ANNA, code)


def test_it_is_not_kept(codes: LetInCodes) -> None:
    code = codes.make(ANNA)
    assert code not in repr(vars(codes))
    assert code.replace("-", "") not in repr(vars(codes))
