"""Server-sent events: what an open page is told, for as long as it is open and somebody looks."""

import json
import select
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from flask import Response, request, stream_with_context
from msgspec import Struct

from appliance.errors import LinkError, Refused
from appliance.link.operations import Operation
from web import access

ReplyT = TypeVar("ReplyT", bound=Struct)

HEARTBEAT = 15
"""Seconds of silence, after which a comment keeps the connection from being taken for dead."""

Write = Callable[[ReplyT], Mapping[str, Any]]
"""Makes of a reply what the page's script is told."""


def stream(operation: Operation[ReplyT], write: Write[ReplyT]) -> Response:
    """Answer with events, one for each reply of the keeper's, until either side goes away.

    It ends with an event ``end`` whose data is why: ``not_logged_in`` when the session is over.
    Raises as ``Gateway.ask`` does while nothing has been sent yet.
    """
    values = access.gateway().watch(operation, access.token())
    first = next(values, None)
    lines = _lines(first, values, write, _left())
    return Response(stream_with_context(lines), content_type="text/event-stream; charset=utf-8")


def _lines(
    first: ReplyT | None,
    values: Iterator[ReplyT | None],
    write: Write[ReplyT],
    left: Callable[[], bool],
) -> Iterator[str]:
    try:
        yield ": hello\n\n" if first is None else _event(write(first))
        silent = 0
        for value in values:
            if left():
                return
            silent = silent + 1 if value is None else 0
            if value is not None:
                yield _event(write(value))
            elif silent % HEARTBEAT == 0:
                yield ": still here\n\n"
        yield "event: end\ndata: ended\n\n"
    except Refused as refusal:
        yield f"event: end\ndata: {refusal.code}\n\n"
    except LinkError:
        yield "event: end\ndata: away\n\n"
    finally:
        close = getattr(values, "close", None)  # lets go of the connection to the keeper
        if close is not None:
            close()


def _event(told: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"


def _left() -> Callable[[], bool]:
    """Return what says whether the browser has closed its end: a silent stream writes nothing."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        return lambda: False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLRDHUP)  # hang-up and error are always told
    return lambda: bool(poll.poll(0))
