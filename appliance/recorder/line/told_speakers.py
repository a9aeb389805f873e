"""Know by the keeper's word which file of lists holds; no older one vouches for anybody.

The keeper tells the digest of the file as its ledger has it. The recorder keeps the last one told
on disk, so that lines record after a restart without the keeper, too. In doubt no file holds.
"""

import logging
import re
import threading
from pathlib import Path

from appliance.digest import sha256
from appliance.errors import ZgodaError
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.news import TellSpeakers
from appliance.vault.disk import Disk

log = logging.getLogger(__name__)

_DIGEST = re.compile(rb"[0-9a-f]{64}\n", re.ASCII)
_LONGEST_FILE = 65


class ToldSpeakers:
    """The digest that the keeper last told. Any thread may ask."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        """Read what was told before this start.

        Args:
            path: the file; its folder is the recorder's to write.
            disk: writes durably.
        """
        self._path, self._disk = path, disk or Disk()
        self._lock = threading.Lock()
        self._kept: str | None = None  # on disk; None: nobody knows what
        self._digest = self._read()

    def holds(self, raw: bytes) -> bool:
        """Say whether a file's bytes are those that the keeper means."""
        return sha256(raw).hex() == self._digest

    @handles(TellSpeakers)
    def _told(self, operation: TellSpeakers) -> Done:
        self.tell(operation.sha256)
        return Done()

    def tell(self, digest: str) -> None:
        """Take the keeper's word; what could not be written down is written at the next."""
        with self._lock:
            self._digest = digest
            if digest == self._kept:
                return
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._disk.unlink(self._path)  # first: an older word must not be left
                self._disk.replace(self._path, f"{digest}\n".encode("ascii"))
                self._kept = digest
            except OSError as error:
                self._kept = None
                log.error("which lists hold could not be written down: %s", error.strerror)

    def _read(self) -> str:
        try:
            kept = self._disk.read(self._path, _LONGEST_FILE)
        except FileNotFoundError:
            return ""
        except (OSError, ZgodaError) as error:
            log.error("which lists hold cannot be read, so none does: %s", error)
            return ""
        if not _DIGEST.fullmatch(kept):
            log.error("which lists hold is damaged, so none does")
            return ""
        self._kept = kept.decode("ascii").strip()
        return self._kept
