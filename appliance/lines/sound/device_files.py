"""Let go of the device files of a card that is gone, which PortAudio forgets to close.

PortAudio closes a stream only after it could stop it (``Pa_CloseStream`` in pa_front.c, the same in
19.6 and 19.7), and a card that was pulled out cannot be stopped: ALSA answers ENODEV. The stream is
forgotten all the same, so file and mappings stay until the process ends, one more with each pull.
The kernel keeps what it knows of a card until its last file is closed (``snd_card_free``).
"""

import contextlib
import ctypes
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

Files = Mapping[int, str]
"""Number of an open file -> what the kernel calls it."""

_SELF = Path("/proc/self")
_MAPPING = re.compile(
    r"(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+) \S+ \S+ \S+ \d+ +(?P<name>.+)", re.ASCII
)

_log = logging.getLogger(__name__)


def open_below(folder: Path) -> Files:
    """Return the files below a folder that this process has open.

    It is empty where the kernel does not tell, as when the process may open no further file.
    """
    try:
        numbers = [int(each) for each in os.listdir(_SELF / "fd")]
    except OSError:
        return {}
    names = {number: _name(number) for number in numbers}
    return {number: name for number, name in names.items() if name.startswith(f"{folder}/")}


def let_go(files: Files) -> None:
    """Close and unmap what is still open of a stream's files; nobody may use it any more."""
    for number, opened in files.items():
        name = _name(number)
        if name.removesuffix(" (deleted)") != opened.removesuffix(" (deleted)"):
            continue  # closed as it should be; the number may be another file's by now
        _log.info("%s was not closed by the sound library; it is now", opened)
        with contextlib.suppress(OSError):
            os.close(number)
        _unmap(name)


def _name(number: int) -> str:
    try:
        return str((_SELF / "fd" / str(number)).readlink())
    except OSError:
        return ""


def _unmap(name: str) -> None:
    """Unmap every mapping of a file: each keeps it open, as its number did."""
    c = ctypes.CDLL(None, use_errno=True)
    for start, end in _mappings(name):
        c.munmap(ctypes.c_void_p(start), ctypes.c_size_t(end - start))


def _mappings(name: str) -> Iterator[tuple[int, int]]:
    for line in (_SELF / "maps").read_text("utf-8", "replace").splitlines():
        found = _MAPPING.fullmatch(line)
        if found is not None and found["name"] == name:
            yield int(found["start"], 16), int(found["end"], 16)
