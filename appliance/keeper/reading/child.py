"""Run the reading child: the one process that can open recordings.

The child receives the office's reading key as its first message, keeps it in memory alone and
answers the keeper until the keeper hangs up. Locking the box ends the child: Python does not clear
freed memory, so only the end of the process is a sure lock.
"""

import os
import signal
import socket
import sys
from collections import OrderedDict
from pathlib import Path

import msgspec

from appliance.errors import FileFormatError, ZgodaError, print_faults_without_text
from appliance.keeper.reading import protocol
from appliance.memory import DUMPABLE, protect
from appliance.model.audio import RATE
from appliance.model.records import RecordingEnd, Verdict
from appliance.vault.container import derive
from appliance.vault.format import FrameType
from appliance.vault.opening.unseal import Reader
from appliance.vault.opening.verdicts import AuditFacts, Keys, assess

READERS = 8
"""Recordings kept open at once: for a listener or two and an export."""

MOST_SAMPLES = 2**24
"""The most samples of a channel in one answer: over half an hour."""

SECOND_KEY_LABEL = b"zgoda catalogue v1"


class Readings:
    """The office's recordings, opened on demand."""

    def __init__(self, reading_key: bytes, recordings: Path) -> None:
        self._reading_key = reading_key
        self._recordings = recordings
        self._open: OrderedDict[str, Reader] = OrderedDict()

    def answer(self, ask: protocol.AnyAsk) -> tuple[protocol.AnyAnswer, bytes]:
        """Answer a request; raises ZgodaError or OSError."""
        match ask:
            case protocol.Summarise():
                return self._summary(ask), b""
            case protocol.Assess():
                return self._assessed(ask), b""
            case protocol.ReadSound():
                return protocol.Ready(), self._sound(ask)
            case protocol.MakeFlac():
                return protocol.Ready(), self._flac(ask)
            case protocol.Forget():
                self._forget(ask.rid)
                return protocol.Ready(), b""
            case protocol.Start():
                return protocol.Trouble("LinkError", "The reading child was started twice."), b""

    def second_key(self) -> bytes:
        """Return the catalogue's second key."""
        return derive(self._reading_key, b"", SECOND_KEY_LABEL)

    def _summary(self, ask: protocol.Summarise) -> protocol.Summary:
        # Not kept open: refilling the catalogue reads every recording once.
        with Reader.open(self._path(ask.rid), self._reading_key, ask.key) as reader:
            end = _quick_end(reader)
            return protocol.Summary(
                meta=reader.meta,
                receipt=reader.receipt,
                channels=reader.channels,
                samples=reader.samples,
                frames=reader.blocks if end else reader.survey.frames,
                ended=end.reason if end else "cut",
                verdict=Verdict.COMPLETE if end else reader.survey.verdict,
                withdrawn=_withdrawn(reader),
            )

    def _assessed(self, ask: protocol.Assess) -> protocol.Assessed:
        known = AuditFacts(ask.sealed_frames, ask.sealed_sha256)
        finding = assess(self._path(ask.rid), known, Keys(ask.key, self._reading_key))
        survey = finding.survey
        return protocol.Assessed(
            verdict=finding.verdict,
            why=finding.why,
            frames=finding.frames,
            marks=survey.marks if survey else (),
            holes=survey.holes if survey else (),
        )

    def _sound(self, ask: protocol.ReadSound) -> bytes:
        if ask.start < 0 or not 0 <= ask.count <= MOST_SAMPLES:
            raise FileFormatError("So much sound is not read at once.")
        sound = self._reader(ask.rid, ask.key).read(ask.start, ask.count)
        return sound.T.astype("<i2").tobytes()

    def _flac(self, ask: protocol.MakeFlac) -> bytes:
        import soundfile  # noqa: PLC0415 - takes time and memory that reading alone does not need

        reader = self._reader(ask.rid, ask.key)
        # A memory file, on no disk: with Python file objects libsndfile would need callbacks in
        # memory that is writable and executable, which the unit denies.
        target = os.memfd_create("flac", os.MFD_CLOEXEC)
        try:
            with soundfile.SoundFile(
                target, "w", RATE, reader.channels, "PCM_16", format="FLAC", closefd=False
            ) as file:
                for start in range(0, reader.samples, 60 * RATE):
                    file.write(reader.read(start, min(60 * RATE, reader.samples - start)).T)
            return os.pread(target, os.fstat(target).st_size, 0)
        finally:
            os.close(target)

    def _reader(self, rid: str, key: bytes) -> Reader:
        reader = self._open.pop(rid, None) or Reader.open(self._path(rid), self._reading_key, key)
        self._open[rid] = reader
        if len(self._open) > READERS:
            self._open.popitem(last=False)[1].close()
        return reader

    def _forget(self, rid: str) -> None:
        reader = self._open.pop(rid, None)
        if reader is not None:
            reader.close()

    def _path(self, rid: str) -> Path:
        return self._recordings / rid


def _quick_end(reader: Reader) -> RecordingEnd | None:
    """Return the recording's end if its last frame is FINAL, else None."""
    last = reader.peek(reader.blocks - 1) if reader.blocks and not reader.partial else None
    if last is None or last.type is not FrameType.FINAL:
        return None
    return msgspec.json.decode(last.payload, type=RecordingEnd)


def _withdrawn(reader: Reader) -> tuple[str, ...]:
    """Return the purposes that the caller withdrew during the call."""
    if len(reader.meta.purposes) < 2:
        return ()  # The end of the only purpose ends the recording, without a mark.
    return tuple(purpose for mark in reader.survey.marks for purpose in mark.purposes)


def serve(connection: socket.socket) -> None:
    """Answer until the keeper hangs up."""
    start, reading_key = protocol.receive_ask(connection)
    if not isinstance(start, protocol.Start):
        raise SystemExit("The reading child was not given a key.")
    readings = Readings(reading_key, Path(start.recordings))
    protocol.send(connection, protocol.Ready(), readings.second_key())
    while True:
        ask, _ = protocol.receive_ask(connection)
        try:
            answer, raw = readings.answer(ask)
        except ZgodaError as error:
            answer, raw = protocol.Trouble(type(error).__name__, str(error)), b""
        except msgspec.DecodeError as error:
            answer, raw = protocol.Trouble("FileFormatError", str(error)), b""
        except OSError as error:
            reason = f"The recording cannot be read: {error.strerror}."
            answer, raw = protocol.Trouble("VaultError", reason), b""
        protocol.send(connection, answer, raw)


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
