"""Who is logged in, for how long, and who is slowed down."""

import pytest

from appliance.clock import ManualClock
from appliance.errors import Refused
from appliance.keeper.sessions import MOST_SESSIONS, Sessions
from appliance.keeper.throttle import LONGEST, MOST, NAMES, Throttle
from appliance.link.operations import Role

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


def test_too_many_sessions_end_the_idlest(sessions: Sessions, clock: ManualClock) -> None:
    first, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    clock.advance(1)
    second, _ = sessions.open("0a1b2c3d", "Anna", LISTENER)
    for _ in range(MOST_SESSIONS - 1):
        clock.advance(1)
        sessions.open("0a1b2c3d", "Anna", LISTENER)
    assert (is_open(sessions, first), is_open(sessions, second)) == (False, True)


def guess(throttle: Throttle, name: str = "anna") -> bool:
    try:
        throttle.admit(name)
    except Refused as error:
        return error.code != "throttled"
    return True


def test_three_typing_errors_are_free_then_it_slows_down(clock: ManualClock) -> None:
    throttle = Throttle(clock)
    waits = []
    for _ in range(20):
        waited = 0
        while not guess(throttle):
            clock.advance(1)
            waited += 1
        waits.append(waited)
    assert waits[:8] == [0, 0, 0, 2, 4, 8, 16, 32]
    assert waits == sorted(waits)
    assert max(waits) == LONGEST


def test_after_a_hundred_it_is_over(clock: ManualClock) -> None:
    throttle = Throttle(clock)
    admitted = 0
    for _ in range(2 * MOST):
        clock.advance(LONGEST)
        admitted += guess(throttle)
    assert admitted == MOST
    with pytest.raises(Refused, match="locked until the box is switched off and on"):
        throttle.admit("anna")


def test_the_right_password_clears_and_names_are_apart(clock: ManualClock) -> None:
    throttle = Throttle(clock)
    for _ in range(3):
        assert guess(throttle)
    assert not guess(throttle)
    assert guess(throttle, "jan")
    throttle.passed("anna")
    assert guess(throttle)


def test_names_made_up_do_not_take_the_memory(clock: ManualClock) -> None:
    throttle = Throttle(clock)
    for number in range(NAMES + 50):
        clock.advance(1)
        throttle.admit(str(number))
    assert len(throttle._tries) == NAMES
