"""Put a file together that comes in pieces."""

from collections.abc import Iterable
from typing import TypeVar

ReplyT = TypeVar("ReplyT")


def whole_file(answers: Iterable[tuple[ReplyT, bytes] | None]) -> tuple[ReplyT, bytes]:
    """Return the first reply of a download and all its bytes."""
    pieces = [answer for answer in answers if answer is not None]
    return pieces[0][0], b"".join(piece for _, piece in pieces)
