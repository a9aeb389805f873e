"""Ask and end the reading child, which lives while an operator is logged in."""

import contextlib
import logging
import socket
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from appliance.errors import (
    FileFormatError,
    LinkError,
    Refused,
    Tampered,
    VaultError,
    ZgodaError,
)
from appliance.keeper.people import framing
from appliance.keeper.people.proof_protocol import Become
from appliance.keeper.people.prover import PasswordProof
from appliance.keeper.reading import protocol
from appliance.keeper.reading.timeline import PlaceInCall
from appliance.model.sentences.faults import noted
from appliance.vault.disk import wipe
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.verdicts import AuditFacts
from appliance.vault.words import WordsPlace

PATIENCE = 120.0
"""Seconds until a silent child counts as dead; the slowest answer is a verdict on many hours."""

_log = logging.getLogger(__name__)

AnswerT = TypeVar("AnswerT", bound=protocol.ReadingAnswer)


class Reading:
    """The reading child, if there is one. Threads may share it; it answers one at a time."""

    def __init__(
        self, recordings: Path, keyring: Keyring, country: str, on_death: Callable[[], None]
    ) -> None:
        """Begin locked.

        Args:
            recordings: the folder of the sealed files.
            keyring: holds each recording's key.
            country: ISO 3166, of numbers without a country code.
            on_death: called from a thread when the child ended unasked.
        """
        self._recordings = recordings
        self._keyring = keyring
        self.country = country
        self._on_death = on_death
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    def follow(self, country: str) -> None:
        """Take another country for the next child."""
        self.country = country

    @property
    def running(self) -> bool:
        """Say whether recordings can be opened."""
        return self._connection is not None

    @property
    def process_id(self) -> int | None:
        """Return the child's process id, or None while there is none."""
        return self._process.pid if self._process else None

    def adopt(self, proof: PasswordProof) -> None:
        """Let the process of a proof become the reading child; this ends a running one first.

        Raises:
            LinkError: it did not.
        """
        with self._lock:
            self.end()
            self._process, self._connection = proof.hand_over()
            self._connection.settimeout(PATIENCE)
            threading.Thread(
                target=self._watch, args=(self._process,), name="reading watch", daemon=True
            ).start()
            try:
                self._talk(Become(str(self._recordings), self.country), protocol.Ready)
            except Refused as error:
                raise LinkError(
                    noted("helper_ended", "The reading child did not start; the log says why.")
                ) from error

    def end(self) -> None:
        """Lock: end the child and its keys. Safe without one."""
        with self._lock:
            process, self._process = self._process, None
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()
            if process is not None:
                process.kill()
                process.wait()

    def summary(self, rid: str) -> protocol.Summary:
        """Summarise a recording.

        Raises:
            Refused: ``locked``.
            KeyLost: its key is gone.
            FileFormatError: it cannot be opened, or its first frames are damaged.
            VaultError: the file cannot be read.
        """
        return self._about(rid, protocol.Summary, lambda key: protocol.Summarise(rid, key))[0]

    def load_rows(self, sid: bytes, shelf: bytes) -> tuple[set[int], set[int]] | None:
        """Have a shard's rows listed; return the slots of its recordings, and those still missing.

        None if there is no such shard any more.

        The lock covers the look-up of the seeds, as ``_about`` does of a key.

        Raises:
            Refused: ``locked``.
            FileFormatError: the shard cannot be read.
        """
        with self._lock:
            rows = self._keyring.rows(sid)
            if rows is None:
                return None
            raw = rows.seeds + shelf
            try:
                ask = protocol.LoadRows(sid, tuple(rows.slots), rows.rids, tuple(rows.began))
                loaded = self._talk(ask, protocol.Loaded, raw)[0]
                return set(rows.slots), set(loaded.missing)
            finally:
                wipe(raw, rows.seeds)

    def make_row(self, rid: str, sid: bytes, slot: int) -> tuple[int, bytes]:
        """Have a recording listed; return its due day and its sealed row; raises as ``summary``."""
        entry = self._keyring.entry(rid)
        made, raw = self._about(
            rid, protocol.Made, lambda key: protocol.MakeRow(rid, key, sid, slot, entry)
        )
        return made.due_day, raw

    def add_number(self, rid: str, sid: bytes, slot: int, number: str) -> None:
        """Have a recording listed under a number; raises Refused (``locked``)."""
        self._talk(protocol.ListUnderNumber(rid, sid, slot, number), protocol.Ready)

    def drop_rows(self, sid: bytes, slots: Iterable[int]) -> None:
        """Have some slots of a shard no longer listed: their keys are erased."""
        with contextlib.suppress(Refused):
            self._talk(protocol.DropRows(sid, tuple(slots)), protocol.Ready)

    def row(self, rid: str, sid: bytes, slot: int) -> protocol.FoundRow | None:
        """Return a recording's row if it is listed; raises Refused (``locked``)."""
        found = self._talk(protocol.GetRow(rid, sid, slot), protocol.SearchPage)[0]
        return found.rows[0] if found.rows else None

    def find(self, wanted: protocol.Find) -> protocol.SearchPage:
        """Search the rows that are listed so far; raises Refused (``locked``)."""
        return self._talk(wanted, protocol.SearchPage)[0]

    def assess(self, rid: str, known: AuditFacts) -> protocol.Assessment:
        """Judge a recording by contents and audit; raises as ``summary``."""
        return self._about(rid, protocol.Assessment, lambda key: protocol.Assess(rid, key, known))[
            0
        ]

    def prove(self, rid: str, known: AuditFacts) -> protocol.SealedFacts:
        """Return what a recording seals.

        Raises:
            Tampered: it is not the file that was sealed.
            ZgodaError: as ``summary``.
        """
        return self._about(rid, protocol.SealedFacts, lambda key: protocol.Prove(rid, key, known))[
            0
        ]

    def open_sound(self, rid: str, known: AuditFacts) -> protocol.Shape:
        """Check a recording before its first byte.

        Raises:
            Tampered: it is not the file that was sealed.
            ZgodaError: as ``summary``.
        """
        return self._about(rid, protocol.Shape, lambda key: protocol.OpenSound(rid, key, known))[0]

    def sound(self, rid: str, known: AuditFacts, start: int, count: int) -> bytes:
        """Return samples of all channels, s16 little-endian, interleaved.

        Raises as ``open_sound``: a frame that no longer opens stops it.
        """
        return self._about(
            rid, protocol.Ready, lambda key: protocol.ReadSound(rid, key, known, start, count)
        )[1]

    def begin_export(
        self, parts: Sequence[tuple[str, PlaceInCall, AuditFacts]], form: protocol.Format
    ) -> protocol.Begun:
        """Check a call's recordings and begin to make a file of it; raises as ``open_sound``.

        Args:
            parts: name, place and what the audit knows of each recording, in the call's order.
            form: of the file.
        """
        with self._lock:  # as in ``_about``
            asked = tuple(
                protocol.ExportPart(rid, self._keyring.private(rid), known, place)
                for rid, place, known in parts
            )
            return self._talk(protocol.BeginExport(asked, form), protocol.Begun)[0]

    def next_piece(self, export: int) -> tuple[bool, bytes]:
        """Return whether an export is over, and its next bytes; raises as ``open_sound``.

        There are none yet while the whole file's digest is taken.
        """
        answer, raw = self._talk(protocol.NextPiece(export), protocol.Piece)
        return answer.last, raw

    def end_export(self, export: int) -> None:
        """Drop an export, finished or not."""
        with contextlib.suppress(Refused):
            self._talk(protocol.EndExport(export), protocol.Ready)

    def words(self, sealed: bytes, place: WordsPlace, key: bytes) -> str:
        """Open words that a person typed.

        Args:
            sealed: as the ledger holds them.
            place: where they belong.
            key: the private key of their case.

        Raises:
            Refused: ``locked``.
            FileFormatError: they are altered, or belong elsewhere.
        """
        return self._talk(protocol.OpenWords(sealed, place, key), protocol.Ready)[1].decode()

    def number(self, rid: str, sealed: bytes, place: WordsPlace) -> str:
        """Open the number that was added to a recording; raises as ``summary``."""
        raw = self._about(rid, protocol.Ready, lambda key: protocol.OpenWords(sealed, place, key))
        return raw[1].decode()

    def close_recordings(self, rids: Sequence[str]) -> None:
        """Let a running child close recordings whose keys are being erased."""
        with contextlib.suppress(Refused):
            self._talk(protocol.Forget(tuple(rids)), protocol.Ready)

    def _about(
        self, rid: str, kind: type[AnswerT], ask: Callable[[bytes], protocol.AnyAsk]
    ) -> tuple[AnswerT, bytes]:
        """Ask about a recording, with its key.

        The lock covers the look-up of the key: after a key is erased and ``close_recordings`` has
        returned, no request can carry the key any more.
        """
        with self._lock:
            return self._talk(ask(self._keyring.private(rid)), kind)

    def _talk(
        self, ask: protocol.AnyAsk | Become, kind: type[AnswerT], raw_ask: bytes | bytearray = b""
    ) -> tuple[AnswerT, bytes]:
        with self._lock:
            if self._connection is None:
                raise Refused("locked")
            try:
                framing.send(self._connection, protocol.pack(ask), raw_ask)
                answer, raw = protocol.receive_answer(self._connection)
            except (EOFError, OSError, LinkError) as error:
                self._connection.close()
                self._connection = None
                if self._process is not None:
                    self._process.kill()
                raise Refused("locked") from error
        if isinstance(answer, protocol.Trouble):
            raise _trouble(answer)
        if not isinstance(answer, kind):
            raise LinkError(
                noted(
                    "helper_ended", "The reading child answered something else than it was asked."
                )
            )
        return answer, raw

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the child's end and report an unordered one."""
        process.wait()
        with self._lock:
            ordered = self._process is not process
            if not ordered:
                self._process = None
                if self._connection is not None:
                    self._connection.close()
                    self._connection = None
        if not ordered:
            _log.warning("The reading child ended by itself (%s): locked.", process.returncode)
            self._on_death()


def _trouble(answer: protocol.Trouble) -> ZgodaError:
    """Rebuild the child's error."""
    if answer.error == "Tampered":
        return Tampered(answer.message)
    damaged = answer.error in {"Malformed", "FileFormatError"}
    return FileFormatError(answer.message) if damaged else VaultError(answer.message)
