"""The panel's only way to the keeper: one operation asked, one reply or one refusal."""

from collections.abc import Iterator
from typing import Protocol, TypeVar

from msgspec import Struct

from appliance.link.operations import Operation

ReplyT = TypeVar("ReplyT", bound=Struct)


class Client(Protocol):
    """What the panel needs of a link client."""

    def call(
        self, operation: Operation[ReplyT], session: str | None = None, upload: bytes = b""
    ) -> ReplyT:
        """Ask one thing, perhaps with raw bytes, and return the reply."""

    def call_with_bytes(
        self, operation: Operation[ReplyT], session: str | None = None
    ) -> tuple[ReplyT, bytes]:
        """Ask one thing whose reply raw bytes follow."""

    def watch(
        self, operation: Operation[ReplyT], session: str | None = None
    ) -> Iterator[ReplyT | None]:
        """Ask for a stream; None when a second brought nothing."""


class Gateway:
    """Asks the keeper on behalf of one browser's session."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ask(self, operation: Operation[ReplyT], token: str | None) -> ReplyT:
        """Return the keeper's reply.

        Raises:
            Refused: the keeper said no; its code says why.
            LinkError: the keeper is away or answered nonsense.
        """
        return self._client.call(operation, token)

    def send(self, operation: Operation[ReplyT], token: str | None, upload: bytes) -> ReplyT:
        """Ask with raw bytes behind it; raises as ``ask`` does."""
        return self._client.call(operation, token, upload)

    def fetch(self, operation: Operation[ReplyT], token: str | None) -> tuple[ReplyT, bytes]:
        """Return the keeper's reply and the raw bytes after it; raises as ``ask`` does."""
        return self._client.call_with_bytes(operation, token)

    def watch(self, operation: Operation[ReplyT], token: str | None) -> Iterator[ReplyT | None]:
        """Return replies as they come, None when a second brought none; raises as ``ask`` does."""
        return self._client.watch(operation, token)
