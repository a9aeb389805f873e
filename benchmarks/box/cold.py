"""Drop installed files from the kernel's cache: ``python benchmarks/box/cold.py FOLDER``.

A process that touches a page of a library is also charged the pages around it that are in memory
already. After much work with the same libraries, or right after their installation, these are more
than on a box that was just switched on: 40 MB for the recorder instead of 29, measured. Run this
before anything maps the libraries: mapped pages stay.
"""

import os
import sys
from pathlib import Path


def forget(folder: Path) -> None:
    """Drop a folder's files from the cache."""
    os.sync()  # what is not on the disk yet would stay
    for path in folder.rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


if __name__ == "__main__":
    forget(Path(sys.argv[1]))
