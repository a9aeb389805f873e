"""Run the keeper's process: its socket, its chores, and its watch over the recorder."""

import functools
import os
import threading
from collections.abc import Collection
from pathlib import Path

from appliance import memory
from appliance.config.folders import Folders
from appliance.errors import LinkError, Refused
from appliance.keeper.chores import TICK
from appliance.keeper.service import CONNECTIONS, Keeper
from appliance.link import notify
from appliance.link.client import Client
from appliance.link.requests.first_run import GetBoxState
from appliance.link.server import Limits, Server
from appliance.link.watchdog import Watchdog

ANSWER_SECONDS = 20.0
"""A login on a slow board takes three; nothing keeps the keeper from this answer for longer."""


COURIER_CONNECTIONS = 8
"""Of the courier at once; it needs one, while the one before still closes. One that was taken over
leaves room for the panel."""


def unanswered(path: Path, seconds: float = ANSWER_SECONDS) -> str:
    """Ask the keeper at its own socket; return why it does not answer, or nothing if it does."""
    try:
        Client(path, seconds).call(GetBoxState())
    except Refused:  # too many ask at once: that is an answer, too
        return ""
    except LinkError as error:
        return str(error).rstrip(".")
    return ""


def serve(keeper: Keeper, folders: Folders, stop: threading.Event, uids: Collection[int]) -> None:
    """Open a keeper and run it behind its socket until ``stop`` is set.

    Args:
        keeper: not open yet.
        folders: its data folder.
        stop: ends it in order.
        uids: other users, beside this one and root, whose processes may connect.
    """
    keeper.open()
    server = Server(
        folders.keeper_socket,
        keeper.handle,
        {os.getuid(), 0, *uids},
        # The user id decides who may connect, whatever the file's mode allows.
        mode=0o666 if uids else 0o600,
        limits=Limits(CONNECTIONS, few=dict.fromkeys(keeper.couriers, COURIER_CONNECTIONS)),
    )
    server.for_user = lambda uid: functools.partial(keeper.handle, user=uid)
    watcher = threading.Thread(target=keeper.watch_recorder, args=(stop,), daemon=True)
    try:
        server.start()
        memory.tell(folders.keeper_run)
        watcher.start()
        notify.ready()
        Watchdog(functools.partial(unanswered, folders.keeper_socket)).start(stop)
        chores = keeper.chores()
        while not stop.wait(TICK):
            chores.run_due()
    finally:
        stop.set()
        notify.stopping()
        server.stop()
        keeper.close()
