"""Prove one password or sheet, and hold what it opens; it may become the reading child.

It starts bare, with little more than the cryptography that it needs; what reading takes is
imported when it becomes the reading child. A wrong password ends it.
"""

import signal
import socket
import sys
from pathlib import Path

from appliance.errors import FileFormatError, WrongSecret, print_faults_without_text
from appliance.keeper.people import proof_protocol as protocol
from appliance.keeper.people.second_factor import new_secret, right_step
from appliance.memory import DUMPABLE, protect
from appliance.model.sentences.faults import noted
from appliance.vault.disk import wipe
from appliance.vault.format import KEY_BYTES
from appliance.vault.opening.keys import (
    Wrap,
    backup_key,
    open_authenticator,
    public_half,
    read_by_sheet,
    seal_authenticator,
    seal_to_sheet,
    unwrap,
    wrap,
)
from appliance.vault.opening.keys import new_secret as new_sheet_secret


class Open:
    """What a wrap held: the reading key, which opens the authenticators' secrets."""

    def __init__(self, content: bytearray) -> None:
        """Take it over."""
        self.reading_key = content[:KEY_BYTES]
        wipe(content)

    def answer(
        self, ask: protocol.AnyAsk, raw: bytearray
    ) -> tuple[protocol.ProofAnswer, bytes | bytearray]:
        """Answer a request."""
        match ask:
            case protocol.CheckCode():
                return protocol.TimeStep(self._step(ask)), b""
            case protocol.DrawTotp():
                secret = new_secret().encode("ascii")
                sealed = seal_authenticator(secret, self.reading_key, ask.owner)
                return protocol.TotpDrawn(sealed), secret
            case protocol.DrawSheetSecret():
                return self._drawn_sheet(ask.vault_id)
            case protocol.WrapAnew():
                return protocol.NewWrap(self._wrapped(ask, raw)), b""
            case _:
                raise SystemExit("The prover was asked twice.")

    def _step(self, ask: protocol.CheckCode) -> int | None:
        try:
            secret = open_authenticator(ask.sealed, self.reading_key, ask.owner)
        except FileFormatError:
            return None
        try:
            return right_step(secret.decode("ascii"), ask.code, ask.now, ask.last)
        finally:
            wipe(secret)

    def _drawn_sheet(self, vault_id: bytes) -> tuple[protocol.ProofAnswer, bytearray]:
        secret = new_sheet_secret()
        sealed, backup = seal_to_sheet(self.reading_key, secret, vault_id), backup_key(secret)
        try:
            return protocol.SheetDrawn(sealed, public_half(backup)), secret
        finally:
            wipe(backup)

    def _wrapped(self, ask: protocol.WrapAnew, password: bytearray) -> Wrap:
        try:
            return wrap(self.reading_key, password, ask.owner, ask.cost)
        finally:
            wipe(password)


def open_first(ask: protocol.AnyAsk, secret: bytearray) -> Open:
    """Open what the first message's password or sheet opens; raises WrongSecret."""
    match ask:
        case protocol.ProvePassword():
            return Open(unwrap(ask.wrap, secret, ask.owner))
        case protocol.ProveSheet():
            reading = read_by_sheet(secret, ask.sealed, ask.vault_id)
            if public_half(reading) != ask.public:
                wipe(reading)
                raise WrongSecret(
                    noted("sheet_of_another", "This recovery sheet belongs to another office.")
                )
            return Open(reading)
        case _:
            raise SystemExit("The prover was given neither a password nor a sheet.")


def prove(connection: socket.socket) -> None:
    """Prove the first message's password or sheet, then answer until the keeper hangs up."""
    ask, secret = protocol.receive_ask(connection)
    try:
        opened = open_first(ask, secret)
    except WrongSecret:
        protocol.send(connection, protocol.Wrong())
        return
    finally:
        wipe(secret)
    protocol.send(connection, protocol.WrapOpened())
    while True:
        ask, raw = protocol.receive_ask(connection)
        if isinstance(ask, protocol.Become):
            # Sound and numbers take time and memory that a proof does not need.
            from appliance.keeper.unlocked.child import serve  # noqa: PLC0415

            serve(connection, opened.reading_key, Path(ask.recordings), ask.country)
            return
        protocol.send(connection, *opened.answer(ask, raw))


def harden() -> None:
    """Forbid core dumps, debuggers and swap; ignore the terminal's Ctrl-C."""
    if DUMPABLE in protect():
        raise SystemExit("The prover could not be made undumpable.")
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main() -> None:
    """Prove at the socket whose descriptor is the first argument."""
    print_faults_without_text()
    harden()
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        try:
            prove(connection)
        except (EOFError, ConnectionError):
            return  # The keeper hung up.
