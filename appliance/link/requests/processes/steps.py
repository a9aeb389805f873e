"""Give the courier the steps of a backup by SFTP, one by one, and take what came of each.

The keeper drives: it says what is to be read or written, below one folder of one server, and the
courier does just that. What the courier tells is what a stranger's server said: it is checked.
"""

from typing import Literal

from appliance.link.operations import Message, Operation, WithoutRole

PIECE = 256 * 1024
"""Most bytes of a file in one step."""

MOST_ENTRIES = 400
"""Most entries of a folder in one answer; a request's line is limited."""

LONGEST_NAME = 100
"""Bytes of a name in a folder; entries with a longer one are not told."""

StepKind = Literal[
    "rest", "wait", "look", "open", "list", "more", "read", "put", "remove", "mkdir", "rmdir",
    "free",
]  # fmt: skip
"""Nothing is to be done, and nothing stays open; ask again at once; fetch the server's key; log in;
list a folder; go on with that; read a piece; write a piece; remove a file; make a folder; remove
one; ask for free space."""


class Loan(Message, frozen=True):
    """Where the backups go, and what opens the door there; kept in memory alone."""

    server: str
    port: int
    user: str
    folder: str
    host_key: str  # the only one that is taken, as in known_hosts; empty for a look
    key: str  # the box's private key in OpenSSH's form; empty for a look

    def __repr__(self) -> str:
        return "Loan(…)"


class SftpStep(Message, frozen=True):
    """One step; a piece that is to be written comes as raw bytes behind it."""

    kind: StepKind = "rest"
    number: int = 0
    path: str = ""  # below the folder; empty: the folder itself
    fresh: str = ""  # put: the name until the file is whole
    offset: int = 0  # read, put
    size: int = 0  # read: most bytes
    last: bool = False  # put: the file is whole with this piece, and gets its name
    loan: Loan | None = None  # look, open


class FolderEntry(Message, frozen=True, array_like=True):
    """An entry of a folder, by the server's word."""

    name: str
    size: int
    kind: Literal["file", "folder", "other"]


class NextStep(Operation[SftpStep], frozen=True, tag="steps.next"):
    """Tell what came of a step, and ask for the next; bytes that were read come behind it."""

    roles = WithoutRole.COURIER
    audit = "sftp_begun"
    audited = "inside"  # once for each copy, before its first step
    sends_bytes = True
    upload = PIECE
    number: int = 0  # of the step; 0: nothing was done, and nothing is open
    code: str = ""  # empty: done; ``missing``; or one of ``model.outside.sftp``
    size: int = 0  # put: of the file; free: bytes
    more: bool = False  # list, more: there are more entries
    entries: tuple[FolderEntry, ...] = ()
    host_key: str = ""  # look
