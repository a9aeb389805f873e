"""Watch the recorder, lend it the list, and live with its absence."""

import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.config.folders import Folders
from appliance.errors import LinkError, Refused
from appliance.keeper.handlers import lines as recorder_link
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.people.sessions import NOBODY
from appliance.link.handlers import Answer, handlers_of
from appliance.link.operations import Done, Operation
from appliance.link.requests.lines import GetLines, Lines, PressButton
from appliance.link.requests.processes.news import (
    GetOrigin,
    LendList,
    OriginPublic,
    RecorderNews,
    TellDay,
    TellEntry,
    TellNeed,
    TellSpeakers,
    WatchRecorder,
)
from appliance.link.requests.trial import PlaceTrialCall
from appliance.link.server import Server
from appliance.model.lamps import Need
from appliance.model.records import AuditPlace, LineStatus
from tests.model.refusals import refuses

KEY = b"k" * 32
ORIGIN = OriginPublic(b"o" * 32)
STATUS = LineStatus(line="Reception", state="idle")


class Recorder:
    """A recorder's socket with nothing behind it."""

    def __init__(self, folders: Folders) -> None:
        self.asked: queue.Queue[Operation[Any]] = queue.Queue()
        self.news: queue.Queue[RecorderNews] = queue.Queue()
        self.server = Server(folders.recorder_socket, self.handle, {os.getuid()})
        self.server.start()

    def handle(self, operation: Operation[Any], session: str | None, upload: bytes) -> Answer:
        self.asked.put(operation)
        match operation:
            case GetLines():
                return Lines((STATUS,))
            case WatchRecorder():
                return self.watch()
            case GetOrigin():
                return ORIGIN
            case PressButton():
                raise Refused("no_line", line="x")
        return Done()

    def watch(self) -> Iterator[RecorderNews | None]:
        yield RecorderNews("lines", lines=(STATUS,))
        while True:
            try:
                yield self.news.get(timeout=0.05)
            except queue.Empty:
                yield None


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    folders.run.mkdir()
    return folders


@pytest.fixture
def recorder(folders: Folders) -> Iterator[Recorder]:
    made = Recorder(folders)
    yield made
    made.server.stop()


@pytest.fixture
def taken_up() -> "queue.Queue[str]":
    return queue.Queue()


@pytest.fixture
def met() -> "queue.Queue[bytes]":
    return queue.Queue()


@pytest.fixture
def link(folders: Folders, taken_up: "queue.Queue[str]", met: "queue.Queue[bytes]") -> RecorderLink:
    return RecorderLink(folders, lambda: taken_up.put("taken up"), met.put)


def ask(link: RecorderLink, operation: Operation[Any]) -> Any:
    return (link.forwarded() | handlers_of(link))[type(operation)](operation, NOBODY)


def test_lines_buttons_and_trial_calls_are_passed_on(
    link: RecorderLink, recorder: Recorder
) -> None:
    assert ask(link, GetLines()) == Lines((STATUS,))
    place = PlaceTrialCall(line="Reception", caller="agrees")
    assert ask(link, place) == Done()
    with refuses("no_line"):
        ask(link, PressButton(line="x", button="pause"))
    assert [recorder.asked.get(timeout=5) for _ in range(2)] == [GetLines(), place]


def test_an_absent_recorder_is_said_and_breaks_nothing(link: RecorderLink) -> None:
    assert ask(link, GetLines()) == Lines((), recorder=False)
    with refuses("recorder_away") as caught:
        ask(link, PlaceTrialCall(line="Reception", caller="agrees"))
    assert caught.value.code == "recorder_away"
    with pytest.raises(LinkError, match="The recorder is not running"):
        link.lend(Loan())


def test_a_stream_is_passed_on_and_let_go(link: RecorderLink, recorder: Recorder) -> None:
    told = link.pass_on_stream(WatchRecorder(), NOBODY)
    assert next(told) == RecorderNews("lines", lines=(STATUS,))
    recorder.news.put(RecorderNews("noted"))
    assert next(told) == RecorderNews("noted")
    told.close()  # type: ignore[attr-defined]  # a generator behind its interface
    recorder.server.stop()
    with refuses("recorder_away"):
        next(link.pass_on_stream(WatchRecorder(), NOBODY))


class Loan:
    """The list as it now is."""

    tags: tuple[int, ...] = ()

    def __call__(self) -> LendList:
        return LendList(key=KEY, tags=self.tags)


def test_the_list_is_lent_as_it_is(link: RecorderLink, recorder: Recorder) -> None:
    loan = Loan()
    link.lend(loan)
    loan.tags = (7, 2**26 - 1)
    link.lend(loan)
    lent = [recorder.asked.get(timeout=5) for _ in range(2)]
    assert lent == [LendList(key=KEY, tags=()), LendList(key=KEY, tags=(7, 2**26 - 1))]


class Turnstile:
    """A lock that says when somebody waits before it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting = threading.Event()

    def __enter__(self) -> None:
        if self.lock.locked():
            self.waiting.set()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_an_older_list_never_comes_after_a_newer_one(
    link: RecorderLink, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = Loan()
    turnstile, on_its_way = Turnstile(), threading.Event()
    monkeypatch.setattr(link, "_lending", turnstile)
    call = link._client.call

    def slow(operation: LendList) -> Done:
        if not operation.tags:
            on_its_way.set()
            assert turnstile.waiting.wait(10)
        return call(operation)

    monkeypatch.setattr(link._client, "call", slow)
    both = [threading.Thread(target=link.lend, args=(loan,)) for _ in range(2)]
    both[0].start()
    assert on_its_way.wait(10)
    loan.tags = (7,)
    both[1].start()
    for one in both:
        one.join(10)
    lent = [recorder.asked.get(timeout=5) for _ in range(2)]
    assert lent == [LendList(key=KEY, tags=()), LendList(key=KEY, tags=(7,))]


def test_the_recorder_hears_once_what_the_box_needs(link: RecorderLink, recorder: Recorder) -> None:
    for need in (Need.NOTHING, Need.NOTHING, Need.TIME, Need.TIME, Need.ERASURE, Need.NOTHING):
        link.need(need)
    told = [recorder.asked.get(timeout=5) for _ in range(4)]
    assert told == [
        TellNeed(Need.NOTHING),
        TellNeed(Need.TIME),
        TellNeed(Need.ERASURE),
        TellNeed(Need.NOTHING),
    ]
    assert recorder.asked.empty()


def test_the_recorder_hears_each_day_once(link: RecorderLink, recorder: Recorder) -> None:
    for day in ("", "", "2027-01-10", "2027-01-10", "2027-01-11"):
        link.tell_day(day)
    told = [recorder.asked.get(timeout=5) for _ in range(3)]
    assert told == [TellDay(""), TellDay("2027-01-10"), TellDay("2027-01-11")]
    assert recorder.asked.empty()


def test_the_recorder_hears_once_which_lists_hold(link: RecorderLink, recorder: Recorder) -> None:
    for digest in ("ab" * 32, "ab" * 32, "cd" * 32, "ab" * 32):
        link.tell_speakers(digest)
    told = [recorder.asked.get(timeout=5) for _ in range(3)]
    assert told == [TellSpeakers("ab" * 32), TellSpeakers("cd" * 32), TellSpeakers("ab" * 32)]
    assert recorder.asked.empty()


def test_the_recorder_hears_each_entry_once(link: RecorderLink, recorder: Recorder) -> None:
    first, second = (AuditPlace(seq=seq, hash="ab" * 32) for seq in (1, 9))
    for place in (None, first, first, second):
        link.tell_entry(place)
    told = [recorder.asked.get(timeout=5) for _ in range(2)]
    assert told == [TellEntry(first), TellEntry(second)]
    assert recorder.asked.empty()


def test_news_of_a_recording_is_taken_up_at_once(
    link: RecorderLink,
    recorder: Recorder,
    taken_up: "queue.Queue[str]",
    met: "queue.Queue[bytes]",
) -> None:
    stop = threading.Event()
    watching = threading.Thread(target=link.watch, args=(Loan(), lambda: None, stop))
    watching.start()
    assert isinstance(recorder.asked.get(timeout=5), LendList)
    assert recorder.asked.get(timeout=5) == TellNeed(Need.NOTHING)
    assert isinstance(recorder.asked.get(timeout=5), GetOrigin)
    assert isinstance(recorder.asked.get(timeout=5), WatchRecorder)
    assert met.get(timeout=5) == ORIGIN.key
    for kind in ("opened", "sealed", "lines", "withdrawn"):
        recorder.news.put(RecorderNews(kind, recording="ab" * 16))
    assert [taken_up.get(timeout=5) for _ in range(2)] == ["taken up"] * 2
    stop.set()
    recorder.news.put(RecorderNews("lines"))
    watching.join(5)
    assert not watching.is_alive()
    assert taken_up.empty()


def test_a_recorder_that_comes_back_is_found_and_lent_the_list_again(
    link: RecorderLink,
    folders: Folders,
    taken_up: "queue.Queue[str]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder_link, "FIRST_WAIT", 0.01)
    link.need(Need.TIME)  # it is away, and hears of it when it is back
    stop = threading.Event()
    watching = threading.Thread(target=link.watch, args=(Loan(), lambda: None, stop))
    watching.start()
    taken_up.get(timeout=5)  # away: what lies there is taken up all the same
    for _ in range(2):
        recorder = Recorder(folders)
        assert isinstance(recorder.asked.get(timeout=5), LendList)
        assert recorder.asked.get(timeout=5) == TellNeed(Need.TIME)
        assert isinstance(recorder.asked.get(timeout=5), GetOrigin)
        assert isinstance(recorder.asked.get(timeout=5), WatchRecorder)
        recorder.server.stop()
    stop.set()
    watching.join(5)
    assert not watching.is_alive()
