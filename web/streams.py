"""Send an open page its events (server-sent events) for as long as it stays open."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

from flask import Flask, Response, copy_current_request_context, current_app, request
from msgspec import Struct

from appliance.errors import LinkError, Refused
from appliance.link.operations import Operation
from web import access

ReplyT = TypeVar("ReplyT", bound=Struct)

RETRY_MS = 2000
"""Time after which a browser asks for an ended stream again."""

BEAT = "event: beat\ndata:\n\n"

MOST_STREAMS = 16
"""Streams at once: each holds one of the panel's threads, and pages need free ones."""

Write = Callable[[ReplyT], Mapping[str, Any]]
"""Turns a reply into the data of an event for the page's script."""


class Streams:
    """The open streams of this panel."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        """Begin with none; allow ``most`` at once."""
        self._free = threading.BoundedSemaphore(most)
        self._ending = threading.Event()

    @property
    def ending(self) -> bool:
        """Say whether the panel stops: every stream then ends within a second."""
        return self._ending.is_set()

    def take_place(self) -> Callable[[], None] | None:
        """Take a place; return a function that gives it back once, or None if all are taken."""
        if self.ending or not self._free.acquire(blocking=False):
            return None
        held = threading.Lock()

        def give_back() -> None:
            if held.acquire(blocking=False):
                self._free.release()

        return give_back

    def close(self) -> None:
        """End every stream: the panel stops."""
        self._ending.set()


def install(app: Flask) -> None:
    """Install an application's streams."""
    app.extensions["streams"] = Streams()


def streams(app: Flask) -> Streams:
    """Return an application's streams."""
    return cast(Streams, app.extensions["streams"])


def stream(operation: Operation[ReplyT], write: Write[ReplyT]) -> Response:
    """Answer with one event for each reply of the keeper, until either side goes away.

    The last event is ``end``; its data is the reason: ``not_logged_in`` when the session is over.
    If too many streams are open the answer is 503, and the page has to poll. Raises as
    ``Client.watch`` does as long as nothing was sent.
    """
    open_now = streams(current_app)
    give_back = open_now.take_place()
    if give_back is None:
        return Response("Too many pages are open.\n", 503, content_type="text/plain")
    values = access.keeper().watch(operation, access.token())
    try:
        first = next(values, None)
    except BaseException:
        give_back()
        raise
    gone = _left()
    # Only the words need the request context, one event at a time: a stream may end at any point.
    told = copy_current_request_context(write)
    lines = _lines(first, values, told, lambda: open_now.ending or gone())
    answer = Response(lines, content_type="text/event-stream; charset=utf-8")
    answer.call_on_close(give_back)
    answer.call_on_close(getattr(values, "close", lambda: None))  # even if nothing was read
    return answer


def _lines(
    first: ReplyT | None,
    values: Iterator[ReplyT | None],
    write: Write[ReplyT],
    left: Callable[[], bool],
) -> Iterator[str]:
    try:
        yield f"retry: {RETRY_MS}\n\n" + ("" if first is None else _event(write(first)))
        for value in values:
            if left():
                return
            # A second without news is told, too: a page that hears nothing says that it is deaf.
            yield BEAT if value is None else _event(write(value))
        yield "event: end\ndata: ended\n\n"
    except Refused as refusal:
        yield f"event: end\ndata: {refusal.code}\n\n"
    except LinkError:
        yield "event: end\ndata: away\n\n"
    finally:
        close = getattr(values, "close", None)  # releases the connection to the keeper
        if close is not None:
            close()


def _event(told: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"


def _left() -> Callable[[], bool]:
    """Return a check whether the browser has gone: a silent stream never finds out by writing."""
    gone: Callable[[], bool] = request.environ.get("waitress.client_disconnected", lambda: False)
    return gone
