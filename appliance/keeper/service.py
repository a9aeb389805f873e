"""Build the keeper, own the data folder, answer operations, run chores. Wiring alone."""

import contextlib
import functools
import logging
import os
import threading
from collections.abc import Callable, Collection, Iterable, Sequence

from appliance.card.board.ask import Board
from appliance.card.update.ask import CardUpdates
from appliance.clock import DAY, HOUR, Clock
from appliance.config.folders import Folders
from appliance.config.kept import SEED, InForce, Seed, read_seed
from appliance.config.settings import Config
from appliance.errors import LinkError, Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import Chore, Chores, attempt
from appliance.keeper.dispatch import Dispatch
from appliance.keeper.first_run.create import (
    clear_unfinished,
    has_vault,
    make_folders,
    publish_pool,
)
from appliance.keeper.handlers.audit import Audit
from appliance.keeper.handlers.backup import BackupDesk
from appliance.keeper.handlers.calls.calls import Calls
from appliance.keeper.handlers.demo_phone import Sounds
from appliance.keeper.handlers.doctor import Doctor
from appliance.keeper.handlers.erase_all import EraseAllDesk
from appliance.keeper.handlers.exempt import ExemptNumbers
from appliance.keeper.handlers.first_run import FirstRuns
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.handlers.live import LiveHub
from appliance.keeper.handlers.login import Logins
from appliance.keeper.handlers.mail import MailDesk
from appliance.keeper.handlers.me import Mine
from appliance.keeper.handlers.people import Staff
from appliance.keeper.handlers.proof import ProofDesk
from appliance.keeper.handlers.recovery.desks import recovery_desks, restoring_of
from appliance.keeper.handlers.settings import PanelNews, RecorderAsked, SettingsDesk
from appliance.keeper.handlers.sftp import SftpDesk
from appliance.keeper.handlers.sheet import Sheets
from appliance.keeper.handlers.time import Times
from appliance.keeper.handlers.update import UpdateDesk
from appliance.keeper.handlers.words.words import WordsDesk
from appliance.keeper.people.sessions import IDLE_SECONDS, Caller
from appliance.keeper.settings.book import SettingsBook
from appliance.keeper.settings.versions import VersionStore
from appliance.keeper.storage.owner import own
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.believed_clock import believed_day
from appliance.keeper.time.chip import Boot
from appliance.link.handlers import Answer, handlers_of, handles
from appliance.link.operations import Done
from appliance.link.registry import AnyOperation
from appliance.link.requests.processes.news import LendList, TakeUp
from appliance.link.requests.settings import Taken
from appliance.model.findings import Finding
from appliance.model.lamps import Needs
from appliance.vault.opening.keys import Cost
from appliance.vault.opening.refill import batch

TICK = 1.0
TAKE_UP = 30.0
MINUTE = 60.0
"""Seconds between two chores of a kind."""

CONNECTIONS = 64
"""Connections at once: each open page of the panel holds one, and its requests need more."""

_log = logging.getLogger(__name__)


class Keeper:
    """The keeper; any process that may own the data folder can use it. ``serve`` adds a socket."""

    def __init__(  # noqa: PLR0913 - tests replace one or the other
        self,
        config: Config,
        folders: Folders,
        clock: Clock,
        *,
        cost: Cost | None = None,
        idle_seconds: float = IDLE_SECONDS,
        boot: Boot | None = None,
        panel_users: Collection[int] = (),
        seed: Seed | None = None,
        courier: int | None = None,
    ) -> None:
        """Build the parts that need no vault; ``open`` begins.

        Args:
            config: the settings in force.
            folders: the data folder.
            clock: the time.
            cost: of guessing a password that is made here; the usual one if None.
            idle_seconds: a session without a request ends after this time.
            boot: this run of the machine; the kernel is asked if None.
            panel_users: users whose word about browsers counts; this process's own if none.
            seed: the settings that hold until an administrator changes one; the trial's if None.
            courier: the courier's user, who may ask for errands alone; this process's own if None.
        """
        self._seed = seed or read_seed(None)
        text = self._seed.text.encode()
        self._around = around = Surroundings(config, folders, clock, cost, text)
        self._box = box = Box(
            *(around, self._begin, idle_seconds, boot, panel_users), emptied=self._begin_anew
        )
        self._recorder = RecorderLink(folders, self.take_up, self.meet_recorder, self.keep_prompts)
        self._live = LiveHub(folders)
        self._panel = PanelNews(InForce(SEED, self._seed.text, config))
        logins = Logins(box)
        self._mine = Mine(box, logins)
        restoring = restoring_of(around, self._seed)
        self._first_runs = FirstRuns(box, logins, Board.of_this_machine(), lambda: restoring.taken)
        self._sheets = Sheets(box, logins)
        people = (self._mine, Staff(box), self._sheets, Audit(box), EraseAllDesk(box))
        self._updates = UpdateDesk(box, CardUpdates.of_this_machine())
        settings, updates = self._examine_settings, self._updates
        doctor = Doctor(box, settings=settings, updates=updates.examine)
        self._mail = MailDesk(box, doctor.look, lambda: updates.wants_courier)
        self.couriers = () if courier is None else (courier,)
        """The courier's user, if it has one of its own."""
        by_sheet = recovery_desks(box, self._first_runs, restoring)
        outside = (BackupDesk(box), SftpDesk(box), self._mail, self._updates, *by_sheet)
        desks = (*people, doctor, Sounds(around), Times(box), *outside)
        self._handlers = self._recorder.forwarded() | handlers_of(
            self, self._recorder, self._live, self._panel, self._first_runs, logins, *desks
        )
        self._dispatch = Dispatch(
            box.sessions, self._handlers, lambda: box.audit, box.tally, self._parts, courier
        )
        self._opened = threading.Event()
        self._day = ""
        self._owned: int | None = None

    @property
    def box(self) -> OpenBox | None:
        """Return the open vault's parts; None before the first run."""
        return self._box.now

    def open(self) -> None:
        """Own the data folder; open the vault if there is one, and finish interrupted work.

        Raises:
            ZgodaError: another keeper owns the folder, or the vault does not open.
        """
        make_folders(self._around.folders)
        self._owned = own(self._around.folders)
        try:
            clear_unfinished(self._around.folders)
            if has_vault(self._around.folders) and not self._around.folders.restoring.exists():
                self._box.open()
            self._first_runs.offer_first_run()
            self._mail.tell_wanted()
        except BaseException:
            self.close()
            raise

    def _begin(self, box: OpenBox) -> None:
        """Do the work that waited for the vault."""
        around = self._around
        self._exempt = ExemptNumbers(
            box.keyring,
            around.folders,
            around.config.office.country,
            box.records.renew,
            functools.partial(self._recorder.lend, functools.partial(_loan, box)),
            self._box.disk(),
            box.records.recordings.exempt,
        )
        self._settings = self._open_settings(box)
        self._words = WordsDesk(around, self._recorder, box.audit, self._settings.unread)
        calls, proofs = Calls(box.records), ProofDesk(box.records)
        self._handlers |= handlers_of(calls, proofs, self._exempt, self._settings, self._words)
        attempt("erasures", box.records.resume)
        with contextlib.suppress(LinkError, Refused):  # what it signed waits for its key
            self._recorder.ask_origin()
        self.take_up()
        attempt("retention", box.records.sweep)
        attempt("root", box.records.renew_root)
        attempt("lamps", lambda: self._show_need(box))
        attempt("pool", self._fill_pool)
        self._opened.set()

    def _open_settings(self, box: OpenBox) -> SettingsDesk:
        """Find the settings in force, and let everything of this process follow them."""
        around, records = self._around, box.records
        store = VersionStore(around.folders, self._seed, records.ledger, self._box.disk())
        book = SettingsBook(store, self._seed, records.ledger, box.audit, around.clock)
        if book.now.version != SEED:  # else the caller's own, which tests make smaller
            self._follow(box, book.now)
        recorder = RecorderAsked(self._tell_settings, self._recorder.try_calls)

        def name_of(operator: str) -> str:
            entry = box.keyring.content.operators.get(operator)
            return entry.name if entry is not None else ""

        return SettingsDesk(book, recorder, functools.partial(self._follow, box), name_of)

    def _follow(self, box: OpenBox, now: InForce) -> None:
        """Follow settings that hold from now on."""
        country = now.config.office.country
        self._around.follow(now.config)
        self._exempt.follow(country)
        box.records.readers.reading.follow(country)
        self._panel.tell(now)

    def _examine_settings(self) -> Iterable[Finding]:
        return self._settings.examine() if self.box is not None else ()

    def _tell_settings(self) -> Taken:
        """Have the recorder read the settings, and keep what callers hear by them."""
        taken = self._recorder.settings_changed()
        self.keep_prompts()
        return taken

    def keep_prompts(self) -> None:
        """Keep the prompts that the recorder says; while it is away, what is kept stays."""
        if self.box is not None:
            attempt("prompts", functools.partial(self._keep_prompts, self.box))

    def _keep_prompts(self, box: OpenBox) -> None:
        with contextlib.suppress(LinkError, Refused):  # asked again when it is back
            box.records.keep_prompts(self._recorder.prompts_in_use(), self._recorder.prompt_sound)

    def _met_recorder(self) -> None:
        """Have a recorder that is back read the settings, and learn what it follows."""
        self._settings.tell()
        if self.box is not None:
            self._tell_day(self.box)

    def _tell_day(self, box: OpenBox) -> None:
        self._recorder.tell_day(believed_day(box.records.time))

    def _see_day(self, box: OpenBox) -> None:
        """Tell a day as soon as it begins, or the time is confirmed."""
        seen, self._day = self._day, believed_day(box.records.time)
        if seen != self._day:
            self._tell_day(box)

    def handle(
        self,
        operation: AnyOperation,
        session: str | None = None,
        upload: bytes = b"",
        user: int | None = None,
    ) -> Answer:
        """Answer one operation; raise Refused or another ZgodaError to say no.

        Args:
            operation: what is asked.
            session: the token of the person who asks.
            upload: the raw bytes that came with it.
            user: id of the user of the process that asks; this process's own if None.
        """
        user = os.getuid() if user is None else user
        return self._dispatch.handle(operation, session, upload, user)

    def _parts(self, recording: str) -> Sequence[str]:
        """Return all recordings of the call that one belongs to."""
        return self.box.keyring.parts(recording) if self.box is not None else (recording,)

    def take_up(self) -> None:
        """Take up finished recordings and notes; log a failure and try again later."""
        if self.box is not None:
            attempt("take-up", self.box.records.take_up)
            attempt("pool", self._fill_pool_when_low)

    def tell_failures(self) -> None:
        """Put wrong passwords and codes on the record; log a failure and try again later."""
        box = self.box
        if box is not None:
            attempt("tally", lambda: self._box.tally.flush(box.audit.append_many))

    def meet_recorder(self, public: bytes) -> None:
        """Put the key on record with which the running recorder signs; raises VaultError."""
        if self.box is not None:
            self.box.records.recordings.origins.meet(public)

    def close(self) -> None:
        """End every session, lock, sign the audit, release the folder; safe to call twice."""
        self._box.sessions.close_all()
        self._live.close()
        self._mine.close()
        self._box.close()
        if self._owned is not None:
            os.close(self._owned)
            self._owned = None

    def chores(self) -> Chores:
        """Return the chores of an open keeper."""
        return Chores(
            self._around.clock,
            [
                Chore("sessions", TICK, self._expire),
                Chore("tally", TICK, self.tell_failures),
                Chore("records", TICK, self._with_box(lambda box: box.records.tick())),
                Chore("take-up", TAKE_UP, self.take_up),
                Chore("time", MINUTE, self._with_box(lambda box: box.records.look_at_the_time())),
                Chore("lamps", TAKE_UP, self._with_box(self._show_need)),
                Chore("new day", TICK, self._with_box(self._see_day)),
                Chore("day", TAKE_UP, self._with_box(self._tell_day)),
                Chore("exempt", TAKE_UP, self._with_box(lambda _: self._exempt.lend_if_owed())),
                Chore("settings", TAKE_UP, self._with_box(lambda _: self._settings.tell_if_owed())),
                Chore("reserve", TAKE_UP, self._with_box(lambda _: self._box.reserve.keep())),
                Chore("backup", TAKE_UP, self._with_box(lambda box: box.records.back_up())),
                Chore("courier", TICK, self._mail.tell_wanted),
                Chore("mail", MINUTE, self._mail.look_in_thread),
                Chore("update", TAKE_UP, self._updates.tidy),
                Chore("retention", HOUR, self._with_box(lambda box: box.records.sweep())),
                Chore("root", HOUR, self._with_box(lambda box: box.records.renew_root())),
                Chore("prompts", HOUR, self.keep_prompts),
                Chore("audit", HOUR, self._with_box(lambda box: box.audit.sign_head())),
                Chore("anchor", HOUR, self._with_box(lambda box: box.keyring.keep_anchor())),
                Chore("whole audit", HOUR, self._with_box(self._check_audit)),
                Chore("pool", HOUR, self._renew_pool),
            ],
        )

    def watch_recorder(self, stop: threading.Event) -> None:
        """Watch the recorder from the moment there is a vault until ``stop`` is set."""
        while not stop.is_set():
            if self._opened.wait(TICK) and self.box is not None:
                loan = functools.partial(_loan, self.box)
                # However it ends, it begins again: without it the recorder gets no list key.
                met = self._met_recorder
                attempt("recorder", functools.partial(self._recorder.watch, loan, met, stop))
                stop.wait(TICK)

    @handles(TakeUp)
    def _asked_to_take_up(self, operation: TakeUp, who: Caller) -> Done:
        self.take_up()
        return Done()

    def _expire(self) -> None:
        """End unfinished logins and unused sessions."""
        self._box.halves.expire()
        self._mine.expire()
        self._sheets.expire()
        self._box.sessions.expire()

    def _check_audit(self, box: OpenBox) -> None:
        """Check the whole audit once a day; log what it finds."""
        audit = box.audit
        if audit.checked_whole is None or self._around.clock.now() - audit.checked_whole >= DAY:
            found = audit.check_whole()
            attempt("comparison", box.records.recordings.comparison.whole)
            if not found.sound:
                _log.error("The audit is bad at entry %s. %s", found.first_bad, found.problem)

    def _with_box(self, act: Callable[[OpenBox], None]) -> Callable[[], None]:
        def do() -> None:
            if self.box is not None:
                act(self.box)

        return do

    def _show_need(self, box: OpenBox) -> None:
        somebody = box.records.needs_somebody or self._settings.needs_somebody
        self._recorder.need(Needs(somebody, secret=box.keyring.level == "E0"))

    def _begin_anew(self) -> None:
        """Make keys for calls to come, now that every other is erased."""
        attempt("pool", self._fill_pool)
        if self.box is not None:
            attempt("retention", self.box.records.sweep)

    def _fill_pool(self) -> None:
        """Make keys for future recordings, once the recovery sheet is confirmed."""
        around, box = self._around, self.box
        if box is not None and box.keyring.content.sheet_confirmed:
            publish_pool(around.folders, around.config, box.keyring, self._box.disk())

    def _fill_pool_when_low(self) -> None:
        if self.box is not None:
            ahead = self._around.config.vault.pool_ahead
            if len(self.box.keyring.offered()) <= ahead - batch(ahead):
                self._fill_pool()

    def _renew_pool(self) -> None:
        """Fill the pool, and erase unused keys that it has not shown since the last time."""
        self._fill_pool()
        if self.box is not None:
            self.box.records.discard_old_keys()


def _loan(box: OpenBox) -> LendList:
    """Return the list of numbers never recorded, with its key."""
    content = box.keyring.content
    return LendList(key=content.list_key, tags=content.exempt)
