"""Ask for time stamps over heads (RFC 3161), and read the tokens that answer.

A token is what somebody outside the office says: these bytes were there at this time. Nothing in it
is believed before its signature leads to a certificate that a person named.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from appliance.errors import FileFormatError
from appliance.model.outside.stamps import MOST_ANSWER
from appliance.model.proof import KeptStamp
from appliance.model.sentences.faults import noted
from appliance.structs import from_json
from appliance.vault.audit.heads import Head
from appliance.vault.audit.tokens import answer_with, check_written, has_strays, in_order

if TYPE_CHECKING:  # 2 MB, which a box without stamps does without
    from rfc3161_client import TimeStampResponse

MOST_TOKEN = 12_288
"""Bytes of a token: one with four certificates of 4,096-bit keys has some 8,000."""

MOST_FILE = 20_480
"""Of a stamp as it is kept."""

MOST_ROOTS = 65_536
"""Bytes of a file of authorities' certificates."""

_SHA256 = "2.16.840.1.101.3.4.2.1"


class BadStamp(Exception):
    """A token is none, or not the one that was asked for; ``code`` is a word for the audit."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StampRequest(NamedTuple):
    """What is sent to an authority, and the number that its answer must name."""

    query: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A token as it was read; whose it is says ``check_signer`` alone."""

    token: bytes
    at: float  # UTC
    imprint: bytes  # SHA-256 of what is stamped
    authority: str  # the name in its certificate
    qualified: bool = False  # a qualified authority's, as the owner said

    @property
    def digest(self) -> str:
        """Return the token's SHA-256, as ``stamped`` names it."""
        return hashlib.sha256(self.token).hexdigest()

    def is_over(self, head: Head) -> bool:
        """Say whether it stamps a head."""
        return self.imprint == hashlib.sha256(head.said).digest()

    def check_signer(self, roots: Collection[x509.Certificate], nonce: int | None = None) -> None:
        """Check the signature, and that its chain leads to a known certificate.

        Args:
            roots: certificates that sign themselves, and perhaps others of the way.
            nonce: that the answer to a request must name; None: of no request of ours.

        Raises:
            BadStamp: ``stranger``; ``other_request``.
        """
        from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

        answer = _decoded(answer_with(self.token))
        if nonce is not None and answer.tst_info.nonce != nonce:
            raise BadStamp("other_request")
        try:
            VerifierBuilder(roots=list(roots)).build().verify(answer, self.imprint)
            if has_strays(_bag(answer), _signer(answer), roots):
                raise BadStamp("stranger")
        except (VerificationError, *_UNREADABLE):
            raise BadStamp("stranger") from None


_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    LookupError,  # a kind of text that no reader knows
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""Whatever is raised for bytes that are no token, or a certificate that is not understood."""


def stamp_request(head: Head) -> StampRequest:
    """Return a request for a stamp over a head, with a random nonce, for the whole chain."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415

    made = TimestampRequestBuilder().data(head.said).hash_algorithm(HashAlgorithm.SHA256).build()
    assert made.nonce is not None  # noqa: S101 - the library draws one unless told otherwise
    return StampRequest(made.as_bytes(), made.nonce)


def answered(raw: bytes, head: Head, nonce: int, roots: Collection[x509.Certificate]) -> TimeStamp:
    """Check an authority's answer to a request.

    Args:
        raw: the answer.
        head: that the request was for.
        nonce: of the request.
        roots: as of ``TimeStamp.check_signer``.

    Raises:
        BadStamp: ``no_token``; ``other_head``; ``too_early``; ``other_request``; ``stranger``.
    """
    if len(raw) > MOST_ANSWER:
        raise BadStamp("no_token")
    try:
        token = _decoded(in_order(raw)).time_stamp_token()
        stamp = read_token(token)
    except (FileFormatError, BadStamp):
        raise BadStamp("no_token") from None
    if not stamp.is_over(head):
        raise BadStamp("other_head")
    if is_older(stamp, head):
        raise BadStamp("too_early")
    stamp.check_signer(roots, nonce)
    return stamp


EARLY_SECONDS = 3600
"""So much earlier than a head's day a stamp over it may be: two clocks, one of them set wrong."""


def is_older(stamp: TimeStamp, head: Head) -> bool:
    """Say whether a token is older than the head that it is over, which cannot be."""
    try:
        midnight = datetime.strptime(head.day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return True  # of no day at all
    return stamp.at < midnight - EARLY_SECONDS


def read_stamp(kept: KeptStamp) -> TimeStamp:
    """Read a kept stamp strictly; whose it is is not checked.

    Raises:
        FileFormatError: it is no token, or not written as one is kept.
    """
    try:
        token = b64decode(kept.token, validate=True)
    except ValueError:
        raise _no_stamp() from None
    if b64encode(token).decode() != kept.token:
        raise _no_stamp()
    return replace(read_token(token), qualified=kept.qualified)


def read_token(token: bytes) -> TimeStamp:
    """Read one token and nothing behind it.

    Raises:
        FileFormatError: it is none.
    """
    try:
        if len(token) > MOST_TOKEN:
            raise BadStamp("no_token")
        answer = _decoded(answer_with(token))
        if answer.time_stamp_token() != token:
            raise BadStamp("no_token")
        info = answer.tst_info
        if info.message_imprint.hash_algorithm.dotted_string != _SHA256:
            raise BadStamp("no_token")
        signer = _signer(answer)
        check_written(token, signer)
        at, imprint = info.gen_time.timestamp(), info.message_imprint.message
        return TimeStamp(token, at, imprint, _authority(signer))
    except (BadStamp, *_UNREADABLE):
        raise _no_stamp() from None


def kept_stamp(stamp: TimeStamp, *, qualified: bool) -> KeptStamp:
    """Return a stamp as it is kept."""
    return KeptStamp(token=b64encode(stamp.token).decode(), qualified=qualified)


def text_of(kept: KeptStamp) -> bytes:
    """Return a stamp as its file has it."""
    return msgspec.json.encode(kept) + b"\n"


def kept_of(raw: bytes) -> KeptStamp:
    """Read a stamp's file.

    Raises:
        FileFormatError: it was altered, or cut.
    """
    try:
        kept = from_json(raw, KeptStamp)
    except (ValueError, msgspec.DecodeError, RecursionError):
        raise _no_stamp() from None
    if text_of(kept) != raw:
        raise _no_stamp()
    read_stamp(kept)
    return kept


def read_roots(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file.

    Raises:
        FileFormatError: it holds none, or is larger than such a file can be.
    """
    try:
        if len(pem) > MOST_ROOTS:
            raise ValueError(len(pem))
        return tuple(x509.load_pem_x509_certificates(pem))
    except _UNREADABLE:
        raise FileFormatError(
            noted("stamp_wrong", "It holds no certificate of a time-stamp authority.")
        ) from None


def _no_stamp() -> FileFormatError:
    return FileFormatError(noted("stamp_wrong", "The time stamp in it is none, or was altered."))


def _decoded(answer: bytes) -> "TimeStampResponse":
    """Decode an answer; raises BadStamp."""
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415

    try:
        found: TimeStampResponse = decode_timestamp_response(answer)
        if found.status != 0 or len(found.signed_data.signer_infos) != 1:
            raise BadStamp("no_token")
    except _UNREADABLE:
        raise BadStamp("no_token") from None
    return found


def _bag(answer: "TimeStampResponse") -> list[x509.Certificate]:
    """Return the certificates that came with a token."""
    return [x509.load_der_x509_certificate(raw) for raw in answer.signed_data.certificates]


def _signer(answer: "TimeStampResponse") -> x509.Certificate:
    """Return the signer's certificate; raises BadStamp unless there is exactly one."""
    (info,) = answer.signed_data.signer_infos
    named = info.issuer, info.serial_number
    found = [one for one in _bag(answer) if (one.issuer, one.serial_number) == named]
    if len(found) != 1:
        raise BadStamp("no_token")
    return found[0]


def _authority(signer: x509.Certificate) -> str:
    """Return the name in a signer's certificate."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if names := signer.subject.get_attributes_for_oid(kind):
            return str(names[0].value)
    return signer.subject.rfc4514_string()
