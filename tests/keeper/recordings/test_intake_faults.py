"""Test take-up beside the leavings of a broken or hostile recorder."""

import errno
import os
from pathlib import Path

import pytest

from appliance.errors import VaultError
from appliance.keeper.reading.reading import Reading
from appliance.keeper.recordings import intake
from appliance.vault.opening.digest import Digest, digest
from appliance.vault.seal import leave_marker
from tests.keeper.office import TODAY, Office


def sealed(office: Office) -> list[str | None]:
    return [rid for act, rid in office.acts() if act == "sealed"]


def test_a_file_is_on_the_medium_before_the_audit_promises_its_frames(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed recorder's last frame is in memory alone until somebody waits for it."""
    steps: list[str] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        steps.append(Path(os.readlink(f"/proc/self/fd/{fd}")).name)
        real(fd)

    def digesting(path: Path) -> Digest:
        steps.append("digest")
        return digest(path)

    rid = office.seal(ended=None)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(intake, "digest", digesting)
    office.records.take_up()
    assert steps[:2] == [rid, "digest"]


def test_one_file_that_cannot_be_read_stops_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sick, well = sorted(office.seal() for _ in range(2))

    def reading(path: Path) -> Digest:
        if path.name == sick:
            raise OSError(errno.EIO, "Input/output error")
        return digest(path)

    with monkeypatch.context() as broken:
        broken.setattr(intake, "digest", reading)
        office.records.take_up()
    assert sealed(office) == [well]
    assert office.keyring.entry(sick).due_day is None
    office.records.take_up()
    assert sealed(office) == [well, sick]


def test_pipes_links_and_folders_hold_nothing_up(office: Office, tmp_path: Path) -> None:
    names = office.keyring.unused()[:3]
    for folder in (office.folders.new, office.folders.recordings):
        for name in names:
            (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / names[0])
        (folder / names[1]).symlink_to(office.folders.root)
        (folder / names[2]).mkdir()
    os.mkfifo(office.folders.notes / "a.json")
    (office.folders.notes / "b.json").symlink_to("/dev/zero")
    (office.folders.notes / "c.json").mkdir()
    (office.folders.withdrawn / names[2]).mkdir()
    rid = office.seal()
    office.records.take_up()
    office.records.take_up()
    assert sealed(office) == [rid]
    assert office.folders.root.exists()
    assert set(names) <= set(office.keyring.unused())


def test_a_pipe_in_place_of_a_recording_is_no_recording(office: Office) -> None:
    rid = office.record()
    path = office.file(rid)
    path.unlink()
    os.mkfifo(path)
    office.unlock()
    office.records.take_up()
    office.records.tick()


def test_a_header_of_zeros_is_a_withdrawal_whose_marker_is_missing(office: Office) -> None:
    rid = office.seal()
    path = office.file(rid)
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    office.records.take_up()
    assert rid not in office.keyring
    assert sealed(office) == []


def test_a_header_that_a_power_cut_left_as_zeros_is_a_recording_that_never_began(
    office: Office,
) -> None:
    rid = office.seal()
    office.file(rid).write_bytes(bytes(4096))
    office.records.take_up()
    assert rid not in office.keyring
    office.clock.advance(31)
    office.records.tick()
    assert not office.file(rid).exists()


def test_a_marker_waits_while_the_recording_cannot_be_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record()
    leave_marker(office.folders.withdrawn, rid)
    office.unlock()

    def failing(self: Reading, rid: str) -> None:
        raise VaultError("The recording cannot be read: Input/output error.")

    with monkeypatch.context() as broken:
        broken.setattr(Reading, "summary", failing)
        office.records.take_up()
    assert office.keyring.entry(rid).due_day == TODAY + 90
    assert (office.folders.withdrawn / rid).exists()


def test_a_withdrawal_reaches_a_recording_that_a_full_disk_ended(office: Office) -> None:
    rid = office.record(ended="storage")
    leave_marker(office.folders.withdrawn, rid)
    office.unlock()
    office.records.take_up()
    assert rid not in office.keyring
