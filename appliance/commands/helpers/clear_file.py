"""Write sound in the clear to a new file: only its owner reads it, and it is never half."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from appliance.errors import ZgodaError
from appliance.model.sentences.faults import in_words


@contextmanager
def new_clear_file(path: Path) -> Iterator[BinaryIO]:
    """Create a file that only its owner may read; remove it if writing fails.

    Raises:
        OSError: it exists already, or it could not be written whole.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(fd, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def refuse_existing(target: Path) -> None:
    """Refuse a file that is there already, before anything is asked for; raises ZgodaError."""
    if os.path.lexists(target):
        raise ZgodaError(in_words("file_there", path=target))


def write_new_clear_file(target: Path, pieces: Iterable[bytes]) -> int:
    """Write a whole new file, piece by piece, and return its size.

    Raises:
        ZgodaError: it exists already, or could not be written; what ``pieces`` raises. No part of
            it is left then.
    """
    try:
        with new_clear_file(target) as file:
            return sum(file.write(piece) for piece in pieces)
    except FileExistsError:
        raise ZgodaError(in_words("file_there", path=target)) from None
    except OSError as error:
        raise ZgodaError(in_words("file_unwritten", path=target, detail=error.strerror)) from error
