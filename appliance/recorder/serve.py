"""Run the recorder's process: its places, its socket, its lines."""

import logging
import os
import re
import threading
from collections.abc import Callable, Collection, Mapping

from appliance import memory
from appliance.config.folders import Folders
from appliance.link import notify
from appliance.link.server import Server
from appliance.link.watchdog import Watchdog
from appliance.recorder.service import Recorder
from appliance.vault.layout import check_layout

log = logging.getLogger(__name__)


def make_places(folders: Folders) -> None:
    """Make the places that the recorder writes to, where they are missing.

    Raises:
        FileFormatError: the folder has a layout that this version does not know.
    """
    check_layout(folders)
    for folder in (
        folders.data,
        folders.notes,
        folders.withdrawn,
        folders.calibration,
        folders.run,
        folders.recorder_run,
        folders.emergency.parent,
    ):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def clear_unfinished(folders: Folders) -> None:
    """Remove what power cuts left of unfinished writes; only the box's one recorder may."""
    unfinished = re.compile(r"\..+\.[0-9a-f]{8}")
    for folder in {folders.calibration, folders.box_key.parent, folders.emergency.parent}:
        try:
            for path in folder.iterdir():
                if unfinished.fullmatch(path.name):
                    path.unlink(missing_ok=True)
        except OSError as error:  # it costs a few bytes; the line is heard all the same
            log.warning("%s could not be cleared: %s", folder, error.strerror)


class Standstill:
    """Sees lines whose thread stands still: such a line neither asks, nor hears a withdrawal."""

    def __init__(self, rounds: Callable[[], Mapping[str, int]]) -> None:
        """Take what counts the rounds of each line's thread."""
        self._rounds = rounds
        self._before: Mapping[str, int] = {}

    def problem(self) -> str:
        """Name the lines that have not come round since the last time; seconds lie between."""
        before, self._before = self._before, self._rounds()
        still = [name for name, rounds in self._before.items() if before.get(name) == rounds]
        return f"line {', '.join(still)} stands still" if still else ""


def serve(
    recorder: Recorder, folders: Folders, stop: threading.Event, uids: Collection[int] = ()
) -> None:
    """Run the recorder behind its socket until ``stop`` is set.

    Args:
        recorder: not started yet.
        folders: its data folder.
        stop: ends it in order.
        uids: other users, beside this one and root, whose processes may connect: the keeper's.
    """
    server = Server(
        folders.recorder_socket,
        recorder.handle,
        {os.getuid(), 0, *uids},
        # Who may connect is decided by user, whatever the file's mode lets through.
        mode=0o666 if uids else 0o600,
        offered=recorder.offered,
    )
    server.start()
    clear_unfinished(folders)
    memory.tell(folders.recorder_run)
    recorder.start()
    notify.ready()
    Watchdog(Standstill(recorder.rounds).problem).start(stop)
    try:
        stop.wait()
    finally:
        notify.stopping()
        recorder.close()
        server.stop()
