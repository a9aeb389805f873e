"""A server that invents folders, or never ends, keeps neither memory nor the owner."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from appliance.errors import Refused
from appliance.keeper.backup.far import medium as far_medium
from appliance.keeper.backup.far.ferry import Told
from appliance.link.requests.outside.sftp import ChangeSftp, SftpPlace, StopSftp
from appliance.link.requests.processes.steps import FolderEntry, NextStep, SftpStep
from tests.boxes import PASSWORD
from tests.courier.authority import HERE
from tests.keeper.backup.copies import answer
from tests.keeper.backup.far.lied import Lied

pytestmark = pytest.mark.timeout(180)


def test_a_folder_of_its_invention_stays_in_no_memory(
    lied: Lied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each folder that it names is removed; it says that none can be."""
    kept: list[set[str]] = []
    clear = far_medium.FarMedium.clear_unfinished

    def looked(medium: far_medium.FarMedium, *folders: str) -> None:
        clear(medium, *folders)
        kept.append(set(medium._known))

    monkeypatch.setattr(far_medium.FarMedium, "clear_unfinished", looked)
    for number in range(3):
        (lied.backup / "rec" / f"stranger-{number}").mkdir()
        (lied.backup / "rec" / f"stranger-{number}" / "file").touch()
    assert lied.one.again(), lied.one.far.seen().trouble
    assert not list((lied.backup / "rec").glob("stranger-*"))
    assert set().union(*kept) <= {"", "rec", "parts"}


def test_folders_without_an_end_are_left(lied: Lied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_medium, "MOST_OTHERS", 20)
    for number in range(30):
        (lied.backup / "rec" / f"stranger-{number}").mkdir()
    assert lied.code() == "damaged"


def test_pieces_that_drip_end_the_trip(lied: Lied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_medium, "MOST_IDLE", 20)
    ferry, told = lied.one.server.ferry, iter(range(10**6))
    do = ferry.do

    def dripping(step: SftpStep, raw: bytes = b"", stopped: Callable[[], bool] = bool) -> Told:
        if step.kind == "read" and step.path.startswith("rec/"):
            next(told)
            return NextStep(number=1), b"x"
        return do(step, raw, stopped)

    monkeypatch.setattr(ferry, "do", dripping)
    assert lied.code() == "late"
    assert next(told) <= 25


def test_lists_that_drip_end_the_trip(lied: Lied, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far_medium, "MOST_IDLE", 20)
    ferry = lied.one.server.ferry
    do = ferry.do

    def dripping(step: SftpStep, raw: bytes = b"", stopped: Callable[[], bool] = bool) -> Told:
        if step.kind in {"list", "more"}:
            again = FolderEntry("same", 5, "file")
            return NextStep(number=1, more=True, entries=(again,)), b""
        return do(step, raw, stopped)

    monkeypatch.setattr(ferry, "do", dripping)
    assert lied.code() == "damaged"


def test_a_recording_longer_than_the_sample_is_read_back_all_the_same(
    lied: Lied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_medium, "SAMPLE", 100)
    monkeypatch.setattr(far_medium, "_LOT", _Unshuffled())
    lied.lies.read = lambda given: bytes([given[0] ^ 1]) + given[1:] if given else given
    assert lied.code() == "altered"


class _Unshuffled:
    """Draws the first."""

    def shuffle(self, lots: list[Any]) -> None:
        lots.sort(key=lambda lot: lot[0][0] != "rec")


@pytest.mark.parametrize("new", [True, False])
def test_a_copy_under_way_is_stopped_by_whoever_stops_or_moves_it(lied: Lied, new: bool) -> None:
    """A server that drips could keep the owner from leaving it."""
    lied.one.stop.set()
    lied.one._thread.join()  # so that the next copy waits for its first step
    lied.one.far.ask()
    wait_for(lambda: lied.one.seen().running is not None)
    place = SftpPlace(HERE, lied.server.port, "zgoda", "other", "day", "own")
    with pytest.raises(Refused) as told:
        lied.one.ask(ChangeSftp(place, "not her password") if new else StopSftp("not hers"))
    assert told.value.code == "wrong_password"
    assert lied.one.seen().running is not None
    lied.one.box.clock.advance(60)
    answer(lied.one.box, 31)
    lied.one.ask(ChangeSftp(place, PASSWORD) if new else StopSftp(PASSWORD))
    assert lied.one.seen().running is None
    assert lied.one.seen().place == (place if new else None)


def wait_for(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        threading.Event().wait(0.01)
    pytest.fail("it did not come")
