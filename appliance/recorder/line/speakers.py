"""Know by the keeper's word on which lines all who speak have agreed to be recorded.

The file is looked at before each call, so a consent that ended counts from the next call on. It
holds only if it is the one of which the keeper has told the digest: an older one that somebody puts
back does not, also while the keeper is stopped. In doubt nobody vouches.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from msgspec import structs

from appliance.errors import ZgodaError
from appliance.model.policy import Policy
from appliance.model.rule import RuleSpeakers, SpeakersFile, StatedSpeakers, wants_speakers
from appliance.model.sentences.lacking import Lacking, lack
from appliance.vault.decoding import decode_json
from appliance.vault.disk import Disk, which_file

log = logging.getLogger(__name__)

MOST_BYTES = 1 << 20
"""Of the file."""

_EPOCH = date(1970, 1, 1)
_NOBODY = SpeakersFile()


class KnownSpeakers:
    """What the keeper last wrote of those who speak on lines. Any thread may ask."""

    def __init__(
        self, path: Path, has_come: Callable[[str], bool], holds: Callable[[bytes], bool]
    ) -> None:
        """Prepare; the file is read whenever it has changed.

        Args:
            path: the file, which the keeper writes.
            has_come: says whether a day has surely come.
            holds: says whether these bytes are those that the keeper means.
        """
        self._path, self._has_come, self._holds = path, has_come, holds
        self._lock = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._raw, self._said = b"", _NOBODY

    def of(self, line: str) -> RuleSpeakers | None:
        """Return what a line's recordings seal; None if nobody vouches, or not from today on."""
        found = self._stated(line)
        return found.sealed if found is not None and self._has_come(_day(found.last)) else None

    def lacking(self, country: str, line: str) -> Lacking | None:
        """Return what of the list keeps a line from recording; None if nothing does."""
        if not wants_speakers(country) or self.of(line) is not None:
            return None
        found = self._stated(line)
        if found is None:
            return lack("speakers", line=line)
        return lack("speakers_later", line=line, day=_day(found.last))

    def _stated(self, line: str) -> StatedSpeakers | None:
        with self._lock:
            stamp = which_file(self._path)
            if stamp != self._stamp:
                self._raw, self._said = self._read() if stamp else (b"", _NOBODY)
                self._stamp = stamp
            return self._said.lines.get(line) if self._holds(self._raw) else None

    def _read(self) -> tuple[bytes, SpeakersFile]:
        try:
            raw = Disk().read(self._path, MOST_BYTES)
            return raw, decode_json(raw, SpeakersFile, self._path.name)
        except (OSError, ZgodaError) as error:
            log.error("who speaks on lines cannot be read, so nobody vouches for it: %s", error)
            return b"", _NOBODY


def with_speakers(policy: Policy, found: RuleSpeakers | None) -> Policy:
    """Return a policy with its line's list, where its country wants one."""
    if policy.rule is None or not wants_speakers(policy.rule.country):
        return policy
    return replace(policy, rule=structs.replace(policy.rule, speakers=found))


def _day(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()
