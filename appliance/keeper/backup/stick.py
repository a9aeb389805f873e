"""Take a medium with the right name for backups: look at it, prepare it, mount it; as root.

The name is the owner's word that the box may have the medium. It is made anew only if nothing lies
on it but what other systems leave on any stick; one that holds a single file stays as it is.
"""

import contextlib
import fcntl
import os
import stat
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance.card.sticks import FOLDER as MOUNTED_AT
from appliance.card.sticks import LABEL, NAME, Sticks
from appliance.keeper.backup.disks import disks_of
from appliance.keeper.backup.medium import FOLDER, BackupFailed, Medium
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.storage.mounts import MOUNTS, read_mounts

LEFT_BY_OTHERS = frozenset(
    {
        *("system volume information", "$recycle.bin", "desktop.ini"),
        *(".trashes", "._.trashes", ".spotlight-v100", ".fseventsd", ".temporaryitems"),
        *(".ds_store", ".trash-1000"),
    }
)
"""What Windows, macOS and Linux leave on a stick by themselves, in small letters."""

SAFELY = "nodev,nosuid,noexec,noatime"
LOOKED_AT = {"ext4": f"ro,noload,{SAFELY}", "vfat": f"ro,{SAFELY}", "exfat": f"ro,{SAFELY}"}
"""File systems that the kernel is asked to read, and how; no other is mounted at all."""

_NAMES = {NAME, LABEL}
_DAMAGED = 4  # e2fsck(8): errors were left


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are on a card; tests have their own."""

    folder: Path = MOUNTED_AT
    data: Path = Path("/var/lib/zgoda")
    card: Path = Path("/dev/zgoda-card")
    mounts: Path = MOUNTS
    sticks: Sticks = field(default_factory=Sticks)

    @property
    def look(self) -> Path:
        """Return the folder at which a medium is mounted while root looks at it."""
        return self.sticks.volatile / ".look"


class Unfit(Exception):
    """A medium cannot be taken; ``word`` is one of ``card.sticks.WORDS``."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def take(device: Path, places: Places) -> str:
    """Take a medium if it can be had, mounted and prepared; say how it ended.

    Args:
        device: a partition or a whole disk.
        places: of the card.

    Returns:
        A word of ``card.sticks.WORDS``, which ``places.sticks`` tells too.
    """
    sticks = places.sticks
    sticks.tell(device.name, "looking")
    word = "failed"
    try:
        # While it is open no other device can get its name, even if it is pulled out.
        with _one_at_a_time(places), _held(device) as number:
            _refuse(number, places)
            _take(device, places)
            word = "ready"
    except Unfit as error:
        word = error.word
    except BackupFailed as error:
        word = "own" if error.code == "own_disk" else "failed"
    except OSError:
        word = "failed"
    finally:
        sticks.tell(device.name, word)
    return word


def leave(device: Path, places: Places, *, well: bool = True) -> None:
    """Unmount a medium that is gone, or that root has not done with.

    Args:
        device: as ``take`` had it; it need not be there any more.
        places: of the card.
        well: False where ``take`` was cut off; then that is told.
    """
    with _one_at_a_time(places):
        for folder in (places.folder, places.look):
            if mounted(folder, places.mounts) == str(device):
                _unmount(folder)
    if well:
        places.sticks.forget(device.name)
    else:
        places.sticks.tell(device.name, "failed")


def mounted(folder: Path, mounts: Path = MOUNTS) -> str:
    """Return the device that is mounted at a folder; empty if none is."""
    listed = read_mounts(mounts.read_text("utf-8", "replace"))
    return next((one.source for one in reversed(listed) if one.where == str(folder)), "")


@contextlib.contextmanager
def _one_at_a_time(places: Places) -> Iterator[None]:
    places.sticks.volatile.mkdir(mode=0o755, parents=True, exist_ok=True)
    lock = os.open(places.sticks.volatile / ".lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def _held(device: Path) -> Iterator[int]:
    """Hold a block device open; give its number."""
    fd = os.open(device, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        about = os.fstat(fd)
        if not stat.S_ISBLK(about.st_mode):
            raise Unfit("failed")
        yield about.st_rdev
    finally:
        os.close(fd)


def _refuse(number: int, places: Places) -> None:
    """Refuse the box's own disk, and a second medium beside one that is mounted."""
    own = set(Medium.own_devices(places.data))
    with contextlib.suppress(FileNotFoundError):
        own |= disks_of(os.stat(places.card).st_rdev)
    if not disks_of(number).isdisjoint(own):
        raise Unfit("own")
    there = mounted(places.folder, places.mounts)
    if there and places.sticks.is_there(Path(there).name):
        raise Unfit("second")
    if there:  # it was pulled out, and nobody has unmounted it yet
        _unmount(places.folder)


def _take(device: Path, places: Places) -> None:
    kind = _kind(device)
    is_empty = _look(device, kind, places)
    if kind != "ext4":
        if not is_empty:
            raise Unfit("not_empty")
        places.sticks.tell(device.name, "making")
        _run("mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-L", LABEL, str(device))
    elif _code("e2fsck", "-p", str(device)) >= _DAMAGED:
        raise Unfit("damaged")
    places.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    _run(
        "mount",
        "-t",
        "ext4",
        "-o",
        f"rw,errors=remount-ro,{SAFELY}",
        str(device),
        str(places.folder),
    )
    try:
        _prepare(places)
    except BaseException:
        _unmount(places.folder)
        raise


def _prepare(places: Places) -> None:
    owner = places.data.stat()
    try:
        prepare(
            places.folder, (owner.st_uid, owner.st_gid), Medium.own_devices(places.data)
        ).close()
    except BackupFailed as error:
        # Something else has the name of our folder.
        raise Unfit("not_empty" if error.code in {"unmarked", "damaged"} else "failed") from error


def _kind(device: Path) -> str:
    """Return what file system lies there, if its name says that we may have it.

    Raises:
        Unfit: ``kind``: one that we do not read; ``failed``: it has another name by now.
    """
    asked = ["blkid", "-p", "-o", "export", str(device)]
    said = subprocess.run(asked, capture_output=True, check=False).stdout.decode("utf-8", "replace")
    values = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    if values.get("LABEL", "").upper() not in _NAMES:
        raise Unfit("failed")
    kind = values.get("TYPE", "")
    if kind not in LOOKED_AT:
        raise Unfit("kind")
    return kind


def _look(device: Path, kind: str, places: Places) -> bool:
    """Look at what lies on a medium, without a change; say whether it is empty.

    Raises:
        Unfit: ``not_empty``: there is something else than a folder for backups.
    """
    places.look.mkdir(mode=0o700, parents=True, exist_ok=True)
    _run("mount", "-t", kind, "-o", LOOKED_AT[kind], str(device), str(places.look))
    try:
        found = set(things_on(places.look))
        if found - {FOLDER} and not _is_marked(places.look):
            raise Unfit("not_empty")
        return not found
    finally:
        _unmount(places.look)


def things_on(top: Path) -> Collection[str]:
    """Return what somebody has put at the top of a medium; what systems leave there is nothing."""
    with os.scandir(top) as entries:
        return [entry.name for entry in entries if not _is_nothing(entry)]


def _is_nothing(entry: "os.DirEntry[str]") -> bool:
    if entry.name == "lost+found" and entry.is_dir(follow_symlinks=False):
        return not os.listdir(entry)
    return entry.name.lower() in LEFT_BY_OTHERS


def _is_marked(top: Path) -> bool:
    """Say whether a folder for backups is there with its mark, which only ext4 is taken with."""
    try:
        folder = os.stat(top / FOLDER, follow_symlinks=False).st_mode
        mark = os.stat(top / FOLDER / FOLDER, follow_symlinks=False).st_mode
    except OSError:
        return False
    return stat.S_ISDIR(folder) and stat.S_ISREG(mark)


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


def _code(*words: str) -> int:
    return subprocess.run(words, capture_output=True, check=False).returncode


def _run(*words: str) -> None:
    if _code(*words):
        raise Unfit("failed")
