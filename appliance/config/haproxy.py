"""Find haproxy, which serves the panel to other computers over TLS."""

import shutil

FOLDERS = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"
"""A user's own path often lacks the first two."""

FIRST_VERSION = "3.0"
"""Debian 13's: the first that loads a certificate and its key from two files."""

LONGEST_SOCKET = 97
"""Bytes of a socket's path: haproxy keeps ten of the kernel's 107 for a name of its own."""


def find() -> str | None:
    """Return the path of haproxy, or None if it is not installed."""
    return shutil.which("haproxy", path=FOLDERS)
