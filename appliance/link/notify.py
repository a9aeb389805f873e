"""Tell whoever started this process that it is ready: the protocol of sd_notify(3)."""

import os
import socket


def ready() -> None:
    """Say that the service is up; does nothing where nobody asked to be told."""
    _send("READY=1")


def stopping() -> None:
    """Say that the service has begun to stop."""
    _send("STOPPING=1")


def _send(message: str) -> None:
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where:
        return
    address = "\0" + where[1:] if where.startswith("@") else where
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            sender.sendto(message.encode("ascii"), address)
        except OSError:
            return  # whoever asked is gone; the service goes on
