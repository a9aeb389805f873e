"""A program that listens has a call's sound no sooner than ears have, whatever way it asks."""

import itertools
import random
import threading
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from appliance.errors import Refused
from appliance.keeper.reading.pace import AT_ONCE, TIMES
from appliance.model.audio import RATE
from tests.web.conftest import Browser, Panel, serve, set_up_box
from tests.web.pages.one_call.test_playback import start
from web.listening import MOMENT, MOMENTS, MOST_EACH, MOST_WAITING, WaitingPlayers
from web.pages.one_call.playback import SLICE

SECONDS = 400
A_SECOND = 2 * 2 * RATE
"""Bytes of a second of two channels."""

MOST_AHEAD = 1 / 8
"""Seconds by which a piece that is cut in the middle of a unit may be beyond what was counted."""


class Attacker:
    """Somebody who listens by a program, and what it has."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.had = panel, bytearray(SECONDS * A_SECOND)
        self.waited: list[float] = []
        panel.app.extensions["waiting_players"] = WaitingPlayers(self.wait)

    def wait(self, seconds: float) -> None:
        """Let the time of a waiting request pass."""
        self.waited.append(seconds)
        self.panel.box.clock.advance(seconds)

    def take(self, browser: Browser, address: str, at: int, size: int = SLICE) -> TestResponse:
        """Ask for a piece and keep what came."""
        answer = browser.get(address, Range=f"bytes={44 + at}-{44 + at + size - 1}")
        if answer.status_code == 206:
            self.had[at : at + len(answer.data)] = b"\1" * len(answer.data)
        return answer

    @property
    def seconds(self) -> float:
        """The seconds of sound that it has."""
        return self.had.count(1) / A_SECOND


@pytest.fixture(scope="module")
def long_call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Panel, str]]:
    for panel in serve(set_up_box(tmp_path_factory.mktemp("box"))):
        yield panel, panel.record(seconds=SECONDS)


@pytest.fixture
def attacker(long_call: tuple[Panel, str]) -> Attacker:
    """An attacker who was given nothing of late."""
    long_call[0].box.clock.advance(AT_ONCE)
    return Attacker(long_call[0])


def at_an_instant(attacker: Attacker) -> None:
    """Refuse at once what would have to be waited for."""

    def impatient(_: float) -> None:
        raise Refused("sound_ahead", seconds=1)

    attacker.panel.app.extensions["waiting_players"] = WaitingPlayers(impatient)


def test_a_range_in_a_loop_has_what_ears_need(
    long_call: tuple[Panel, str], attacker: Attacker
) -> None:
    panel, rid = long_call
    browser = panel.log_in("Lena Listener")
    address, began, at = start(browser, rid), panel.box.clock.monotonic(), 0
    first = 0.0
    while at < SECONDS * A_SECOND:
        answer = attacker.take(browser, address, at)
        assert answer.status_code == 206
        at += len(answer.data)
        passed = panel.box.clock.monotonic() - began
        first = first or (attacker.seconds if passed else 0)
        assert attacker.seconds <= AT_ONCE + TIMES * passed + MOST_AHEAD
    assert panel.box.clock.monotonic() - began >= (SECONDS - AT_ONCE) / TIMES - MOMENT
    assert AT_ONCE <= first <= AT_ONCE + 2
    assert panel.box.acts().count("played") == 1


def test_tabs_sessions_seeks_and_heads_add_up_to_no_more(
    long_call: tuple[Panel, str], attacker: Attacker
) -> None:
    panel, rid = long_call
    at_an_instant(attacker)
    browsers = [panel.log_in("Lena Listener") for _ in range(3)]
    tabs = [(one, start(one, rid)) for one in browsers for _ in range(3)]
    drawn = random.Random(32)
    answers = set()
    for browser, address in itertools.islice(itertools.cycle(tabs), 120):
        at = drawn.randrange(SECONDS * A_SECOND - SLICE)
        answers.add(attacker.take(browser, address, at, drawn.choice([3, 5000, SLICE])).status_code)
        head = browser.client.head(address, headers={"Range": f"bytes={44 + at}-"})
        assert head.data == b""
    assert answers == {206, 429}
    assert 0 < attacker.seconds <= AT_ONCE
    panel.box.clock.advance(10)
    for browser, address in tabs:
        for at in range(0, SECONDS * A_SECOND, SLICE):
            attacker.take(browser, address, at)
    assert attacker.seconds <= AT_ONCE + 10 * TIMES


def test_who_asks_beyond_it_is_told_to_wait(
    long_call: tuple[Panel, str], attacker: Attacker
) -> None:
    panel, rid = long_call
    at_an_instant(attacker)
    browser = panel.log_in("Lena Listener")
    address = start(browser, rid)
    at, answer = 0, attacker.take(browser, address, 0)
    while answer.status_code == 206:
        at += len(answer.data)
        answer = attacker.take(browser, address, at)
    assert answer.status_code == 429
    assert "no faster than a player needs it" in answer.text
    assert attacker.take(browser, address, 0).status_code == 206, "what it has it may hear again"
    other = panel.log_in("Pola Officer")
    assert attacker.take(other, start(other, rid), at).status_code == 206, "others hear theirs"


@pytest.mark.parametrize("speed", [1, 2])
def test_a_player_never_waits_whatever_its_page_has_drawn(
    long_call: tuple[Panel, str], attacker: Attacker, speed: int
) -> None:
    """The page draws samples of the sound first; the player then reads 20 seconds ahead."""
    panel, rid = long_call
    browser = panel.log_in("Lena Listener")
    address = start(browser, rid)
    for column in range(160):
        at = column * SECONDS * A_SECOND // 160 // 4 * 4
        drawn = attacker.take(browser, address, at, A_SECOND // 4)
        assert len(drawn.data) == A_SECOND // 4
    assert attacker.waited == []
    read, began = 0, panel.box.clock.monotonic()
    while read < SECONDS * A_SECOND:
        heard = (panel.box.clock.monotonic() - began) * speed
        if read / A_SECOND - heard > 20:
            panel.box.clock.advance(0.5)
            continue
        assert heard <= read / A_SECOND or not read, "it ran dry"
        read += len(attacker.take(browser, address, read).data)
    assert attacker.waited == []


def test_requests_that_wait_leave_the_panel_its_threads() -> None:
    """Of one person a few wait, of all people twice as many; the others are told at once."""
    begun, go_on = threading.Semaphore(0), threading.Event()
    told: list[str] = []

    def wait(_: float) -> None:
        begun.release()
        go_on.wait(20)

    players = WaitingPlayers(wait)

    def ask() -> None:
        raise Refused("sound_ahead", seconds=1)

    def read(person: str) -> None:
        try:
            players.read(person, ask)
        except Refused:
            told.append(person)

    people = ["a"] * MOST_EACH + ["b"] * (MOST_WAITING - MOST_EACH)
    waiting = [threading.Thread(target=read, args=(person,)) for person in people]
    for thread in waiting:
        thread.start()
        assert begun.acquire(timeout=20)
    read("a")
    assert told == ["a"]
    read("c")
    assert told == ["a", "c"]
    go_on.set()
    for thread in waiting:
        thread.join()
    assert sorted(told) == ["a"] * (MOST_EACH + 1) + ["b"] * (MOST_WAITING - MOST_EACH) + ["c"]
    assert players.read("a", lambda: b"sound") == b"sound"


def test_it_is_waited_for_a_second_at_most() -> None:
    waited: list[float] = []

    def ask() -> None:
        raise Refused("sound_ahead", seconds=1)

    with pytest.raises(Refused):
        WaitingPlayers(waited.append).read("a", ask)
    assert waited == [MOMENT] * MOMENTS
