"""The writer when disks fail: a withdrawal reaches every file, the thread goes on."""

from pathlib import Path
from typing import Any

import pytest

from appliance.model.records import RecordingMark
from appliance.recorder.recording.writer import (
    MOST_TRIES,
    EndFile,
    Failed,
    Opened,
    Opening,
    Withdrawn,
    WithdrawOrder,
)
from appliance.vault.pool import PoolKey
from appliance.vault.seal import SealedFile, SealReport
from tests.recorder.recording.writers import FRAME_BYTES, Bench, sound


@pytest.fixture
def bench(box: Any) -> Any:
    bench = Bench(box)
    yield bench
    bench.writer.close()


def test_a_mark_that_fails_continues_in_another_file(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    bench.writer.sound(sound(0, 4000))
    bench.writer.settle()
    bench.disk.fail_after = 0
    bench.writer.order(RecordingMark(kind="pause", sample=4000))
    bench.writer.sound(sound(4000, 4000))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    assert [type(r) for r in bench.reports] == [Opened, SealReport]
    # The opening, a block, the mark that no sync vouches for; the opening, mark, block, FINAL
    assert sorted(bench.sizes().values()) == [5, 6]


def test_the_thread_outlives_what_nobody_thought_of(
    bench: Bench, opening: Opening, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def strange(*_: object) -> None:
        raise ValueError(opening.meta.number)

    bench.writer.order(opening)
    bench.writer.settle()
    with monkeypatch.context() as broken:
        broken.setattr(SealedFile, "audio", strange)
        bench.writer.sound(sound(0, 4000))
        bench.writer.settle()
    assert [type(r) for r in bench.reports] == [Opened, Failed]
    assert "48221234567" not in caplog.text + str(bench.reports)
    bench.writer.order(opening)
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    assert [type(r) for r in bench.reports[2:]] == [Opened, SealReport]


def test_a_withdrawal_reaches_a_file_that_storage_closed(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    bench.writer.settle()
    bench.disk.free_bytes = 2**20
    bench.writer.sound(sound(0, 4000))
    bench.writer.order(WithdrawOrder())
    bench.writer.settle()
    assert [type(r) for r in bench.reports] == [Opened, SealReport, Failed, Withdrawn]
    assert {p.name for p in bench.withdrawn.iterdir()} == {p.name for p in bench.files()}


def test_a_withdrawal_reaches_a_file_that_did_not_begin(bench: Bench, opening: Opening) -> None:
    bench.disk.fail_after = 0  # META
    bench.writer.order(opening)
    bench.writer.order(WithdrawOrder())
    bench.writer.settle()
    assert [type(r) for r in bench.reports] == [Failed, Withdrawn]
    assert {p.name for p in bench.withdrawn.iterdir()} == {p.name for p in bench.files()}


def test_a_finished_recording_is_not_withdrawn_by_a_late_order(
    bench: Bench, opening: Opening
) -> None:
    bench.writer.order(opening)
    bench.writer.order(EndFile("hung_up"))
    bench.writer.order(WithdrawOrder())
    bench.writer.settle()
    assert [type(r) for r in bench.reports] == [Opened, SealReport]
    assert list(bench.withdrawn.iterdir()) == []


def test_a_withdrawal_without_a_marker_overwrites_and_owes_the_marker(
    bench: Bench, opening: Opening, tmp_path: Path
) -> None:
    bench.writer.order(opening)
    bench.writer.settle()
    there = bench.withdrawn
    bench.withdrawn = tmp_path / "no such folder"
    bench.writer.order(WithdrawOrder())
    bench.writer.settle()
    (file,) = bench.files()
    assert file.read_bytes()[:FRAME_BYTES] == bytes(FRAME_BYTES)
    assert [type(r) for r in bench.reports] == [Opened, Failed]
    bench.withdrawn = there
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    assert isinstance(bench.reports[-1], Withdrawn)
    assert [p.name for p in there.iterdir()] == [file.name]


def test_where_the_file_of_a_key_is_gone_the_next_keys_is_used(
    bench: Bench, box: Any, opening: Opening
) -> None:
    """The keeper took keys out of the pool after the recorder had read it."""
    keys = [box.pool.take_key() for _ in range(8)]
    given = iter(keys)
    bench.writer._take_key = lambda: next(given)
    for key in keys[:5]:
        (bench.folder / key.rid).unlink()
    bench.writer.order(opening)
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    assert [report.rid for report in bench.reports if isinstance(report, Opened)] == [keys[5].rid]


def test_where_no_file_can_be_used_the_call_is_not_recorded(
    bench: Bench, box: Any, opening: Opening
) -> None:
    tried = list[str]()

    def take() -> PoolKey:
        tried.append("")
        return PoolKey("ab" * 16, bytes(32))

    bench.writer._take_key = take
    bench.writer.order(opening)
    bench.writer.settle()
    (report,) = bench.reports
    assert isinstance(report, Failed)
    assert "cannot be used" in report.reason
    assert len(tried) == MOST_TRIES
