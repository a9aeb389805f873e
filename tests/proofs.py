"""Prove passwords in tests: in this process, and from a reading key instead of a password."""

import socket
import subprocess

from appliance.errors import WrongSecret
from appliance.keeper.people import proof_protocol as protocol
from appliance.keeper.people.prover import PasswordProof, prove
from appliance.keeper.service import Keeper
from appliance.keeper.unlocked.prover import Open, open_first
from appliance.vault.opening.content import KeyringContent, OperatorEntry
from appliance.vault.opening.keys import Cost, Wrap, seal_authenticator, unwrap, wrap
from tests.boxes import CHEAP, PASSWORD
from tests.keeper.nursery import forked_proof


class OpenHere:
    """A proof in this process, for tests with so many that processes would take too long."""

    def __init__(self, opened: Open) -> None:
        self.opened = opened
        self.ended = False

    @property
    def reading_key(self) -> bytearray:
        """Return what the keeper never sees."""
        return self.opened.reading_key

    def right_step(self, code: str, now: float, last: int, owner: str, sealed: bytes) -> int | None:
        """Check a code."""
        ask = protocol.CheckCode(code, now, last, owner, sealed)
        answer, _ = self.opened.answer(ask, bytearray())
        assert isinstance(answer, protocol.TimeStep)
        return answer.step

    def draw_totp(self, owner: str) -> tuple[str, bytes]:
        """Draw a secret."""
        answer, secret = self.opened.answer(protocol.DrawTotp(owner), bytearray())
        assert isinstance(answer, protocol.TotpDrawn)
        return secret.decode(), answer.sealed

    def wrapped(self, password: str, owner: str, cost: Cost | None) -> Wrap:
        """Make a new wrap."""
        ask = protocol.WrapAnew(owner, cost or Cost())
        answer, _ = self.opened.answer(ask, bytearray(password.encode()))
        assert isinstance(answer, protocol.NewWrap)
        return answer.wrap

    def draw_sheet(self, vault_id: bytes) -> tuple[protocol.SheetDrawn, bytearray]:
        """Seal the reading key to another sheet."""
        answer, secret = self.opened.answer(protocol.DrawSheetSecret(vault_id), bytearray())
        assert isinstance(answer, protocol.SheetDrawn)
        return answer, bytearray(secret)

    def hand_over(self) -> tuple["subprocess.Popen[bytes]", socket.socket]:
        """Give a real process away."""
        return forked_proof_of(self.opened.reading_key).hand_over()

    def end(self) -> None:
        """Note the end."""
        self.ended = True


def prove_here(wrapped: Wrap, password: str, owner: str) -> OpenHere | None:
    """Prove a password in this process."""
    try:
        return OpenHere(Open(unwrap(wrapped, password, owner)))
    except WrongSecret:
        return None


def proving_here(keeper: Keeper) -> Keeper:
    """Let a keeper that is not open yet prove passwords and sheets in this process."""
    keeper._box.prove, keeper._box.prove_by_sheet = prove_here, prove_by_sheet_here
    return keeper


def prove_by_sheet_here(secret: bytearray, content: KeyringContent) -> OpenHere | None:
    """Open a reading key with a recovery sheet in this process."""
    sealed, public = content.sheet.sealed, content.reading_key
    try:
        return OpenHere(
            open_first(protocol.ProveSheet(sealed, content.vault_id, public), bytearray(secret))
        )
    except WrongSecret:
        return None


def proof_of(reading: bytes | bytearray) -> PasswordProof:
    """Return a real proof that holds a reading key."""
    proof = prove(wrap(reading, PASSWORD, "", CHEAP), PASSWORD, "")
    assert proof is not None
    return proof


def forked_proof_of(reading: bytes | bytearray) -> PasswordProof:
    """Return the same, forked: where there are so many that starting them would take too long."""
    return forked_proof(wrap(reading, PASSWORD, "", CHEAP), PASSWORD, "")


def give_totp(entry: OperatorEntry, secret: str, password: str = PASSWORD) -> None:
    """Give somebody an authenticator's secret, under the reading key that their wrap opens."""
    reading = unwrap(entry.wrap, password, entry.id)
    entry.totp, entry.totp_secret = True, seal_authenticator(secret.encode(), reading, entry.id)
