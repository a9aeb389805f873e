"""Declare what one process may ask of another: each operation once, as a struct.

An operation's struct says everything that the processes must know of it: who may ask (``roles``),
what stands in the audit before the answer is released (``audit``, ``audited``), which process
answers (``served_by``), whether a one-time password is good for it (``before_own_password``),
whether it counts as use of a session (``keeps_awake``) and what goes with it beside the structs.
Its reply is the argument of its base: ``Operation[CallList]`` is answered with a ``CallList``. The
serving process has one handler for it (see ``appliance.link.handlers``); a client needs nothing,
and ``zgoda ask`` is made of these structs.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Generic, Literal, TypeVar, get_args

from msgspec import Meta, Struct

from appliance.errors import Refused
from appliance.model.sentences.faults import DeviceFault

Secret = Annotated[str, Meta(extra={"secret": True})]
"""A password, a code or the recovery sheet: a person is asked for it, and no list of processes ever
shows it."""

VERSION = 1
"""Of the link's protocol; both ends are installed together, so any other is refused."""

Faults = tuple[DeviceFault, ...]
"""Why something failed, its causes behind it."""


class Role(StrEnum):
    """What an operator may do. Each role is a set of its own; an operator can have several."""

    LISTENER = "listener"  # find and play
    OPERATOR = "operator"  # the live view: pause, private, ask
    PRIVACY_OFFICER = "privacy_officer"  # export, erase, hold, cases, audit
    ADMINISTRATOR = "administrator"  # lines, people, settings, audit


class WithoutRole(StrEnum):
    """Who may ask for an operation without a role."""

    ANYBODY = "anybody"  # every client of the socket: login, first run
    LOGGED_IN = "logged_in"  # every operator
    PROCESS = "process"  # the processes of the box among themselves
    LOCAL = "local"  # the command line of root or of the keeper's own user
    COURIER = "courier"  # the courier's user, who may ask for nothing else


ReplyT = TypeVar("ReplyT")


class Operation(Struct, Generic[ReplyT], frozen=True, forbid_unknown_fields=True, tag_field="op"):
    """Base of every operation; ``ReplyT`` is the struct that answers it."""

    roles: ClassVar[frozenset[Role] | WithoutRole]
    audit: ClassVar[str | None] = None
    """The audit entry's type, written and synced before the act is released (P8)."""
    audited: ClassVar[Literal["before", "once", "inside"]] = "before"
    """Who writes that entry: the dispatch, before the handler begins, each time or once a session
    for each ``seen``; or the handler itself, where only it knows who asks or whether the act takes
    place."""
    served_by: ClassVar[Literal["keeper", "recorder"]] = "keeper"
    """The process that answers. The keeper passes on to the recorder what people may ask of it,
    unless it has a handler of its own for it."""
    before_own_password: ClassVar[bool] = False
    """True: may be asked while a one-time password is not yet replaced by one's own."""
    keeps_awake: ClassVar[bool] = True
    """False: a page repeats it on a timer, so it proves no presence. Streams never do."""
    streams: ClassVar[bool] = False
    """True: many replies, until the client closes or the server ends."""
    sends_file: ClassVar[bool] = False
    """True: its stream is one file in pieces, raw bytes behind each reply. It ends with the last
    piece or with a failure, never early; asking for it counts as use of a session."""
    sends_bytes: ClassVar[bool] = False
    """True: raw bytes come behind its one reply."""
    upload: ClassVar[int] = 0
    """Most raw bytes that may come with it; they have to fit into memory."""
    for_one_session: ClassVar[bool] = False
    """True: it begins or ends a session, or what it answers is good in the same session alone."""

    @property
    def seen(self) -> tuple[object, ...]:
        """Return what a person sees by it; ``audited = "once"`` records each such thing once."""
        return (getattr(self, "recording", None),)

    @classmethod
    def reply(cls) -> type[ReplyT]:
        """Return the struct that answers it, as its base names it."""
        (kind,) = get_args(cls.__orig_bases__[0])  # type: ignore[attr-defined]  # set by Python
        return kind  # type: ignore[no-any-return]

    @classmethod
    def denied(cls) -> Refused:
        """Return the refusal of somebody who has none of the roles that may ask for it."""
        needed = cls.roles if isinstance(cls.roles, frozenset) else ()
        return Refused("forbidden", roles=" ".join(role for role in Role if role in needed))


class Message(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every reply and of the structs inside it: immutable, without unknown fields."""

    @property
    def amiss(self) -> bool:
        """Say whether it tells of something that failed; a command's exit code is then 1.

        Here a ``state`` that is so called; what fails in other ways says it itself.
        """
        return getattr(self, "state", "") == "failed"


class Done(Message, frozen=True):
    """The reply of an act that has nothing to report."""


class Failure(Message, frozen=True):
    """The reply of an act that was refused or failed: a stable word and its values, no sentence.

    Whoever shows it says it in a language of people, by ``model.sentences.refusals``.
    """

    code: str
    values: dict[str, int | str] = {}
    seconds: int = 0  # until it may be tried again; 0: not known
