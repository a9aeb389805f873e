"""Lamps, notes, exempt numbers, news: small, pure or nearly so."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.link.requests.live import GetLive, LiveNews, WatchLive
from appliance.link.requests.processes.news import RecorderNews
from appliance.model.lamps import LampPattern, Light, lamp_pattern
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from appliance.recorder.handlers.live import LiveDesk
from appliance.recorder.handlers.news import WAITING, NewsDesk
from appliance.recorder.numbers.exempt import ExemptList
from appliance.recorder.recording.notes import Notes
from appliance.vault.pool import Pool, PoolContent, store
from appliance.vault.tags import BITS, tag
from tests.clocks import ManualClock
from tests.vaults import BOX_KEY, SIGNER


def lines(*states: str) -> tuple[LineStatus, ...]:
    return tuple(LineStatus(line=str(i), state=state) for i, state in enumerate(states))


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (("idle",), LampPattern(green=Light.STEADY)),
        (("asking",), LampPattern(amber=Light.BLINKING)),
        (("recording",), LampPattern(red=Light.STEADY)),
        (("paused",), LampPattern(red=Light.BLINKING)),
        (("fault",), LampPattern(red=Light.WINK)),
        (("idle", "fault"), LampPattern(green=Light.STEADY, red=Light.WINK)),
        (("idle", "recording"), LampPattern(red=Light.STEADY)),
        (("asking", "recording"), LampPattern(amber=Light.BLINKING, red=Light.STEADY)),
        ((), LampPattern(red=Light.WINK)),
    ],
)
def test_lamps(states: tuple[str, ...], shown: LampPattern) -> None:
    assert lamp_pattern(lines(*states)) == shown


@pytest.mark.parametrize("why", list(Obstacle))
def test_green_never_says_ready_where_nobody_is_asked(why: Obstacle) -> None:
    silent = LineStatus(line="Reception", state="idle", obstacle=why)
    as_meant = why in {Obstacle.KIND, Obstacle.DAY}
    green = Light.WINK if why is Obstacle.DAY else Light.OFF
    red = Light.OFF if as_meant else Light.WINK
    assert lamp_pattern((silent,)) == LampPattern(green=green, red=red)
    both = lamp_pattern((silent, *lines("idle")))
    assert both == LampPattern(green=Light.STEADY, red=Light.OFF if as_meant else Light.WINK)


def test_a_box_that_waits_for_its_first_day_is_no_fault_until_something_is_missing() -> None:
    waits = LineStatus(line="Reception", state="idle", obstacle=Obstacle.DAY)
    assert lamp_pattern((waits, waits)) == LampPattern(green=Light.WINK)
    assert lamp_pattern((waits, *lines("asking"))) == LampPattern(amber=Light.BLINKING)
    assert lamp_pattern((waits, *lines("fault"))) == LampPattern(red=Light.WINK)
    assert lamp_pattern((waits,), needed=True) == LampPattern(red=Light.WINK)
    for changed in ({"complete": False}, {"state": "fault"}, {"state": "unknown"}):
        assert lamp_pattern((structs.replace(waits, **changed),)) == LampPattern(red=Light.WINK)


@pytest.mark.parametrize(
    ("states", "red"),
    [(("idle",), Light.WINK), (("recording",), Light.STEADY), (("paused",), Light.BLINKING)],
)
def test_a_lamp_winks_while_an_administrator_is_needed(states: tuple[str, ...], red: Light) -> None:
    assert lamp_pattern(lines(*states), needed=True).red is red
    assert lamp_pattern(lines("idle"), needed=False).red is Light.OFF


def test_a_note_is_whole_or_not_there(tmp_path: Path) -> None:
    notes = Notes(tmp_path, ManualClock(1_790_000_000.0))
    notes.write("Reception", "recorded", None)
    notes.write("Reception", "unrecorded", "refused")
    told = [json.loads(path.read_text()) for path in tmp_path.glob("*.json")]
    assert {(t["outcome"], t["reason"], t["day"]) for t in told} == {
        ("recorded", "recorded", "2026-09-21"),
        ("unrecorded", "refused", "2026-09-21"),
    }
    assert not list(tmp_path.glob(".*"))


def exempt_list(folder: Path, count: int | None) -> ExemptList:
    """Return the recorder's list, with a pool that tells so many numbers, or without one."""
    if count is not None:
        content = PoolContent(bytes(16), bytes(32), BOX_KEY, exempt=count)
        store(folder / "pool", content, SIGNER.sign)
    return ExemptList(Pool(folder / "pool", folder), "PL")


class TestExemptList:
    def test_the_pool_says_that_the_list_is_empty(self, tmp_path: Path) -> None:
        exempt = exempt_list(tmp_path, 0)
        assert exempt.known
        assert not exempt.listed("+48221234567")

    @pytest.mark.parametrize("count", [None, 1, 10_000])
    def test_before_the_key_is_lent_nothing_may_be_asked(
        self, tmp_path: Path, count: int | None
    ) -> None:
        exempt = exempt_list(tmp_path, count)
        assert not exempt.known
        exempt.lend(bytes(32), (tag(bytes(32), "+48221234567"),))
        assert exempt.known

    @pytest.mark.parametrize("spelling", ["+48221234567", "22 123 45 67", "0048 22 1234567"])
    def test_knows_a_number_in_any_spelling(self, tmp_path: Path, spelling: str) -> None:
        exempt = exempt_list(tmp_path, 1)
        exempt.lend(bytes(32), (tag(bytes(32), "+48221234567"),))
        assert exempt.listed(spelling)

    @pytest.mark.parametrize("other", ["+48221234568", "", "not a number", "112"])
    def test_knows_no_other(self, tmp_path: Path, other: str) -> None:
        exempt = exempt_list(tmp_path, 1)
        exempt.lend(bytes(32), (tag(bytes(32), "+48221234567"),))
        assert not exempt.listed(other)

    def test_a_tag_is_short(self) -> None:
        tags = {tag(bytes(32), f"+4822123{n:04d}") for n in range(500)}
        assert max(tags) < 2**BITS
        assert len(tags) > 490


def test_a_watcher_hears_all_news_from_the_first() -> None:
    desk = NewsDesk()
    watching = desk.watch(RecorderNews(kind="lines"))
    assert next(watching) == RecorderNews(kind="lines")
    desk.tell(RecorderNews(kind="sealed", recording="r"))
    assert next(watching) == RecorderNews(kind="sealed", recording="r")
    desk.close()
    assert list(watching) == []


def test_a_slow_watcher_is_let_go() -> None:
    desk = NewsDesk()
    watching = desk.watch(RecorderNews(kind="lines"))
    next(watching)
    for _ in range(WAITING + 1):
        desk.tell(RecorderNews(kind="noted"))
    assert list(watching) == []


def test_watchers_of_the_lines_hear_that_an_administrator_is_needed() -> None:
    desk = LiveDesk(list)
    told = desk.watch(WatchLive())
    assert isinstance(told, Iterator)
    assert next(told) == LiveNews("state")
    desk.need(True)
    assert next(told) == LiveNews("state", needed=True)
    now = desk.get(GetLive())
    assert isinstance(now, LiveNews)
    assert now.needed
    desk.close()
