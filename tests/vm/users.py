"""Speak to the box's sockets as the user whom each process expects."""

import contextlib
import os
import pwd
import socket
import threading
from collections.abc import Iterator

from appliance.config.folders import Folders
from appliance.link.client import Client

_ONE = threading.RLock()  # the whole process becomes the user


@contextlib.contextmanager
def become(name: str) -> Iterator[None]:
    """Be a user and its groups, by the effective ids that the kernel tells the other end."""
    user = pwd.getpwnam(name)
    with _ONE:
        before = os.getgroups()
        os.setgroups(os.getgrouplist(name, user.pw_gid))
        os.setegid(user.pw_gid)
        os.seteuid(user.pw_uid)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups(before)


class UserClient(Client):
    """A client that connects as another user."""

    def __init__(self, name: str, folders: Folders, process: str, timeout: float = 120.0) -> None:
        """Take the user's name and the process that it asks: recorder or keeper."""
        recorder = process == "recorder"
        path = folders.recorder_socket if recorder else folders.keeper_socket
        uid = folders.recorder_uid if recorder else folders.keeper_uid
        super().__init__(path, timeout, process=process, uid=uid)
        self._name = name

    @contextlib.contextmanager
    def _spoken(self) -> Iterator[socket.socket]:
        with contextlib.ExitStack() as held:
            with become(self._name):
                connection = held.enter_context(super()._spoken())
            yield connection
