"""Define one tree of errors; each names the cause and what to do."""

import logging
import sys
import threading
import traceback
from types import TracebackType


class ZgodaError(Exception):
    """A failure that one sentence explains to a person."""


class ConfigError(ZgodaError, ValueError):
    """The configuration holds mistakes; the message has all of them, a line each."""


class LineError(ZgodaError):
    """A telephone line, its hook source, sound or prompt sink failed."""


class PromptError(ZgodaError, ValueError):
    """A prompt cannot be used: silent, too long, no sound file, or a word is missing."""


class FileFormatError(ZgodaError, ValueError):
    """A file is truncated, altered or foreign."""


class OtherVersion(FileFormatError):
    """Another version of this program has written a file; it is whole, and stays as it is."""


class MadeByNewer(OtherVersion):
    """A newer version has: the program is older than its data."""


class MadeByOlder(OtherVersion):
    """An older version has, before the first release: nothing reads that any more."""


def by_newer(
    what: object,
    number: int,
    known: int,
    do: str = "install that version, or restore a backup into an empty data folder",
) -> str:
    """Say in a sentence that a file's own number is higher than any that this program knows."""
    return f"{what} was made by a newer Zgoda (version {number}; this one knows {known}): {do}."


def by_older(what: object, number: int, known: int) -> str:
    """Say in a sentence that a file's own number is lower than any that this program reads."""
    return (
        f"{what} was made by an older Zgoda (version {number}; this one knows {known}): open it "
        "with that version, or begin with an empty folder."
    )


class Tampered(FileFormatError):
    """A recording is not the file that was sealed, so nothing of it is played or handed over."""


class VaultError(ZgodaError):
    """The vault cannot carry out a request."""


class PoolEmpty(VaultError):
    """No recording key is left in the pool; the call stays unrecorded."""


class FileTaken(VaultError):
    """The file that was made ahead for a recording cannot be used; another one's may."""


class StorageFull(VaultError, OSError):
    """There is too little room left to record."""


class KeyLost(VaultError, KeyError):
    """The key of this recording is gone: erased, or lost."""

    __str__ = Exception.__str__


class EraserFailed(VaultError):
    """The eraser did not confirm; nothing may be called erased."""


class NotOnRecord(VaultError):
    """What was asked for could not be put on record, so it was not done."""


class PerhapsOnRecord(VaultError):
    """What was asked for may be on record or not: the next start finds out, and goes by it."""


class WrongSecret(VaultError, ValueError):
    """A password, a recovery sheet or a key does not fit."""


class WrongSheet(WrongSecret):
    """A recovery sheet was mistyped, as its check letters show."""

    def __init__(
        self, message: str, *, groups: tuple[int, ...] = (), letters: int | None = None
    ) -> None:
        """Say what is wrong.

        Args:
            message: in a sentence.
            groups: the wrong ones, from 1; empty if it is none of them.
            letters: how many they are, if not as many as on a sheet.
        """
        super().__init__(message)
        self.groups, self.letters = groups, letters


class LinkError(ZgodaError):
    """The other process did not answer as agreed."""


class WrongServer(LinkError):
    """Another user's process serves the socket, so nothing was sent to it."""

    def __init__(
        self, message: str, *, socket: object = "", user: str = "", wanted: str = ""
    ) -> None:
        """Say whose it is and whose it should be."""
        super().__init__(message)
        self.socket, self.user, self.wanted = str(socket), user, wanted


class MessageRefused(LinkError, ValueError):
    """A message was malformed, oversized or of an unknown kind."""


class Refused(ZgodaError):
    """An operation is not allowed now; ``code`` says why in one stable word.

    ``model.sentences.refusals`` has each code's sentence; whoever shows it translates it.
    """

    def __init__(self, code: str, /, *, seconds: int = 0, **values: int | str) -> None:
        """Refuse.

        Args:
            code: one of ``model.sentences.refusals.REFUSALS``.
            seconds: until it may be tried again, where that is known.
            **values: of the sentence's place holders: numbers, codes, or what somebody wrote, which
                is cut. Never a phrase of ours, and nothing of a person that they did not just send.
        """
        self.code = code
        self.seconds = seconds
        self.values = {
            name: value if isinstance(value, int) else in_short(value, LONGEST_VALUE)
            for name, value in values.items()
        }
        told = (f"{name}={value}" for name, value in self.values.items())
        super().__init__(" ".join([code, *told]))  # for a log: whoever shows it says the sentence


def in_a_sentence(error: ZgodaError | OSError) -> str:
    """Return what the command line says of a failure that was to be expected."""
    if isinstance(error, ZgodaError):
        return str(error)
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."


def shown(text: object) -> str:
    """Return a text that may quote a stranger, as one line that a terminal can show."""
    signs = ((sign, " " if sign.isspace() else "\ufffd") for sign in str(text))
    return "".join(sign if sign.isprintable() else instead for sign, instead in signs)


_LONGEST_QUOTE = 500
"""Characters of a sentence that quotes a stranger."""

LONGEST_VALUE = 200
"""Characters of a value of a refusal."""


def in_short(text: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return a text that may quote a stranger, as ``shown`` does; of a long one begin and end."""
    whole = shown(text)
    if len(whole) <= longest:
        return whole
    half = longest // 2 - 2
    return f"{whole[:half]} … {whole[-half:]}"


def fault(error: BaseException) -> str:
    """Return the kind and place of a fault for a log; its text could name a person."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"


def print_faults_without_text() -> None:
    """Let whatever nothing catches, in any thread of this process, be printed as ``fault`` says.

    Python's own hooks would print the error's text, and ``logging`` the values that it could not
    format.
    """
    sys.excepthook = _print_fault
    threading.excepthook = lambda told: _print_fault(
        told.exc_type, told.exc_value, told.exc_traceback
    )
    sys.unraisablehook = lambda told: _print_fault(
        told.exc_type, told.exc_value, told.exc_traceback
    )
    logging.raiseExceptions = False


def _print_fault(
    kind: type[BaseException], error: BaseException | None, where: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit) or sys.stderr is None:
        return
    told = (error or kind()).with_traceback(where)
    print("A fault of ours:", fault(told), file=sys.stderr, flush=True)
