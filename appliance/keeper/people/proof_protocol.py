"""Define the messages between the keeper and a prover.

Passwords and secrets are raw bytes, which are wiped; a struct would be encoded into memory that is
not.
"""

import socket
from collections.abc import Callable

import msgspec
from msgspec import Struct

from appliance.errors import LinkError
from appliance.keeper.people import framing
from appliance.model.sentences.faults import noted
from appliance.structs import msgpack_decoder
from appliance.vault.opening.keys import Cost, Wrap


class ProofAsk(Struct, frozen=True, forbid_unknown_fields=True, tag_field="ask"):
    """Base of the keeper's requests."""


class ProvePassword(ProofAsk, frozen=True, tag="prove"):
    """The first message: open a wrap with the password that comes; ``WrapOpened`` or ``Wrong``."""

    wrap: Wrap
    owner: str


class ProveSheet(ProofAsk, frozen=True, tag="sheet"):
    """Or the first message: open what the keyring holds for the sheet's secret, which follows."""

    sealed: bytes
    vault_id: bytes
    public: bytes  # of the reading key that must come out


class CheckCode(ProofAsk, frozen=True, tag="code"):
    """Check an authenticator's code; the answer is its ``TimeStep``."""

    code: str
    now: float
    last: int
    owner: str
    sealed: bytes  # the authenticator's secret, as the keyring holds it


class DrawTotp(ProofAsk, frozen=True, tag="draw"):
    """Draw an authenticator's secret; it follows ``TotpDrawn``."""

    owner: str


class DrawSheetSecret(ProofAsk, frozen=True, tag="draw_sheet"):
    """Draw another recovery sheet's secret; it follows ``SheetDrawn``."""

    vault_id: bytes


class WrapAnew(ProofAsk, frozen=True, tag="wrap"):
    """Wrap what was opened under the password that follows; the answer is ``NewWrap``."""

    owner: str
    cost: Cost


class Become(ProofAsk, frozen=True, tag="start"):
    """Become the reading child; the answer is the reading protocol's ``Ready``."""

    recordings: str
    country: str  # ISO 3166, of numbers without a country code


AnyAsk = ProvePassword | ProveSheet | CheckCode | DrawTotp | DrawSheetSecret | WrapAnew | Become


class ProofAnswer(Struct, frozen=True, forbid_unknown_fields=True, tag_field="answer"):
    """Base of the prover's answers."""


class WrapOpened(ProofAnswer, frozen=True, tag="opened"):
    """The password or the sheet is right."""


class Wrong(ProofAnswer, frozen=True, tag="wrong"):
    """The password or the sheet is wrong; the prover has ended."""


class TimeStep(ProofAnswer, frozen=True, tag="step"):
    """A code's time step; None if it is wrong."""

    step: int | None


class TotpDrawn(ProofAnswer, frozen=True, tag="totp_drawn"):
    """A new authenticator's secret, sealed as the keyring holds it; in clear it follows."""

    sealed: bytes


class SheetDrawn(ProofAnswer, frozen=True, tag="sheet_drawn"):
    """The reading key sealed to a new sheet, and the public key of its backups."""

    sealed: bytes
    backup: bytes


class NewWrap(ProofAnswer, frozen=True, tag="wrapped"):
    """A new wrap."""

    wrap: Wrap


AnyAnswer = WrapOpened | Wrong | TimeStep | TotpDrawn | SheetDrawn | NewWrap

_encode = msgspec.msgpack.Encoder().encode
_to_ask: Callable[[bytes], AnyAsk] = msgpack_decoder(AnyAsk).decode
_to_answer: Callable[[bytes], AnyAnswer] = msgpack_decoder(AnyAnswer).decode


def send(
    connection: socket.socket, message: ProofAsk | ProofAnswer, raw: bytes | bytearray = b""
) -> None:
    """Send one message and the raw bytes behind it."""
    framing.send(connection, _encode(message), raw)


def receive_ask(connection: socket.socket) -> tuple[AnyAsk, bytearray]:
    """Receive the keeper's next request; raises EOFError once it is gone."""
    head, raw = framing.receive(connection)
    return _to_ask(head), raw


def receive_answer(connection: socket.socket) -> tuple[AnyAnswer, bytearray]:
    """Receive the prover's answer; raises EOFError once it is gone."""
    head, raw = framing.receive(connection)
    try:
        return _to_answer(head), raw
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LinkError(noted("helper_ended", "The prover answered nonsense.")) from error
