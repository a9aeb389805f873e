"""Reach the folder of a backup on a medium that anybody may have had in hand.

Everything goes through descriptors of the folders themselves, and no link is followed: a medium on
which somebody has put a link in place of a folder is refused. Nothing is written in place.
"""

import errno
import hashlib
import io
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

from appliance.errors import VaultError
from appliance.keeper.backup.disks import disks_of
from appliance.keeper.backup.place import Sized, Wanted, pieces_of, size_of
from appliance.model.sentences.faults import in_words
from appliance.vault.disk import FULL

FOLDER = "zgoda-backup"
"""Below the folder that the settings name, and the name of the mark in it."""

PLACES = RECORDINGS, PARTS = "rec", "parts"
"""The folders beside those of the copies."""

MOST_FILES = 1_000_000
"""In a folder of the medium; no box has so many."""

SYNC_EVERY = 8 * 2**20
"""Bytes that are written between two syncs, so that little waits in memory."""

_PIECE = 2**20
MARK = re.compile(rb"zgoda backup medium ([0-9a-f]{32})\n")
TEMPORARY = re.compile(r"\.[0-9a-f]{12}\.part")
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class BackupFailed(VaultError):
    """A backup could not be made or read; ``code`` says why in one stable word.

    Codes: ``none`` ``absent`` ``unmarked`` ``other_box`` ``newer`` ``damaged`` ``full`` ``failed``
    ``own`` ``own_disk`` ``many`` ``stopped`` ``version``; by SFTP those of
    ``model.outside.sftp`` too.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def by_newer() -> BackupFailed:
    """Say that a copy is not for this program; it is left as it is."""
    return BackupFailed(
        "version",
        in_words("backup_by_newer"),
    )


def by_older() -> BackupFailed:
    """Say that nothing reads a copy any more but the program that made it."""
    return BackupFailed("older", in_words("backup_by_older"))


def failed(error: OSError) -> BackupFailed:
    """Say in a sentence why the medium or the box did not take or give a file."""
    if error.errno in FULL:
        return BackupFailed("full", in_words("backup_medium_full"))
    if error.errno in {errno.ENOTDIR, errno.ELOOP}:
        return BackupFailed(
            "damaged",
            in_words("backup_medium_odd"),
        )
    why = error.strerror or str(error)
    return BackupFailed(
        "failed",
        in_words("backup_medium_fails", detail=why),
    )


class Medium:
    """The open folder of a backup."""

    reads_back = True

    def __init__(
        self, folder: Path, *, writes: bool = True, apart_from: Collection[int] = ()
    ) -> None:
        """Open the folder that ``preparing.prepare`` made.

        Args:
            folder: has ``zgoda-backup`` in it, or is that folder itself.
            writes: makes the places that are missing.
            apart_from: disks on which it must not lie, as ``own_devices`` returns them.

        Raises:
            BackupFailed: ``absent``, ``own_disk``, ``unmarked``, ``damaged`` or ``failed``.
        """
        self._folders: dict[str, int] = {}
        try:
            self._open(folder)
            refuse_own(os.fstat(self._folder()), folder, apart_from)
            self.id = self._read_mark()
            for place in PLACES:
                if writes:
                    self.make_folder(place)
        except FileNotFoundError as error:
            self.close()
            raise BackupFailed(
                "absent",
                in_words("backup_medium_absent", path=folder),
            ) from error
        except OSError as error:
            self.close()
            raise failed(error) from error
        except BaseException:
            self.close()
            raise

    @staticmethod
    def own_devices(data: Path) -> frozenset[int]:
        """Return the disks that hold the box itself: what lies there is lost with it.

        That of the root is one of them: where it is an overlay in memory, so is a folder below
        which nothing is mounted. A mount point says nothing: a service has some of its own.

        Args:
            data: the data folder, which need not be there yet.

        Raises:
            OSError: it cannot be reached.
        """
        while not data.exists() and data != data.parent:
            data = data.parent
        return disks_of(os.stat(data).st_dev) | disks_of(os.stat("/").st_dev)

    def close(self) -> None:
        """Close the folders; safe to call twice."""
        while self._folders:
            os.close(self._folders.popitem()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- reading --------------------------------------------------------------------------------

    def open(self, *names: str) -> io.FileIO:
        """Open an ordinary file for reading.

        Raises:
            OSError: it is not there, or cannot be read.
            BackupFailed: ``damaged``: something else has its name.
        """
        *folders, name = names
        how = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(name, how, dir_fd=self._folder(*folders))
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise BackupFailed(
                "damaged",
                in_words("backup_file_odd", file="/".join(names)),
            )
        return io.FileIO(fd, "rb")

    def read(self, *names: str, most: int) -> bytes:
        """Read a whole file; raises as ``open``, and BackupFailed if it is larger than that."""
        with self.open(*names) as file:
            if size_of(file) > most:
                raise BackupFailed(
                    "damaged",
                    in_words("backup_file_odd", file="/".join(names)),
                )
            return file.readall()

    def pieces(self, *names: str, most: int) -> Iterator[bytes]:
        """Yield a file's bytes, no more than so many; raises as ``open``."""
        with self.open(*names) as file:
            yield from pieces_of(file, most)

    def sizes(self, *folders: str) -> dict[str, int]:
        """Return the ordinary files of a folder with their sizes; none if it is not there."""
        found = {}
        try:
            with os.scandir(self._folder(*folders)) as there:
                for one in there:
                    if one.is_file(follow_symlinks=False) and not TEMPORARY.fullmatch(one.name):
                        found[one.name] = one.stat(follow_symlinks=False).st_size
                    if len(found) > MOST_FILES:
                        raise BackupFailed("damaged", in_words("backup_crowded"))
        except FileNotFoundError:
            return {}
        return found

    def folders(self, *folders: str) -> list[str]:
        """Return the names of the folders in a folder."""
        with os.scandir(self._folder(*folders)) as there:
            return [one.name for one in there if one.is_dir(follow_symlinks=False)]

    def free(self) -> int:
        """Return the bytes that may still be written."""
        room = os.fstatvfs(self._folder())
        return room.f_bavail * room.f_frsize

    # -- writing: everything raises OSError as the system does ----------------------------------

    def write(self, pieces: Iterable[bytes], *names: str) -> Sized:
        """Write a file whole, in place of any other of its name; the caller syncs its folder.

        Returns:
            Its size and digest.
        """
        *folders, name = names
        folder, fresh = self._folder(*folders), f".{secrets.token_hex(6)}.part"
        how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(fresh, how, 0o644, dir_fd=folder)
        try:
            try:
                _readable(fd, 0o644)
                written = self._fill(fd, pieces)
            finally:
                os.close(fd)
            self.rename(folder, fresh, name)
        except Exception:
            with suppress(OSError):
                os.unlink(fresh, dir_fd=folder)
            raise
        return written

    def _fill(self, fd: int, pieces: Iterable[bytes]) -> Sized:
        taken, size, waits = hashlib.sha256(), 0, 0
        for piece in pieces:
            view = memoryview(piece)
            while view:
                done = self.put(fd, view[:_PIECE])
                taken.update(view[:done])
                view, size, waits = view[done:], size + done, waits + done
                if waits >= SYNC_EVERY:
                    self.sync(fd)
                    waits = 0
        self.sync(fd)
        return size, taken.hexdigest()

    def put(self, fd: int, piece: memoryview) -> int:
        """Write a piece; return how much was taken."""
        return os.write(fd, piece)

    def sync(self, fd: int) -> None:
        """Wait until a file or a folder is on the medium."""
        os.fsync(fd)

    def rename(self, folder: int, fresh: str, name: str) -> None:
        """Give a file its name."""
        os.rename(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)

    def remove(self, *names: str) -> None:
        """Remove a file if it is there, or a link in its place."""
        *folders, name = names
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._folder(*folders))

    def make_folder(self, *names: str) -> None:
        """Make a folder unless it is there."""
        *folders, name = names
        with suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=self._folder(*folders))
            _readable(self._folder(*names), 0o755)

    def remove_folder(self, *names: str) -> None:
        """Remove an empty folder."""
        *folders, name = names
        held = self._folders.pop("/".join(names), None)
        if held is not None:
            os.close(held)
        os.rmdir(name, dir_fd=self._folder(*folders))

    def clear(self, *folders: str) -> None:
        """Remove all files of a folder, unfinished ones too."""
        for name in os.listdir(self._folder(*folders)):
            self.remove(*folders, name)

    def clear_unfinished(self, *folders: str) -> None:
        """Remove what a cut left half written."""
        for name in os.listdir(self._folder(*folders)):
            if TEMPORARY.fullmatch(name):
                self.remove(*folders, name)

    def sync_folder(self, *folders: str) -> None:
        """Wait until a folder's names are on the medium."""
        self.sync(self._folder(*folders))

    def confirm(self, wanted: Wanted) -> None:
        """Do nothing: what was synced here is there, and is read again in turn."""

    def give(self, owner: tuple[int, int]) -> None:
        """Give every folder to a user and group, who may be others than those of a former board."""
        copies = [name for name in self.folders() if name.startswith("copy-")]
        there = [(), *((name,) for name in self.folders() if name in PLACES)]
        there += [(name,) for name in copies]
        there += [(name, "keys") for name in copies if "keys" in self.folders(name)]
        for names in there:
            _readable(self._folder(*names), 0o755)
            _give(self._folder(*names), owner)
            self.sync_folder(*names)

    # -- within ---------------------------------------------------------------------------------

    def _open(self, folder: Path) -> None:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            if _has(top, FOLDER):  # the mark: it is the folder itself
                self._folders[""], top = top, -1
                return
            self._folders[""] = os.open(FOLDER, OPEN_FOLDER, dir_fd=top)
        finally:
            if top >= 0:
                os.close(top)

    def _folder(self, *names: str) -> int:
        """Return the descriptor of a folder, opened once, its parents first."""
        path = "/".join(names)
        if path not in self._folders:
            *parents, name = names
            self._folders[path] = os.open(name, OPEN_FOLDER, dir_fd=self._folder(*parents))
        return self._folders[path]

    def _read_mark(self) -> str:
        try:
            mark = MARK.fullmatch(self.read(FOLDER, most=64))
        except FileNotFoundError:
            mark = None
        if mark is None:
            raise BackupFailed(
                "unmarked",
                in_words("backup_medium_unmarked"),
            )
        return mark[1].decode()


def refuse_own(about: os.stat_result, folder: Path, own: Collection[int]) -> None:
    """Refuse a folder on one of the disks; raises BackupFailed: ``own_disk``."""
    if not disks_of(about.st_dev).isdisjoint(own):
        raise BackupFailed(
            "own_disk",
            in_words("backup_on_own_disk", path=folder),
        )


def _has(folder: int, name: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def _readable(fd: int, mode: int) -> None:
    """Let any user read what is sealed: another board's keeper has another id."""
    with suppress(OSError):  # file systems without modes
        os.fchmod(fd, mode)


def _give(fd: int, owner: tuple[int, int]) -> None:
    """Give a folder to the user who will write; a medium without owners has one for all."""
    with suppress(PermissionError):
        os.fchown(fd, *owner)
