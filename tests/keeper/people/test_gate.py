"""Each kind of asker has limits of its own, and parallel guesses share none of them."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import Refused
from appliance.keeper.people.gate import LOCAL, Asker, Gate
from appliance.keeper.people.strangers import FREE
from appliance.link.operations import Role
from appliance.link.requests.login import Browser
from tests.keeper.boxes import KeeperBox, set_up

ANNA, JAN = "0a1b2c3d", "4e5f6a7b"
PANEL = 4711
STRANGER = Asker("stranger", "192.0.2.1")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data")
    yield made
    made.keeper.close()


@pytest.fixture
def gate(box: KeeperBox) -> Gate:
    inside = box.keeper._box
    return Gate(box.clock, inside.sessions, inside.gate.devices, (PANEL,))


def device_of(gate: Gate, operator: str) -> Asker:
    """Return the asker of a browser in which somebody has logged in."""
    cookie = gate.devices.remember("", operator)
    return gate.asker(PANEL, Browser("192.0.2.9", cookie), operator)


def session_of(box: KeeperBox) -> Asker:
    _, caller = box.keeper._box.sessions.open(ANNA, "Anna", frozenset(Role))
    return Asker("session", caller.session)


def guess(gate: Gate, asker: Asker, name: str = "anna", *, right: bool = False) -> str:
    """Guess once; return how it ended."""
    try:
        with gate.attempt(asker, name) as attempt:
            if right:
                attempt.right()
    except Refused as error:
        return error.code
    return "right" if right else "wrong"


def at_once(gate: Gate, asker: Asker, times: int) -> Counter[str]:
    """Guess from many threads; return how often it ended how."""
    ends: list[str] = []
    threads = [
        threading.Thread(target=lambda: ends.append(guess(gate, asker))) for _ in range(times)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return Counter(ends)


def test_parallel_guesses_with_one_cookie_are_ten(gate: Gate) -> None:
    assert at_once(gate, device_of(gate, ANNA), 24) == {"wrong": 10, "browser_throttled": 14}


def test_parallel_guesses_of_one_session_are_five(gate: Gate, box: KeeperBox) -> None:
    assert at_once(gate, session_of(box), 24) == {"wrong": 5, "not_logged_in": 19}


def test_parallel_guesses_of_the_command_line_are_one_a_second(gate: Gate, box: KeeperBox) -> None:
    for _ in range(3):
        assert at_once(gate, LOCAL, 8) == {"wrong": 1, "throttled": 7}
        box.clock.advance(1)


def test_parallel_guesses_of_a_stranger_share_no_wait(gate: Gate) -> None:
    ends = at_once(gate, STRANGER, 24)
    assert ends["wrong"] <= FREE
    assert ends["wrong"] + ends["throttled"] + ends["busy"] == 24


def test_no_kind_touches_another(gate: Gate, box: KeeperBox) -> None:
    device, session = device_of(gate, ANNA), session_of(box)
    code = gate.codes.make(ANNA)
    let_in = gate.asker(PANEL, Browser("192.0.2.1"), ANNA, code)
    askers = (device, session, LOCAL, STRANGER, let_in)
    assert [asker.kind for asker in askers] == ["device", "session", "local", "stranger", "let_in"]
    for used_up in askers:
        while guess(gate, used_up) == "wrong":
            pass
        for other in askers[askers.index(used_up) + 1 :]:
            assert guess(gate, other, right=True) == "right" or other.kind == "let_in"
            if other.kind == "let_in":
                assert gate.asker(PANEL, Browser("192.0.2.1"), ANNA, gate.codes.make(ANNA))


@pytest.mark.parametrize(
    ("user", "browser", "kind"),
    [
        (0, None, "local"),
        (os.getuid(), None, "local"),
        (PANEL, None, "stranger"),
        (PANEL + 1, None, "stranger"),
        (-1, None, "stranger"),
        (PANEL, Browser("192.0.2.1"), "stranger"),
        (PANEL + 1, Browser("192.0.2.1"), "stranger"),
    ],
)
def test_where_a_login_comes_from(
    gate: Gate, user: int, browser: Browser | None, kind: str
) -> None:
    assert gate.asker(user, browser, ANNA).kind == kind


def test_in_a_trial_a_browser_is_a_browser_and_the_rest_the_command_line(box: KeeperBox) -> None:
    gate = box.keeper._box.gate
    assert gate.asker(os.getuid(), Browser("127.0.0.1"), ANNA).kind == "stranger"
    assert gate.asker(os.getuid(), None, ANNA).kind == "local"


def test_a_code_is_refused_where_it_does_not_fit_and_not_needed_where_known(gate: Gate) -> None:
    code = gate.codes.make(ANNA)
    for operator, typed in ((JAN, code), (None, code), (ANNA, "AAAAA-AAAAA")):
        with pytest.raises(Refused) as caught:
            gate.asker(PANEL, Browser("192.0.2.1"), operator, typed)
        assert caught.value.code == "wrong_let_in_code"
    cookie = gate.devices.remember("", ANNA)
    assert gate.asker(PANEL, Browser("192.0.2.1", cookie), ANNA, "wrong").kind == "device"
