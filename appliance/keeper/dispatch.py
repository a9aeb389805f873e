"""Check every operation's session, role and audit entry, then call its handler.

Everything that is checked stands on the operation's struct. The entry of its audit act is on the
disk before its handler begins (P8); if the handler fails, an entry ``failed`` follows that names
the act's entry and the reason's code. What a person only sees is recorded once a session
(``audited = "once"``): the first page of a search, the first look at a call. A handler that must
find out first whether the act takes place (by proving a password, say) writes the entries itself,
also before it answers: its struct says ``audited = "inside"``.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from appliance.errors import Refused, VaultError, ZgodaError
from appliance.keeper.audit.acting import begin, failed
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.subjects import about, for_purpose, to_recipient
from appliance.keeper.audit.tally import Tally
from appliance.keeper.people.gate import is_local
from appliance.keeper.people.sessions import NOBODY, Caller, Sessions
from appliance.link.handlers import Answer, Handler, Reply
from appliance.link.operations import WithoutRole
from appliance.link.registry import AnyOperation, tag

_RID = re.compile(r"[0-9a-f]{32}")


class Dispatch:
    """The one door to the keeper's handlers."""

    def __init__(
        self,
        sessions: Sessions,
        handlers: Mapping[type[AnyOperation], Handler],
        audit: Callable[[], AuditLog | None],
        tally: Tally,
        parts: Callable[[str], Sequence[str]] = lambda rid: (rid,),
        courier: int | None = None,
    ) -> None:
        """Begin to answer.

        Args:
            sessions: the operators who are logged in.
            handlers: by operation; the keeper may add more later.
            audit: returns the audit; None before the first run.
            tally: counts those turned away.
            parts: returns all recordings of the call that one belongs to.
            courier: the courier's user; this process's own if None.
        """
        self._sessions = sessions
        self._handlers = handlers
        self._audit = audit
        self._tally = tally
        self._parts = parts
        self._own = os.getuid()
        self._courier = self._own if courier is None else courier
        self._seen: dict[str, set[bytes]] = {}  # session -> digests of what it has seen
        self._seen_key = secrets.token_bytes(16)

    def handle(
        self, operation: AnyOperation, session: str | None, upload: bytes = b"", user: int = -1
    ) -> Answer:
        """Answer an operation; a stream ends when its session does.

        Args:
            operation: what is asked.
            session: the token of the person who asks.
            upload: the raw bytes that came with it.
            user: id of the user of the process that asks; -1 if it is not known.

        Raises:
            Refused: not allowed or not possible now; the code says why.
            ZgodaError: it failed.
        """
        who = self._who(operation, session, user)
        handler = self._handlers.get(type(operation))
        if handler is None:
            raise Refused("unknown_request")
        try:
            answer, begun = self._ask(handler, operation, who, upload)
        except Refused as refused:
            if refused.code == "forbidden":  # some of what an operation gives needs more
                self._put_denied(operation, who)
            raise
        if operation.streams and operation.roles is not WithoutRole.ANYBODY:
            return self._while_open(operation, session or "", who, answer, begun)
        return answer

    def _ask(
        self, handler: Handler, operation: AnyOperation, who: Caller, upload: bytes
    ) -> tuple[Answer, list[Act]]:
        """Return a handler's answer, and the acts that were put on record before it."""
        recording = _recording(operation)
        sent = (upload,) if operation.upload else ()
        begun: list[Act] = []
        if operation.audit is None or operation.audited == "inside":
            answer = handler(operation, who, *sent)
        elif operation.audited == "once" and self._has_seen(operation, who):
            answer = handler(operation, who, *sent)
        else:
            begun = self._begin(operation.audit, who, recording, detail=_subject(operation))
            try:
                answer = handler(operation, who, *sent)
            except Exception as error:
                self._open_audit().append_many(failed(begun, error))
                raise
            if operation.audited == "once":
                self._seen.setdefault(who.session, set()).add(self._sight(operation))
        return answer, begun

    def _who(self, operation: AnyOperation, session: str | None, user: int) -> Caller:
        """Return the caller, after checking that they may ask for this."""
        roles = operation.roles
        self._check_courier(operation, user)
        if roles is WithoutRole.LOCAL and not is_local(user):
            raise Refused("root_only")
        if roles in {WithoutRole.ANYBODY, WithoutRole.LOCAL, WithoutRole.COURIER}:
            return replace(NOBODY, user=user)
        if roles is WithoutRole.PROCESS:
            raise Refused("services_only")
        if self._audit() is None:
            raise Refused("not_set_up")
        touch = operation.keeps_awake and (operation.sends_file or not operation.streams)
        who = self._sessions.find(session or "", touch=touch)
        if who.one_time and not operation.before_own_password:
            raise Refused("choose_password")
        if isinstance(roles, frozenset) and not roles & who.roles:
            self._put_denied(operation, who)
            raise operation.denied()
        return who

    def _put_denied(self, operation: AnyOperation, who: Caller) -> None:
        """Put on record who was refused what for want of a role."""
        about_it = _recording(operation)
        act = Act(type="denied", actor=who.actor, rid=about_it, detail=tag(operation))
        self._tally.denied(act, self._open_audit().append_many)

    def _check_courier(self, operation: AnyOperation, user: int) -> None:
        """Refuse the courier all but its errands, and its errands to anybody else.

        Where it runs as the keeper's own user, in a trial, nobody can tell them apart.
        """
        if user == self._courier == self._own:
            return
        if (user == self._courier) != (operation.roles is WithoutRole.COURIER):
            audit = self._audit()
            if user == self._courier and audit is not None:
                act = Act(type="denied", actor="courier", detail=tag(operation))
                self._tally.denied(act, audit.append_many)
            raise Refused("courier_only")

    def _while_open(
        self,
        operation: AnyOperation,
        session: str,
        began: Caller,
        values: Answer,
        acts: Sequence[Act],
    ) -> Iterator[Reply | None]:
        """Pass a stream on for as long as its session lasts and has the role.

        Its content depends on the roles: when they change it ends, and the client asks again. The
        end of a file means that it is whole, so a file fails instead.
        """
        roles = operation.roles
        if not isinstance(values, Iterator):
            raise TypeError("a handler of an operation that streams returns an iterator")
        try:
            for value in values:
                who = self._sessions.find(session, touch=False)
                if isinstance(roles, frozenset) and not roles & who.roles:
                    raise operation.denied()
                if who.roles != began.roles:
                    _refuse_half(operation)
                    return
                yield value
        except Exception as error:
            with suppress(VaultError):  # the reason itself matters more
                self._open_audit().append_many(failed(acts, error))
            if operation.audited == "inside" and isinstance(values, Generator):
                with suppress(Exception):
                    values.throw(error)  # the handler puts on record why it did not end
            raise
        finally:
            close = getattr(values, "close", None)  # a generator releases its resources
            if close is not None:
                close()

    def _begin(
        self, type: str, who: Caller, recording: str | None, detail: str | None = None
    ) -> list[Act]:
        """Put an act on the record of every recording of a call, with one sync.

        Returns:
            What is to be written if it fails, but for the reason.
        """
        rids = self._parts(recording) if recording is not None else (None,)
        acts = [Act(type=type, actor=who.actor, rid=rid, detail=detail) for rid in rids]
        return begin(self._open_audit(), acts)

    def _open_audit(self) -> AuditLog:
        audit = self._audit()
        if audit is None:
            raise ZgodaError("There is no audit yet, so nothing can be done.")
        return audit

    def _has_seen(self, operation: AnyOperation, who: Caller) -> bool:
        """Say whether a session has seen this before, and forget sessions that have ended."""
        for session in list(self._seen):
            if not self._sessions.is_open(session):
                self._seen.pop(session, None)
        return self._sight(operation) in self._seen.get(who.session, set())

    def _sight(self, operation: AnyOperation) -> bytes:
        """Return a digest of what an operation shows: a search holds names."""
        sight = repr((operation.audit, *operation.seen)).encode()
        return hashlib.blake2b(sight, digest_size=16, key=self._seen_key).digest()


def _refuse_half(operation: AnyOperation) -> None:
    """Refuse to end a file early, as if it were whole."""
    if operation.sends_file:
        raise Refused("roles_changed")


def _recording(operation: AnyOperation) -> str | None:
    """Return the recording that an operation is about; refuse anything that is no rid."""
    rid = getattr(operation, "recording", None)
    if rid is None or (isinstance(rid, str) and _RID.fullmatch(rid)):
        return rid
    raise Refused("not_found")


def _subject(operation: AnyOperation) -> str | None:
    """Return the audit's detail: the person that an operation is about, its purpose or reader."""
    operator, purpose = getattr(operation, "operator", None), getattr(operation, "purpose", None)
    if operator is not None:
        return about(operator, getattr(operation, "person_roles", None))
    if purpose is not None:
        return for_purpose(purpose)
    recipient = getattr(operation, "recipient", None)
    return to_recipient(recipient) if recipient is not None else None
