"""Give every watcher the newest state; a slow one skips the states in between."""

import threading
from collections.abc import Iterator

import pytest

from appliance.link.latest import Latest

PATIENT = 5.0
HASTY = 0.01


@pytest.fixture
def board() -> Iterator[Latest[str]]:
    made: Latest[str] = Latest()
    yield made
    made.close()


def test_a_watcher_gets_the_state_and_then_each_newer_one(board: Latest[str]) -> None:
    board.show("idle")
    watching = board.watch(PATIENT)
    assert next(watching) == "idle"
    board.show("ringing")
    assert next(watching) == "ringing"


def test_patience_ends_with_nothing(board: Latest[str]) -> None:
    watching = board.watch(HASTY)
    assert next(watching) is None
    board.show("idle")
    assert [next(watching), next(watching)] == ["idle", None]


def test_a_slow_watcher_misses_what_came_between_but_never_the_last(board: Latest[str]) -> None:
    slow, quick = board.watch(HASTY), board.watch(HASTY)
    board.show("idle")
    assert [next(slow), next(quick)] == ["idle", "idle"]
    for state in ("ringing", "asking", "recording"):
        board.show(state)
        assert next(quick) == state
    assert [next(slow), next(slow)] == ["recording", None]


def test_what_passes_is_kept_for_nobody_and_never_hides_a_state(board: Latest[str]) -> None:
    board.show("recording")
    watching = board.watch(HASTY)
    assert next(watching) == "recording"
    for level in ("-20", "-18"):
        board.pass_by(level)
    assert [next(watching), next(watching)] == ["-18", None]
    board.pass_by("-17")
    board.show("paused")
    assert [next(watching), next(watching)] == ["paused", None]
    board.pass_by("-16")
    late = board.watch(HASTY)
    assert [next(late), next(late)] == ["paused", None]


def test_a_state_that_was_taken_away_is_shown_to_nobody(board: Latest[str]) -> None:
    board.show("recording")
    board.clear()
    watching = board.watch(HASTY)
    assert next(watching) is None
    board.show("idle")
    assert next(watching) == "idle"


def test_many_watchers_are_woken_and_end_with_the_board(board: Latest[str]) -> None:
    seen: list[list[str | None]] = [[] for _ in range(8)]
    started = threading.Barrier(9)

    def watch(mine: list[str | None]) -> None:
        for value in board.watch(PATIENT):
            mine.append(value)
            if value in {"ready", "idle"}:
                started.wait(PATIENT)

    threads = [threading.Thread(target=watch, args=(mine,)) for mine in seen]
    for thread in threads:
        thread.start()
    for state in ("ready", "idle"):
        board.show(state)
        started.wait(PATIENT)
    board.close()
    for thread in threads:
        thread.join(PATIENT)
        assert not thread.is_alive()
    assert seen == [["ready", "idle"]] * 8
    assert list(board.watch(PATIENT)) == []
