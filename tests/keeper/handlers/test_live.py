"""Serve many browsers from one subscription: the view of each role, and the end."""

import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.handlers import live
from appliance.keeper.handlers.live import AWAY
from appliance.link.client import Client
from appliance.link.handlers import Answer
from appliance.link.operations import Operation, Role
from appliance.link.requests.live import SEES_WHO, GetLive, LineLevel, LiveNews, OnLine, WatchLive
from appliance.link.requests.login import LogOut, WhoAmI
from appliance.link.requests.people import ChangeRoles
from appliance.link.server import Server
from appliance.model.records import CallNote, LineStatus
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox, set_up

PEOPLE = {role.value: frozenset({role}) for role in Role}
WAITING = 5.0


def state(word: str) -> LiveNews:
    on = OnLine("Reception", "incoming", "known", "+48221234567", "Zofia Testowa")
    lines = (LineStatus(line="Reception", state=word),)
    return LiveNews("state", lines=lines, people=(on,) if word == "recording" else ())


def level(dbm0: float) -> LiveNews:
    return LiveNews("levels", levels=(LineLevel("Reception", dbm0),))


class Recorder:
    """A recorder's socket: tells whoever watches what a test puts into its queue."""

    def __init__(self, box: KeeperBox, first: str = "idle") -> None:
        self.news: queue.Queue[LiveNews] = queue.Queue()
        self.watched: queue.Queue[str] = queue.Queue()
        self.first = first
        self.server = Server(box.folders.recorder_socket, self.handle, {os.getuid()})
        self.server.start()

    def handle(self, operation: Operation[Any], session: str | None, upload: bytes) -> Answer:
        return self.watch() if isinstance(operation, WatchLive) else state(self.first)

    def watch(self) -> Iterator[LiveNews | None]:
        self.watched.put("begun")
        try:
            yield state(self.first)
            while True:
                try:
                    yield self.news.get(timeout=0.02)
                except queue.Empty:
                    yield None
        finally:
            self.watched.put("over")


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", PEOPLE)
    yield made
    made.keeper.close()


@pytest.fixture
def recorder(box: KeeperBox) -> Iterator[Recorder]:
    made = Recorder(box)
    yield made
    made.server.stop()


def watch(box: KeeperBox, token: str) -> Iterator[LiveNews | None]:
    answer: Any = box.keeper.handle(WatchLive(), token)
    assert isinstance(answer, Iterator)
    return answer


def told(watching: Iterator[LiveNews | None]) -> LiveNews:
    """Return the next news, whatever seconds without any come before."""
    return lines_alone(next(news for news in watching if news is not None))


def lines_alone(news: LiveNews) -> LiveNews:
    """Leave out how much was taken up."""
    return structs.replace(news, taken_up=0)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "live"]


def test_many_browsers_share_one_subscription(box: KeeperBox, recorder: Recorder) -> None:
    tokens = [box.log_in("operator"), box.log_in("listener"), box.log_in("privacy_officer")]
    watching = [watch(box, token) for token in tokens for _ in range(4)]
    assert [told(each) for each in watching] == [state("idle")] * 12
    for news in (state("ringing"), state("recording"), level(-18.0), state("paused")):
        recorder.news.put(news)
        assert [told(each) for each in watching] == [news] * 12
    assert recorder.watched.get(timeout=WAITING) == "begun"
    assert recorder.watched.empty()
    assert threads() == ["live"]


def test_the_subscription_ends_with_the_last_browser(box: KeeperBox, recorder: Recorder) -> None:
    token = box.log_in()
    first, second = watch(box, token), watch(box, token)
    assert told(first) == told(second) == state("idle")
    assert recorder.watched.get(timeout=WAITING) == "begun"
    for each in (first, second):
        each.close()  # type: ignore[attr-defined]  # a generator behind its interface
    recorder.news.put(state("recording"))
    assert recorder.watched.get(timeout=WAITING) == "over"
    assert told(watch(box, token)) == state("idle")  # nothing of the call is left from before
    assert recorder.watched.get(timeout=WAITING) == "begun"


def test_a_slow_browser_gets_the_newest_state_and_holds_up_nobody(
    box: KeeperBox, recorder: Recorder
) -> None:
    token = box.log_in()
    slow, quick = watch(box, token), watch(box, token)
    assert told(slow) == told(quick) == state("idle")
    for word in ("ringing", "asking", "recording"):
        recorder.news.put(state(word))
        assert told(quick) == state(word)
    for dbm0 in (-20.0, -19.0, -18.0):
        recorder.news.put(level(dbm0))
        assert told(quick) == level(dbm0)
    assert told(slow) == state("recording")
    recorder.news.put(level(-17.0))
    assert told(slow) == level(-17.0)


@pytest.mark.parametrize("role", list(Role))
def test_only_some_roles_are_told_who_is_on(box: KeeperBox, role: Role) -> None:
    recorder = Recorder(box, "recording")
    try:
        token = box.log_in(role.value)
        for news in (told(watch(box, token)), box.ask(GetLive(), token)):
            assert news.lines == state("recording").lines
            assert news.people == (state("recording").people if role in SEES_WHO else ())
    finally:
        recorder.server.stop()


def test_an_absent_recorder_is_told_and_so_is_its_return(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.01)
    token = box.log_in()
    assert lines_alone(box.ask(GetLive(), token)) == AWAY
    watching = watch(box, token)
    assert told(watching) == AWAY
    for word in ("unknown", "idle"):
        recorder = Recorder(box, word)
        assert next(
            lines for news in watching if news and (lines := lines_alone(news)) != AWAY
        ) == state(word)
        recorder.server.stop()
        assert told(watching) == AWAY


def newer(watching: Iterator[LiveNews | None], taken_up: int) -> LiveNews:
    """Return the next news that tells of more than was taken up."""
    return next(news for news in watching if news is not None and news.taken_up > taken_up)


def test_who_watches_is_told_that_a_call_was_taken_up_though_no_line_moves(
    box: KeeperBox, recorder: Recorder
) -> None:
    token = box.log_in()
    watching = watch(box, token)
    before = next(news for news in watching if news is not None)
    note = CallNote(line="Reception", day="2026-09-21", outcome="unrecorded", reason="refused")
    (box.folders.notes / "aa.json").write_bytes(msgspec.json.encode(note))
    box.keeper.take_up()
    counted = newer(watching, before.taken_up)
    assert counted.lines == before.lines
    assert box.ask(GetLive(), token).taken_up == counted.taken_up


def test_logging_out_elsewhere_ends_the_watching(box: KeeperBox, recorder: Recorder) -> None:
    token, other = box.log_in(), box.log_in()
    mine, theirs = watch(box, token), watch(box, other)
    assert told(mine) == told(theirs) == state("idle")
    box.ask(LogOut(), token)
    with pytest.raises(Refused) as caught:
        next(mine)
    assert caught.value.code == "not_logged_in"
    recorder.news.put(state("ringing"))
    assert told(theirs) == state("ringing")


def test_watching_keeps_no_session_awake(box: KeeperBox, recorder: Recorder) -> None:
    token = box.log_in()
    idle = box.ask(WhoAmI(), token).idle_seconds
    watching = watch(box, token)
    assert told(watching) == state("idle")
    box.clock.advance(idle - 1)
    recorder.news.put(state("ringing"))
    assert told(watching) == state("ringing")
    assert box.ask(GetLive(), token).recorder
    box.clock.advance(1)
    recorder.news.put(state("idle"))
    with pytest.raises(Refused) as caught:
        told(watching)
    assert caught.value.code == "not_logged_in"


def test_nobody_watches_without_a_session(box: KeeperBox, recorder: Recorder) -> None:
    for operation in (WatchLive(), GetLive()):
        with pytest.raises(Refused) as caught:
            box.keeper.handle(operation, "a token of nobody's")
        assert caught.value.code == "not_logged_in"
    assert recorder.watched.empty()


def test_closing_the_keeper_ends_everything(box: KeeperBox, recorder: Recorder) -> None:
    watching = watch(box, box.log_in())
    assert told(watching) == state("idle")
    box.keeper.close()
    assert threads() == []
    assert recorder.watched.get(timeout=WAITING) == "begun"
    assert recorder.watched.get(timeout=WAITING) == "over"
    with pytest.raises((Refused, StopIteration)):
        next(watching)


def test_a_browser_that_vanished_is_noticed_over_the_sockets(
    box: KeeperBox, recorder: Recorder
) -> None:
    token = box.log_in()
    keeper = Server(box.folders.keeper_socket, box.keeper.handle, {os.getuid()})
    keeper.start()
    try:
        panels = [Client(box.folders.keeper_socket) for _ in range(3)]
        watching = [panel.watch(WatchLive(), token) for panel in panels]
        assert [told(each) for each in watching] == [state("idle")] * 3
        assert recorder.watched.get(timeout=WAITING) == "begun"
        for each in watching:
            each.close()  # type: ignore[attr-defined]  # a generator behind its interface
        assert recorder.watched.get(timeout=WAITING) == "over"
    finally:
        keeper.stop()


def test_whoever_loses_the_role_is_told_of_nobody_from_then_on(
    box: KeeperBox, recorder: Recorder
) -> None:
    token = box.log_in("operator")
    operator = box.ask(WhoAmI(), token).operator
    watching = watch(box, token)
    assert told(watching) == state("idle")
    recorder.news.put(state("recording"))
    assert told(watching).people
    box.ask(ChangeRoles(operator, (Role.ADMINISTRATOR,), PASSWORD), box.log_in())
    recorder.news.put(state("recording"))
    over = next((news for news in watching if news is not None), None)
    assert over is None  # and the page asks again
    recorder.first = "recording"
    assert told(watch(box, token)).people == ()
