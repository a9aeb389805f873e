"""Have a password proved in a process of its own, which alone sees what the wrap holds.

A wrong password ends that process. After a right one it holds the reading key: it opens the
authenticator's secret to check codes, makes new wraps, and becomes the reading child if there is
none. The keeper itself never holds either.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

from appliance.errors import LinkError, Refused
from appliance.keeper.people import proof_protocol as protocol
from appliance.model.sentences.faults import noted
from appliance.vault.disk import wipe
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.keys import Cost, Wrap

PATIENCE = 120.0
"""Seconds until a silent prover counts as dead; an Argon2id may wait long for a busy core."""

_MODULE = "appliance.keeper.unlocked.prover"
_BOOT = f"import sys; sys.path[:0] = sys.argv[2:]; from {_MODULE} import main; main()"

AnswerT = TypeVar("AnswerT", bound=protocol.ProofAnswer)


class PasswordProof(Protocol):
    """A person's open wrap; its receiver ends it."""

    def right_step(self, code: str, now: float, last: int, owner: str, sealed: bytes) -> int | None:
        """Return a code's time step; None if it is wrong.

        Args:
            code: as typed.
            now: UTC.
            last: the last step used; the code's must be later.
            owner: the operator's id.
            sealed: the secret of the operator's authenticator, as the keyring holds it.
        """

    def draw_totp(self, owner: str) -> tuple[str, bytes]:
        """Draw the secret of an operator's authenticator: in base 32, and sealed."""

    def wrapped(self, password: str, owner: str, cost: Cost | None) -> Wrap:
        """Wrap the reading key under another password.

        Args:
            password: normalised.
            owner: the operator's id.
            cost: of a guess.
        """

    def draw_sheet(self, vault_id: bytes) -> tuple[protocol.SheetDrawn, bytearray]:
        """Seal the reading key to another recovery sheet; return that and the sheet's secret."""

    def hand_over(self) -> tuple["subprocess.Popen[bytes]", socket.socket]:
        """Give the process away: it becomes the reading child."""

    def end(self) -> None:
        """Forget everything; safe to call twice, and after ``hand_over``."""


Prove = Callable[[Wrap, str, str], PasswordProof | None]
"""Opens a wrap with a normalised password and an operator's id; None: it is wrong."""

ProveBySheet = Callable[[bytearray, KeyringContent], PasswordProof | None]
"""Opens what a keyring holds for a recovery sheet's secret; None: it is no sheet of it."""


class ProofProcess:
    """A prover whose password was right."""

    def __init__(self, process: "subprocess.Popen[bytes]", connection: socket.socket) -> None:
        self._process = process
        self._connection = connection
        self._held = True
        self._lock = threading.Lock()

    def right_step(self, code: str, now: float, last: int, owner: str, sealed: bytes) -> int | None:
        """Return a code's time step; None if it is wrong."""
        ask = protocol.CheckCode(code, now, last, owner, sealed)
        return self._talk(ask, protocol.TimeStep)[0].step

    def draw_totp(self, owner: str) -> tuple[str, bytes]:
        """Draw the secret of an operator's authenticator: in base 32, and sealed."""
        drawn, secret = self._talk(protocol.DrawTotp(owner), protocol.TotpDrawn)
        return secret.decode("ascii"), drawn.sealed

    def wrapped(self, password: str, owner: str, cost: Cost | None) -> Wrap:
        """Wrap the reading key under another password."""
        raw = bytearray(password.encode())
        try:
            ask = protocol.WrapAnew(owner, cost or Cost())
            return self._talk(ask, protocol.NewWrap, raw)[0].wrap
        finally:
            wipe(raw)

    def draw_sheet(self, vault_id: bytes) -> tuple[protocol.SheetDrawn, bytearray]:
        """Seal the reading key to another recovery sheet."""
        return self._talk(protocol.DrawSheetSecret(vault_id), protocol.SheetDrawn)

    def hand_over(self) -> tuple["subprocess.Popen[bytes]", socket.socket]:
        """Give the process away: it becomes the reading child."""
        self._held = False
        return self._process, self._connection

    def end(self) -> None:
        """Kill the process."""
        with self._lock:
            held, self._held = self._held, False
        if held:
            self._connection.close()
            self._process.kill()
            self._process.wait()

    def _talk(
        self, ask: protocol.ProofAsk, kind: type[AnswerT], raw: bytearray | None = None
    ) -> tuple[AnswerT, bytearray]:
        with self._lock:
            if not self._held:
                raise Refused("login_expired")
            return _talk(self._connection, ask, kind, raw)


def prove(wrap: Wrap, password: str, owner: str) -> PasswordProof | None:
    """Open a wrap in a new process; None if the password does not fit.

    Args:
        wrap: of the reading key.
        password: normalised.
        owner: the operator's id.

    Raises:
        LinkError: the process did not start, or died.
    """
    raw = bytearray(password.encode())
    try:
        return _proved(protocol.ProvePassword(wrap, owner), raw)
    finally:
        wipe(raw)


def prove_by_sheet(secret: bytearray, content: KeyringContent) -> PasswordProof | None:
    """Open the reading key with a recovery sheet in a new process; None if it is another's.

    Args:
        secret: the sheet's; the caller wipes it.
        content: the keyring's.

    Raises:
        LinkError: the process did not start, or died.
    """
    sealed = content.sheet.sealed
    return _proved(protocol.ProveSheet(sealed, content.vault_id, content.reading_key), secret)


def _proved(ask: protocol.ProofAsk, secret: bytearray) -> PasswordProof | None:
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    try:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOT, str(theirs.fileno()), *sys.path],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
    except OSError as error:
        ours.close()
        raise LinkError(
            noted(
                "password_unproved",
                f"The password cannot be proved: no process could be started ({error.strerror}).",
                detail=error.strerror,
            )
        ) from error
    proof = ProofProcess(process, ours)
    try:
        right = isinstance(_talk(ours, ask, protocol.ProofAnswer, secret)[0], protocol.WrapOpened)
    except BaseException:
        proof.end()
        raise
    if right:
        return proof
    proof.end()
    return None


def _talk(
    connection: socket.socket, ask: protocol.ProofAsk, kind: type[AnswerT], raw: bytearray | None
) -> tuple[AnswerT, bytearray]:
    try:
        protocol.send(connection, ask, raw or b"")
        answer, follows = protocol.receive_answer(connection)
    except (EOFError, OSError) as error:
        raise LinkError(
            noted("helper_ended", "The process that proves passwords ended; the log says why.")
        ) from error
    if not isinstance(answer, kind):
        raise LinkError(
            noted("helper_ended", "The prover answered something else than it was asked.")
        )
    return answer, follows
