"""What one process may ask of another: declared once, as a struct.

An operation names its role (who may), its audit act (what is on the record before the answer is
released) and its reply. The serving process has one handler for each; a client needs nothing.
"""

from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

VERSION = 1
"""Of the link's protocol; both ends are installed together, so any other is refused."""


class Role(StrEnum):
    """What an operator may do. Each role is a set of its own; an operator can have several."""

    LISTENER = "listener"  # find and play
    OPERATOR = "operator"  # the live view: pause, private, ask
    PRIVACY_OFFICER = "privacy_officer"  # export, erase, hold, cases, audit
    ADMINISTRATOR = "administrator"  # lines, people, settings, audit


class Allowed(StrEnum):
    """Who may ask for an operation without a role."""

    ANYBODY = "anybody"  # whoever reaches the socket: login, first run
    LOGGED_IN = "logged_in"  # every operator
    PROCESS = "process"  # the processes of the box among themselves


ReplyT = TypeVar("ReplyT")


class Operation(Struct, Generic[ReplyT], frozen=True, forbid_unknown_fields=True, tag_field="op"):
    """Base of every operation; ``ReplyT`` is the struct that answers it."""

    roles: ClassVar[frozenset[Role] | Allowed]
    reply: ClassVar[type[Struct]]
    audit: ClassVar[str | None] = None
    """The audit entry's type, written and synced before the act is released (P8)."""
    streams: ClassVar[bool] = False
    """True: many replies, until the client closes or the server ends."""
    upload: ClassVar[int] = 0
    """Raw bytes that may come with it; whatever is announced has to fit into memory."""


class Done(Struct, frozen=True, forbid_unknown_fields=True):
    """Done, and nothing more to say."""


class Failure(Struct, frozen=True, forbid_unknown_fields=True):
    """Not done: a stable word and a sentence for a person."""

    code: str
    message: str
