"""Keep a word that the keeper told, also over a restart without the keeper.

In doubt there is none: what is damaged, of another form or perhaps an older word does not count.
"""

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.errors import ZgodaError
from appliance.vault.disk import Disk

log = logging.getLogger(__name__)

LONGEST_FILE = 65


class KeptWord:
    """The word that was told last; empty: none is known. Any thread may ask."""

    def __init__(
        self,
        path: Path,
        form: re.Pattern[str],
        name: str,
        disk: Disk | None = None,
        *,
        may_stay: Callable[[str, str], bool] = lambda _older, _newer: False,
    ) -> None:
        """Read what was told before this start.

        Args:
            path: the file; its folder is the recorder's to write.
            form: of a word.
            name: of what it says, for the log.
            disk: writes durably.
            may_stay: says of an older word and a newer one whether the older does no harm if the
                newer could not be written; where it does, it goes first, since writing needs room.
        """
        self._path, self._form, self._name = path, form, name
        self._disk, self._may_stay = disk or Disk(), may_stay
        self._lock = threading.Lock()
        self._kept: str | None = None  # on disk; None: nobody knows what
        self._word = self._read()

    @property
    def word(self) -> str:
        """Return it."""
        return self._word

    def tell(self, word: str) -> None:
        """Take the keeper's word; what could not be written down is written at the next."""
        with self._lock:
            self._word = word
            if word == self._kept:
                return
            try:
                self._write(word)
            except OSError as error:
                self._kept = None
                log.error("%s could not be written down: %s", self._name, error.strerror)

    def _write(self, word: str) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._kept is None or not self._may_stay(self._kept, word):
            self._disk.unlink(self._path)
        if word:
            self._disk.replace(self._path, f"{word}\n".encode("ascii"))
        self._kept = word

    def _read(self) -> str:
        try:
            kept = self._disk.read(self._path, LONGEST_FILE)
        except FileNotFoundError:
            self._kept = ""
            return ""
        except (OSError, ZgodaError) as error:
            log.error("%s cannot be read, so there is none: %s", self._name, error)
            return ""
        word = kept.decode("ascii", "replace")
        if word[-1:] != "\n" or not self._form.fullmatch(word[:-1]):
            log.error("%s is damaged, so there is none", self._name)
            return ""
        self._kept = word[:-1]
        return self._kept
