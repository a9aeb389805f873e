"""A server that lies, drips or never ends, and a courier that was taken over."""

import contextlib
import itertools
import os
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import asyncssh
import pytest

from appliance.clock import DAY
from appliance.courier.session import SftpSession
from appliance.keeper.backup.far import ferry as ferries
from appliance.keeper.backup.far import medium as far_medium
from appliance.keeper.backup.far.ferry import Ferry
from appliance.keeper.backup.far.target import _loan
from appliance.keeper.backup.medium import BackupFailed
from appliance.link.requests.outside.sftp import (
    AcceptSftp,
    ChangeSftp,
    LookSftp,
    SftpPlace,
)
from appliance.link.requests.processes.steps import PIECE, FolderEntry, NextStep, SftpStep
from tests.boxes import PASSWORD
from tests.courier.authority import HERE
from tests.courier.sshd import Sshd, sshd
from tests.keeper.backup.copies import files, keyring, manifest
from tests.keeper.backup.far.carried import Carried, carried
from tests.keeper.backup.far.lied import Lied
from tests.keeper.boxes import set_up
from tests.keeper.erasure.everything import PEOPLE, record
from tests.model.refusals import refuses

pytestmark = pytest.mark.timeout(180)


def named(
    name: str, kind: int = asyncssh.FILEXFER_TYPE_REGULAR, size: int = 5
) -> asyncssh.SFTPName:
    modes = {asyncssh.FILEXFER_TYPE_REGULAR: 0o100644, asyncssh.FILEXFER_TYPE_SYMLINK: 0o120777}
    attrs = asyncssh.SFTPAttrs(type=kind, size=size, permissions=modes.get(kind, 0o40755))
    return asyncssh.SFTPName(name, name, attrs)


def test_names_from_the_server_are_never_used_here(lied: Lied) -> None:
    before = files(lied.one.box.folders.data)
    evil = (
        "..", ".", "../../../../etc/passwd", "/etc/passwd", "a/b", "a\nb", "ż" * 20, "x" * 300, "",
        "\x1b[2J", "..\\..\\x",
    )  # fmt: skip
    lied.lies.names = lambda: iter([named(name) for name in evil])
    assert lied.code() in {"altered", "odd"}, "by its word the recordings are not there"
    changed = files(lied.one.box.folders.data) ^ before
    assert all(name.startswith(("audit/", "keys/")) for name in changed), changed
    lied.lies.names = None
    assert lied.one.again()


def test_a_link_in_place_of_a_recording_is_no_recording(lied: Lied) -> None:
    rid = next(iter(manifest(lied.backup).recordings))
    target = lied.server.root / "elsewhere"
    target.write_bytes(b"whatever the server's owner has")
    (lied.backup / "rec" / rid).unlink()
    (lied.backup / "rec" / rid).symlink_to(target)
    assert lied.one.again()
    assert not (lied.backup / "rec" / rid).is_symlink()
    assert target.read_bytes() == b"whatever the server's owner has"


def test_a_listing_without_an_end_fills_nothing(
    lied: Lied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_medium, "MOST_FILES", 3000)
    lied.lies.names = lambda: (named(f"{number:032x}") for number in itertools.count())
    assert lied.code() == "damaged"
    lied.lies.names = lambda: (named("x/" * 10) for _ in itertools.count())
    assert lied.code() == "damaged", "names that are not told count, too"


def test_what_is_read_back_altered_is_found_and_sent_again(lied: Lied) -> None:
    lied.lies.read = lambda given: bytes([given[0] ^ 1]) + given[1:] if given else given
    assert lied.code() == "altered"
    lied.lies.read = None
    assert lied.one.again()
    assert len(manifest(lied.backup).recordings) == 2


def test_bytes_without_an_end_are_read_no_further_than_the_file(lied: Lied) -> None:
    lied.lies.read = lambda given: bytes(PIECE)
    assert lied.code() in {"altered", "odd"}


def test_a_recording_that_the_server_lost_is_sent_again(lied: Lied) -> None:
    rid = next(iter(manifest(lied.backup).recordings))
    (lied.backup / "rec" / rid).unlink()
    assert lied.one.again()
    own = (lied.one.box.folders.recordings / rid).read_bytes()
    assert (lied.backup / "rec" / rid).read_bytes() == own


def test_an_older_copy_that_was_put_back_is_told_and_written_over(lied: Lied) -> None:
    old = (lied.backup / "manifest").read_bytes()
    assert lied.one.again()
    (lied.backup / "manifest").write_bytes(old)
    assert lied.one.again()
    assert lied.one.far.seen().older
    assert "backup_older" in lied.one.box.acts()
    assert manifest(lied.backup).number == 3


@pytest.mark.parametrize("name", ["manifest", "zgoda-backup"])
def test_what_opens_a_copy_may_be_anything_and_harms_nothing(lied: Lied, name: str) -> None:
    (lied.backup / name).write_bytes(os.urandom(3 * PIECE))
    done = lied.one.again()
    assert done if name == "manifest" else lied.one.far.seen().code == "damaged"


def test_a_manifest_of_gigabytes_is_not_read(lied: Lied) -> None:
    with (lied.backup / "manifest").open("wb") as file:
        file.truncate(2**32)
    assert lied.one.again()
    assert lied.one.far.seen().older
    assert (lied.backup / "manifest").stat().st_size < 2**20


def test_a_full_server_says_so_and_the_copy_before_stays(lied: Lied) -> None:
    lied.lies.full = True
    record(lied.one.box)
    assert lied.code() == "full"
    assert manifest(lied.backup).number == 1


def test_a_server_that_cannot_replace_a_file_is_told(lied: Lied) -> None:
    lied.lies.no_rename = True
    assert lied.code() == "no_rename"


def test_a_server_that_drips_is_left(lied: Lied) -> None:
    lied.one.stop.set()
    lied.one._thread.join()
    lied.lies.drip = 3.0
    with carried_by(lied.one, partial(SftpSession, 1.0)):
        assert lied.code() == "late"


@contextlib.contextmanager
def carried_by(one: Carried, session: partial[SftpSession]) -> Iterator[Carried]:
    again = Carried(one.box, session)
    again._thread.start()
    try:
        yield again
    finally:
        again.stop.set()
        again._thread.join()


def test_failures_are_tried_again_later_and_later(lied: Lied) -> None:
    lied.lies.full = True
    record(lied.one.box)
    lied.one.box.clock.advance(DAY)
    for pause in (60, 300, 900, 3600, 4 * 3600, 4 * 3600):
        tried = lied.one.acts().count(("sftp_begun", None))
        assert not lied.one.run()
        assert lied.one.acts().count(("sftp_begun", None)) == tried + 1
        assert lied.one.acts()[-1] == ("sftp_failed", "why.full")
        lied.one.box.clock.advance(pause - 1)
        assert not lied.one.run()
        assert lied.one.acts().count(("sftp_begun", None)) == tried + 1
        lied.one.box.clock.advance(1)
    lied.lies.full = False
    assert lied.one.run()


# -- a server's key -----------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Sshd]:
    with sshd() as one:
        yield one


@pytest.fixture
def one(tmp_path: Path, server: Sshd) -> Iterator[Carried]:
    with carried(set_up(tmp_path / "data", PEOPLE)) as one:
        one.point_to(server)
        record(one.box)
        one.accept(server)
        yield one


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_another_key_of_the_servers_stops_everything_until_somebody_accepts_it(
    one: Carried, server: Sshd, kind: str
) -> None:
    accepted = server.log.count("Accepted publickey")
    server.change_key(kind)
    one.box.clock.advance(DAY)
    assert not one.run()
    seen = one.seen()
    assert seen.code == "host_key"
    assert one.acts()[-1] == ("sftp_failed", "why.host_key")
    assert server.log.count("Accepted publickey") == accepted
    assert "userauth" not in server.log.rpartition("Server listening")[2]
    begun = len(one.acts())
    one.box.clock.advance(30 * DAY)
    assert not one.run()
    assert len(one.acts()) == begun, "nobody tries it again by itself"
    with refuses("host_key_changed"):
        one.ask(AcceptSftp(server.fingerprint, PASSWORD))
    one.ask(LookSftp())
    one.looked()
    assert one.seen().offered == server.fingerprint != one.seen().accepted
    with refuses("host_key_changed"):
        one.ask(AcceptSftp("SHA256:" + "a" * 43, PASSWORD))
    one.accept(server)
    assert one.seen().code == ""
    assert manifest(server.backup).number >= 2


def test_a_server_that_knows_old_algorithms_alone_is_left(tmp_path: Path) -> None:
    old = (
        "Subsystem sftp internal-sftp", "Ciphers aes256-ctr", "MACs hmac-sha1",
        "KexAlgorithms diffie-hellman-group14-sha1",
    )  # fmt: skip
    with sshd(*old) as server, carried(set_up(tmp_path / "data", PEOPLE)) as one:
        one.ask(ChangeSftp(SftpPlace(HERE, server.port, server.user, "", "day", "own"), PASSWORD))
        one.looked()
        # It closes at once; a reset that overtakes its last words takes them away.
        assert (one.seen().code in {"algorithms", "closed"}, one.seen().offered) == (True, "")


def test_a_server_that_does_not_know_the_box_is_told(one: Carried, server: Sshd) -> None:
    server.lets_in("")
    assert not one.again()
    assert one.seen().code == "login"


def test_the_boxs_line_lets_it_move_files_and_nothing_else(one: Carried, server: Sshd) -> None:
    state = keyring(one.box).content.sftp
    assert state is not None
    key = server.folder / "stolen"
    key.write_text(_loan(state, shows=True).key)
    key.chmod(0o600)
    known = server.folder / "known"
    known.write_text(f"[{HERE}]:{server.port} {server.key}\n")
    ssh = [
        "ssh", "-F", "none", "-i", str(key), "-p", str(server.port), "-o", "BatchMode=yes",
        "-o", f"UserKnownHostsFile={known}", f"{server.user}@{HERE}", "id",
    ]  # fmt: skip
    done = subprocess.run(ssh, capture_output=True, text=True, timeout=30, check=False,
                          stdin=subprocess.DEVNULL)  # fmt: skip
    assert "uid=" not in done.stdout


# -- a courier that was taken over --------------------------------------------------------------


def test_a_step_that_it_has_not_is_refused() -> None:
    ferry = Ferry(poll=0.0)
    for number in (1, -1, 2**40):
        with refuses("no_step"):
            ferry.take(NextStep(number=number), b"")
    assert ferry.take(NextStep(), b"") == (SftpStep("rest"), b"")


def test_without_a_courier_a_copy_fails_and_one_that_hangs_is_left() -> None:
    ferry = Ferry(answers=0.2, away=0.1, poll=0.0)
    ferry.begin()
    with pytest.raises(BackupFailed) as away:
        ferry.do(SftpStep("free"))
    assert away.value.code == "away"
    assert ferry.take(NextStep(), b"")[0].kind == "free"
    with pytest.raises(BackupFailed) as late:
        ferry.do(SftpStep("free"), stopped=lambda: ferry.take(NextStep(), b"") is None)
    assert late.value.code == "late"
    ferry.close()
    with pytest.raises(BackupFailed) as stopped:
        ferry.do(SftpStep("free"))
    assert stopped.value.code == "stopped"
    assert ferries.ANSWERS > 2 * 120.0


@pytest.mark.parametrize(
    "told",
    [
        NextStep(code="what the server said: <script>"),
        NextStep(code="name"),
        NextStep(size=-(2**60)),
        NextStep(entries=tuple(FolderEntry("../x", -1, "file") for _ in range(5000)), more=True),
        NextStep(entries=(FolderEntry("manifest", 2**62, "file"),)),
        NextStep(host_key="ssh-ed25519 AAAA"),
    ],
)  # fmt: skip
def test_whatever_it_tells_the_keeper_fails_closed(lied: Lied, told: NextStep) -> None:
    """It answers every step with the same lie: no copy counts, and nothing else happens."""
    lied.one.stop.set()
    lied.one._thread.join()
    before = keyring(lied.one.box).content.media

    class Liar:
        def do(self, step: SftpStep, raw: bytes) -> tuple[NextStep, bytes]:
            fields = {name: getattr(told, name) for name in told.__struct_fields__}
            return NextStep(**fields | {"number": step.number}), b"\0" * PIECE

        def close(self) -> None: ...
        def end(self) -> None: ...

    again = Carried(lied.one.box, Liar)
    again._thread.start()
    try:
        assert not again.again()
    finally:
        again.stop.set()
        again._thread.join()
    after = keyring(lied.one.box).content.media
    assert {name: one.number for name, one in after.items()} == {
        name: one.number for name, one in before.items()
    }
    assert lied.one.acts()[-1][0] == "sftp_failed"


def test_it_sees_sealed_bytes_alone(lied: Lied) -> None:
    lied.one.stop.set()
    lied.one._thread.join()
    seen = bytearray()

    class Watching(SftpSession):
        def do(self, step: SftpStep, raw: bytes) -> tuple[NextStep, bytes]:
            seen.extend(raw)
            seen.extend(step.path.encode())
            return super().do(step, raw)

    record(lied.one.box)
    again = Carried(lied.one.box, Watching)
    again._thread.start()
    try:
        assert again.again()
    finally:
        again.stop.set()
        again._thread.join()
    assert len(seen) > 20_000
    for secret in (b"48221234567", b"Anna", b"Ewa", b"Kancelaria", b"training", b"audit/2026"):
        assert secret not in seen, secret
    content = keyring(lied.one.box).content
    for key in (content.ledger_key, content.box_key, content.list_key, content.audit_key):
        assert key not in seen
