"""Read the audit's lines: from a place on, backwards, or those about a recording.

A line that a power cut left behind ends without a newline, or in zeros where its blocks never
reached the medium.
"""

import contextlib
import mmap
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from appliance.errors import FileFormatError
from appliance.keeper.audit.entries import OF_ALL
from appliance.vault.audit.entries import LINE_LIMIT, AuditEntry, LogLine, decode

_SEQ = re.compile(rb'\{"seq":([1-9][0-9]{0,18}),')
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}\.log")
_BLOCK = 64 * 1024

_MOST_LOST = 16 * 2**20
"""Bytes that one write may have left as zeros."""


class LinePlace(NamedTuple):
    """A place between two lines: the month's file and the bytes of it that lie before."""

    month: str = ""  # 2026-11; empty: before the first
    offset: int = 0


def months(folder: Path) -> list[Path]:
    """Return the log files by month; none of a folder that is not there."""
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
    return [folder / name for name in sorted(filter(_MONTH.fullmatch, names))]


def lines(folder: Path, start: LinePlace | None = None) -> Iterator[tuple[bytes, LinePlace]]:
    """Yield every line, newline included, and the place behind it; the very last may lack it."""
    start = start or LinePlace()
    for path in months(folder):
        if path.stem < start.month:
            continue
        offset = start.offset if path.stem == start.month else 0
        with path.open("rb") as log:
            log.seek(offset)
            while line := log.readline(LINE_LIMIT + 1):
                offset += len(line)
                yield line, LinePlace(path.stem, offset)


def readable(folder: Path, start: LinePlace | None = None) -> Iterator[tuple[AuditEntry, str]]:
    """Yield every readable entry and its hash, whether or not chain and signatures hold."""
    for line, _ in lines(folder, start):
        try:
            read = decode(line)
        except FileFormatError:
            continue
        yield read.entry, read.digest


_OF_ALL = b'_all","actor":'
"""Stands in the entries of an erasure of everything."""


def about(folder: Path, rid: str) -> list[AuditEntry]:
    """Return the readable entries about a recording, oldest first; also those about everything.

    Reading begins with the newest month and ends with the one in which it was sealed: nothing is
    said about a recording before that.
    """
    found: list[AuditEntry] = []
    for path in reversed(months(folder)):
        here = [entry for entry in _naming(path, rid.encode()) if entry.rid == rid]
        whole = [entry for entry in _naming(path, _OF_ALL) if entry.type in OF_ALL]
        found = sorted(here + whole, key=lambda entry: entry.seq) + found
        if any(entry.type == "sealed" for entry in here):
            break
    first = next((at for at, entry in enumerate(found) if entry.rid == rid), len(found))
    return found[first:]


def naming(folder: Path, text: str) -> Iterator[AuditEntry]:
    """Yield the readable entries whose line contains a text, oldest first."""
    for path in months(folder):
        yield from _naming(path, text.encode())


def newest_of(folder: Path, kind: str, most_months: int) -> LogLine | None:
    """Return the newest entry of a type that can be read, or None; older months are not looked at.

    Args:
        folder: the audit's.
        kind: the type.
        most_months: the newest that are looked at.
    """
    text = f'"type":"{kind}","actor":'.encode()
    for path in reversed(months(folder)[-most_months:]):
        if not path.stat().st_size:
            continue
        with path.open("rb") as log, mmap.mmap(log.fileno(), 0, access=mmap.ACCESS_READ) as content:
            end = len(content)
            while (at := content.rfind(text, 0, end)) >= 0:
                end = content.rfind(b"\n", 0, at) + 1
                with contextlib.suppress(FileFormatError):
                    return decode(content[end : content.find(b"\n", at) + 1])
    return None


def _naming(path: Path, text: bytes) -> Iterator[AuditEntry]:
    """Yield a month's readable entries whose line contains a text; no other is decoded."""
    if not path.stat().st_size:
        return
    with path.open("rb") as log, mmap.mmap(log.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = 0
        while (at := content.find(text, end)) >= 0:
            start = content.rfind(b"\n", end, at) + 1 or end
            end = content.find(b"\n", at) + 1 or len(content)
            try:
                yield decode(content[start:end]).entry
            except FileFormatError:
                continue


def page(folder: Path, newest: int, oldest: int) -> list[AuditEntry]:
    """Return the readable entries of a range of numbers, newest first, reading no other month.

    Args:
        folder: the audit's.
        newest: the highest number.
        oldest: the lowest.
    """
    found: list[AuditEntry] = []
    for path in reversed(months(folder)):
        if _first(path) > newest:
            continue
        for line in _backwards(path):
            number = _SEQ.match(line)
            seq = int(number[1]) if number else newest + 1
            if seq < oldest:
                return found
            if seq <= newest:
                try:
                    found.append(decode(line).entry)
                except FileFormatError:
                    continue
    return found


def line_of(folder: Path, number: int) -> bytes | None:
    """Return the line of an entry by its number, without the newline; None if there is none."""
    for path in reversed(months(folder)):
        first = _first(path)
        if first > number:
            continue
        for line in _backwards(path):
            found = _SEQ.match(line)
            if found and int(found[1]) == number:
                return line.rstrip(b"\n")
        if first:  # else the month was only begun when the power went
            return None
    return None


def unfinished(folder: Path) -> LinePlace | None:
    """Return where the log's last line begins if it has no newline; None if it has one."""
    paths = months(folder)
    if not paths:
        return None
    with paths[-1].open("rb") as log:
        size = at = log.seek(0, os.SEEK_END)
        while at > 0:
            start = max(0, at - _BLOCK)
            log.seek(start)
            found = log.read(at - start).rfind(b"\n")
            at = start + found + 1
            if found >= 0:
                break
    return None if at == size else LinePlace(paths[-1].stem, at)


def torn(folder: Path) -> LinePlace | None:
    """Return where the log's last line begins if a power cut may have left it, else None.

    Such a line has no newline. Zeros may follow it whose blocks never reached the medium.
    """
    place = unfinished(folder)
    if place is None:
        return None
    with (folder / f"{place.month}.log").open("rb") as log:
        log.seek(place.offset)
        rest = log.read(_MOST_LOST + 1)
    left = rest.rstrip(b"\0")
    may = len(rest) <= _MOST_LOST and len(left) <= LINE_LIMIT and b"\0" not in left
    return place if may else None


def _first(path: Path) -> int:
    """Return the number of a month's first entry; 0 if it is not whole or cannot be read."""
    with path.open("rb") as log:
        line = log.readline(LINE_LIMIT + 1)
    number = _SEQ.match(line)
    return int(number[1]) if number and line.endswith(b"\n") else 0


def _backwards(path: Path) -> Iterator[bytes]:
    """Yield a file's whole lines, the last one first."""
    with path.open("rb") as log:
        at, rest = path.stat().st_size, b""
        while at > 0:
            start = max(0, at - _BLOCK)
            log.seek(start)
            first, *whole = (log.read(at - start) + rest).split(b"\n")
            at = start
            # What follows the last newline, here or in the block behind, was yielded or is torn.
            rest = first + b"\n" if whole else first
            if len(rest) > LINE_LIMIT:
                rest = b"\n"  # nothing that is read: do not gather it
            for line in reversed(whole[:-1]):
                yield line + b"\n"
        if rest.endswith(b"\n"):
            yield rest
