"""Encode and decode messages: one JSON line each, of bounded length, raw bytes announced.

A request is ``{"v": 1, "id": 7, "session": "…", "request": {"op": "calls.list", …}}``; with
``"bytes": N`` it announces N raw bytes behind its line. A reply is ``{"id": 7, "ok": true,
"bytes": 0, "value": {…}}`` or ``{"id": 7, "ok": false, "error": {"code": …, "values": {…}}}``; a
stream sends many and closes with one that has neither value nor error. Nothing here touches a
socket. Any deviation raises ``MessageRefused`` with a sentence that says why.
"""

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from appliance.errors import MessageRefused, Refused, in_short
from appliance.link.operations import VERSION, Failure
from appliance.link.registry import AnyOperation
from appliance.structs import from_json, json_decoder

REQUEST_LIMIT = 64 * 1024
"""Bytes of a request's line, its newline included."""

REPLY_LIMIT = 4 * 1024 * 1024
"""Bytes of a reply's line: the verdicts of 90,000 recordings."""

LARGEST_ID = 2**53
"""Of a request; any JSON library can carry it."""

RAW_LIMIT = 16 * 1024 * 1024
"""Raw bytes behind a reply; a client refuses a larger announcement. A whole file streams."""

LONGEST_CODE = 64
"""Characters of the code of a failure, and of a value's name."""

MOST_VALUES = 8
"""Of a failure."""

MALFORMED = "malformed"
"""The code that answers what is no message; its value ``why`` says in English what is wrong."""

_NOTHING = msgspec.Raw(b"")

ReplyT = TypeVar("ReplyT", bound=Struct)


class RequestFrame(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The envelope of a request; the operation inside is decoded in a second step."""

    v: int
    id: int
    request: msgspec.Raw
    session: str | None = None
    bytes: int = 0


class ReplyFrame(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The envelope of a reply, as it is read."""

    id: int
    ok: bool
    bytes: int = 0
    value: msgspec.Raw = _NOTHING
    error: Failure | None = None

    @property
    def ends_stream(self) -> bool:
        """Say whether nothing more comes."""
        return self.ok and not bytes(self.value)


class _Value(Struct, kw_only=True):
    """A good reply, as it is written."""

    id: int
    ok: bool = True
    bytes: int
    value: Struct


class _End(Struct, kw_only=True):
    """The end of a stream, as it is written."""

    id: int
    ok: bool = True


class _FailureFrame(Struct, kw_only=True):
    """A failed reply, as it is written."""

    id: int
    ok: bool = False
    error: Failure


class DecodedRequest(Struct, frozen=True):
    """A decoded request."""

    id: int
    operation: AnyOperation
    session: str | None
    bytes: int


class Decoder:
    """A decoder of the requests that one server offers; it refuses every other."""

    def __init__(self, offered: Sequence[type[AnyOperation]]) -> None:
        self._envelope = json_decoder(RequestFrame)
        union: Any = functools.reduce(operator.or_, offered)
        self._request: Callable[[msgspec.Raw], AnyOperation] = json_decoder(union).decode

    def decode(self, line: bytes) -> DecodedRequest:
        """Decode one line, newline included; raises MessageRefused."""
        _check_line(line, REQUEST_LIMIT)
        try:
            frame = self._envelope.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise MessageRefused(f"This is not a request of the link: {in_short(error)}.") from None
        if frame.v != VERSION:
            raise MessageRefused(
                f"The message is of link version {frame.v}, this process speaks {VERSION}."
            )
        if not 0 <= frame.id <= LARGEST_ID:
            raise MessageRefused(f"A request's id is a number from 0 to {LARGEST_ID}.")
        try:
            asked = self._request(frame.request)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise MessageRefused(f"The request is not understood: {in_short(error)}.") from None
        if not 0 <= frame.bytes <= asked.upload:
            raise MessageRefused(
                f"{frame.bytes} bytes are announced; from 0 to {asked.upload} may be sent."
            )
        return DecodedRequest(frame.id, asked, frame.session, frame.bytes)


def encode_request(
    number: int, operation: AnyOperation, session: str | None = None, upload: int = 0
) -> bytes:
    """Encode a request; raises MessageRefused if it is too long."""
    try:
        raw = msgspec.Raw(msgspec.json.encode(operation))
    except UnicodeEncodeError:  # a word of the command line that was no UTF-8
        raise MessageRefused("The request holds signs that are no UTF-8.") from None
    frame = RequestFrame(v=VERSION, id=number, session=session, request=raw, bytes=upload)
    line = msgspec.json.encode(frame) + b"\n"
    if len(line) > REQUEST_LIMIT:
        raise MessageRefused(
            f"The request takes {len(line)} bytes; at most {REQUEST_LIMIT} may be sent."
        )
    return line


def encode_reply(number: int, value: Struct | None, raw: int = 0) -> bytes:
    """Encode a good reply; None ends a stream. Raises MessageRefused if it is too long."""
    frame = _End(id=number) if value is None else _Value(id=number, bytes=raw, value=value)
    line = msgspec.json.encode(frame) + b"\n"
    if len(line) > REPLY_LIMIT:
        raise MessageRefused(f"The reply takes {len(line)} bytes; at most {REPLY_LIMIT} are sent.")
    return line


def encode_failure(number: int, why: Refused) -> bytes:
    """Encode a failed reply."""
    failure = Failure(why.code, why.values, why.seconds)
    return msgspec.json.encode(_FailureFrame(id=number, error=failure)) + b"\n"


_REPLY = json_decoder(ReplyFrame)


def decode_reply(line: bytes, number: int) -> ReplyFrame:
    """Decode a reply's envelope; raises Refused for a failure, MessageRefused for nonsense."""
    _check_line(line, REPLY_LIMIT)
    try:
        frame = _REPLY.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageRefused(f"The answer is not a reply of the link: {in_short(error)}.") from None
    if frame.error is not None:
        raise _refusal(frame.error)
    if not frame.ok or frame.id != number or not 0 <= frame.bytes <= RAW_LIMIT:
        raise MessageRefused("The answer does not fit the request.")
    return frame


def _refusal(failure: Failure) -> Refused | MessageRefused:
    """Return what a failed reply says; the other process may have sent anything."""
    values = failure.values
    fits = len(values) <= MOST_VALUES and all(map(_is_name, (failure.code, *values)))
    whole = [failure.seconds, *(value for value in values.values() if isinstance(value, int))]
    if not fits or "seconds" in values or max(map(abs, whole)) > LARGEST_ID:
        return MessageRefused("The answer refuses without a reason.")
    why = Refused(failure.code, seconds=failure.seconds, **values)
    return MessageRefused(str(why.values.get("why", why))) if why.code == MALFORMED else why


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier() and len(text) <= LONGEST_CODE


def decode_value(frame: ReplyFrame, kind: type[ReplyT]) -> ReplyT:
    """Decode a reply's value as the struct that its operation names."""
    if frame.ends_stream:
        raise MessageRefused("The answer is empty.")
    try:
        return from_json(frame.value, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageRefused(f"The answer is not what was asked for: {in_short(error)}.") from None


def _check_line(line: bytes, limit: int) -> None:
    if len(line) > limit:
        raise MessageRefused(f"The message is longer than {limit} bytes.")
    if not line.endswith(b"\n"):
        raise MessageRefused("The message ends before its end of line.")
