"""Run the reading child: the one process that can open recordings.

The child receives the office's reading key as its first message, keeps it in memory alone and
answers the keeper until the keeper hangs up. Locking the box ends the child: Python does not clear
freed memory, so only the end of the process is a sure lock.
"""

import signal
import socket
import sys
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import (
    FileFormatError,
    VaultError,
    ZgodaError,
    print_faults_without_text,
)
from appliance.keeper.reading import protocol
from appliance.keeper.reading.joined import Joined
from appliance.keeper.reading.pieces import pieces, total_bytes
from appliance.keeper.reading.summary import summary_of
from appliance.keeper.reading.timeline import Place
from appliance.memory import DUMPABLE, protect
from appliance.vault.container import derive
from appliance.vault.decoding import decoding
from appliance.vault.opening.checked import Checked
from appliance.vault.opening.unseal import Reader
from appliance.vault.opening.verdicts import AuditFacts, Keys, assess
from appliance.vault.words import open_words

READERS = 8
"""Recordings kept open at once for listeners."""

EXPORTS = 8
"""Exports at once."""

MOST_AT_ONCE = 2**20
"""The most samples of a channel in one answer: over two minutes."""

SECOND_KEY_LABEL = b"zgoda catalogue v1"


@dataclass(frozen=True, slots=True)
class _Export:
    """An export that goes on."""

    rids: frozenset[str]
    joined: Joined
    pieces: Iterator[bytes]

    def end(self) -> None:
        """Stop it and close the recordings."""
        close = getattr(self.pieces, "close", None)  # a generator releases its resources
        if close is not None:
            close()
        self.joined.close()


class Readings:
    """The office's recordings, opened on demand."""

    def __init__(self, reading_key: bytes, recordings: Path) -> None:
        self._reading_key = reading_key
        self._recordings = recordings
        self._open: OrderedDict[str, Checked] = OrderedDict()
        self._exports: dict[int, _Export] = {}
        self._begun = 0

    def answer(self, ask: protocol.AnyAsk) -> tuple[protocol.AnyAnswer, bytes]:
        """Answer a request; raises ZgodaError or OSError."""
        match ask:
            case protocol.Summarise():
                with Reader.open(self._path(ask.rid), self._reading_key, ask.key) as reader:
                    # Not kept open: refilling the catalogue reads every recording once.
                    return summary_of(reader), b""
            case protocol.Assess():
                return self._assessed(ask), b""
            case protocol.OpenSound():
                self._forget(ask.rid)
                checked = self._checked(ask.rid, ask.key, ask.known)
                return protocol.Shape(checked.channels, checked.samples), b""
            case protocol.ReadSound():
                return protocol.Ready(), self._sound(ask)
            case protocol.OpenWords():
                words = open_words(ask.sealed, ask.place, self._reading_key, ask.key)
                return protocol.Ready(), words.encode()
            case _:
                return self._handed_over(ask)

    def _handed_over(self, ask: protocol.AnyAsk) -> tuple[protocol.AnyAnswer, bytes]:
        match ask:
            case protocol.BeginExport():
                return self._begin(ask), b""
            case protocol.NextPiece():
                return self._piece(ask.export)
            case protocol.EndExport():
                self._end(ask.export)
            case protocol.Forget():
                self._forget(ask.rid)
                for number in [n for n, one in self._exports.items() if ask.rid in one.rids]:
                    self._end(number)
            case _:
                return protocol.Trouble("LinkError", "The reading child was started twice."), b""
        return protocol.Ready(), b""

    def second_key(self) -> bytes:
        """Return the catalogue's second key."""
        return derive(self._reading_key, b"", SECOND_KEY_LABEL)

    def _assessed(self, ask: protocol.Assess) -> protocol.Assessed:
        finding = assess(self._path(ask.rid), ask.known, Keys(ask.key, self._reading_key))
        survey = finding.survey
        return protocol.Assessed(
            verdict=finding.verdict,
            why=finding.why,
            frames=finding.frames,
            origin=finding.origin,
            rule=survey.rule if survey else None,
            marks=survey.marks if survey else (),
            holes=survey.holes if survey else (),
        )

    def _sound(self, ask: protocol.ReadSound) -> bytes:
        if ask.start < 0 or not 0 <= ask.count <= MOST_AT_ONCE:
            raise FileFormatError("So much sound is not read at once.")
        try:
            sound = self._checked(ask.rid, ask.key, ask.known).read(ask.start, ask.count)
        except FileFormatError:
            self._forget(ask.rid)
            raise
        return sound.T.astype("<i2").tobytes()

    def _begin(self, ask: protocol.BeginExport) -> protocol.Begun:
        if len(self._exports) >= EXPORTS:
            raise VaultError("Too many recordings are being handed over; wait for one to end.")
        opened: list[tuple[str, Place, Checked]] = []
        try:
            for part in ask.parts:
                checked = self._opened(part.rid, part.key, part.known)
                opened.append((part.rid, part.place, checked))
        except BaseException:
            for _, _, checked in opened:
                checked.close()
            raise
        joined = Joined(opened)
        self._begun += 1
        rids = frozenset(part.rid for part in ask.parts)
        self._exports[self._begun] = _Export(rids, joined, pieces(joined, ask.form))
        return protocol.Begun(self._begun, total_bytes(joined, ask.form))

    def _piece(self, number: int) -> tuple[protocol.Piece, bytes]:
        export = self._exports.get(number)
        if export is None:
            raise VaultError("This export is over.")
        piece = next(export.pieces, None)
        return protocol.Piece(last=piece is None), piece or b""

    def _end(self, number: int) -> None:
        export = self._exports.pop(number, None)
        if export is not None:
            export.end()

    def _checked(self, rid: str, key: bytes, known: AuditFacts) -> Checked:
        checked = self._open.pop(rid, None) or self._opened(rid, key, known)
        self._open[rid] = checked
        if len(self._open) > READERS:
            self._open.popitem(last=False)[1].close()
        return checked

    def _opened(self, rid: str, key: bytes, known: AuditFacts) -> Checked:
        return Checked.open(self._path(rid), self._reading_key, key, known)

    def _forget(self, rid: str) -> None:
        checked = self._open.pop(rid, None)
        if checked is not None:
            checked.close()

    def _path(self, rid: str) -> Path:
        return self._recordings / rid


def serve(connection: socket.socket) -> None:
    """Answer until the keeper hangs up."""
    start, reading_key = protocol.receive_ask(connection)
    if not isinstance(start, protocol.Start):
        raise SystemExit("The reading child was not given a key.")
    readings = Readings(reading_key, Path(start.recordings))
    protocol.send(connection, protocol.Ready(), readings.second_key())
    while True:
        ask, _ = protocol.receive_ask(connection)
        protocol.send_packed(connection, *_answered(readings, ask))


def _answered(readings: Readings, ask: protocol.AnyAsk) -> tuple[bytes, bytes]:
    """Return the packed answer and its raw bytes; no recording's content makes this raise."""
    try:
        with decoding("The recording"):
            answer, raw = readings.answer(ask)
            return protocol.pack(answer), raw
    except ZgodaError as error:
        trouble = protocol.Trouble(type(error).__name__, str(error))
    except OSError as error:
        trouble = protocol.Trouble("VaultError", f"The recording cannot be read: {error.strerror}.")
    return protocol.pack(trouble), b""


def harden() -> None:
    """Forbid core dumps, debuggers and swap; ignore the terminal's Ctrl-C."""
    if DUMPABLE in protect():
        raise SystemExit("The reading child could not be made undumpable.")
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main() -> None:
    """Serve the socket whose descriptor is the only argument."""
    print_faults_without_text()
    harden()
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        try:
            serve(connection)
        except (EOFError, ConnectionError):
            return  # The keeper hung up: locked.


if __name__ == "__main__":
    main()
