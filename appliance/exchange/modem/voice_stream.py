"""Read and write the shielded byte stream of a voice modem (ITU-T V.253 clause 9).

In the stream the byte DLE (0x10) shields: ``DLE DLE`` is one byte of voice, ``DLE SUB`` two, and
``DLE`` with any other byte a code. This is the modem's side; the driver's is written apart from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

DLE = 0x10
ETX = 0x03
CAN = 0x18
SUB = 0x1A

Piece = bytes | int
"""Voice, or a code."""


def shielded(voice: bytes) -> bytes:
    """Return voice as the modem sends it; two DLEs in a row are ``DLE SUB``."""
    return b"\x10\x1a".join(
        piece.replace(b"\x10", b"\x10\x10") for piece in voice.split(b"\x10\x10")
    )


def code(letter: int | str) -> bytes:
    """Return a code as the modem sends it."""
    return bytes((DLE, letter if isinstance(letter, int) else ord(letter)))


@dataclass(slots=True)
class HostStream:
    """What the host sends while it plays or records, cut anywhere."""

    dles: int = 1
    """DLEs that must precede a code; some modems overlook it after a single one."""
    _run: int = 0  # DLEs just read, whose meaning the next byte decides

    def pieces(self, data: bytes) -> Iterator[tuple[Piece, int]]:
        """Yield the voice and the codes in some bytes, each with the place where it ends.

        Who stops after a code has read up to its place and no further.
        """
        voice = bytearray()
        for place, byte in enumerate(data):
            if byte == DLE:
                self._run += 1
                continue
            run, self._run = self._run, 0
            if not self._is_code(run, byte):
                voice += _literal(run, byte)
                continue
            voice += bytes([DLE]) * ((run - self.dles) // 2)
            if voice:
                yield bytes(voice), place
                voice.clear()
            yield byte, place + 1
        if self._run > 1 and self.dles == 1:  # pairs are voice, whatever follows
            voice += bytes([DLE]) * (self._run // 2)
            self._run %= 2
        if voice:
            yield bytes(voice), len(data)

    def _is_code(self, run: int, byte: int) -> bool:
        return run % 2 == 1 and run >= self.dles and byte != SUB


def _literal(run: int, byte: int) -> bytes:
    """Return the voice in a run of DLEs and the byte after it, which are no code."""
    if run % 2 == 0:
        return bytes([DLE] * (run // 2) + [byte])
    return bytes([DLE]) * (run // 2 + 2 * (byte == SUB))
