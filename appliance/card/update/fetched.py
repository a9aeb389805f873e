"""Hold the update that the keeper fetched, so that RAUC reads the file that was opened.

The folder belongs to a process with fewer rights. So nothing there is followed: the file is opened
once, as a plain file, and bound by that opening to a place that root alone changes. Its bytes can
still change: RAUC checks each block against the signature as it is read.
"""

import contextlib
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from appliance.card.update.stick import Unusable
from appliance.model.sentences.faults import in_words, noted

NAME = "bundle.raucb"
"""As ``keeper.update.room`` has it."""

_MOST_BOUND = 16


@contextlib.contextmanager
def bundle(folder: Path, place: Path) -> Iterator[Path]:
    """Bind the update that was fetched to a place of root's, and give its path.

    Args:
        folder: the keeper's.
        place: an empty folder to bind in; it is made.

    Raises:
        Unusable: ``not_fetched``: there is no plain file of that name.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / NAME
    _unbind(path)  # an installation that was killed has left its own
    path.touch(mode=0o400)
    with contextlib.ExitStack() as held:
        file = _opened(folder)
        held.callback(os.close, file)
        # Neither a new name nor a link in its place changes what was opened: no path is walked.
        asked = ["mount", "--no-canonicalize", "-o", "bind,ro,nodev,nosuid,noexec"]
        there = [f"/proc/self/fd/{file}", str(path)]
        done = subprocess.run([*asked, *there], capture_output=True, check=False, pass_fds=[file])
        if done.returncode:
            raise Unusable(
                "not_fetched",
                noted("update_unbound", "The update that was fetched cannot be bound."),
            )
        held.callback(_unbind, path)
        yield path


def _unbind(path: Path) -> None:
    """Unbind whatever is bound there; nothing, if nothing is."""
    for _ in range(_MOST_BOUND):
        done = subprocess.run(["umount", "-l", str(path)], capture_output=True, check=False)
        if done.returncode:
            return


def _opened(folder: Path) -> int:
    """Open the file, if it is a plain one in a plain folder; raises Unusable."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    within = file = -1
    try:
        within = os.open(folder, flags | os.O_DIRECTORY)
        file = os.open(NAME, flags, dir_fd=within)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError("no plain file")
    except OSError:
        if file >= 0:
            os.close(file)
        raise Unusable("not_fetched", in_words("update_none_fetched")) from None
    finally:
        if within >= 0:
            os.close(within)
    return file
