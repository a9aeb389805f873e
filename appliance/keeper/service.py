"""The keeper: builds its parts, owns the data folder, answers, does its chores. Wiring alone."""

import fcntl
import functools
import logging
import os
import threading
from collections.abc import Callable, Collection, Mapping

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.errors import ZgodaError
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.box import OpenBox, Surroundings
from appliance.keeper.chores import Chore, Chores, attempt
from appliance.keeper.dispatch import Answer, Dispatch, Handler
from appliance.keeper.first_run.create import (
    clear_unfinished,
    has_vault,
    make_eraser,
    make_folders,
    make_reserve,
    open_audit,
    publish_pool,
)
from appliance.keeper.handlers.audit import list_audit
from appliance.keeper.handlers.demo_phone import Sounds
from appliance.keeper.handlers.doctor import Doctor
from appliance.keeper.handlers.exempt import ExemptNumbers
from appliance.keeper.handlers.first_run import People
from appliance.keeper.handlers.lines import RecorderLink
from appliance.keeper.handlers.live import LiveHub
from appliance.keeper.people.operators import Operators
from appliance.keeper.people.sessions import IDLE_SECONDS, Caller, Sessions
from appliance.keeper.people.throttle import Throttle
from appliance.keeper.records import build_records
from appliance.keeper.storage.reserve import ReservedDisk
from appliance.link import notify
from appliance.link.operations import Done
from appliance.link.registry import AnyOperation
from appliance.link.requests.audit import ListAudit
from appliance.link.requests.lines import TakeUp
from appliance.link.server import Limits, Server
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import Cost

HOUR = 3600.0
TICK = 1.0
TAKE_UP = 30.0
"""Seconds between two chores of a kind."""

CONNECTIONS = 64
"""Served at once: every open page of the panel holds one, and its other requests need theirs."""

_log = logging.getLogger(__name__)


class Keeper:
    """The keeper, usable in any process that may own the data folder; ``serve`` adds the socket."""

    def __init__(
        self,
        config: Config,
        folders: Folders,
        clock: Clock,
        *,
        cost: Cost | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        """Build what needs no vault; ``open`` begins.

        Args:
            config: the owner's settings.
            folders: the data folder.
            clock: the time.
            cost: of guessing a password that is made here; the usual one if None.
            idle_seconds: after so long without a request a session ends.
        """
        self._around = Surroundings(config, folders, clock, cost)
        self._throttle = Throttle(clock)
        self._sessions = Sessions(clock, self._nobody_left, idle_seconds)
        self._people = People(self._around, self, self._sessions, self._throttle)
        self._dispatch = Dispatch(self._sessions, lambda: self._handlers, lambda: self._audit)
        self._recorder = RecorderLink(folders, self.take_up)
        self._sounds = Sounds(config)
        self._reserve = make_reserve(folders)
        self._live = LiveHub(folders)
        self._handlers = self._without_vault()
        self._box: OpenBox | None = None
        self._opened = threading.Event()
        self._locking = threading.Lock()
        self._owned: int | None = None

    @property
    def box(self) -> OpenBox | None:
        """Return what is open; None before the first run."""
        return self._box

    def open(self) -> None:
        """Own the data folder, open the vault if there is one, and finish what was interrupted.

        Raises:
            ZgodaError: another keeper owns the folder, or the vault does not open.
        """
        make_folders(self._around.folders)
        self._owned = _own(self._around.folders)
        try:
            clear_unfinished(self._around.folders)
            if has_vault(self._around.folders):
                self.open_box()
            self._people.offer_first_run()
        except BaseException:
            self.close()
            raise

    def open_box(self) -> OpenBox:
        """Open the vault, and do what waited for it."""
        around = self._around
        self._reserve.keep()
        disk = ReservedDisk(self._reserve)
        eraser = make_eraser(around.folders, around.config, disk)
        keyring = Keyring.open(around.folders.keyring, eraser, disk=disk)
        audit = open_audit(around.folders, keyring, around.clock, self._reserve)
        operators = Operators(keyring, around.clock, self._throttle, around.cost)
        records = build_records(around, keyring, eraser, audit, self._sessions.close_all, disk=disk)
        self._box = box = OpenBox(keyring, eraser, audit, operators, records)
        key = keyring.content.list_key
        self._exempt = exempt = ExemptNumbers(
            around.folders.exempt,
            around.config.office.country,
            key,
            functools.partial(self._recorder.lend, key),
        )
        self._handlers = {
            **self._without_vault(),
            **self._people.handlers(),
            **self._recorder.handlers(),
            **self._sounds.handlers(),
            **self._live.handlers(),
            **records.handlers(),
            **exempt.handlers(),
            **Doctor(around, lambda: keyring.content.sheet_confirmed).handlers(),
            ListAudit: functools.partial(list_audit, audit),
        }
        attempt("erasures", records.resume)
        self.take_up()
        attempt("retention", records.sweep)
        attempt("pool", self._fill_pool)
        self._opened.set()
        return box

    def handle(
        self, operation: AnyOperation, session: str | None = None, upload: bytes = b""
    ) -> Answer:
        """Answer one operation; raises Refused or another ZgodaError to say no."""
        return self._dispatch.handle(operation, session, upload)

    def take_up(self) -> None:
        """Take up what the recorder left; what fails is logged and tried again later."""
        if self._box is not None:
            attempt("take-up", self._box.records.take_up)
            attempt("pool", self._fill_pool_when_low)

    def unlock(self, reading_key: bytearray) -> None:
        """Let recordings be read until the last session ends; not if it has ended just now."""
        with self._locking:
            if self._box is not None and not self._sessions.empty:
                self._box.records.unlock(reading_key)

    def close(self) -> None:
        """End every session, lock, sign the audit's head, let the folder go; safe to call twice."""
        self._sessions.close_all()
        self._live.close()
        box, self._box = self._box, None
        if box is not None:
            box.records.lock()
            attempt("audit", box.audit.close)
        self._handlers = self._without_vault()
        if self._owned is not None:
            os.close(self._owned)
            self._owned = None

    def chores(self) -> Chores:
        """Return what has to be done again and again while this keeper is open."""
        return Chores(
            self._around.clock,
            [
                Chore("sessions", TICK, self._people.expire),
                Chore("records", TICK, self._with_box(lambda box: box.records.tick())),
                Chore("take-up", TAKE_UP, self.take_up),
                Chore("exempt", TAKE_UP, self._with_box(lambda _: self._exempt.lend_if_owed())),
                Chore("reserve", TAKE_UP, self._with_box(lambda _: self._reserve.keep())),
                Chore("retention", HOUR, self._with_box(lambda box: box.records.sweep())),
                Chore("audit", HOUR, self._with_box(lambda box: box.audit.sign_head())),
                Chore("pool", HOUR, self._fill_pool),
            ],
        )

    def watch_recorder(self, stop: threading.Event) -> None:
        """Watch the recorder until ``stop`` is set, from the moment there is a vault."""
        while not stop.is_set():
            if self._opened.wait(TICK) and self._box is not None:
                list_key = self._box.keyring.content.list_key
                # Whatever ends it, it begins again: without it nobody lends the list key.
                attempt("recorder", functools.partial(self._recorder.watch, list_key, stop))
                stop.wait(TICK)

    def _without_vault(self) -> Mapping[type[AnyOperation], Handler]:
        return {**self._people.before_first_run(), TakeUp: self._asked_to_take_up}

    def _asked_to_take_up(self, operation: TakeUp, who: Caller) -> Done:
        self.take_up()
        return Done()

    @property
    def _audit(self) -> AuditLog | None:
        return self._box.audit if self._box is not None else None

    def _with_box(self, act: Callable[[OpenBox], None]) -> Callable[[], None]:
        def do() -> None:
            if self._box is not None:
                act(self._box)

        return do

    def _fill_pool(self) -> None:
        """Make keys for recordings to come, once somebody has the sheet."""
        around, box = self._around, self._box
        if box is not None and box.keyring.content.sheet_confirmed:
            disk = ReservedDisk(self._reserve)
            publish_pool(around.folders, around.config, box.keyring, disk)

    def _fill_pool_when_low(self) -> None:
        if self._box is not None:
            keys = self._box.keyring.content.recordings.values()
            ready = sum(key.due_day is None for key in keys)
            if ready <= self._around.config.vault.pool_ahead * 3 // 4:
                self._fill_pool()

    def _nobody_left(self) -> None:
        """Lock, unless somebody has logged in since the last session ended."""
        with self._locking:
            if self._box is not None and self._sessions.empty:
                self._box.records.lock()
                attempt("audit", lambda: self._note("locked"))

    def _note(self, type: str) -> None:
        if self._box is not None:
            self._box.audit.append(type, KEEPER)


def serve(keeper: Keeper, folders: Folders, stop: threading.Event, uids: Collection[int]) -> None:
    """Open a keeper and run it behind its socket until ``stop`` is set.

    Args:
        keeper: not open yet.
        folders: its data folder.
        stop: ends it in order.
        uids: other users, beside this one and root, whose processes may connect.
    """
    keeper.open()
    server = Server(
        folders.keeper_socket,
        keeper.handle,
        {os.getuid(), 0, *uids},
        # Who may connect is decided by user, whatever the file's mode lets through.
        mode=0o666 if uids else 0o600,
        limits=Limits(connections=CONNECTIONS),
    )
    watcher = threading.Thread(target=keeper.watch_recorder, args=(stop,), daemon=True)
    try:
        server.start()
        watcher.start()
        notify.ready()
        chores = keeper.chores()
        while not stop.wait(TICK):
            chores.run_due()
    finally:
        stop.set()
        notify.stopping()
        server.stop()
        keeper.close()


def _own(folders: Folders) -> int:
    """Own the data folder until the file is closed, or say who does."""
    path = folders.data / "keeper.lock"
    lock = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise ZgodaError(
            f"Another keeper is already at work in {folders.data}; stop it first."
        ) from None
    return lock
