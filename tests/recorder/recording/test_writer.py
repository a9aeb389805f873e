"""The writer: what is ordered is sealed; a failing disk costs a file, never the call."""

import errno
import threading
from collections.abc import Callable
from typing import Any

import pytest

from appliance.model.records import RecordingMark
from appliance.recorder.recording.writer import (
    QUEUED_SECONDS,
    EndFile,
    Failed,
    Opened,
    Opening,
    Withdrawn,
    WithdrawOrder,
)
from appliance.vault.opening.unseal import Reader
from appliance.vault.seal import SealReport
from tests.recorder.recording.writers import FRAME_BYTES, Bench, sound


@pytest.fixture
def bench(box: Any) -> Any:
    bench = Bench(box)
    yield bench
    bench.writer.close()


def test_a_call_is_sealed_block_by_block(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    for sample in range(0, 9000, 1000):
        assert bench.writer.sound(sound(sample, 1000))
    bench.writer.order(RecordingMark(kind="pause", sample=9000))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    opened, sealed = bench.reports
    assert isinstance(opened, Opened)
    assert isinstance(sealed, SealReport)
    # META, CONSENT, RULE, two full blocks of 4000, the mark, the rest of 1000, FINAL
    assert sealed.frames == 8
    assert bench.sizes() == {opened.rid: 8}


def test_nothing_is_written_before_an_opening(bench: Bench) -> None:
    bench.writer.sound(sound(0, 8000))
    bench.writer.order(RecordingMark(kind="gap", sample=0))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.order(WithdrawOrder())
    bench.writer.settle()
    assert bench.reports == []
    assert bench.files() == []


def test_a_failed_sync_continues_in_another_file(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    bench.writer.sound(sound(0, 4000))
    bench.writer.settle()
    bench.disk.fail_after = 0
    bench.writer.sound(sound(4000, 4000))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    assert [type(r) for r in bench.reports] == [Opened, SealReport]
    assert len(bench.files()) == 2


def test_a_continuation_says_which_purposes_have_ended(
    bench: Bench, opening: Opening, box: Any
) -> None:
    """Or what the caller took back would go on in the file behind a failed write."""
    bench.writer.order(opening)
    bench.writer.sound(sound(0, 4000))
    bench.writer.order(RecordingMark(kind="withdrawn", sample=4000, purposes=("training",)))
    bench.writer.settle()
    first = {path.name for path in bench.files()}
    bench.disk.fail_after = 0
    bench.writer.sound(sound(4000, 4000))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()

    (later,) = [path for path in bench.files() if path.name not in first]
    private = box.private[later.name].private_bytes_raw()
    with Reader.open(later, box.reading.private_bytes_raw(), private) as reader:
        assert [mark.purposes for mark in reader.survey.marks] == [("training",)]
        assert reader.meta.predecessor in first


def test_the_next_call_knows_nothing_of_it(bench: Bench, opening: Opening, box: Any) -> None:
    bench.writer.order(opening)
    bench.writer.order(RecordingMark(kind="withdrawn", sample=0, purposes=("training",)))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    before = {path.name for path in bench.files()}
    bench.writer.order(opening)
    bench.writer.settle()
    bench.disk.fail_after = 0
    bench.writer.sound(sound(0, 4000))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()

    others = [path for path in bench.files() if path.name not in before]
    assert len(others) == 2
    for path in others:
        private = box.private[path.name].private_bytes_raw()
        with Reader.open(path, box.reading.private_bytes_raw(), private) as reader:
            assert reader.survey.marks == ()


def test_two_failures_in_a_row_stop_the_recording(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    bench.writer.settle()
    bench.disk.sync = _always_failing  # type: ignore[method-assign] # a disk that died
    bench.writer.sound(sound(0, 4000))
    bench.writer.settle()
    assert isinstance(bench.reports[-1], Failed)
    bench.writer.sound(sound(4000, 4000))
    bench.writer.settle()
    assert isinstance(bench.reports[-1], Failed)


def _always_failing(fd: int) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_full_card_ends_the_file_properly(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    bench.writer.sound(sound(0, 4000))
    bench.writer.settle()
    bench.disk.free_bytes = 2**20
    bench.writer.sound(sound(4000, 4000))
    bench.writer.settle()
    assert [type(r) for r in bench.reports] == [Opened, SealReport, Failed]


def test_no_room_to_start_is_reported(bench: Bench, opening: Opening) -> None:
    bench.disk.free_bytes = 2**27
    bench.writer.order(opening)
    bench.writer.settle()
    (failed,) = bench.reports
    assert isinstance(failed, Failed)
    assert "MiB" in failed.reason
    assert bench.files() == []


def test_an_empty_pool_is_reported(bench: Bench, opening: Opening, box: Any) -> None:
    for _ in range(8):
        box.pool.take_key()
    bench.writer.order(opening)
    bench.writer.settle()
    assert isinstance(bench.reports[0], Failed)


def test_a_withdrawn_recording_loses_its_header(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    bench.writer.sound(sound(0, 4000))
    bench.writer.order(WithdrawOrder())
    bench.writer.settle()
    withdrawn = bench.reports[-1]
    assert isinstance(withdrawn, Withdrawn)
    (file,) = bench.files()
    assert file.read_bytes()[:FRAME_BYTES] == bytes(FRAME_BYTES)
    assert [p.name for p in bench.withdrawn.iterdir()] == [withdrawn.rid]


def test_withdrawing_reaches_the_file_before_a_continuation(bench: Bench, opening: Opening) -> None:
    bench.writer.order(opening)
    bench.writer.settle()
    bench.disk.fail_after = 0
    bench.writer.sound(sound(0, 4000))
    bench.writer.order(WithdrawOrder())
    bench.writer.settle()
    assert len(bench.files()) == 2
    assert {p.name for p in bench.withdrawn.iterdir()} == {p.name for p in bench.files()}


def test_a_queue_that_is_full_drops_sound_and_marks_the_hole(
    bench: Bench, opening: Opening, stalled: Callable[[], None]
) -> None:
    bench.writer.order(opening)
    seconds = QUEUED_SECONDS
    accepted = [bench.writer.sound(sound(s * 8000, 8000)) for s in range(seconds + 5)]
    assert accepted == [True] * seconds + [False] * 5
    stalled()
    bench.writer.settle()
    later = (seconds + 5) * 8000
    assert bench.writer.sound(sound(later, 8000))
    bench.writer.order(EndFile("hung_up"))
    bench.writer.settle()
    sealed = bench.reports[-1]
    assert isinstance(sealed, SealReport)
    # META, CONSENT, RULE, two blocks a second, the gap, FINAL
    assert sealed.frames == 3 + 2 * seconds + 1 + 2 + 1


@pytest.fixture
def stalled(bench: Bench) -> Callable[[], None]:
    """Let the disk stall until the returned function is called."""
    go = threading.Event()
    real = bench.disk.sync

    def wait(fd: int) -> None:
        assert go.wait(10)
        real(fd)

    bench.disk.sync = wait  # type: ignore[method-assign] # a card that stalls
    return go.set


def test_closing_finishes_the_file_as_cut(box: Any, opening: Opening) -> None:
    bench = Bench(box)
    bench.writer.order(opening)
    bench.writer.sound(sound(0, 4000))
    bench.writer.close()
    assert isinstance(bench.reports[-1], SealReport)
