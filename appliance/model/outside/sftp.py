"""Check where backups go by SFTP; name what can go wrong, and what a server's key may be."""

import base64
import binascii
import hashlib
import re

from appliance.config.words.vocabulary import WHOSE
from appliance.model.limits import LONGEST_MAIL_ADDRESS
from appliance.model.outside.mail import is_server

PORT = 22
"""The usual one (RFC 4253, 4)."""

EVERY = "day", "week", "hand"
"""How often a copy is made."""

HOST_KEY = "host_key"
"""The server showed another key than the one that was accepted: nothing goes there any more."""

TROUBLES = (
    "name", "unreachable", "late", "closed", "algorithms", HOST_KEY, "login", "no_sftp",
    "no_rename", "denied", "full", "altered", "odd", "away",
)  # fmt: skip
"""Codes of a copy that did not come about: no such server; no answer at its port; too slow; it
ended the connection; it knows no way of ciphering that is good enough; its key is another; it does
not let the box in; it offers no files; it cannot put one file in another's place; it forbids the
folder; its disk is full; what it gives back is not what it was given; anything else; the courier
does not run."""

FOLDER_AT = "/zgoda-backup"
"""Below the folder that people name."""

LONGEST_SERVER = LONGEST_MAIL_ADDRESS
LONGEST_USER, LONGEST_FOLDER = 64, 200
LONGEST_HOST_KEY = 400

_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]*")
_FOLDER = re.compile(r"/?[A-Za-z0-9_.@+-]+(?:/[A-Za-z0-9_.@+-]+)*")
_HOST_KEY = re.compile(
    r"(ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{40,380}={0,2})"
)


def wrong_fields(
    server: str, port: int, user: str, folder: str, every: str, whose: str
) -> tuple[str, ...]:
    """Return the names of the fields that cannot be right, in the order of a form.

    Args:
        server: a name, or an IP address.
        port: TCP.
        user: at the server.
        folder: there; without a leading slash below where the user begins, empty for just that.
        every: one of ``EVERY``.
        whose: one of ``WHOSE``.
    """
    wrong = {
        "server": not is_server(server),
        "port": not 0 < port < 65536,
        "user": len(user) > LONGEST_USER or _USER.fullmatch(user) is None,
        "folder": not _is_folder(folder),
        "every": every not in EVERY,
        "whose": whose not in WHOSE,
    }
    return tuple(name for name, amiss in wrong.items() if amiss)


def is_host_key(line: str) -> bool:
    """Say whether this is a server's public key of a kind that is taken: Ed25519, or ECDSA."""
    found = _HOST_KEY.fullmatch(line) if len(line) <= LONGEST_HOST_KEY else None
    if found is None:
        return False
    try:
        raw = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        return False
    kind = found[1].encode()
    return raw.startswith(len(kind).to_bytes(4, "big") + kind)


def fingerprint(line: str) -> str:
    """Return a key's fingerprint as OpenSSH writes it; empty for none."""
    return key_digest(line) if is_host_key(line) else ""


def key_digest(line: str) -> str:
    """Return the fingerprint of a public key of any kind; empty where the line holds none."""
    try:
        key = base64.b64decode(line.split()[1], validate=True)
    except (IndexError, binascii.Error):
        return ""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def _is_folder(folder: str) -> bool:
    if not folder:
        return True
    plain = len(folder) <= LONGEST_FOLDER and _FOLDER.fullmatch(folder) is not None
    return plain and not {".", ".."} & set(folder.split("/"))
