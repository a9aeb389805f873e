"""Feed bytes to a parser: it takes them, or refuses them in one clear sentence."""

import os
import re
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import NoReturn

from appliance.errors import ZgodaError

LONGEST_SENTENCE = 700
"""Characters of a refusal: a path, a name that was typed and a sentence."""

_INSIDE = re.compile(r"Traceback|<class |<function | object at 0x|\bNoneType\b")


class Crash(AssertionError):
    """A parser did what it never declared; ``where`` tells two of them apart."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where


@dataclass(frozen=True)
class Target:
    """A parser, and what it declares."""

    name: str
    take: Callable[[bytes], object]
    """Parses an input and uses what it yields, as far as strangers decide about it."""

    refuses: tuple[type[Exception], ...] = ()
    """The errors that its docstring names; none if it never fails."""

    seeds: Callable[[], Mapping[str, bytes]] = field(default=dict, repr=False)
    """Small inputs to begin with, each made here."""

    lines: bool = False
    """A refusal may have a line for each mistake."""

    words: bool = False
    """Inputs are JSON or TOML, or hold some: hunts and tests also change whole words of them."""

    longest: int = 4096
    """Bytes of an input: enough for everything that the parser looks at."""

    stretch: int = 0
    """Inputs of one process; 0: all. Atheris keeps the outcome of each comparison for ever, which
    is no bytes for a truth value, but some for an array of them."""

    mutations: int = 300
    """Changed seeds that the tests of every day try."""


def feed(target: Target, raw: bytes, seconds: float = 2.0) -> bool:
    """Give a parser an input; return whether it took it.

    Raises:
        Crash: it raised what it does not declare, explained nothing, or took too long.
    """
    try:
        _within(seconds, target.take, raw)
    except target.refuses as error:
        _check_words(target, error)
        return False
    except TimeoutError as error:
        raise Crash(_place(error), f"takes longer than {seconds:g} s") from error
    except Exception as error:
        raise Crash(_kind_and_place(error), str(error)[:200]) from error
    return True


def _check_words(target: Target, error: Exception) -> None:
    """Refuse a refusal that a person does not understand."""
    if not isinstance(error, ZgodaError):
        return  # declared as it is, and put into words by whoever calls
    said = str(error)
    for sentence in said.split("\n") if target.lines else (said,):
        if not sentence.strip() or len(sentence) > LONGEST_SENTENCE or _INSIDE.search(sentence):
            raise Crash(_kind_and_place(error), f"is no sentence: {sentence[:200]!r}")
        if not sentence.isprintable():
            raise Crash(_kind_and_place(error), f"cannot be shown: {sentence[:200]!r}")


def _kind_and_place(error: Exception) -> str:
    return f"{type(error).__name__} {_place(error)}"


def _place(error: BaseException) -> str:
    """Return the innermost place of ours where an error came up."""
    found, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/appliance/" in code.co_filename or "/web/" in code.co_filename:
            found = f"{Path(code.co_filename).stem}.{code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found or "nowhere"


def _within(seconds: float, take: Callable[[bytes], object], raw: bytes) -> None:
    """Let no input take more of the processor than so many seconds."""
    _watch()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    began = time.process_time()
    try:
        take(raw)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    if time.process_time() - began > seconds:  # in one call of a library, which no signal ends
        raise TimeoutError


@cache
def _watch() -> None:
    """Let the timer's signal end an input; once, since a million inputs would feel it."""
    signal.signal(signal.SIGVTALRM, _too_long)


def _too_long(_number: int, _frame: FrameType | None) -> NoReturn:
    raise TimeoutError


def overwrite(path: Path, raw: bytes) -> Path:
    """Put bytes in place of a file's; ext4 would wait for the disk if it were emptied first."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.pwrite(fd, raw, 0)
        os.ftruncate(fd, len(raw))
    finally:
        os.close(fd)
    return path


class MemoryFile:
    """A file in memory that has a path: most parsers want one."""

    def __init__(self, name: str) -> None:
        self.fd = os.memfd_create(name)
        self.path = Path(f"/proc/self/fd/{self.fd}")

    def holds(self, raw: bytes, size: int | None = None) -> Path:
        """Put bytes in place of the earlier ones; return the path."""
        if size is not None:
            os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, raw, 0)
        os.ftruncate(self.fd, len(raw) if size is None else size)
        return self.path


@cache
def memory_file(name: str) -> MemoryFile:
    """Return the file in memory of a name, always the same one."""
    return MemoryFile(name)
