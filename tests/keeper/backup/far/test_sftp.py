"""Backups by SFTP, end to end: a keeper, the courier's own hands, Debian's sshd over TCP."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec import structs

from appliance.clock import DAY, HOUR
from appliance.commands.recovery import restore
from appliance.config.read import trial_text
from appliance.keeper.backup.checking import check_backup
from appliance.link.requests.outside.sftp import ChangeSftp, LookSftp
from tests.boxes import PASSWORD
from tests.courier.authority import HERE
from tests.courier.sshd import Sshd, new_key, sshd
from tests.keeper.backup.copies import answer, erase, files, keyring, manifest
from tests.keeper.backup.far.carried import Carried, carried
from tests.keeper.backup.restored import new_keeper
from tests.keeper.boxes import OWNER, set_up
from tests.keeper.erasure.everything import PEOPLE, record

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def server() -> Iterator[Sshd]:
    with sshd() as one:
        yield one


@pytest.fixture
def one(tmp_path: Path, server: Sshd) -> Iterator[Carried]:
    """A box whose server's key is not accepted yet."""
    with carried(set_up(tmp_path / "data", PEOPLE)) as one:
        one.point_to(server)
        yield one


def test_a_copy_goes_there_once_the_key_was_accepted(one: Carried, server: Sshd) -> None:
    rids = record(one.box, 2)
    assert one.seen().offered == server.fingerprint
    assert not one.seen().accepted
    one.far.tick()
    assert one.far._thread is None, "nothing goes anywhere before"
    assert "Accepted publickey" not in server.log

    one.accept(server)

    seen = one.seen()
    assert (seen.code, seen.accepted, seen.offered) == ("", server.fingerprint, "")
    made = manifest(server.backup)
    assert set(made.recordings) == set(rids)
    assert made.medium == seen.medium
    for rid in rids:
        own = (one.box.folders.recordings / rid).read_bytes()
        assert (server.backup / "rec" / rid).read_bytes() == own
    assert check_backup(server.backup).bad == ()
    assert not any(name.endswith(".part") for name in files(server.backup))
    medium = keyring(one.box).content.media[made.medium]
    assert (medium.number, medium.far, medium.recordings) == (1, True, 2)
    assert one.acts() == [
        ("sftp_changed", None), ("sftp_accepted", None),
        ("sftp_begun", None), ("sftp_made", "copy_1"),
    ]  # fmt: skip


def fetch(server: Sshd, one: Carried, to: Path) -> None:
    """Fetch the folder as an administrator would: with OpenSSH's own sftp, and a key of hers."""
    mine = new_key(server.folder / "hers")
    server.lets_in(mine)
    (server.folder / "known").write_text(f"[{HERE}]:{server.port} {server.key}\n")
    (server.folder / "batch").write_text(f"get -r {server.backup} {to}\n")
    command = [
        "sftp", "-q", "-F", "none", "-i", str(server.folder / "hers"), "-P", str(server.port),
        "-o", "IdentitiesOnly=yes", "-o", f"UserKnownHostsFile={server.folder}/known",
        "-b", str(server.folder / "batch"), f"{server.user}@{HERE}",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def test_what_is_fetched_from_there_restores_with_zgoda_restore(
    one: Carried, server: Sshd, tmp_path: Path
) -> None:
    rids = record(one.box, 2)
    one.accept(server)
    fetch(server, one, tmp_path / "fetched")
    assert check_backup(tmp_path / "fetched").bad == ()

    (tmp_path / "sheet.txt").write_text(one.box.sheet)
    (tmp_path / "password").write_text("a fresh phrase for the new box\n")
    today = datetime.fromtimestamp(one.box.clock.now(), UTC).strftime("%Y-%m-%d")
    said = [str(tmp_path / "fetched"), "--sheet", str(tmp_path / "sheet.txt"), "--name", OWNER]
    said += ["--password-file", str(tmp_path / "password"), "--data", str(tmp_path / "new")]
    done = CliRunner().invoke(restore.command, [*said, "--today", today])
    assert done.exit_code == 0, done.output
    assert "Restored recordings: 2." in done.stdout

    fresh = new_keeper(one.box, tmp_path / "new")
    assert all(rid in keyring(fresh) for rid in rids)
    content = keyring(fresh).content
    assert set(content.media) == {manifest(server.backup).medium}
    assert content.sftp is not None, "it goes on making backups there"
    fresh.keeper.close()


def test_only_what_is_new_is_sent_and_what_was_erased_leaves(one: Carried, server: Sshd) -> None:
    gone, stays = record(one.box, 2)
    one.accept(server)
    before = (server.backup / "rec" / stays).stat().st_ino
    erase(one.box, gone)
    assert not one.run(), "within the hour"
    one.box.clock.advance(HOUR)
    (fresh,) = record(one.box)
    assert one.run()
    assert {path.name for path in (server.backup / "rec").iterdir()} == {stays, fresh}
    assert (server.backup / "rec" / stays).stat().st_ino == before
    assert set(manifest(server.backup).recordings) == {stays, fresh}
    assert {name.split("/")[0] for name in files(server.backup)} == {
        "zgoda-backup", "manifest", "rec", "parts", "copy-2",
    }  # fmt: skip


def test_it_is_made_once_a_day_while_nobody_is_logged_in(one: Carried, server: Sshd) -> None:
    one.accept(server)
    assert not one.run()
    one.box.restart()
    one.box.clock.advance(DAY)
    assert one.box.keeper.box is not None
    assert not one.box.keeper.box.records.readers.reading.running
    assert one.run()
    assert manifest(server.backup).number == 2


def test_what_a_restore_left_away_stays_there_until_a_person_asks(
    one: Carried, server: Sshd
) -> None:
    """Not even a folder that is named anew, or a key that is accepted, is a word for it."""
    (gone,) = record(one.box)
    one.accept(server)
    erase(one.box, gone)
    with keyring(one.box).changing() as draft:
        draft.media = {
            name: structs.replace(known, unknown=True, waits=True)
            for name, known in draft.media.items()
        }
    one.box.clock.advance(DAY)
    assert not one.run()
    assert one.seen().code == "waits"
    one.box.clock.advance(DAY)
    assert not one.run()
    assert one.acts().count(("sftp_failed", "why.waits")) == 1
    place = one.seen().place
    assert place is not None
    other = server.home / "other"
    other.mkdir()
    answer(one.box, 31)
    one.ask(ChangeSftp(structs.replace(place, folder=str(other)), PASSWORD))
    one.ask(ChangeSftp(place, PASSWORD))
    assert not one.run()
    assert one.seen().code == "waits"
    one.ask(LookSftp())
    one.looked()
    one.accept(server)
    assert one.seen().code == "waits"
    assert f"rec/{gone}" in files(server.backup)
    assert one.again()
    assert f"rec/{gone}" not in files(server.backup)


def test_by_hand_the_first_copy_begins_with_the_key(tmp_path: Path, server: Sshd) -> None:
    said = trial_text().replace("[office]\n", "[office]\nbackup_days = 31\n")
    with carried(set_up(tmp_path / "data", PEOPLE, seed_text=said)) as one:
        one.point_to(server, "hand")
        record(one.box)
        one.accept(server)
        assert manifest(server.backup).number == 1
        server.change_key("ecdsa")
        assert not one.again()
        one.ask(LookSftp())
        one.looked()
        one.accept(server)
        assert manifest(server.backup).number == 2, "as the page says"
