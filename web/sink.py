"""Take what a ZIP writes, so that it is sent at once and nothing of it is kept."""

import io


class Sink(io.RawIOBase):
    """Takes what the ZIP writes, to be given away at once; it cannot be sought."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, piece: object) -> int:
        """Take a piece."""
        raw = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(raw)
        return len(raw)

    def drain(self) -> bytes:
        """Return what was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
