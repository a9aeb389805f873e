"""Ask the panel at its own socket whether it answers, as a browser would."""

import socket

from appliance.errors import fault

ANSWER_SECONDS = 15.0
"""A busy panel on a slow board answers within two."""

_QUESTION = b"GET /alive HTTP/1.1\r\nHost: alive\r\nConnection: close\r\n\r\n"
"""No page: whatever the panel answers to it, a thread of it has answered."""


def unanswered(listener: socket.socket, seconds: float = ANSWER_SECONDS) -> str:
    """Ask at a socket; return why nobody answers, or nothing if somebody does."""
    try:
        with socket.socket(listener.family) as asking:
            asking.settimeout(seconds)
            asking.connect(listener.getsockname())
            asking.sendall(_QUESTION)
            answered = asking.recv(16).startswith(b"HTTP/1.")
    except OSError as error:
        return f"the panel does not answer ({fault(error)})"
    return "" if answered else "the panel answers no question"
