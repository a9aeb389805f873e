"""Send an open page its events (server-sent events) for as long as it stays open."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
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

MOST_EACH = 4
"""Streams of one person; their other pages ask once a second, and say so."""

Write = Callable[[ReplyT], Mapping[str, Any]]
"""Turns a reply into the data of an event for the page's script."""


@dataclass(slots=True, eq=False)
class StreamPlace:
    """What an open stream holds."""

    person: str
    taken: threading.Event = field(default_factory=threading.Event)
    """Set once somebody else has it: the stream ends within a second."""


class Streams:
    """The open streams of this panel.

    Where all places are taken, a person with fewer gets one of whoever has the most: with as many
    people as there are places each has one.
    """

    def __init__(self, most: int = MOST_STREAMS, each: int = MOST_EACH) -> None:
        """Begin with none; allow ``most`` at once, ``each`` of them to one person."""
        self._most, self._each = most, each
        self._held: list[StreamPlace] = []
        self._lock = threading.Lock()  # guards _held
        self._ending = threading.Event()

    @property
    def ending(self) -> bool:
        """Say whether the panel stops: every stream then ends within a second."""
        return self._ending.is_set()

    def take_place(self, person: str) -> StreamPlace | None:
        """Take a place for a person's page; None if there is none for it."""
        with self._lock:
            held = Counter(place.person for place in self._held)
            if self.ending or held[person] >= self._each or not self._make_room(held, person):
                return None
            self._held.append(place := StreamPlace(person))
            return place

    def give_back(self, place: StreamPlace) -> None:
        """Give a place back; safe to call twice, and after somebody else was given it."""
        with self._lock:
            if place in self._held:
                self._held.remove(place)

    def _make_room(self, held: Counter[str], person: str) -> bool:
        """Say whether a place is free, taking one of somebody who has two more than this person."""
        if len(self._held) < self._most:
            return True
        richest, most = held.most_common(1)[0]
        if most <= held[person] + 1:
            return False
        newest = next(place for place in reversed(self._held) if place.person == richest)
        newest.taken.set()
        self._held.remove(newest)
        return True

    def pause(self, seconds: float) -> None:
        """Let a time pass, or less where the panel stops."""
        self._ending.wait(seconds)

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
    If too many streams are open the answer is 503, and the page has to poll; so it has after an
    end that is ``full``. Raises as ``Client.watch`` does as long as nothing was sent.
    """
    open_now = streams(current_app)
    place = open_now.take_place(access.logged_in().operator)
    if place is None:
        return Response("Too many pages are open.\n", 503, content_type="text/plain")
    values = access.keeper().watch(operation, access.token())
    try:
        first = next(values, None)
    except BaseException:
        open_now.give_back(place)
        raise
    gone = _left()
    # Only the words need the request context, one event at a time: a stream may end at any point.
    told = copy_current_request_context(write)
    lines = _lines(first, values, told, lambda: open_now.ending or gone(), place.taken.is_set)
    answer = Response(lines, content_type="text/event-stream; charset=utf-8")
    answer.call_on_close(partial(open_now.give_back, place))
    answer.call_on_close(getattr(values, "close", lambda: None))  # even if nothing was read
    return answer


def _lines(
    first: ReplyT | None,
    values: Iterator[ReplyT | None],
    write: Write[ReplyT],
    left: Callable[[], bool],
    taken: Callable[[], bool],
) -> Iterator[str]:
    try:
        yield f"retry: {RETRY_MS}\n\n" + ("" if first is None else _event(write(first)))
        for value in values:
            if left():
                return
            if taken():
                yield "event: end\ndata: full\n\n"
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
