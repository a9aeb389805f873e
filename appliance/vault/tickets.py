"""Seal a recording's content key into its tickets: the office's, and a second holder's.

Each ticket is bound to the header's first fields, to the second holder and to the id of that
holder's key pair. So each names the other, and neither fits another header.
"""

from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from appliance.errors import VaultError
from appliance.model.sentences.faults import noted
from appliance.vault.format import Header, Ticket
from appliance.vault.pool import PoolKey, holder_id

HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class TicketLabels:
    """The labels of a ticket's two layers."""

    ticket: bytes
    content: bytes


OFFICES = TicketLabels(b"zgoda ticket v1", b"zgoda content key v1")
SECOND = TicketLabels(b"zgoda second ticket v1", b"zgoda second content key v1")


@dataclass(frozen=True, slots=True)
class SecondHolder:
    """Somebody beside the office who can open one recording, by their public keys."""

    reading_key: bytes
    key: PoolKey  # the pair that they made for this recording

    @property
    def id(self) -> bytes:
        """Return how a header names the holder."""
        return holder_id(self.reading_key)


def with_tickets(
    blank: Header,
    ticket: Ticket,
    content_key: bytearray,
    reading_key: bytes,
    key: PoolKey,
    second: SecondHolder | None = None,
) -> Header:
    """Return a header with the content key sealed to the office, and to a second holder.

    Args:
        blank: the header without tickets.
        ticket: the fields that both hold.
        content_key: of the recording.
        reading_key: the office's, public.
        key: the recording's, from the pool.
        second: another holder; none as a rule.

    Raises:
        VaultError: a key cannot be used.
    """
    if second is not None:
        blank = replace(blank, holder=second.id, second_rid=bytes.fromhex(second.key.rid))
    try:
        own = _sealed(blank, ticket, content_key, OFFICES, reading_key, key.public)
        theirs = b""
        if second is not None:
            keys = (second.reading_key, second.key.public)
            theirs = _sealed(blank, ticket, content_key, SECOND, *keys)
    except ValueError as error:
        raise VaultError(
            noted("recording_unkept", "The pool holds a key that cannot be used.")
        ) from error
    return replace(blank, ticket=own, second_ticket=theirs)


def _sealed(
    blank: Header,
    ticket: Ticket,
    content_key: bytearray,
    labels: TicketLabels,
    reading_key: bytes,
    public: bytes,
) -> bytes:
    readers = X25519PublicKey.from_public_bytes(reading_key)
    own = X25519PublicKey.from_public_bytes(public)
    inner = HPKE.encrypt(content_key, readers, info=labels.content + blank.bound)
    return HPKE.encrypt(ticket.pack() + inner, own, info=labels.ticket + blank.bound)
