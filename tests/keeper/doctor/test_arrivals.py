"""Let the doctor tell what is held open, what is strange, where the kernel has no leases."""

import errno
import fcntl
import os

import pytest

from appliance.clock import HOUR
from appliance.keeper.doctor.vault import MOST_TOLD, examine_arrivals
from tests.keeper.office import Office


def told(office: Office) -> dict[str, str]:
    intake = office.records.recordings.intake
    found = examine_arrivals(office.folders, intake.arrivals.held, intake.problems())
    return {each.id: each.text for each in found}


def test_where_all_is_in_order_nothing_is_told(office: Office) -> None:
    office.record()
    assert told(office) == {}


def test_a_recording_that_is_held_open(office: Office) -> None:
    rid = office.seal()
    fd = os.open(office.folders.new / rid, os.O_WRONLY)
    office.records.take_up()
    office.clock.advance(HOUR)
    office.records.take_up()
    assert "1 recordings are held open" in told(office)["vault.held"]
    os.close(fd)


def test_what_is_no_recording(office: Office) -> None:
    (office.folders.new / "red\x1b[31m\n").write_bytes(b"x")
    office.records.take_up()
    sentence = told(office)["vault.not_taken"]
    assert "no recording that this device can open" in sentence
    assert not {"\n", "\x1b"} & {*sentence}
    for number in range(20):
        (office.folders.new / f"{number}").write_bytes(b"x")
    office.build()
    office.records.take_up()
    problems = office.records.recordings.intake.problems()
    assert len(problems) == 21
    assert len(list(examine_arrivals(office.folders, (), problems))) == MOST_TOLD


def test_a_disk_without_leases(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(fd: int, command: int, argument: int = 0) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(fcntl, "fcntl", without)
    assert "use ext4" in told(office)["vault.no_leases"]
