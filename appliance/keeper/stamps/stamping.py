"""Have each day's head stamped, check what comes back, and keep it beside the head.

The courier carries bytes. A stamp is on the medium before the audit names it in ``stamped``. What
a power cut left between the two, or a backup that was written meanwhile, is put on record at the
next question; what is no stamp of its day is asked for again.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from appliance.config.outside import Stamp
from appliance.errors import FileFormatError
from appliance.keeper.audit.heads import read_head
from appliance.keeper.audit.lines import newest_of
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.stamps import day_word, kept_on, read_day_word, stamp_days
from appliance.keeper.doctor.stamps import StampFacts
from appliance.keeper.errands import RecordedErrands, Retries, known_end
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.link.requests.processes.stamps import StampErrand
from appliance.model.outside.stamps import TROUBLES
from appliance.vault.audit.evidence import STAMPED
from appliance.vault.audit.heads import Head
from appliance.vault.audit.stamps import (
    MOST_ROOTS,
    BadStamp,
    TimeStamp,
    answered,
    kept_stamp,
    read_roots,
    read_stamp,
    stamp_request,
)
from appliance.vault.disk import open_ordinary

EVERY_MONTH = 12 * 100
"""Months of the log that are looked through for the newest stamp, once."""

Roots = tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class _Request:
    """A request that the courier has."""

    head: Head
    nonce: int
    setting: Stamp


class HeadStamps:
    """The stamps of an open vault. Threads may share it."""

    def __init__(self, audit: AuditLog, time: BelievedClock, setting: Callable[[], Stamp]) -> None:
        """Begin; a head that waits for its stamp is asked for at once.

        Args:
            audit: has the heads, keeps the stamps, and gets an entry for each attempt and its end.
            time: the believed time.
            setting: returns the owner's setting, as it is now.
        """
        self._audit, self._time, self._setting = audit, time, setting
        self._lock = threading.RLock()
        self._errands = RecordedErrands[_Request](time.monotonic, audit)
        self._retries = Retries(time.monotonic)
        self._failed_since: float | None = None
        self._code = ""
        self._last = Stamp()
        self._stamped: str | None = None
        """The last day whose stamp is on record; None: the log is to be looked at."""

    @property
    def wanted(self) -> bool:
        """Say whether heads are to be stamped."""
        return bool(self._setting().address)

    # -- the courier's --------------------------------------------------------------------------

    def take(self) -> StampErrand:
        """Return the next request; the attempt is on record before.

        Raises:
            VaultError: it could not be put on record, so nothing is handed out.
        """
        with self._lock:
            errands, setting = self._errands, self._setting()
            errands.hear()
            self._begin_anew_if_moved(setting)
            if not setting.address:
                return StampErrand(wanted=False)
            if errands.unheard is not None:
                self._fail("late")
            if errands.out is not None or not self._retries.due:
                return StampErrand(wanted=True)
            head = self._due(setting)
            if head is None:
                return StampErrand(wanted=True)
            request = stamp_request(head)
            errands.note("stamp_begun", day_word(head.day))
            number = errands.take(_Request(head, request.nonce, setting))
            return StampErrand(True, number, setting.address, request.query)

    def told(self, number: int, code: str, answer: bytes) -> None:
        """Take what an authority answered, or the courier's word why nothing came.

        Raises:
            Refused: ``no_errand``: it has no such errand.
            VaultError: it could not be kept.
        """
        with self._lock:
            self._errands.hear()
            out = self._errands.told(number)
            if code:
                self._fail(known_end(code, TROUBLES))
                return
            try:
                roots = _roots(out.setting)
                stamp = answered(answer, out.head, out.nonce, roots)
            except (BadStamp, FileFormatError) as error:
                self._fail(error.code if isinstance(error, BadStamp) else "roots")
                return
            kept = kept_stamp(stamp, qualified=out.setting.qualified)
            self._errands.drop()
            self._stamped = None
            self._audit.keep_stamp(out.head.day, kept)
            self._name(out.head.day, stamp)
            self._failed_since, self._code = None, ""
            self._retries.begin_anew()

    # -- what people see ------------------------------------------------------------------------

    def facts(self) -> StampFacts:
        """Return what the doctor looks at."""
        with self._lock:
            since = self._failed_since
            return StampFacts(
                wanted=self.wanted,
                day=next(reversed(stamp_days(self._audit.folder)), ""),
                failing=None if since is None else self._time.monotonic() - since,
                code=self._code,
                away=self._errands.away,
            )

    # -- within ---------------------------------------------------------------------------------

    def _begin_anew_if_moved(self, setting: Stamp) -> None:
        """Forget failures, and what is out: another authority is asked, or none."""
        if setting != self._last:
            self._last, self._code, self._failed_since = setting, "", None
            self._errands.drop()
            self._retries.begin_anew()

    def _due(self, setting: Stamp) -> Head | None:
        """Return the head that waits; what was kept and never named is named before."""
        if self._stamped is None:
            line = newest_of(self._audit.folder, STAMPED, EVERY_MONTH)
            self._stamped = (read_day_word(line.entry.detail) if line is not None else None) or ""
            self._name_kept(setting)
        return self._audit.head_to_stamp(self._stamped)

    def _name_kept(self, setting: Stamp) -> None:
        """Name the stamps that have no entry, oldest first, up to one that is none of its day.

        Raises:
            VaultError: an entry could not be written.
        """
        folder, named, today = self._audit.folder, self._stamped or "", self._audit.day
        with suppress(BadStamp, FileFormatError):
            for day in stamp_days(folder):
                if not named < day < today:
                    continue
                kept, head = kept_on(folder, day), read_head(folder, day)
                stamp = read_stamp(kept) if kept is not None else None
                if stamp is None or head is None or not stamp.is_over(head):
                    return
                stamp.check_signer(_roots(setting))
                self._name(day, stamp)

    def _name(self, day: str, stamp: TimeStamp) -> None:
        """Put a stamp that was kept on record; raises VaultError."""
        self._stamped = None
        self._audit.append(STAMPED, KEEPER, sha256=stamp.digest, detail=day_word(day))
        self._stamped = day

    def _fail(self, code: str) -> None:
        self._errands.note_failure("stamp_failed", code)
        self._errands.drop()
        self._code = code
        if self._failed_since is None:
            self._failed_since = self._time.monotonic()
        self._retries.fail()


def _roots(setting: Stamp) -> Roots:
    """Return the certificates that the owner named; raises FileFormatError."""
    try:
        with open_ordinary(Path(setting.roots)) as file:
            return read_roots(file.read(MOST_ROOTS + 1) or b"")
    except OSError:
        return read_roots(b"")
