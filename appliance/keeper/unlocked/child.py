"""Open and list recordings: the reading child, which a prover becomes.

It holds the office's reading key in memory alone and answers the keeper until the keeper hangs up.
Locking the box ends it: Python does not clear freed memory, so only the end of the process is a
sure lock.
"""

import socket
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import FileFormatError, VaultError, ZgodaError
from appliance.keeper.reading import protocol
from appliance.keeper.reading.timeline import PlaceInCall
from appliance.keeper.unlocked.listing import LoadedCalls
from appliance.keeper.unlocked.pieces import pieces, total_bytes
from appliance.keeper.unlocked.proved import proved
from appliance.keeper.unlocked.segments import Segments
from appliance.keeper.unlocked.summary import summary_of
from appliance.model.sentences.faults import noted
from appliance.vault.decoding import decoding
from appliance.vault.opening.checked import CheckedReader
from appliance.vault.opening.unseal import Reader
from appliance.vault.opening.verdicts import AuditFacts, KeysAtHand, assess
from appliance.vault.words import open_words

READERS = 8
"""Recordings kept open at once for listeners."""

EXPORTS = 8
"""Exports at once."""

MOST_AT_ONCE = 2**20
"""The most samples of a channel in one answer: over two minutes."""


@dataclass(frozen=True, slots=True)
class _Export:
    """An export that goes on."""

    rids: frozenset[str]
    joined: Segments
    pieces: Iterator[bytes]

    def end(self) -> None:
        """Stop it and close the recordings."""
        close = getattr(self.pieces, "close", None)  # a generator releases its resources
        if close is not None:
            close()
        self.joined.close()


class Readings:
    """The office's recordings, opened on demand."""

    def __init__(self, reading_key: bytes, recordings: Path, country: str) -> None:
        self._reading_key = reading_key
        self._listing = LoadedCalls(reading_key, country)
        self._recordings = recordings
        self._open: OrderedDict[str, CheckedReader] = OrderedDict()
        self._exports: dict[int, _Export] = {}
        self._begun = 0

    def answer(
        self, ask: protocol.AnyAsk, raw: bytes | bytearray
    ) -> tuple[protocol.AnyAnswer, bytes]:
        """Answer a request and the raw bytes with it; raises ZgodaError or OSError."""
        match ask:
            case protocol.LoadRows():
                return self._listing.load(ask, raw), b""
            case protocol.MakeRow():
                return self._listing.make(ask, self._summary(ask.rid, ask.key))
            case protocol.DropRows() | protocol.ListUnderNumber():
                self._listing.change(ask)
                return protocol.Ready(), b""
            case protocol.GetRow():
                return self._listing.get(ask), b""
            case protocol.Find():
                return self._listing.find(ask), b""
            case _:
                return self._read(ask)

    def _summary(self, rid: str, key: bytes) -> protocol.Summary:
        # Not kept open: making the catalogue again reads every recording once.
        with Reader.open(self._path(rid), self._reading_key, key) as reader:
            return summary_of(reader)

    def _read(self, ask: protocol.AnyAsk) -> tuple[protocol.AnyAnswer, bytes]:
        match ask:
            case protocol.Summarise():
                return self._summary(ask.rid, ask.key), b""
            case protocol.Assess() | protocol.Prove():
                return self._judged(ask), b""
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
                gone = set(ask.rids)
                for rid in gone & self._open.keys():
                    self._forget(rid)
                for number in [n for n, one in self._exports.items() if gone & one.rids]:
                    self._end(number)
            case _:
                return protocol.Trouble(
                    "LinkError", "This is no question for the reading child."
                ), b""
        return protocol.Ready(), b""

    def _judged(
        self, ask: protocol.Assess | protocol.Prove
    ) -> protocol.Assessment | protocol.SealedFacts:
        keys = KeysAtHand(ask.key, self._reading_key)
        if isinstance(ask, protocol.Prove):
            return proved(self._path(ask.rid), ask.known, keys)
        finding = assess(self._path(ask.rid), ask.known, keys)
        survey = finding.survey
        return protocol.Assessment(
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
            raise FileFormatError(noted("child_busy", "So much sound is not read at once."))
        try:
            sound = self._checked(ask.rid, ask.key, ask.known).read(ask.start, ask.count)
        except FileFormatError:
            self._forget(ask.rid)
            raise
        return sound.T.astype("<i2").tobytes()

    def _begin(self, ask: protocol.BeginExport) -> protocol.Begun:
        if len(self._exports) >= EXPORTS:
            raise VaultError(
                noted(
                    "child_busy", "Too many recordings are being handed over; wait for one to end."
                )
            )
        opened: list[tuple[str, PlaceInCall, CheckedReader]] = []
        try:
            for part in ask.parts:
                checked = self._opened(part.rid, part.key, part.known)
                opened.append((part.rid, part.place, checked))
        except BaseException:
            for _, _, checked in opened:
                checked.close()
            raise
        joined = Segments(opened)
        self._begun += 1
        rids = frozenset(part.rid for part in ask.parts)
        self._exports[self._begun] = _Export(rids, joined, pieces(joined, ask.form))
        return protocol.Begun(self._begun, total_bytes(joined, ask.form))

    def _piece(self, number: int) -> tuple[protocol.Piece, bytes]:
        export = self._exports.get(number)
        if export is None:
            raise VaultError(noted("child_busy", "This export is over."))
        piece = next(export.pieces, None)
        return protocol.Piece(last=piece is None), piece or b""

    def _end(self, number: int) -> None:
        export = self._exports.pop(number, None)
        if export is not None:
            export.end()

    def _checked(self, rid: str, key: bytes, known: AuditFacts) -> CheckedReader:
        checked = self._open.pop(rid, None) or self._opened(rid, key, known)
        self._open[rid] = checked
        if len(self._open) > READERS:
            self._open.popitem(last=False)[1].close()
        return checked

    def _opened(self, rid: str, key: bytes, known: AuditFacts) -> CheckedReader:
        return CheckedReader.open(self._path(rid), self._reading_key, key, known)

    def _forget(self, rid: str) -> None:
        checked = self._open.pop(rid, None)
        if checked is not None:
            checked.close()

    def _path(self, rid: str) -> Path:
        return self._recordings / rid


def serve(
    connection: socket.socket, reading_key: bytes | bytearray, recordings: Path, country: str
) -> None:
    """Say that it is ready, then answer until the keeper hangs up."""
    readings = Readings(bytes(reading_key), recordings, country)
    protocol.send(connection, protocol.Ready())
    while True:
        ask, raw = protocol.receive_ask(connection)
        protocol.send_packed(connection, *_answered(readings, ask, raw))


def _answered(
    readings: Readings, ask: protocol.AnyAsk, raw: bytes | bytearray
) -> tuple[bytes, bytes]:
    """Return the packed answer and its raw bytes; no recording's content makes this raise."""
    try:
        with decoding("The recording"):
            answer, follows = readings.answer(ask, raw)
            return protocol.pack(answer), follows
    except ZgodaError as error:
        trouble = protocol.Trouble(type(error).__name__, str(error))
    except OSError as error:
        trouble = protocol.Trouble("VaultError", f"The recording cannot be read: {error.strerror}.")
    return protocol.pack(trouble), b""
