"""Hand steps to the courier one by one, and take what it says came of each.

The thread that makes a copy puts a step here and waits; the courier asks at the keeper's socket,
which no step can reach it by. What it tells may be a lie: whoever put the step judges it.
"""

import threading
import time
from collections.abc import Callable

from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.errands import Errands
from appliance.link.requests.processes.steps import NextStep, SftpStep
from appliance.model.sentences.faults import noted

POLL = 5.0
"""Seconds that an ask of the courier's may wait for the next step."""

ANSWERS = 420.0
"""Seconds after which a step that nobody told of counts as failed; the courier gives up before."""

AWAY = 60.0
"""Seconds without a word of the courier's after which none is waited for."""

_REST, _WAIT = SftpStep("rest"), SftpStep("wait")

Told = tuple[NextStep, bytes]


class Ferry:
    """The one place where steps change hands. Threads may share it."""

    def __init__(self, answers: float = ANSWERS, away: float = AWAY, poll: float = POLL) -> None:
        """Begin; no trip is under way.

        Args:
            answers: as ``ANSWERS``.
            away: as ``AWAY``.
            poll: as ``POLL``.
        """
        self._answers, self._poll = answers, poll
        self._errands = Errands[SftpStep](time.monotonic, away=away)
        self._changed = threading.Condition()
        self._trips = 0
        self._closed = False
        self._next: tuple[SftpStep, bytes] | None = None
        self._told: Told | None = None

    # -- the keeper's own -----------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a trip: until it ends the courier waits for its steps."""
        with self._changed:
            self._trips += 1
            if self._errands.heard is None:
                self._errands.hear()  # it is waited for from now on

    def end(self) -> None:
        """End a trip: the courier closes its connection."""
        with self._changed:
            self._trips -= 1
            self._next = None
            self._errands.drop()
            self._changed.notify_all()

    def close(self) -> None:
        """End every trip, and let none begin any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def away(self) -> bool:
        """Say whether the courier has not asked for a while."""
        return self._errands.away

    def do(self, step: SftpStep, raw: bytes = b"", stopped: Callable[[], bool] = bool) -> Told:
        """Have a step done, and return what the courier tells, with the bytes that it read.

        Args:
            step: its number is given here.
            raw: the bytes of a piece that is to be written.
            stopped: says whether the copy is to end.

        Raises:
            BackupFailed: ``stopped``, ``away`` or ``late``.
        """
        with self._changed:
            number, began = self._errands.next_number(), time.monotonic()
            self._told, self._next = None, (structs.replace(step, number=number), raw)
            self._changed.notify_all()
            while (told := self._told_of(number)) is None:
                self._check(began, stopped)
                self._changed.wait(1.0)
            return told

    # -- the courier's --------------------------------------------------------------------------

    def take(self, told: NextStep, raw: bytes) -> tuple[SftpStep, bytes]:
        """Take what came of a step, and return the next.

        Raises:
            Refused: ``no_step``.
        """
        with self._changed:
            self._errands.hear()
            out = self._errands.out
            if told.number and (out is None or told.number != out.number):
                raise Refused("no_step")
            if out is not None:  # without a number its connection broke, and this one is lost
                closed = NextStep(number=out.number, code="closed")
                self._told = (told, raw) if told.number else (closed, b"")
                self._errands.drop()
                self._changed.notify_all()
            if self._trips and self._next is None and not self._closed:
                self._changed.wait(self._poll)
            self._errands.hear()
            if not self._trips or self._closed:
                return _REST, b""
            if self._next is None:
                return _WAIT, b""
            (step, piece), self._next = self._next, None
            self._errands.take(step, step.number)
            return step, piece

    # -- within ---------------------------------------------------------------------------------

    def _told_of(self, number: int) -> Told | None:
        told, self._told = self._told, None
        return told if told is not None and told[0].number == number else None

    def _check(self, began: float, stopped: Callable[[], bool]) -> None:
        if self._closed or stopped():
            raise BackupFailed(
                "stopped",
                noted("backup_stopped", "The backup was stopped; it goes on at the next start."),
            )
        now = time.monotonic()
        heard = max(began, self._errands.heard or 0.0)
        if self._next is not None and now - heard >= self._errands.patience:
            raise BackupFailed(
                "away", noted("sending_away", "The courier does not run, so nothing goes out.")
            )
        if now - began >= self._answers:
            raise BackupFailed("late", noted("server_late", "The server took too long."))
