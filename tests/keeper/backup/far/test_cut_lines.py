"""The line to the server is cut anywhere: what is there is whole, the next run ends."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.keeper.backup.checking import check_backup
from appliance.keeper.backup.medium import BackupFailed
from appliance.link.requests.outside.sftp import ChangeSftp
from tests.boxes import PASSWORD
from tests.courier.lying import Cut
from tests.courier.sshd import Sshd, sshd
from tests.keeper.backup.copies import files, manifest
from tests.keeper.backup.far.carried import Carried, carried, place_of
from tests.keeper.boxes import set_up
from tests.keeper.erasure.everything import PEOPLE, record

pytestmark = pytest.mark.timeout(300)

FURTHER = 1.4
"""Each cut comes so many times later than the one before."""


@pytest.fixture
def server() -> Iterator[Sshd]:
    with sshd() as one:
        yield one


@pytest.fixture
def line(server: Sshd) -> Iterator[Cut]:
    with contextlib.closing(Cut(server.port)) as one:
        yield one


@pytest.fixture
def one(tmp_path: Path, server: Sshd, line: Cut) -> Iterator[Carried]:
    with carried(set_up(tmp_path / "data", PEOPLE)) as one:
        place = structs.replace(place_of(server), port=line.port)
        one.ask(ChangeSftp(place, PASSWORD))
        one.looked()
        server.lets_in(one.seen().public)
        yield one


def is_whole(server: Sshd) -> int:
    """Check what is there; return the number of the copy in force, 0 for none."""
    if not (server.backup / "manifest").exists():
        return 0
    found = check_backup(server.backup)
    assert found.bad == ()
    return found.number


def test_at_any_cut_a_whole_copy_is_there_or_none_and_the_next_run_ends(
    one: Carried, server: Sshd, line: Cut
) -> None:
    record(one.box, 2)
    line.after = 2500
    one.accept(server)
    failed, at = 0, 2500
    while not one.again():
        assert one.far.seen().code in {"closed", "no_sftp", "odd"}, one.far.seen()
        failed, at = failed + 1, int(at * FURTHER)
        line.after = at
        is_whole(server)
        assert failed < 30, one.far.seen()
    assert failed >= 5
    assert is_whole(server) == manifest(server.backup).number
    assert not any(name.endswith(".part") for name in files(server.backup))
    acts = one.acts()
    assert acts[-1][0] == "sftp_made"
    assert all(detail and detail.startswith("why.") for act, detail in acts if act == "sftp_failed")
    line.after = 2**60

    # And over a copy that is there: it stays, or the new one is whole.
    record(one.box)
    first = manifest(server.backup).number
    at = 4000
    line.after = at
    while not one.again():
        assert is_whole(server) >= first
        at = int(at * FURTHER)
        line.after = at
    assert is_whole(server) > first
    assert len(manifest(server.backup).recordings) == 3
    assert not any(name.endswith(".part") for name in files(server.backup))
    assert sorted(path.name for path in server.backup.iterdir()) == sorted(
        ["zgoda-backup", "manifest", "rec", "parts", manifest(server.backup).folder]
    )


def test_a_box_that_is_stopped_in_the_middle_goes_on_after_its_start(
    one: Carried, server: Sshd, line: Cut
) -> None:
    record(one.box, 2)
    line.after = 9000
    one.accept(server)
    assert one.far.seen().code == "closed"
    one.box.restart()
    line.after = 2**60
    assert one.run(), "a copy that was begun is finished"
    assert is_whole(server)
    with contextlib.suppress(BackupFailed):
        assert check_backup(server.backup).bad == ()
