"""Find out from the kernel whether anybody can still write to a file.

A file lock says what its holder wants to say. A read lease says more: the kernel grants one only
while nobody has the file open for writing or mapped to be written, by whatever descriptor.
"""

import errno
import fcntl
import os
import signal
import stat
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted

CLOSED = 0o400
"""The mode of a file that nobody opens for writing any more; a process that has it open goes on."""


def open_made_ahead(path: Path) -> int:
    """Open for reading a file that this process made; return its descriptor.

    Raises:
        FileFormatError: it is no ordinary file, has another name too, or belongs to another user.
        OSError: it cannot be opened.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise FileFormatError(noted("recording_unkept", _NO_FILE)) from error
        raise
    try:
        refuse_strange(os.fstat(fd))
    except BaseException:
        os.close(fd)
        raise
    return fd


def refuse_strange(about: os.stat_result) -> None:
    """Refuse what cannot be a file made ahead; raises FileFormatError with the reason."""
    if not stat.S_ISREG(about.st_mode):
        raise FileFormatError(noted("recording_unkept", _NO_FILE))
    if about.st_nlink != 1:
        raise FileFormatError(
            noted("archive_file_damaged", "It stands under a second name, too (a hard link).")
        )
    if about.st_uid != os.geteuid():
        raise FileFormatError(
            noted("archive_file_damaged", f"It belongs to another user ({about.st_uid}).")
        )


_NO_FILE = "It is no ordinary file."


def close_to_writers(fd: int) -> bool:
    """Let nobody else open a file for writing; say whether nobody has it open for that any more.

    Once this returns True, the file's content is final: only its owner could let writers in again.

    Args:
        fd: of a file of this user, open for reading alone.

    Raises:
        OSError: the file system refuses.
    """
    if stat.S_IMODE(os.fstat(fd).st_mode) != CLOSED:
        os.fchmod(fd, CLOSED)
    return _nobody_writes(fd)


def _nobody_writes(fd: int) -> bool:
    # Should a lease be broken while it is held, its signal is SIGURG, which ends no process.
    fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return _nobody_locks(fd)  # a file system without leases: the writer's lock has to do
    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return True


def _nobody_locks(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    return True


def has_leases(path: Path) -> bool:
    """Say whether the file system of a file of this user's knows leases; raises OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.EAGAIN}:
            raise
        return error.errno == errno.EAGAIN  # a process writes to it
    finally:
        os.close(fd)
    return True
