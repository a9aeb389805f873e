"""Run a program without a network: ``python -m appliance.prompts.voices.cell PROGRAM``.

A system call filter refuses every socket but local ones. It needs no privilege, holds for all that
the program starts, and cannot be taken off. 64-bit x86 and ARM alone are known. The program works
when nothing else wants the processor, and goes first where memory ends.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import struct
import sys
from pathlib import Path

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE = 0x00050000 | errno.EACCES
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16  # offsets in what the kernel shows to the filter
_AF_UNIX = 1
_NICE = 10  # the recorder has -10: of what both want it gets a hundred times as much
_MOST_WRITTEN = 64 * 1024 * 1024  # bytes of a file
_MOST_SECONDS = 300  # of the processor
_X32 = 0x40000000  # the numbers of x86's other calls begin here
_IO_URING_SETUP = 425  # its rings open sockets without the call
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Machine -> the kernel's word for it, and its number of ``socket``."""


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _filter(machine: str) -> bytes:
    architecture, socket = _MACHINES[machine]
    return b"".join(
        [
            _step(_LOAD, _ARCHITECTURE),
            _step(_EQUAL, architecture, yes=1),
            _step(_RETURN, _KILL),
            _step(_LOAD, _NUMBER),
            _step(_AT_LEAST, _X32, yes=4),
            _step(_EQUAL, _IO_URING_SETUP, yes=3),
            _step(_EQUAL, socket, no=3),
            _step(_LOAD, _FIRST),
            _step(_EQUAL, _AF_UNIX, yes=1),
            _step(_RETURN, _REFUSE),
            _step(_RETURN, _ALLOW),
        ]
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def leave_the_network() -> None:
    """Take the network from this process and all that it starts, for good.

    Raises:
        OSError: the kernel refuses the filter, or the machine is not known.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), machine)
    code = _filter(machine)
    steps = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.addressof(steps))
    libc = ctypes.CDLL(None, use_errno=True)
    for done in (
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if done != 0:
            raise OSError(number := ctypes.get_errno(), os.strerror(number))


def be_modest() -> None:
    """Give way to every call, and bound what the program may take."""
    with contextlib.suppress(OSError):  # a filter of the unit's may forbid it
        os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, _MOST_WRITTEN)):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))


def main() -> None:
    """Leave the network and become the program that is named."""
    be_modest()
    leave_the_network()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
