"""Identify a browser's operator by the session cookie; say what their role may see."""

import errno
import logging
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request
from msgspec import Struct
from werkzeug.wrappers import Response

from appliance.clock import DAY
from appliance.errors import Refused, ZgodaError
from appliance.link.client import Client
from appliance.link.operations import Operation, WithoutRole
from appliance.link.registry import tag
from appliance.link.requests.audit import TellDenied
from appliance.link.requests.first_run import BoxState, GetBoxState
from appliance.link.requests.login import Browser, Session, WhoAmI
from appliance.link.requests.people import NamePeople

_log = logging.getLogger(__name__)

ReplyT = TypeVar("ReplyT", bound=Struct)

LONGEST_TOKEN, LONGEST_DEVICE = 256, 1024
"""Characters; a longer cookie is not ours and never reaches the keeper."""

DEVICE_SECONDS = 180 * DAY
"""A browser keeps its device cookie for so long after a login, as the keeper does."""


def keeper() -> Client:
    """Return the panel's client of the keeper."""
    return cast(Client, current_app.extensions["keeper"])


def cookie_name(app: Flask) -> str:
    """Name the session cookie; under TLS its prefix ties it to this host and to TLS."""
    return "__Host-zgoda" if app.config["SESSION_COOKIE_SECURE"] else "zgoda"


def device_name(app: Flask) -> str:
    """Name the device cookie, as ``cookie_name`` names the session's."""
    return cookie_name(app) + "-device"


def token() -> str | None:
    """Return this browser's session token, or None."""
    return g.get("opened") or _cookie_value(cookie_name(current_app), LONGEST_TOKEN) or None


def browser() -> Browser:
    """Return what the keeper wants to know of this browser at a login."""
    device = _cookie_value(device_name(current_app), LONGEST_DEVICE)
    return Browser(address=request.remote_addr or "", device=device, token=token() or "")


def ask(operation: Operation[ReplyT], upload: bytes = b"") -> ReplyT:
    """Ask the keeper for this browser; raises as ``Client.call`` does."""
    return keeper().call(operation, token(), upload)


def ask_unless(operation: Operation[ReplyT], *codes: str) -> ReplyT | None:
    """Ask the keeper; return None if it refuses with one of these codes."""
    try:
        return ask(operation)
    except Refused as refusal:
        if refusal.code not in codes:
            raise
        return None


def fetch(operation: Operation[ReplyT]) -> tuple[ReplyT, bytes]:
    """Ask the keeper for a reply and the raw bytes after it; raises as ``Client.call`` does."""
    return keeper().call_with_bytes(operation, token())


def download(operation: Operation[ReplyT]) -> tuple[ReplyT, Iterator[bytes]]:
    """Ask the keeper for a file; return its first reply and all its pieces, as they come.

    The pieces need no request any more. Closing them stops the keeper at once. If it refuses in the
    middle they raise ``Halted``, so that the browser's download fails and is not taken for whole.

    Raises as ``Client.download`` does as long as nothing was sent.
    """
    return downloader()(operation)


def downloader() -> Callable[[Operation[ReplyT]], tuple[ReplyT, Iterator[bytes]]]:
    """Return what ``download`` does, for this browser, after its request has ended as well."""
    client, whose = keeper(), token()

    def begin(operation: Operation[ReplyT]) -> tuple[ReplyT, Iterator[bytes]]:
        answers = client.download(operation, whose)
        reply, first = next(answers)
        return reply, _pieces(first, answers)

    return begin


def fetcher() -> Callable[[Operation[ReplyT]], tuple[ReplyT, bytes]]:
    """Return what ``fetch`` does, for this browser, after its request has ended as well."""
    client, whose = keeper(), token()

    def begin(operation: Operation[ReplyT]) -> tuple[ReplyT, bytes]:
        return client.call_with_bytes(operation, whose)

    return begin


class Halted(ConnectionResetError):
    """An answer that began cannot be finished: its connection is to be closed."""


def _pieces(first: bytes, answers: Generator[tuple[ReplyT, bytes], None, None]) -> Iterator[bytes]:
    try:
        yield first
        for _, piece in answers:
            yield piece
    except ZgodaError as error:
        _log.warning("A download was stopped: %s", error)
        raise Halted(errno.ECONNRESET, "the download was stopped") from None
    finally:
        answers.close()


def box() -> BoxState:
    """Return the box's state; asked once a request."""
    if "box" not in g:
        g.box = keeper().call(GetBoxState())
    return cast(BoxState, g.box)


def who() -> Session | None:
    """Return this browser's session, or None; asked once a request."""
    if "who" not in g:
        codes = ("not_logged_in", "locked", "not_set_up")
        g.who = ask_unless(WhoAmI(), *codes) if token() else None
    return cast(Session | None, g.who)


def begin(opened: Session) -> None:
    """Answer the rest of this request in a session that it has opened."""
    g.opened, g.who = opened.token, opened


def names() -> dict[str, str]:
    """Return the names behind operators' ids, as far as this operator may know them."""
    if "names" not in g:
        me = who()
        own = {me.operator: me.name} if me is not None else {}
        g.names = dict(ask(NamePeople()).names) if may(NamePeople) else own
    return cast(dict[str, str], g.names)


def logged_in() -> Session:
    """Return this browser's session.

    Raises:
        Refused: ``not_logged_in`` if it has none.
    """
    session = who()
    if session is None:
        raise Refused("not_logged_in")
    return session


def may(operation: type[Operation[Any]]) -> bool:
    """Say whether this browser's operator may ask for an operation; pages offer no other."""
    session = who()
    if session is None:
        return operation.roles is WithoutRole.ANYBODY
    if isinstance(operation.roles, WithoutRole):
        return operation.roles not in {WithoutRole.PROCESS, WithoutRole.LOCAL}
    return bool(operation.roles & set(session.roles))


def need(operation: type[Operation[Any]]) -> None:
    """Refuse a page, before it shows anything, if its operation is not for this operator.

    The refusal is on the record first.

    Raises:
        Refused: ``not_logged_in``, ``choose_password`` or ``forbidden``.
    """
    if logged_in().step == "password" and not operation.before_own_password:
        raise Refused("choose_password")
    if not may(operation):
        ask_unless(TellDenied(tag(operation)), "not_denied")
        raise operation.denied()


def keep_token(response: Response, value: str) -> Response:
    """Give the browser its session; it ends with the browser."""
    response.set_cookie(cookie_name(current_app), value, **_cookie())
    return response


def keep_device(response: Response, value: str) -> Response:
    """Let the keeper recognise this browser at its next login."""
    if value:
        name = device_name(current_app)
        response.set_cookie(name, value, max_age=DEVICE_SECONDS, **_cookie())
    return response


def drop_token(response: Response) -> Response:
    """Take the browser's session away."""
    response.delete_cookie(cookie_name(current_app), **_cookie())
    return response


def _cookie_value(name: str, longest: int) -> str:
    value = request.cookies.get(name, "")
    return value if len(value) <= longest and value.isascii() else ""


def _cookie() -> dict[str, Any]:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    return {"httponly": True, "samesite": "Strict", "secure": secure, "path": "/"}
