"""Admit guesses at passwords and codes: limits of their own for each kind of asker.

| asker | who | limit |
| --- | --- | --- |
| local | a process of root or of the keeper's own user | a second after a wrong one |
| session | a person logged in proves the password again | five wrong in a row end that session |
| device | a browser in which this person has logged in before | ten wrong in a row revoke it |
| let_in | a new browser with a code made at the box | ten wrong end the code |
| stranger | everybody else | see ``strangers`` |

No kind's failures touch another kind. Strangers are counted before they wait for their turn, so
that those who are refused hold no place; the others in their turn, one after another, so that
parallel guesses share no wait.
"""

import contextlib
import os
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.keeper.people.devices import KnownBrowsers
from appliance.keeper.people.let_in_code import LetInCodes
from appliance.keeper.people.proof_queue import ProofQueue
from appliance.keeper.people.sessions import Sessions
from appliance.keeper.people.strangers import Strangers
from appliance.link.requests.login import Browser

APART = 1.0
"""Seconds from a wrong local guess to the next one."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a guess comes from."""

    kind: Literal["local", "session", "device", "let_in", "stranger"]
    key: str = ""  # session's or operator's id, device in hex, or address

    @property
    def known(self) -> bool:
        """Say whether the guess goes before those of strangers."""
        return self.kind != "stranger"


LOCAL = Asker("local")


class Limit(Protocol):
    """The limit of one kind of asker, by the asker's key."""

    def admit(self, key: str) -> None:
        """Raise Refused if this asker may not guess now."""

    def wrong(self, key: str) -> None:
        """Count a wrong guess."""

    def right(self, key: str) -> None:
        """Forget the wrong ones before a right one."""


class LocalLimit:
    """A second between two wrong guesses of local processes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: float | None = None  # monotonic

    def admit(self, key: str) -> None:
        """Raise Refused (``throttled``) within a second after a wrong guess."""
        if self._wrong is not None and self._clock.monotonic() - self._wrong < APART:
            raise Refused("throttled", seconds=1)

    def wrong(self, key: str) -> None:
        """Begin the second."""
        self._wrong = self._clock.monotonic()

    def right(self, key: str) -> None:
        """End it."""
        self._wrong = None


class Attempt:
    """One guess: wrong unless it is found right."""

    def __init__(self) -> None:
        self.outcome: Literal["wrong", "half", "right"] = "wrong"

    def right(self) -> None:
        """Forget earlier failures, too."""
        self.outcome = "right"

    def half_right(self) -> None:
        """Take this guess back, but no earlier failure: a code is still to come."""
        self.outcome = "half"


class Gate:
    """The limits of all askers. Threads may share it."""

    def __init__(
        self,
        clock: Clock,
        sessions: Sessions,
        devices: KnownBrowsers,
        panel_users: Collection[int] = (),
    ) -> None:
        """Begin without a failure.

        Args:
            clock: its ``monotonic`` tells the waits.
            sessions: those who are logged in.
            devices: the browsers that are known.
            panel_users: users whose word about browsers counts; this process's own if none.
        """
        self._clock = clock
        self._sessions = sessions
        self.devices = devices
        self.codes = LetInCodes(clock)
        self.strangers = Strangers(clock)
        self.queue = ProofQueue()
        self._panel_users = frozenset(panel_users) or frozenset({os.getuid()})
        self._one_code = threading.Lock()
        self._limits: dict[str, Limit] = {
            "local": LocalLimit(clock),
            "session": sessions,
            "device": devices,
            "let_in": self.codes,
        }

    def asker(
        self, user: int, browser: Browser | None, operator: str | None, code: str = ""
    ) -> Asker:
        """Return where a login comes from.

        Args:
            user: id of the process's user.
            browser: what a panel says of its browser; only a panel's user is believed.
            operator: id of the person who is meant; None if nobody has that name.
            code: to let a new browser in, as typed; may be empty.

        Raises:
            Refused: ``wrong_let_in_code``: the code is not this person's, or too old.
        """
        if browser is not None and user in self._panel_users:
            device = self.devices.find(browser.device, operator) if operator else None
            if device is not None:
                return Asker("device", device)
            if code:
                if operator is None or not self.codes.fits(operator, code):
                    raise Refused("wrong_let_in_code")
                return Asker("let_in", operator)
            return Asker("stranger", browser.address)
        return LOCAL if is_local(user) else Asker("stranger")

    @contextlib.contextmanager
    def attempt(self, asker: Asker, name: str, *, proof: bool = True) -> Iterator[Attempt]:
        """Admit one guess in its turn; it counts as wrong unless it is found right.

        Args:
            asker: as ``asker`` returns it.
            name: folded; strangers are counted by it.
            proof: it takes an Argon2id.

        Raises:
            Refused: ``throttled``, or ``busy``: too many strangers wait already.
        """
        if not asker.known:
            self.strangers.count_guess(asker.key, name)
        with contextlib.ExitStack() as held:
            try:
                turn = self.queue.turn(known=asker.known) if proof else self._one_code
                held.enter_context(turn)
            except Refused:
                self.strangers.give_back(asker.key, name)
                raise
            limit = self._limits.get(asker.kind)
            if limit is not None:
                limit.admit(asker.key)
            attempt = Attempt()
            try:
                yield attempt
            finally:
                self._settle(asker, name, attempt.outcome)

    def is_open(self, asker: Asker) -> bool:
        """Say whether the session of an asker who was logged in is still open."""
        return self._sessions.is_open(asker.key)

    def _settle(self, asker: Asker, name: str, outcome: str) -> None:
        limit = self._limits.get(asker.kind)
        match outcome:
            case "wrong" if limit is not None:  # a stranger's was counted beforehand
                limit.wrong(asker.key)
            case "right" if limit is not None:
                limit.right(asker.key)
            case "right":
                self.strangers.passed(asker.key, name)
            case "half" if limit is None:
                self.strangers.give_back(asker.key, name)


def is_local(user: int) -> bool:
    """Say whether a process's user is root or the keeper's own."""
    return user in {0, os.getuid()}
