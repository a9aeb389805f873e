"""Build the keeper, own the data folder, answer operations, run chores. Wiring alone."""

import contextlib
import functools
import os
import threading
from collections.abc import Collection, Sequence

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.config.kept import Seed, read_seed
from appliance.config.settings import Config
from appliance.errors import LinkError, Refused
from appliance.keeper.box import Box, OpenBox
from appliance.keeper.chores import TICK, Chores, attempt
from appliance.keeper.dispatch import Dispatch
from appliance.keeper.first_run.create import clear_unfinished, has_vault, make_folders
from appliance.keeper.people.sessions import IDLE_SECONDS
from appliance.keeper.storage.owner import own
from appliance.keeper.subjects.every import build_subjects
from appliance.keeper.subjects.exempt import loan
from appliance.keeper.surroundings import Surroundings
from appliance.keeper.time.chip import Boot
from appliance.link.handlers import Answer
from appliance.link.registry import AnyOperation
from appliance.vault.opening.keys import Cost

CONNECTIONS = 64
"""Connections at once: each open page of the panel holds one, and its requests need more."""


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
        seed = seed or read_seed(None, folders)
        self._around = around = Surroundings(config, folders, clock, cost, seed.text.encode())
        self._box = box = Box(around, self._begin, idle_seconds, boot, panel_users)
        self._subjects = subjects = build_subjects(box, seed)
        self._recorder = subjects.recorder
        self.couriers = () if courier is None else (courier,)
        """The courier's user, if it has one of its own."""
        self._handlers = self._recorder.forwarded() | subjects.handlers()
        self._dispatch = Dispatch(
            box.sessions, self._handlers, lambda: box.audit, box.tally, self._parts, courier
        )
        self._opened = threading.Event()
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
            for subject in self._subjects.every:
                subject.started()
        except BaseException:
            self.close()
            raise

    def _begin(self, box: OpenBox) -> None:
        """Do the work that waited for the vault."""
        attempt("erasures", box.records.resume)
        with contextlib.suppress(LinkError, Refused):  # what it signed waits for its key
            self._recorder.ask_origin()
        self._box.take_up()
        attempt("retention", box.records.sweep)
        attempt("root", box.records.renew_root)
        for subject in self._subjects.every:
            subject.begun()
        attempt("pool", self._box.pool.fill)
        self._opened.set()

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
        self._box.take_up()

    def meet_recorder(self, public: bytes) -> None:
        """Put the key on record with which the running recorder signs; raises VaultError."""
        self._box.meet_recorder(public)

    def close(self) -> None:
        """End every session, lock, sign the audit, release the folder; safe to call twice."""
        self._box.sessions.close_all()
        for subject in reversed(self._subjects.every):
            subject.close()
        self._box.close()
        if self._owned is not None:
            os.close(self._owned)
            self._owned = None

    def chores(self) -> Chores:
        """Return the chores of an open keeper."""
        chores = [chore for subject in self._subjects.every for chore in subject.chores]
        return Chores(self._around.clock, chores)

    def watch_recorder(self, stop: threading.Event) -> None:
        """Watch the recorder from the moment there is a vault until ``stop`` is set."""
        self._recorder.feel(stop)
        while not stop.is_set():
            if self._opened.wait(TICK) and self.box is not None:
                lent = functools.partial(loan, self.box)
                # However it ends, it begins again: without it the recorder gets no list key.
                watch = functools.partial(self._recorder.watch, lent, self._met_recorder, stop)
                attempt("recorder", watch)
                stop.wait(TICK)

    def _met_recorder(self) -> None:
        for subject in self._subjects.every:
            subject.met_recorder()
