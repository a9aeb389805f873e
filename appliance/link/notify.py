"""Tell the service manager that this process is ready: the protocol of sd_notify(3)."""

import os
import socket


def ready() -> None:
    """Report that the service is up; do nothing without a service manager."""
    _send("READY=1")


def stopping() -> None:
    """Report that the service has begun to stop."""
    _send("STOPPING=1")


def alive() -> None:
    """Report that the service works; see ``watchdog``."""
    _send("WATCHDOG=1")


def _send(message: str) -> None:
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where:
        return
    address = "\0" + where[1:] if where.startswith("@") else where
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            sender.sendto(message.encode("ascii"), address)
        except OSError:
            return  # the service manager is gone; the service goes on
