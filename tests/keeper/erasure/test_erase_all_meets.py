"""Test an erasure of everything beside the calls that go on meanwhile."""

from pathlib import Path
from threading import Thread

import pytest

from appliance.errors import EraserFailed
from appliance.link.requests.calls import VerifyCalls
from appliance.model.records import Verdict
from tests.keeper.boxes import KeeperBox
from tests.keeper.erasure.everything import (
    OFFICER,
    ask,
    confirm,
    done_of,
    keyring,
    pass_time,
    record,
    recorder,
    tick,
    token_of,
)


def silent(generation: int) -> bytes:
    raise EraserFailed("The eraser does not answer.")


def test_what_was_taken_up_between_two_attempts_counts_as_erased(
    reading_box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = reading_box
    before = record(box)
    assert box.keeper.box is not None
    with monkeypatch.context() as failing:
        failing.setattr(box.keeper.box.eraser, "prepare", silent)
        confirm(box, ask(box))
        between = record(box)
        pass_time(box, 30)
        pass_time(box, 30)
        assert box.acts().count("erasing_all") == 2, "not once an attempt"
    pass_time(box, 30)
    pass_time(box, 30)
    tick(box)
    done = done_of(box)
    assert done is not None
    assert done.recordings == 2
    verdicts = box.ask(VerifyCalls(), token_of(box, OFFICER)).verdicts
    assert {rid: verdicts[rid] for rid in [*before, *between]} == dict.fromkeys(
        [*before, *between], Verdict.SHREDDED
    )
    box.keeper.box.records.recordings.comparison.whole()
    assert box.keeper.box.records.keys_seen.lost == ()


def test_until_the_old_root_is_gone_no_key_counts_as_lost(
    reading_box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = reading_box
    rids = record(box, 2)
    assert box.keeper.box is not None
    monkeypatch.setattr(box.keeper.box.eraser, "wipe_others", silent)
    confirm(box, ask(box))
    pass_time(box, 30)
    verdicts = box.ask(VerifyCalls(), token_of(box, OFFICER)).verdicts
    assert {verdicts[rid] for rid in rids} == {Verdict.SHREDDED}
    box.keeper.box.records.recordings.comparison.whole()
    assert box.keeper.box.records.keys_seen.lost == ()
    assert "keys_lost" not in box.acts()


def test_an_order_that_came_to_nothing_hides_no_lost_key(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rid,) = record(box)
    assert box.keeper.box is not None
    with monkeypatch.context() as failing:
        failing.setattr(box.keeper.box.eraser, "prepare", silent)
        confirm(box, ask(box))
    keyring(box).erase([rid])
    box.keeper.box.records.recordings.comparison.whole()
    assert [lost for lost, _ in box.keeper.box.records.keys_seen.lost] == [rid]


def test_a_file_that_goes_with_everything_is_nothing_strange(box: KeeperBox) -> None:
    running = recorder(box).begin()
    box.keeper.take_up()
    recorder(box).record()  # nobody has taken it up yet
    confirm(box, ask(box))
    box.keeper.take_up()
    assert box.keeper.box is not None
    assert box.keeper.box.records.recordings.intake.problems() == {}
    running.close()
    pass_time(box, 30)
    box.keeper.take_up()
    assert box.keeper.box.records.recordings.intake.problems() == {}
    assert running.rid not in {path.name for path in box.folders.new.iterdir()}


def test_a_refill_meanwhile_loses_no_file(box: KeeperBox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that it makes are of keys that were not there when the look began."""
    running = recorder(box).begin()
    confirm(box, ask(box))
    running.close()
    seen: list[bool] = []
    unlink = Path.unlink

    def try_lock() -> None:
        seen.append(keyring(box)._lock.acquire(blocking=False))
        if seen[-1]:
            keyring(box)._lock.release()

    def look(path: Path, missing_ok: bool = False) -> None:
        if path.name == running.rid:
            other = Thread(target=try_lock)
            other.start()
            other.join()
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", look)
    pass_time(box, 30)
    assert not (box.folders.new / running.rid).exists()
    assert seen == [False], "keys can be made between the look and the removal"


def test_a_call_that_had_ended_counts_also_if_nobody_had_taken_it_up(box: KeeperBox) -> None:
    record(box)
    order = ask(box)
    ended = recorder(box).record()
    confirm(box, order)
    pass_time(box, 30)
    tick(box)
    done = done_of(box)
    assert done is not None
    assert done.recordings == 2
    assert box.keeper.box is not None
    told = [entry.type for entry in box.keeper.box.audit.of_recording(ended.rid)]
    assert told == ["sealed", "erasing_all", "erased_all"]
