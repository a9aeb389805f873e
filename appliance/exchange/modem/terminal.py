"""Take command lines from the host and print results, as ITU-T V.250 formats both."""

from collections import deque
from dataclasses import dataclass, field

from appliance.exchange.modem.commands import LONGEST_LINE
from appliance.exchange.modem.registers import Registers

_RESULTS = {"OK": "0", "CONNECT": "1", "RING": "2", "NO CARRIER": "3", "ERROR": "4", "VCON": "5"}


@dataclass(slots=True)
class Terminal:
    """The host's side of a modem, while it is no stream of voice."""

    registers: Registers
    _line: bytearray = field(default_factory=bytearray)
    _repeated: str = ""  # by A/
    _out: bytearray = field(default_factory=bytearray)
    _later: deque[tuple[int, bytes]] = field(default_factory=deque)

    def typed(self, data: bytes) -> tuple[str | None, bytes]:
        """Take bytes up to the end of a command line; return it without its AT, and the rest."""
        for place, byte in enumerate(data):
            if self.registers.echo:
                self._out.append(byte)
            line = self._keystroke(byte)
            if line is not None:
                return line, data[place + 1 :]
        return None, b""

    def _keystroke(self, byte: int) -> str | None:
        if byte == self.registers.s("S3"):
            text = self._line.decode("ascii", "replace").upper().replace(" ", "")
            self._line.clear()
            if not text.startswith("AT"):
                return None
            self._repeated = text[2:]
            return self._repeated
        if byte == self.registers.s("S5"):
            del self._line[-1:]
        elif byte >= ord(" ") and len(self._line) <= LONGEST_LINE + 2:
            self._line.append(byte)
            if self._line.upper() == b"A/":
                self._line.clear()
                return self._repeated
            if len(self._line) == 2 and self._line.upper() != b"AT":
                del self._line[0]  # a line begins with AT, whatever stands before it
        return None

    def result(self, result: str) -> None:
        """Print a result: its word, its digit with V0, nothing with Q1."""
        if self.registers.silent:
            return
        if self.registers.words:
            self._out += b"\r\n" + result.encode() + b"\r\n"
        else:
            self._out += _RESULTS.get(result, "4").encode() + b"\r"

    def say(self, lines: list[str]) -> None:
        """Print lines of information."""
        for line in lines:
            self._out += b"\r\n" + line.encode() + b"\r\n"

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._out += data

    def send_at(self, sample: int, data: bytes) -> None:
        """Send bytes as they are, once that sample has come."""
        self._later.append((sample, data))

    def take(self, now: int) -> bytes:
        """Return what the modem sends up to now."""
        while self._later and self._later[0][0] <= now:
            self._out += self._later.popleft()[1]
        out = bytes(self._out)
        self._out.clear()
        return out

    def forget(self) -> None:
        """Drop what was begun to be typed and printed."""
        self._line.clear()
        self._out.clear()
        self._later.clear()
