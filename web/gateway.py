"""Ask the keeper one operation for one reply or refusal; the panel has no other way to it."""

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct

from appliance.link.client import Client
from appliance.link.operations import Operation

ReplyT = TypeVar("ReplyT", bound=Struct)


class Gateway:
    """Asks the keeper on behalf of one browser's session."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def ask(self, operation: Operation[ReplyT], token: str | None, upload: bytes = b"") -> ReplyT:
        """Return the keeper's reply.

        Raises:
            Refused: the keeper said no; its code says why.
            LinkError: the keeper is away or answered nonsense.
        """
        return self._client.call(operation, token, upload)

    def fetch(self, operation: Operation[ReplyT], token: str | None) -> tuple[ReplyT, bytes]:
        """Return the keeper's reply and the raw bytes after it; raises as ``ask`` does."""
        return self._client.call_with_bytes(operation, token)

    def watch(self, operation: Operation[ReplyT], token: str | None) -> Iterator[ReplyT | None]:
        """Return replies as they come, None when a second brought none; raises as ``ask`` does."""
        return self._client.watch(operation, token)
