"""Ask the keeper for the steps of a backup, carry them out, tell what came of each."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from appliance.errors import LinkError, Refused
from appliance.link.client import Client
from appliance.link.requests.processes.steps import PIECE, NextStep, SftpStep

PAUSE_SECONDS = 5.0
"""Between two questions while no backup is made."""

NOTHING = NextStep()

_log = logging.getLogger(__name__)


class Steps(Protocol):
    """What carries out steps."""

    def do(self, step: SftpStep, raw: bytes) -> tuple[NextStep, bytes]:
        """Carry one out."""

    def close(self) -> None:
        """Close what is open."""

    def end(self) -> None:
        """Close everything."""


class Carrier:
    """The courier's second hand; it keeps nothing between two backups."""

    def __init__(self, keeper: Client, session: Callable[[], Steps]) -> None:
        """Prepare.

        Args:
            keeper: the keeper.
            session: makes what carries out steps; called once there is one.
        """
        self._keeper, self._make = keeper, session
        self._session: Steps | None = None
        self._told, self._read = NOTHING, b""
        self._away = False
        self.rounds = 0

    def run(self, stop: threading.Event) -> None:
        """Do steps until ``stop`` is set."""
        while not stop.is_set():
            if not self.go_round():
                stop.wait(PAUSE_SECONDS)
        self._leave(for_good=True)

    def go_round(self) -> bool:
        """Tell what came of the last step, and do the next; return False if there is none."""
        self.rounds += 1
        told, read, self._told, self._read = self._told, self._read, NOTHING, b""
        try:
            step, raw = self._keeper.call_with_bytes(told, upload=read)
            self._away = False
        except (LinkError, Refused) as error:
            if not self._away:
                _log.warning("No steps: %s", error)
            self._away = True
            self._leave()
            return False
        if step.kind == "rest":
            self._leave()
            return False
        if step.kind != "wait":
            self._told, self._read = self._do(step, raw)
        return True

    def _do(self, step: SftpStep, raw: bytes) -> tuple[NextStep, bytes]:
        if self._session is None:
            self._session = self._make()
        try:
            told, read = self._session.do(step, raw)
        except Exception as error:
            _log.error("A step failed: %s", type(error).__name__)
            self._leave()
            return NextStep(number=step.number, code="odd"), b""
        return told, read[:PIECE]

    def _leave(self, *, for_good: bool = False) -> None:
        if self._session is None:
            return
        self._session.close()
        if for_good:
            self._session.end()
            self._session = None
