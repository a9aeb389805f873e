"""Lines out of a stream of bytes that may be cut anywhere, hold noise or never end."""

LONGEST_LINE = 600
"""Bytes: a caller ID message of 255 bytes in hex, and room."""


class LineReader:
    """Puts the pieces of a serial stream together."""

    def __init__(self) -> None:
        """Start at the beginning of a line."""
        self._text = b""
        self._skipping = False  # an endless line is thrown away up to its end

    def ended_lines(self, data: bytes) -> list[bytes]:
        """Take bytes and return the lines that they end, without blanks around them."""
        *lines, self._text = (self._text + data).split(b"\n")
        if lines and self._skipping:
            self._skipping = False
            del lines[0]
        if len(self._text) > LONGEST_LINE:
            self._text, self._skipping = b"", True
        return [line.strip() for line in lines if len(line) <= LONGEST_LINE]

    def drop_begun_line(self) -> None:
        """Throw a begun line away: its end will never come."""
        self._text, self._skipping = b"", False
