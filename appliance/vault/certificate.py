"""Write a certificate of erasure as lines that the box signs, and read it without the box.

See ``docs/format.md``, section 19. The first line names the key, the second is the certificate, and
each supplement is a line of its own behind it.
"""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import msgspec

from appliance.errors import FileFormatError, by_newer
from appliance.model.certificate import (
    FORM,
    IN_CALL,
    MOST_SUPPLEMENTS,
    CertifiedErasure,
    OrderedBy,
    Supplement,
    UnderHead,
)
from appliance.model.sentences.faults import noted
from appliance.vault.audit.entries import LogLine, decode
from appliance.vault.audit.evidence import leads
from appliance.vault.audit.heads import Head, head_of
from appliance.vault.audit.tree import steps
from appliance.vault.decoding import decode_json
from appliance.vault.origin import fingerprint, is_key
from appliance.vault.signed_lines import Sign, SignedLine, sign_line, take_apart

MOST_BYTES = 2**20
"""Of a certificate with its supplements."""

BEGINNING = b'{"zgoda_certificate":'

_FIRST = re.compile(rb'\{"zgoda_certificate":([0-9]{1,9}),"key":"([0-9a-f]{64})"\}')
_LABELS = {CertifiedErasure: b"zgoda certificate v1\n", Supplement: b"zgoda supplement v1\n"}
_STATES = {
    "medium": frozenset({"made_anew", "destroyed"}),
    "holder": frozenset({"asked", "done"}),
    "recording": frozenset({"found", "erased"}),
    "head": frozenset({"finished"}),
}

LineT = TypeVar("LineT", CertifiedErasure, Supplement)


class CertificateFault(StrEnum):
    """What is wrong with a certificate."""

    FOREIGN = "foreign"  # no certificate at all
    VERSION = "version"  # of a version that this program does not know
    LARGE = "large"
    CUT = "cut"  # its end is missing
    ALTERED = "altered"  # a signature does not fit
    MIXED = "mixed"  # a supplement of another certificate, of another device, out of its order
    CONTENT = "content"  # signed, and yet not what a box writes
    READER = "reader"  # signed, but not what its reader gets
    EVIDENCE = "evidence"  # signed, and what stands beside it does not lead to its head
    KEY = "key"  # signed by another device than the one that was named


class BadCertificate(FileFormatError):
    """A certificate that certifies nothing; ``fault`` names the kind."""

    def __init__(self, fault: CertificateFault, sentence: str) -> None:
        super().__init__(noted("certificate_wrong", sentence))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ReadCertificate:
    """A certificate whose every line is signed by one key, and whose lines belong together."""

    key: bytes  # public
    certificate: CertifiedErasure
    supplements: tuple[Supplement, ...]

    @property
    def line(self) -> LogLine | None:
        """Return the audit's line of the erasure; a caller's file has none."""
        line = self.certificate.erased.line
        return decode(line.encode() + b"\n") if line is not None else None

    @property
    def head(self) -> Head | None:
        """Return the first finished head behind the erasure; None: it was not finished yet."""
        found = [one.under.head for one in self.supplements if one.under is not None]
        return head_of(found[0].encode()) if found else None

    @property
    def fingerprint(self) -> str:
        """Return the name of the key: 64 hex digits, as on the recovery sheet's page."""
        return fingerprint(self.key)


def certificate_digest(certificate: CertifiedErasure) -> str:
    """Return how a supplement names its certificate, and the audit one that was signed."""
    return hashlib.sha256(msgspec.json.encode(certificate)).hexdigest()


def write_certificate(key: bytes, certificate: CertifiedErasure, sign: Sign) -> bytes:
    """Return a certificate's bytes, without a supplement.

    Args:
        key: the public half of the box key.
        certificate: what it says.
        sign: signs with the box key.
    """
    first = BEGINNING + b'1,"key":"' + key.hex().encode() + b'"}\n'
    return first + sign_line(certificate, _LABELS[CertifiedErasure], sign)


def supplement_line(supplement: Supplement, sign: Sign) -> bytes:
    """Return a supplement's line, which goes behind all before it."""
    return sign_line(supplement, _LABELS[Supplement], sign)


def read_certificate(raw: bytes, wanted: str = "") -> ReadCertificate:
    """Read a certificate strictly and check every signature.

    Args:
        raw: the whole file, or one byte more than ``MOST_BYTES`` of it.
        wanted: the fingerprint of the key that must have signed; any if empty.

    Raises:
        BadCertificate: it certifies nothing.
    """
    if len(raw) > MOST_BYTES:
        raise BadCertificate(CertificateFault.LARGE, "It is larger than a certificate can be.")
    first, *lines = raw.split(b"\n", MOST_SUPPLEMENTS + 3)
    key = _key(first)
    if not lines or lines.pop() != b"":
        raise BadCertificate(CertificateFault.CUT, "Its end is missing.")
    if not lines:
        raise BadCertificate(CertificateFault.CUT, "The certificate itself is missing.")
    parts = [_part(line) for line in lines]
    _check(parts[0], key, CertifiedErasure)
    for part in parts[1:]:
        _check(part, key, Supplement)
    if wanted and fingerprint(key) != wanted:
        why = "It is signed by another device than the one of this fingerprint."
        raise BadCertificate(CertificateFault.KEY, why)
    certificate = _said(parts[0].body, CertifiedErasure, key)
    if not certificate.is_its_readers:
        why = "It tells its reader what is another's, or too little."
        raise BadCertificate(CertificateFault.READER, why)
    _check_calls(certificate)
    if certificate.erased.line is not None:
        _check_entry(certificate, certificate.erased.line.encode())
    supplements = tuple(_said(part.body, Supplement, key) for part in parts[1:])
    _check_order(certificate, supplements)
    return ReadCertificate(key, certificate, supplements)


def _key(first: bytes) -> bytes:
    """Return the key that the first line names."""
    found = _FIRST.fullmatch(first)
    if found is None:
        raise BadCertificate(CertificateFault.FOREIGN, "It is no certificate of Zgoda.")
    if (version := int(found[1])) > FORM:
        newer = by_newer("This certificate", version, FORM, "check it with that version")
        raise BadCertificate(CertificateFault.VERSION, newer)
    if found[1] != b"1":
        why = f"It has the form {version}, which nothing ever wrote."
        raise BadCertificate(CertificateFault.VERSION, why)
    key = bytes.fromhex(found[2].decode())
    if not is_key(key):
        raise BadCertificate(CertificateFault.ALTERED, "The key that it names proves nothing.")
    return key


def _part(line: bytes) -> SignedLine:
    part = take_apart(line)
    if part is None:
        why = "A line of it is not signed as a device signs."
        raise BadCertificate(CertificateFault.ALTERED, why)
    return part


def _check(part: SignedLine, key: bytes, kind: type[CertifiedErasure | Supplement]) -> None:
    if not part.is_signed(key, _LABELS[kind]):
        name = "certificate" if kind is CertifiedErasure else "supplement"
        why = "it was altered, or another device signed it"
        raise BadCertificate(
            CertificateFault.ALTERED, f"The signature of its {name} does not fit: {why}."
        )


def _said(body: bytes, kind: type[LineT], key: bytes) -> LineT:
    try:
        said = decode_json(body, kind, "A line of it")
    except FileFormatError as error:
        raise BadCertificate(CertificateFault.CONTENT, str(error)) from error
    if msgspec.json.encode(said) != body:
        why = "A line of it is not written as a device writes it."
        raise BadCertificate(CertificateFault.CONTENT, why)
    if said.box != fingerprint(key):
        why = "A line of it names another device than its first line."
        raise BadCertificate(CertificateFault.MIXED, why)
    return said


def _check_calls(certificate: CertifiedErasure) -> None:
    """Refuse a certificate of nothing, of one recording twice, or of an act that is another's."""
    rids = tuple(certificate.rids)
    if certificate.everything is bool(rids) or len(set(rids)) != len(rids):
        why = "It names no recording, or one of them twice."
        raise BadCertificate(CertificateFault.CONTENT, why)
    if (certificate.ground == IN_CALL) is not (certificate.by is OrderedBy.DEVICE):
        why = "It puts an erasure down to the device that a person ordered, or the other way round."
        raise BadCertificate(CertificateFault.CONTENT, why)


def _check_entry(certificate: CertifiedErasure, line: bytes) -> None:
    """Refuse a certificate whose line of the audit is not that of its erasure."""
    try:
        read = decode(line + b"\n")
    except FileFormatError:
        why = "It names a line that is none of an activity log."
        raise BadCertificate(CertificateFault.CONTENT, why) from None
    whole, entry = certificate.everything, read.entry
    level, _, generation = (entry.detail or "").partition(".")
    said = (read.digest, entry.type, entry.t, generation)
    kind = "erased_all" if whole else "erased"
    fits = said == (
        *(certificate.erased.hash, kind, certificate.done_at),
        str(certificate.generation),
    )
    names = whole or entry.rid in set(certificate.rids)
    if not (fits and names and level.upper() >= certificate.level):
        why = "The line of the activity log that it names is not that of its erasure."
        raise BadCertificate(CertificateFault.CONTENT, why)


def _check_order(certificate: CertifiedErasure, supplements: Sequence[Supplement]) -> None:
    """Refuse supplements of another certificate, left out, doubled, or about what it has not."""
    digest = certificate_digest(certificate)
    seen: set[tuple[str, str, str]] = set()
    for number, one in enumerate(supplements, 1):
        if one.certificate != digest:
            why = "A supplement in it belongs to another certificate."
            raise BadCertificate(CertificateFault.MIXED, why)
        if one.number != number:
            why = "A supplement in it is missing, doubled, or out of its order."
            raise BadCertificate(CertificateFault.MIXED, why)
        fact = (one.about, one.id, one.state)
        if (
            fact in seen
            or one.state not in _STATES[one.about]
            or not _is_its(certificate, one, seen)
        ):
            why = "A supplement in it says what cannot be said of this certificate."
            raise BadCertificate(CertificateFault.CONTENT, why)
        seen.add(fact)
        if one.under is not None:
            _check_head(certificate, one.under)


def recording_digest(rid: str) -> str:
    """Return how a supplement names a recording."""
    return hashlib.sha256(rid.encode()).hexdigest()


def _is_its(
    certificate: CertifiedErasure, one: Supplement, seen: Collection[tuple[str, str, str]]
) -> bool:
    """Say whether a supplement is about something of its certificate, and has what it needs."""
    if (one.about == "head") is (one.under is None):
        return False
    if one.about == "medium":
        return any(medium.id == one.id for medium in certificate.media)
    if one.about == "recording":
        known = one.id in map(recording_digest, certificate.rids)
        found = one.state == "found" or (one.about, one.id, "found") in seen
        return found and not known and not certificate.everything
    return one.about == "holder" or one.id == certificate.erased.hash


def _check_head(certificate: CertifiedErasure, under: UnderHead) -> None:
    """Refuse what does not lead from the entry of the erasure to a head of its log."""
    if certificate.erased.line is None:
        why = "It tells its reader what is another's, or too little."
        raise BadCertificate(CertificateFault.READER, why)
    line = decode(certificate.erased.line.encode() + b"\n")
    try:
        fits = is_under(line, under)
    except FileFormatError:
        fits = False
    if not fits:
        why = "What stands beside it does not lead from its erasure to a signed head."
        raise BadCertificate(CertificateFault.EVIDENCE, why)


def is_under(line: LogLine, under: UnderHead) -> bool:
    """Say whether a path leads from a line to a head that the key of its day has signed.

    Raises:
        FileFormatError: the head is none, or was altered.
    """
    head = head_of(under.head.encode())
    path = tuple(map(bytes.fromhex, under.path))
    return (
        head.text == under.head
        and line.signed_by(bytes.fromhex(head.key))
        and leads(line, path, head)
        and len(path) == steps(line.entry.seq - 1, head.seq)
    )
