"""Split a stream of bytes into lines; it may be cut anywhere, noisy or endless."""

LONGEST_LINE = 600
"""Bytes: a caller ID message of 255 bytes in hex, and some more."""


class LineReader:
    """A reader that joins the pieces of a serial stream."""

    def __init__(self) -> None:
        """Start at the beginning of a line."""
        self._text = b""
        self._skipping = False  # an endless line is dropped up to its end

    def ended_lines(self, data: bytes) -> list[bytes]:
        """Take bytes and return the lines that they end, stripped of blanks."""
        *lines, self._text = (self._text + data).split(b"\n")
        if lines and self._skipping:
            self._skipping = False
            del lines[0]
        if len(self._text) > LONGEST_LINE:
            self._text, self._skipping = b"", True
        return [line.strip() for line in lines if len(line) <= LONGEST_LINE]

    def drop_begun_line(self) -> None:
        """Drop a begun line, whose end will never come."""
        self._text, self._skipping = b"", False
