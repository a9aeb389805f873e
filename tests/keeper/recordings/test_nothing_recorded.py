"""A file without a sample goes on a ground of its own; a count alone stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import Refused
from appliance.keeper.erasure.order import NOTHING_RECORDED
from appliance.link.requests.calls import Ground, ListCalls, ShowCertificate
from appliance.link.requests.papers.certificates import ListCertificates
from appliance.model.certificate import IN_CALL
from appliance.model.records import RecordingMark
from appliance.vault.disk import Disk
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES
from appliance.vault.seal import leave_marker
from tests.keeper.office import Office
from tests.model.refusals import refuses


class Power(Exception):
    """The power went."""


class CutDisk(Disk):
    """A disk whose power goes before one step of a withdrawal."""

    def __init__(self, before: str) -> None:
        self.before = before

    def truncate(self, fd: int, size: int) -> None:
        """Cut a file off, unless the power goes."""
        self._go("truncate")
        super().truncate(fd, size)

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        """Write, unless the power goes."""
        self._go("write")
        super().write(fd, data, offset)

    def sync(self, fd: int) -> None:
        """Sync, unless the power goes."""
        self._go("sync")
        super().sync(fd)

    def _go(self, step: str) -> None:
        if step == self.before:
            raise Power


def grounds(office: Office, rid: str) -> list[str | None]:
    """Return the grounds on which a recording is erased, as the audit has them."""
    return [one.detail for one in office.audit.of_recording(rid) if one.type == "erasing"]


def settle(office: Office) -> None:
    office.records.take_up()
    office.clock.advance(31)
    office.records.tick()


def leaves_nothing(office: Office, rid: str) -> None:
    """Check that no list, row, certificate or file names a recording, and no withdrawal."""
    assert grounds(office, rid) == [NOTHING_RECORDED]
    assert [type for type, named in office.acts() if named == rid] == ["erasing", "erased"]
    with refuses("no_certificate"):
        office.ask(ShowCertificate(rid))
    listed = office.ask(ListCertificates())
    assert (listed.certificates, listed.total) == ((), 0)
    assert not office.file(rid).exists()
    assert not (office.folders.withdrawn / rid).exists()
    office.unlock()
    found = office.ask(ListCalls())
    assert (found.calls, found.pending, found.unreadable) == ((), (), ())
    assert office.records.ledger.erasures() == []


@pytest.mark.parametrize("marks", [(), (RecordingMark(kind="pause", sample=0),)])
def test_a_caller_who_hangs_up_before_the_first_sample_leaves_a_count_alone(
    office: Office, marks: tuple[RecordingMark, ...]
) -> None:
    rid = office.seal(seconds=0, marks=marks, keep_open=True)
    office.writers.pop().withdraw(office.folders.withdrawn)
    assert office.file(rid).read_bytes() == bytes(HEADER_BYTES)
    settle(office)
    leaves_nothing(office, rid)


@pytest.mark.parametrize("before", ["truncate", "write", "sync"])
def test_a_power_cut_while_it_is_taken_back_makes_no_withdrawal_of_it(
    office: Office, before: str
) -> None:
    rid = office.seal(seconds=0, keep_open=True)
    writer = office.writers.pop()
    writer._disk = CutDisk(before)
    with pytest.raises(Power):
        writer.withdraw(office.folders.withdrawn)
    settle(office)
    leaves_nothing(office, rid)


def test_a_power_cut_before_any_step_makes_no_withdrawal_of_it(office: Office) -> None:
    rid = office.seal(seconds=0, ended=None)
    settle(office)
    leaves_nothing(office, rid)


def test_a_recording_with_frames_and_a_marker_was_withdrawn(office: Office) -> None:
    """A marker alone does not make a recording one in which nothing was said."""
    rid = office.seal(seconds=0.5, ended=None)
    leave_marker(office.folders.withdrawn, rid)
    settle(office)
    assert grounds(office, rid) == [IN_CALL]
    assert office.ask(ShowCertificate(rid)).ground == IN_CALL


def _zeroed(path: Path) -> None:
    path.write_bytes(bytes(HEADER_BYTES) + path.read_bytes()[HEADER_BYTES:])


def _short_of_a_frame(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: -FRAME_BYTES + 1])


@pytest.mark.parametrize(
    ("harm", "ground"),
    [(_zeroed, IN_CALL), (_short_of_a_frame, NOTHING_RECORDED)],
)
def test_whether_there_was_sound_goes_by_whole_frames(
    office: Office, harm: Callable[[Path], None], ground: str
) -> None:
    rid = office.seal(seconds=0.5, ended=None)
    leave_marker(office.folders.withdrawn, rid)
    harm(office.file(rid))
    settle(office)
    assert grounds(office, rid) == [ground]


def test_what_is_larger_than_a_recording_can_be_is_no_silent_call(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.keeper.recordings.closed_files.MOST_BYTES", 10_000)
    rid = office.seal()
    settle(office)
    assert grounds(office, rid) == [Ground.NO_LONGER_NEEDED]


def test_nobody_can_order_an_erasure_on_that_ground() -> None:
    with pytest.raises(ValueError, match=NOTHING_RECORDED):
        Ground(NOTHING_RECORDED)


def test_a_certificate_that_there_is_not_is_refused_in_one_way(office: Office) -> None:
    with pytest.raises(Refused) as unknown:
        office.ask(ShowCertificate("ab" * 16))
    rid = office.seal(seconds=0, ended=None)
    settle(office)
    with pytest.raises(Refused) as empty:
        office.ask(ShowCertificate(rid))
    assert unknown.value.code == empty.value.code
