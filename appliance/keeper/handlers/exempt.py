"""Keep the list of numbers that are never recorded, and lend it to the recorder."""

import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from appliance.config.numbering import possible_e164
from appliance.errors import FileFormatError, LinkError, Refused
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.requests import exempt as ask
from appliance.vault.disk import Disk, failure
from appliance.vault.tags import tag

MOST = 10_000
"""Numbers; beyond that one call in 6,700 would go unrecorded by a chance likeness of tags."""

LONGEST_NUMBER = 60
"""Characters of a number as typed."""

_TAG = struct.Struct(">I")


def read_tags(path: Path) -> tuple[int, ...]:
    """Read the list: big-endian 32-bit tags, nothing else; without a file it is empty.

    Raises:
        FileFormatError: it is damaged; without it the recorder asks nobody.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise FileFormatError(
            f"The list of numbers never recorded cannot be read: {error.strerror}."
        ) from None
    if len(raw) % _TAG.size:
        raise FileFormatError("The list of numbers never recorded is truncated.")
    return tuple(number for (number,) in _TAG.iter_unpack(raw))


class ExemptNumbers:
    """The list of exempt numbers. Safe between threads; works locked."""

    def __init__(
        self,
        path: Path,
        country: str,
        list_key: bytes,
        lend: Callable[[], None],
        disk: Disk | None = None,
    ) -> None:
        """Begin; nothing is read yet.

        Args:
            path: the list's file.
            country: of numbers written without a country code.
            list_key: makes the tags.
            lend: gives the recorder the list in the file; raises LinkError.
            disk: writes the file.
        """
        self._path = path
        self._country = country
        self._key = list_key
        self._lend = lend
        self._disk = disk or Disk()
        self._lock = threading.Lock()
        self._owed = False

    @handles(ask.CountExempt)
    def count(self, operation: ask.CountExempt, who: Caller) -> ask.ExemptState:
        """Return the number of entries."""
        return self._state(read_tags(self._path))

    @handles(ask.IsExempt)
    def is_listed(self, operation: ask.IsExempt, who: Caller) -> ask.ExemptState:
        """Say whether a number is listed."""
        tags = read_tags(self._path)
        return self._state(tags, self._tag(operation.number))

    @handles(ask.AddExempt)
    def add(self, operation: ask.AddExempt, who: Caller) -> ask.ExemptState:
        """Put a number on the list, and lend the list at once."""
        new = self._tag(operation.number)
        with self._lock:
            tags = read_tags(self._path)
            if new not in tags:
                if len(tags) >= MOST:
                    raise Refused("invalid", f"The list holds {MOST} numbers already.")
                self._write([*tags, new])
            return self._state(read_tags(self._path), new)

    @handles(ask.RemoveExempt)
    def remove(self, operation: ask.RemoveExempt, who: Caller) -> ask.ExemptState:
        """Take a number off the list, and lend the list at once."""
        old = self._tag(operation.number)
        with self._lock:
            tags = read_tags(self._path)
            if old not in tags:
                raise Refused("not_found", "This number is not on the list.")
            self._write(one for one in tags if one != old)
            return self._state(read_tags(self._path), old)

    def lend_if_owed(self) -> None:
        """Lend the list to a recorder that was absent before; call it now and then."""
        with self._lock:
            if self._owed:
                self._lend_now()

    def _state(self, tags: tuple[int, ...], asked: int | None = None) -> ask.ExemptState:
        return ask.ExemptState(len(set(tags)), asked in tags, lent=not self._owed)

    def _tag(self, number: str) -> int:
        """Return a number's tag; raise Refused (``invalid``) if it is no telephone number."""
        whole = possible_e164(number[:LONGEST_NUMBER], self._country)
        if whole is None:
            raise Refused("invalid", "That is not a telephone number.")
        return tag(self._key, whole)

    def _write(self, tags: Iterable[int]) -> None:
        # Sorted, so that the file does not show which came last.
        raw = b"".join(_TAG.pack(one) for one in sorted(set(tags)))
        try:
            self._disk.replace(self._path, raw)
        except OSError as error:
            raise failure(error, "The list of numbers never recorded") from error
        self._lend_now()

    def _lend_now(self) -> None:
        try:
            self._lend()
            self._owed = False
        except (LinkError, Refused):
            self._owed = True  # the recorder gets it on its return, or at the next chore
