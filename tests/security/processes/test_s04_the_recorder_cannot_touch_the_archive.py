"""Attack recordings as the recorder's user: it writes to files made for it, no more.

An insider in the recorder's process has its user, its group and its code. Real users, the folders
of the appliance and a real keeper: what the insider tries is refused by the kernel, or delays one
file of its own making.
"""

import ast
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from appliance.keeper.audit.lines import readable
from appliance.link.requests.first_run import ConfirmSheet, FirstRun
from appliance.link.requests.processes.news import TakeUp
from appliance.vault import pool
from appliance.vault.audit.entries import AuditEntry
from tests.boxes import PASSWORD
from tests.recorded import file_of
from tests.security.processes.appliance import (
    GROUPS,
    KEEPER,
    PANEL,
    RECORDER,
    UMASK,
    Appliance,
    keeper_words,
    made_appliance,
)
from tests.security.processes.users import ROOT
from tests.small.pool import AHEAD

pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]

BEGIN = f"""
import os; os.umask({UMASK})
from pathlib import Path
from appliance.config.folders import Folders
folders = Folders(Path(sys.argv[1]), Path(sys.argv[2]))
"""

CALL = f"""{BEGIN}
from appliance.clock import SystemClock
from appliance.commands.call import place
from appliance.config.read import trial
from appliance.exchange.scene import Scene
withdrawn = float(sys.argv[3]) if len(sys.argv) > 3 else None
scene = Scene.ordinary("+48221234567", "1", "caller", 2.0, withdrawn)
print(place(trial(), folders, SystemClock(), scene).result()["recording"])
"""
"""One call through the whole recorder, at speed."""

TRY = f"""{BEGIN}
import ctypes, errno, mmap, socket
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_ssize_t
rid, other, writable = sys.argv[3], sys.argv[4], sys.argv[5]
new, rec, spare = folders.new / rid, folders.recordings / other, folders.new / writable
def mapped(how, protection):
    fd = os.open(spare, how)
    try:
        if libc.mmap(None, 4096, protection, mmap.MAP_SHARED, fd, 0) == -1:
            raise OSError(ctypes.get_errno(), "mmap")
    finally:
        os.close(fd)
def opened(path, how):
    os.close(os.open(path, how))
def attribute(path):
    os.setxattr(path, "user.mine", b"1")
def serve(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))
tries = {{
    "list the files made ahead": lambda: os.listdir(folders.new),
    "list the recordings": lambda: os.listdir(folders.recordings),
    "list the notes": lambda: os.listdir(folders.notes),
    "list the withdrawals": lambda: os.listdir(folders.withdrawn),
    "list the data folder": lambda: os.listdir(folders.data),
    "read a recording back": lambda: opened(new, os.O_RDONLY),
    "read and write one": lambda: opened(new, os.O_RDWR),
    "read a file made ahead": lambda: opened(spare, os.O_RDONLY),
    "write to a finished one": lambda: opened(new, os.O_WRONLY),
    "append to a finished one": lambda: opened(new, os.O_WRONLY | os.O_APPEND),
    "cut a finished one": lambda: os.truncate(new, 0),
    "mark a finished one": lambda: attribute(new),
    "map one to write, opened to write": lambda: mapped(os.O_WRONLY, mmap.PROT_WRITE),
    "map one to write, opened for both": lambda: mapped(os.O_RDWR, mmap.PROT_WRITE),
    "make another": lambda: opened(folders.new / ("ab" * 16), os.O_WRONLY | os.O_CREAT),
    "make a pipe": lambda: os.mkfifo(folders.new / "pipe"),
    "make a folder": lambda: os.mkdir(folders.new / "folder"),
    "make a link": lambda: os.symlink("/etc/passwd", folders.new / "link"),
    "make a socket": lambda: serve(folders.new / "socket"),
    "remove one": lambda: os.unlink(new),
    "remove one made ahead": lambda: os.unlink(spare),
    "rename one": lambda: os.rename(new, folders.new / "elsewhere"),
    "rename one away": lambda: os.rename(spare, folders.notes / "mine"),
    "put another over one": lambda: os.replace(folders.notes / "mine.json", new),
    "link one": lambda: os.link(new, folders.notes / "mine"),
    "link one made ahead": lambda: os.link(spare, folders.notes / "mine"),
    "open one to others": lambda: os.chmod(spare, 0o666),
    "own one": lambda: os.chown(spare, os.getuid(), -1),
    "date one": lambda: os.utime(spare, (0, 0)),
    "open the folder to others": lambda: os.chmod(folders.new, 0o777),
    "rename the folder": lambda: os.rename(folders.new, folders.data / "old"),
    "make something beside it": lambda: os.mkdir(folders.data / "mine"),
    "read a recording": lambda: opened(rec, os.O_RDONLY),
    "write to a recording": lambda: opened(rec, os.O_WRONLY),
    "remove a recording": lambda: os.unlink(rec),
    "rename a recording": lambda: os.rename(rec, folders.notes / "mine"),
    "put one among the recordings": lambda: os.rename(folders.notes / "mine.json", rec),
    "read the keyring": lambda: opened(folders.keyring[0], os.O_RDONLY),
    "list the keys": lambda: os.listdir(folders.keys),
    "list the audit": lambda: os.listdir(folders.audit),
    "read the ledger": lambda: opened(folders.ledger, os.O_RDONLY),
    "write the pool": lambda: opened(folders.pool, os.O_WRONLY),
    "remove the keeper's socket": lambda: os.unlink(folders.keeper_socket),
    "serve in its folder": lambda: serve(folders.keeper_socket.with_name("mine.sock")),
    "put another pool there": lambda: os.rename(folders.notes / "mine.json", folders.pool),
}}
(folders.notes / "mine.json").write_text("{{}}")
done = {{}}
for name, attempt in tries.items():
    try:
        attempt()
    except OSError as error:
        done[name] = errno.errorcode[error.errno]
    else:
        done[name] = "done"
print(done)
"""

CLING = f"""{BEGIN}
from appliance.vault.format import Ticket
from appliance.vault.origin import OriginKey
from appliance.vault.pool import Pool
from appliance.vault.seal import SealedFile, SealingKeys
from tests.samples import META, RECEIPT, RULE
from appliance.model.records import RecordingEnd
ring = Pool(folders.pool, folders.new)
keys = SealingKeys(ring.vault_id, ring.reading_key, OriginKey.new())
ticket = Ticket(90_000 // 2, "cc" * 8, True, "b00710", 100, 90)
file = SealedFile.create(folders.new, keys, ring.take_key(), ticket, 1)
file.begin(META, RECEIPT, RULE)
file.audio(0, b"x" * 4000)
held = os.dup(file._fd)
file.end(RecordingEnd(samples=4000, reason="hung_up"))
print(file.rid, flush=True)
for line in sys.stdin:
    os.pwrite(held, line.encode(), 4096)
    print("written", flush=True)
"""


@dataclass
class Box:
    """A set-up appliance and its keeper."""

    made: Appliance
    running: ExitStack = field(default_factory=ExitStack)

    def up(self) -> None:
        """Start the keeper."""
        self.running.enter_context(self.made.start(KEEPER, *keeper_words()))

    def down(self) -> None:
        """End the keeper as a power cut would."""
        self.running.close()

    @property
    def where(self) -> tuple[str, str]:
        return str(self.made.data), str(self.made.run)

    def call(self, *more: str) -> str:
        """Let the recorder record a call, and return its name."""
        done = RECORDER.python(CALL, *self.where, *more)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() != "None", done.stderr
        return done.stdout.strip()

    def take_up(self) -> None:
        self.made.client("keeper").call(TakeUp())

    def entries(self, rid: str) -> list[AuditEntry]:
        return [entry for entry, _ in readable(self.made.folders.audit) if entry.rid == rid]

    def acts(self, rid: str) -> list[str]:
        return [entry.type for entry in self.entries(rid)]

    def spare(self) -> str:
        """Return a file that was made ahead and is not the next one to be used."""
        *_, last = pool.load(self.made.folders.pool).keys
        return last

    def tries(self, rid: str, other: str) -> dict[str, str]:
        """Return what became of everything that the recorder's user could try."""
        done = RECORDER.python(TRY, *self.where, rid, other, self.spare())
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = ast.literal_eval(done.stdout)
        return found


@contextmanager
def boxes() -> Iterator[Box]:
    """Set an appliance up, and end its keeper."""
    with made_appliance() as made:
        box = Box(made)
        box.up()
        try:
            code = (made.run / "zgoda-keeper/first-run").read_text("ascii")
            client = made.client("keeper")
            sheet = client.call(FirstRun(code, "Ewa Nowak", PASSWORD, plain=True))
            groups = {index: sheet.groups[index] for index in sheet.ask_groups}
            client.call(ConfirmSheet(groups=groups), sheet.token)
            yield box
        finally:
            box.down()


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    with boxes() as made:
        yield made


def test_each_key_of_the_pool_has_a_file_that_the_recorder_may_write_to(box: Box) -> None:
    folders = box.made.folders
    keys = pool.load(folders.pool).keys
    files = {path.name: path.stat() for path in folders.new.iterdir()}

    assert len(keys) == AHEAD
    assert files.keys() == keys.keys()
    found = {(one.st_uid, one.st_gid, one.st_mode & 0o7777, one.st_size) for one in files.values()}
    assert found == {(KEEPER.uid, GROUPS["zgoda-in"], 0o620, 0)}
    shown = folders.pool.stat()
    assert (shown.st_uid, shown.st_gid, shown.st_mode & 0o7777) == (
        *(KEEPER.uid, GROUPS["zgoda-in"]), 0o640,
    )  # fmt: skip


def test_nothing_but_writing_to_its_file_is_open_to_the_recorder(box: Box) -> None:
    tried = insider(box)

    assert {name: how for name, how in tried.items() if how not in {"EACCES", "EPERM"}} == {}
    assert len(tried) > 40


def insider(box: Box) -> dict[str, str]:
    """Return what became of an insider's attempts; two recordings must stay as they are."""
    recording, finished = box.call(), box.call()
    box.take_up()
    before = {rid: digest(box, rid) for rid in (recording, finished)}
    path = box.made.folders.recordings / recording
    waiting = box.made.folders.new / finished
    box.down()  # or it would take the file up again
    (box.made.folders.recordings / finished).rename(waiting)  # as if it waited in new/
    tried = box.tries(finished, recording)
    waiting.rename(box.made.folders.recordings / finished)
    box.up()
    assert {rid: digest(box, rid) for rid in before} == before
    assert path.stat().st_mode & 0o7777 == 0o400
    assert box.acts(recording) == box.acts(finished) == ["sealed"]
    return tried


def digest(box: Box, rid: str) -> str:
    return hashlib.sha256(file_of(box.made.folders, rid).read_bytes()).hexdigest()


def test_others_on_the_box_see_nothing_at_all(box: Box) -> None:
    code = f"{BEGIN}\nfor path in sys.argv[3:]:\n    os.close(os.open(path, os.O_RDONLY))\n"
    folders = box.made.folders
    for path in (folders.pool, folders.new, folders.new / box.spare(), folders.recordings):
        assert "Permission denied" in PANEL.python(code, *box.where, str(path)).stderr


@contextmanager
def clinging(box: Box) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Write a whole recording as the recorder and keep a descriptor of it."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{CLING}"
    with (
        RECORDER.command(sys.executable, "-c", code, *box.where) as command,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
        ) as process,
    ):
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


def test_whoever_clings_to_a_descriptor_delays_that_file_alone(box: Box) -> None:
    with clinging(box) as (rid, process):
        assert process.stdin is not None
        assert process.stdout is not None
        other = box.call()
        box.take_up()
        assert box.acts(other) == ["sealed"]
        assert box.acts(rid) == []
        held = box.made.folders.new / rid
        assert held.stat().st_mode & 0o7777 == 0o400, "nobody else gets in"
        process.stdin.write("junk\n")
        process.stdin.flush()
        assert process.stdout.readline() == "written\n", "until then it is its maker's to spoil"
        box.take_up()
        assert box.acts(rid) == []
    before = hashlib.sha256(held.read_bytes()).hexdigest()
    box.take_up()
    (sealed,) = box.entries(rid)
    assert (sealed.type, sealed.sha256) == ("sealed", before)
    assert not held.exists()


def test_a_withdrawal_reaches_the_keeper_through_a_folder_that_only_takes(box: Box) -> None:
    done = RECORDER.python(CALL, *box.where, "1.0")
    assert done.returncode == 0, done.stderr
    (marker,) = box.made.folders.withdrawn.iterdir()
    assert (marker.stat().st_uid, marker.stat().st_size) == (RECORDER.uid, 0)
    raw = (box.made.folders.new / marker.name).read_bytes()
    assert not any(raw[:4096]), "the header is overwritten through the open descriptor"

    box.take_up()

    assert box.acts(marker.name) == ["erasing"]


def test_with_the_keeper_down_the_recorder_records_and_the_keeper_finds_it(box: Box) -> None:
    box.down()
    rids = [box.call() for _ in range(2)]
    assert [box.acts(rid) for rid in rids] == [[], []]
    notes = list(box.made.folders.notes.iterdir())
    assert {path.stat().st_mode & 0o777 for path in notes} == {0o640}

    box.up()

    assert [box.acts(rid) for rid in rids] == [["sealed"], ["sealed"]]
    assert not {*os.listdir(box.made.folders.new)} & {*rids}
    assert list(box.made.folders.notes.iterdir()) == []
