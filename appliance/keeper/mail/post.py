"""Keep what is to be mailed, lend it to the courier, and put each attempt on record first.

A mail is made when the courier asks, so it says how the box stands then. Nothing of it is stored:
what was told before is, and after a restart the rest follows from it.
"""

import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass

from msgspec import structs

from appliance.clock import HOUR
from appliance.errors import Refused
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.doctor.mail import MailFacts
from appliance.keeper.errands import RecordedErrands, Retries, known_end
from appliance.keeper.mail.letters import LetterKind, due, words_of
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import MailRow
from appliance.keeper.time.believed_clock import BelievedClock, believed_day
from appliance.link.requests.processes.errands import Errand, Letter
from appliance.model.outside.mail import SOME_REFUSED, TROUBLES
from appliance.vault.opening.content import MailState
from appliance.vault.opening.keyring import Keyring

BETWEEN = float(HOUR)
"""Seconds between two mails at least, but for one that somebody asks for."""

STALE = float(HOUR)
"""Seconds after a look from which nobody knows how the box stands: then nothing is called well."""


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail that the courier has."""

    kind: LetterKind
    red: frozenset[str]
    day: str


class Post:
    """The mail of an open vault. Threads may share it."""

    def __init__(
        self,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        time: BelievedClock,
        language: Callable[[], str],
    ) -> None:
        """Begin; nothing is due before ``see`` was called twice.

        Args:
            keyring: keeps where mail goes, and the password for it.
            audit: gets an entry for each attempt and its end.
            ledger: keeps what was told.
            time: the believed time.
            language: returns the office's.
        """
        self._keyring, self._audit, self._ledger, self._time = keyring, audit, ledger, time
        self._language = language
        self._lock = threading.RLock()
        self._once: frozenset[str] | None = None
        self._confirmed: frozenset[str] | None = None
        self._looked = 0.0
        self._trial = False
        self._errands = RecordedErrands[_Mail](time.monotonic, audit)
        self._retries = Retries(time.monotonic)
        self._id = ""
        self._code = ""

    @property
    def place(self) -> MailState | None:
        """Return where mail goes; None: nowhere."""
        return self._keyring.content.mail

    # -- what is to be told ---------------------------------------------------------------------

    def see(self, red: Collection[str]) -> None:
        """Note what must be mended now; what two looks in a row find is told.

        Args:
            red: ids of findings; those about mail are left out, for it could not tell of itself.
        """
        found = frozenset(id for id in red if not id.startswith("mail."))
        with self._lock:
            before, self._once = self._once, found
            self._looked = self._time.monotonic()
            if before is not None:
                known = self._confirmed or frozenset()
                self._confirmed = (found & before) | (known & (found | before))
            self._note_waiting()

    def ask(self) -> None:
        """Have a mail sent as soon as the courier asks.

        Raises:
            Refused: ``no_mail``: mail is not set up.
        """
        with self._lock:
            if self.place is None:
                raise Refused("no_mail")
            self._trial = True
            self._retries.begin_anew()
            self._note_waiting()

    def moved(self) -> None:
        """Forget failures, and tell anew: mail goes to another place, or to none."""
        with self._lock:
            self._trial, self._code, self._id = False, "", ""
            self._errands.drop()
            self._errands.hear()
            self._ledger.keep_mail(MailRow())

    # -- the courier's --------------------------------------------------------------------------

    def take(self) -> Errand:
        """Return the next errand; the attempt is on record before.

        Raises:
            VaultError: it could not be put on record, so nothing is handed out.
        """
        with self._lock:
            errands, place = self._errands, self.place
            errands.hear()
            if place is None:
                return Errand(wanted=False)
            if errands.unheard is not None:
                self._fail("late")
            kind = self._due(place)
            if kind is None or errands.out is not None or not self._retries.due:
                return Errand(wanted=True)
            errands.note("mail_begun", kind.value)
            day = believed_day(self._time)
            red = self._red or frozenset()
            letter = self._letter(place, kind, red)
            number = errands.take(_Mail(kind, red, day))
            return Errand(wanted=True, number=number, letter=letter)

    def told(self, number: int, code: str) -> None:
        """Take the courier's word for how an errand went.

        Raises:
            Refused: ``no_errand``: it has no such errand.
            VaultError: it could not be put on record.
        """
        with self._lock:
            self._errands.hear()
            out = self._errands.told(number)
            if code not in {"", SOME_REFUSED}:
                self._fail(known_end(code, TROUBLES))
                return
            trial = out.kind is LetterKind.TRIAL
            self._errands.note("mail_sent", out.kind.value)
            self._errands.drop()
            self._id, self._code = "", code
            self._retries.begin_anew(0.0 if trial else BETWEEN)
            self._trial = self._trial and not trial
            row = self._ledger.mail()
            told = row if trial else structs.replace(row, told=tuple(out.red))
            day = out.day if out.kind is LetterKind.DAILY else row.day
            self._ledger.keep_mail(
                structs.replace(told, day=day, sent=self._time.now(), waiting=None)
            )
            self._note_waiting()

    # -- what people see ------------------------------------------------------------------------

    def facts(self) -> MailFacts:
        """Return what the doctor looks at."""
        with self._lock:
            row = self._ledger.mail()
            return MailFacts(
                wanted=self.place is not None,
                waiting=self._waited(row),
                code=self._code,
                sent=row.sent,
                away=self._errands.away,
            )

    # -- within ---------------------------------------------------------------------------------

    @property
    def _red(self) -> frozenset[str] | None:
        """Return what must be mended; None if it was not looked at twice, or not for an hour."""
        fresh = self._time.monotonic() - self._looked < STALE
        return self._confirmed if fresh else None

    def _due(self, place: MailState) -> LetterKind | None:
        row, day = self._ledger.mail(), believed_day(self._time)
        return due(row, self._red, day, trial=self._trial, daily=place.daily)

    def _fail(self, code: str) -> None:
        self._errands.note_failure("mail_failed", code)
        self._errands.drop()
        self._code = code
        self._retries.fail()

    def _letter(self, place: MailState, kind: LetterKind, red: frozenset[str]) -> Letter:
        self._id = self._id or secrets.token_hex(16)
        subject, text = words_of(kind, red, self._audit.last_head(), self._language())
        return Letter(
            server=place.server,
            port=place.port,
            tls=place.tls,
            user=place.user,
            secret=place.secret,
            sender=place.sender,
            recipients=place.recipients,
            subject=subject,
            text=text,
            id=self._id,
            at=self._time.now(),
        )

    def _note_waiting(self) -> None:
        """Keep since when a mail waits; raises VaultError."""
        place, row = self.place, self._ledger.mail()
        if place is not None and self._red is None and not self._trial:
            return  # not looked at for long enough since the start
        waits = place is not None and self._due(place) is not None
        if waits != (row.waiting is not None):
            since = (self._time.counted() or 0.0) if waits else None
            self._ledger.keep_mail(structs.replace(row, waiting=since))

    def _waited(self, row: MailRow) -> float | None:
        """Return the counted seconds that a mail has waited; None: none does."""
        if row.waiting is None:
            return None
        return max((self._time.counted() or 0.0) - row.waiting, 0.0)
