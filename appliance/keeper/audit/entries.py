"""Encode audit entries: canonical JSON, chained by SHA-256; no names, no free text.

A line is ``{"seq":…,"t":…,"clock_ok":…,"type":…,"actor":…,"rid":…,"case":…,"prev":…}`` in exactly
this order and without spaces. ``frames``, ``sha256`` and ``detail`` follow ``prev`` if they are
set. ``"hash":…`` closes it: the SHA-256 of the line without that field. ``prev`` is the hash of the
previous line, 64 zeros for the first. Its own hash distinguishes a changed line from a removed one,
so that a check names the right entry.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.errors import FileFormatError

GENESIS = "0" * 64
"""The first entry's ``prev``."""

LINE_LIMIT = 1024
"""Bytes of a line; readers refuse longer ones."""

ERASURE = frozenset({"erasing", "erased", "erase_failed"})
"""The entry types of an erasure; a recording's last one counts."""

_WORD = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_ACTOR = re.compile(r"[a-z0-9]{1,32}")
_HEX = re.compile(r"[0-9a-f]{1,64}")
_CLOSING = re.compile(rb',"hash":"([0-9a-f]{64})"}\n\Z')


class AuditEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An act: who did what to what, after which entry."""

    seq: int
    t: float  # UTC
    clock_ok: bool
    type: str
    actor: str  # an operator's id, or keeper, recorder, nobody
    rid: str | None
    case: str | None
    prev: str
    frames: int | None = None  # of a sealed recording
    sha256: str | None = None  # of a sealed recording's file
    head: str | None = None  # SHA-256 of its header alone
    detail: str | None = None  # a code word


_DECODER = msgspec.json.Decoder(AuditEntry)


def encode(entry: AuditEntry) -> tuple[bytes, str]:
    """Encode an entry as its line, newline included; return the line and its hash."""
    body = msgspec.json.encode(entry)
    digest = hashlib.sha256(body).hexdigest()
    return body[:-1] + f',"hash":"{digest}"}}\n'.encode(), digest


def check_words(entry: AuditEntry) -> None:
    """Refuse anything that could be a name or free text; raises ValueError."""
    for value in (entry.rid, entry.case, entry.sha256, entry.head):
        if value is not None and not _HEX.fullmatch(value):
            raise ValueError("The audit names recordings, cases and digests by hex digits.")
    if entry.detail is not None and not _WORD.fullmatch(entry.detail):
        raise ValueError("The audit's details are code words.")
    if not _WORD.fullmatch(entry.type) or not _ACTOR.fullmatch(entry.actor):
        raise ValueError("The audit names acts by code words and actors by ids.")


def decode(line: bytes) -> tuple[AuditEntry, str]:
    """Decode one line, newline included; return the entry and its hash.

    Raises:
        FileFormatError: this software does not write such a line.
    """
    closing = _CLOSING.search(line)
    if closing is None:
        raise FileFormatError("cannot be read")
    body, digest = line[: closing.start()] + b"}", closing[1].decode()
    if hashlib.sha256(body).hexdigest() != digest:
        raise FileFormatError("was altered")
    try:
        entry = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise FileFormatError("cannot be read") from None
    if msgspec.json.encode(entry) != body:
        raise FileFormatError("is not written as this software writes it")
    return entry, digest


def months(folder: Path) -> list[Path]:
    """Return the log files by month."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].log"))


def lines(folder: Path) -> Iterator[bytes]:
    """Yield every line of every month, newline included; the very last may lack it."""
    for path in months(folder):
        with path.open("rb") as log:
            while line := log.readline(LINE_LIMIT + 1):
                yield line


def readable(folder: Path, about: bytes = b"") -> Iterator[tuple[AuditEntry, str]]:
    """Yield every readable entry and its hash, whether or not the chain holds.

    Args:
        folder: the audit's.
        about: only entries whose line contains this; skipping one costs a tenth of reading it.
    """
    for line in lines(folder):
        if about not in line:
            continue
        try:
            yield decode(line)
        except FileFormatError:
            continue
