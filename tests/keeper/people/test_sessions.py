"""Test sessions: tokens, idle time, ends."""

import pytest

from appliance.errors import Refused
from appliance.keeper.people.sessions import (
    LONGEST_SECONDS,
    MOST_SESSIONS,
    MOST_WRONG,
    Sessions,
)
from appliance.link.operations import Role
from tests.clocks import ManualClock

LISTENER = frozenset({Role.LISTENER})


class Lock:
    """Counts how often the last session ended."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def lock() -> Lock:
    return Lock()


@pytest.fixture
def sessions(clock: ManualClock, lock: Lock) -> Sessions:
    return Sessions(clock, lock, idle_seconds=900)


def is_open(sessions: Sessions, token: str, *, touch: bool = False) -> bool:
    try:
        sessions.find(token, touch=touch)
    except Refused as error:
        return error.code != "not_logged_in"
    return True


def test_a_token_opens_its_session(sessions: Sessions) -> None:
    token, caller = sessions.open("0a1b2c3d", "Anna", LISTENER)
    assert sessions.find(token) == caller
    assert (caller.operator, caller.name, caller.roles) == ("0a1b2c3d", "Anna", LISTENER)
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize("token", ["", "x", "ż" * 50])
def test_no_other_token_does(sessions: Sessions, token: str) -> None:
    sessions.open("0a1b2c3d", "Anna", LISTENER)
    assert not is_open(sessions, token)


def test_the_token_is_not_kept(sessions: Sessions) -> None:
    token, caller = sessions.open("0a1b2c3d", "Anna", LISTENER)
    assert token not in repr(vars(sessions))
    assert caller.session not in token
    assert not is_open(sessions, caller.session)


def test_idle_locks_and_use_keeps_open(sessions: Sessions, clock: ManualClock, lock: Lock) -> None:
    token, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    clock.advance(899)
    assert is_open(sessions, token, touch=True)
    clock.advance(899)
    assert is_open(sessions, token)
    clock.advance(1)
    assert not is_open(sessions, token)
    assert (sessions.empty, lock.times) == (True, 1)


def test_what_a_page_asks_by_itself_keeps_nothing_open(
    sessions: Sessions, clock: ManualClock, lock: Lock
) -> None:
    token, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    for _ in range(90):
        clock.advance(9)
        assert is_open(sessions, token)
    clock.advance(90)
    sessions.expire()
    assert lock.times == 1


def test_a_wall_clock_that_jumps_ends_nothing(sessions: Sessions, clock: ManualClock) -> None:
    token, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    clock.jump(1e9)
    assert is_open(sessions, token)


def test_only_the_last_end_locks(sessions: Sessions, lock: Lock) -> None:
    first, one = sessions.open("0a1b2c3d", "Anna", LISTENER)
    second, two = sessions.open("4e5f6071", "Jan", LISTENER)
    sessions.close_session(one.session)
    assert (is_open(sessions, first), is_open(sessions, second), lock.times) == (False, True, 0)
    sessions.close_session(two.session)
    sessions.close_session(two.session)
    assert lock.times == 1


def test_all_sessions_of_one_operator_end(sessions: Sessions, lock: Lock) -> None:
    tokens = [sessions.open("0a1b2c3d", "Anna", LISTENER)[0] for _ in range(3)]
    other, _ = sessions.open("4e5f6071", "Jan", LISTENER)
    sessions.close_operator("0a1b2c3d")
    assert [is_open(sessions, token) for token in [*tokens, other]] == [False] * 3 + [True]
    sessions.close_all()
    assert (sessions.empty, lock.times) == (True, 1)


def test_too_many_sessions_of_one_end_the_idlest_of_these(
    sessions: Sessions, clock: ManualClock
) -> None:
    other, _ = sessions.open("4e5f6a7b", "Jan", LISTENER)
    first, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    clock.advance(1)
    second, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    for _ in range(MOST_SESSIONS - 1):
        clock.advance(1)
        sessions.open("0a1b2c3d", "Anna", LISTENER)
    assert (is_open(sessions, first), is_open(sessions, second)) == (False, True)
    assert is_open(sessions, other)


def test_a_session_ends_after_twelve_hours_whatever_is_done(
    clock: ManualClock, lock: Lock, sessions: Sessions
) -> None:
    token, caller = sessions.open("0a1b2c3d", "Anna", LISTENER)
    for _ in range(LONGEST_SECONDS // 600 - 1):
        clock.advance(600)
        assert is_open(sessions, token, touch=True)
    (left,) = sessions.of("0a1b2c3d")
    assert (left.session, left.ends_in, left.idle_left) == (caller.session, 600, 600)
    clock.advance(600)
    assert not is_open(sessions, token, touch=True)
    assert lock.times == 1


def test_other_roles_count_from_the_next_request_on(sessions: Sessions) -> None:
    token, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    other, _ = sessions.open("4e5f6a7b", "Jan", LISTENER)
    sessions.change("0a1b2c3d", frozenset({Role.OPERATOR}))
    assert sessions.find(token).roles == {Role.OPERATOR}
    assert sessions.find(other).roles == LISTENER


def test_a_one_time_password_gives_no_role_and_unlocks_nothing(
    sessions: Sessions, lock: Lock
) -> None:
    token, caller = sessions.open("0a1b2c3d", "Anna", LISTENER, one_time=True)
    assert caller.roles == frozenset()
    assert sessions.empty
    sessions.change("0a1b2c3d", frozenset(Role))
    assert sessions.find(token).roles == frozenset()
    sessions.close_operator("0a1b2c3d")
    assert lock.times == 0


def test_who_waits_to_choose_a_password_keeps_nothing_unlocked(
    sessions: Sessions, lock: Lock
) -> None:
    sessions.open("0a1b2c3d", "Anna", LISTENER, one_time=True)
    _, caller = sessions.open("4e5f6a7b", "Jan", LISTENER)
    assert not sessions.empty
    sessions.close_session(caller.session)
    assert lock.times == 1


def test_a_chosen_password_makes_a_session_whole(sessions: Sessions) -> None:
    token, caller = sessions.open("0a1b2c3d", "Anna", LISTENER, one_time=True)
    sessions.change("0a1b2c3d", LISTENER, one_time=False)
    assert sessions.again(caller) == sessions.find(token)
    assert sessions.find(token).roles == LISTENER
    assert not sessions.empty


def test_the_others_of_one_person_are_ended_apart(sessions: Sessions, clock: ManualClock) -> None:
    tokens = []
    for operator in ("0a1b2c3d", "4e5f6a7b", "0a1b2c3d"):
        tokens.append(sessions.open(operator, "-", LISTENER)[0])
        clock.advance(60)
    here = sessions.find(tokens[2])
    assert [one.session == here.session for one in sessions.of("0a1b2c3d")] == [True, False]
    assert [one.open_for for one in sessions.of("0a1b2c3d")] == [60, 180]
    sessions.close_others(here)
    assert [is_open(sessions, token) for token in tokens] == [False, True, True]


def test_five_wrong_passwords_in_a_row_end_the_session_alone(
    sessions: Sessions, lock: Lock
) -> None:
    token, caller = sessions.open("0a1b2c3d", "Anna", LISTENER)
    other, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    for _ in range(MOST_WRONG - 1):
        sessions.wrong(caller.session)
    sessions.right(caller.session)
    for _ in range(MOST_WRONG):
        assert is_open(sessions, token)
        sessions.admit(caller.session)
        sessions.wrong(caller.session)
    with pytest.raises(Refused):
        sessions.admit(caller.session)
    assert (is_open(sessions, token), is_open(sessions, other), lock.times) == (False, True, 0)


def test_a_token_ends_its_own_session(sessions: Sessions) -> None:
    tokens = [sessions.open("0a1b2c3d", "Anna", LISTENER)[0] for _ in range(2)]
    sessions.close_token(tokens[0])
    sessions.close_token("made up")
    assert [is_open(sessions, token) for token in tokens] == [False, True]
