"""Know by the keeper's word which file of lists holds; no older one vouches for anybody.

The keeper tells the digest of the file as its ledger has it. In doubt no file holds.
"""

import re
from pathlib import Path

from appliance.digest import sha256
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.news import TellSpeakers
from appliance.recorder.line.kept_word import KeptWord
from appliance.vault.disk import Disk

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class ToldSpeakers:
    """The digest that the keeper last told. Any thread may ask."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        """Read what was told before this start.

        Args:
            path: the file; its folder is the recorder's to write.
            disk: writes durably.
        """
        self._kept = KeptWord(path, _DIGEST, "the digest of the lists that hold", disk)

    def holds(self, raw: bytes) -> bool:
        """Say whether a file's bytes are those that the keeper means."""
        return sha256(raw).hex() == self._kept.word

    @handles(TellSpeakers)
    def _told(self, operation: TellSpeakers) -> Done:
        self.tell(operation.sha256)
        return Done()

    def tell(self, digest: str) -> None:
        """Take the keeper's word; what could not be written down is written at the next."""
        self._kept.tell(digest)
