"""Write a call's proof as lines that the box signs, and read it without the box.

See ``docs/format.md``, section 15. The first line names the key; a line for each core and one for
the annex follow, each with a signature of its own over everything else in it.
"""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from appliance.errors import FileFormatError, by_newer
from appliance.model.proof import (
    FORM,
    MOST_PARTS,
    ProofAnnex,
    ProofCore,
    ProofReader,
    ProvedRecording,
)
from appliance.model.records import CallMeta, ConsentReceipt
from appliance.model.rule import SealedRule
from appliance.model.sentences.faults import noted
from appliance.vault.audit.evidence import RecordingPlace, placed
from appliance.vault.decoding import decode_json
from appliance.vault.origin import fingerprint, is_key

MOST_BYTES = 8 * 2**20
"""Of a proof."""

_FIRST = re.compile(rb'\{"zgoda_proof":([0-9]{1,9}),"key":"([0-9a-f]{64})"\}')
_CLOSING = re.compile(rb',"sig":"([\w-]{86})"\}\Z')
_ANNEX = b'{"proof":2,"part":"annex",'
_SAYS = {ProofCore: b"zgoda proof core v2\n", ProofAnnex: b"zgoda proof annex v2\n"}

Sign = Callable[[bytes], bytes]
"""Signs with the box key."""

PartT = TypeVar("PartT", ProofCore, ProofAnnex)


class Fault(StrEnum):
    """What is wrong with a proof."""

    FOREIGN = "foreign"  # no proof at all
    VERSION = "version"  # of a version that this program does not know
    LARGE = "large"
    CUT = "cut"  # a part is missing at its end
    ALTERED = "altered"  # a signature does not fit
    MIXED = "mixed"  # parts of two proofs
    CONTENT = "content"  # signed, and yet not what a box writes
    EVIDENCE = "evidence"  # lines of the audit, paths or a head that are not this recording's
    READER = "reader"  # signed, but its annex is not what its reader gets
    KEY = "key"  # signed by another device than the one that was named


class BadProof(FileFormatError):
    """A proof that proves nothing; ``fault`` names the kind."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof whose every part is signed by one key, and whose parts belong together."""

    key: bytes  # public
    recordings: tuple[ProvedRecording, ...]
    annex: ProofAnnex
    places: tuple[RecordingPlace, ...]
    """Where each recording stands in the audit."""

    @property
    def fingerprint(self) -> str:
        """Return the name of the key: 64 hex digits, as on the recovery sheet's page."""
        return fingerprint(self.key)


def part_digest(part: ProofCore | ProofAnnex) -> str:
    """Return how an annex names a core, and the audit an annex that was handed over."""
    return hashlib.sha256(msgspec.json.encode(part)).hexdigest()


def write_proof(key: bytes, cores: Sequence[ProofCore], annex: ProofAnnex, sign: Sign) -> bytes:
    """Return a proof's bytes.

    Args:
        key: the public half of the box key.
        cores: of the call's recordings, in its order.
        annex: names them.
        sign: signs with the box key.
    """
    first = b'{"zgoda_proof":2,"key":"' + key.hex().encode() + b'"}\n'
    return first + b"".join(_line(core, sign) for core in cores) + _line(annex, sign)


def read_proof(raw: bytes, wanted: str = "") -> Proof:
    """Read a proof strictly and check every signature.

    Args:
        raw: the whole file, or one byte more than ``MOST_BYTES`` of it.
        wanted: the fingerprint of the key that must have signed; any if empty.

    Raises:
        BadProof: it proves nothing.
    """
    if len(raw) > MOST_BYTES:
        raise BadProof(Fault.LARGE, noted("proof_wrong", "It is larger than a proof can be."))
    first, *lines = raw.split(b"\n", MOST_PARTS + 3)
    key = _key(first)
    return joined(key, *_bodies(lines, key, wanted))


def joined(key: bytes, bodies: Sequence[bytes], annex_body: bytes) -> Proof:
    """Read parts strictly that a key has signed, and check that they belong together.

    Args:
        key: the public half of the box key.
        bodies: what it signed of each core.
        annex_body: what it signed of the annex.

    Raises:
        BadProof: they prove nothing.
    """
    cores = [_part(body, ProofCore, key) for body in bodies]
    annex = _part(annex_body, ProofAnnex, key)
    if tuple(map(part_digest, cores)) != annex.cores:
        raise BadProof(
            Fault.MIXED,
            noted("proof_wrong", "Its core and its annex belong to two different proofs."),
        )
    if len({core.recording for core in cores}) != len(cores):
        raise BadProof(Fault.CONTENT, noted("proof_wrong", "It names a recording twice."))
    if len(annex.evidence) != len(cores):
        raise BadProof(
            Fault.CONTENT, noted("proof_wrong", "It does not say of each part what vouches for it.")
        )
    recordings = tuple(map(_proved, cores))
    declared = {purpose.id for one in recordings for purpose in one.rule.purposes}
    if not annex.is_its_readers(declared):
        raise BadProof(
            Fault.READER,
            noted("proof_wrong", "Its annex tells its reader what is another's, or too little."),
        )
    if not annex.names_who_spoke([one.rule for one in recordings]):
        raise BadProof(
            Fault.CONTENT,
            noted("proof_wrong", "The people whom its annex names are not those of its core."),
        )
    if any(one.meta.call != annex.call for one in recordings):
        raise BadProof(
            Fault.MIXED,
            noted("proof_wrong", "Its core and its annex belong to two different calls."),
        )
    for_caller = annex.reader is ProofReader.CALLER
    try:
        places = tuple(
            placed(one.core, one.meta.after, beside, for_caller=for_caller)
            for one, beside in zip(recordings, annex.evidence, strict=True)
        )
    except FileFormatError as error:
        raise BadProof(Fault.EVIDENCE, noted("proof_wrong", str(error))) from error
    return Proof(key, recordings, annex, places)


def _bodies(lines: list[bytes], key: bytes, wanted: str) -> tuple[list[bytes], bytes]:
    """Return what was signed of cores and annex; nobody parses it before the owner is known."""
    if len(lines) > MOST_PARTS + 2:
        raise BadProof(
            Fault.CONTENT, noted("proof_wrong", "It has more parts than a call can have.")
        )
    if not lines or lines.pop() != b"":
        raise BadProof(Fault.CUT, noted("proof_wrong", "Its end is missing."))
    if len(lines) < 2 or not lines[-1].startswith(_ANNEX):
        raise BadProof(
            Fault.CUT, noted("proof_wrong", "It does not end with an annex behind its cores.")
        )
    *cores, annex = map(_body, lines)
    for core in cores:
        _check(*core, key, ProofCore)
    _check(*annex, key, ProofAnnex)
    if wanted and fingerprint(key) != wanted:
        raise BadProof(
            Fault.KEY,
            noted(
                "proof_wrong", "It is signed by another device than the one of this fingerprint."
            ),
        )
    return [body for body, _ in cores], annex[0]


def _key(first: bytes) -> bytes:
    """Return the key that the first line names."""
    found = _FIRST.fullmatch(first)
    if found is None:
        raise BadProof(Fault.FOREIGN, noted("proof_wrong", "It is no proof sheet of Zgoda."))
    if (version := int(found[1])) > FORM:
        do = "check it with that version"
        raise BadProof(
            Fault.VERSION, noted("made_by_newer_program", by_newer("This proof", version, FORM, do))
        )
    if found[1] != b"2":
        why = "trial versions wrote it before the first release; take the call's proof out anew"
        raise BadProof(
            Fault.VERSION,
            noted("proof_wrong", f"It has the form {version}, which is not read: {why}."),
        )
    key = bytes.fromhex(found[2].decode())
    if not is_key(key):
        raise BadProof(Fault.ALTERED, noted("proof_wrong", "The key that it names proves nothing."))
    return key


def _line(part: ProofCore | ProofAnnex, sign: Sign) -> bytes:
    body = msgspec.json.encode(part)
    signature = urlsafe_b64encode(sign(_SAYS[type(part)] + body)).rstrip(b"=")
    return body[:-1] + b',"sig":"' + signature + b'"}\n'


def _body(line: bytes) -> tuple[bytes, bytes]:
    """Return what a line's signature covers, and the signature."""
    closing = _CLOSING.search(line)
    if closing is None:
        raise BadProof(Fault.ALTERED, noted("proof_wrong", "A part of it is not signed."))
    signature = urlsafe_b64decode(closing[1] + b"==")
    if urlsafe_b64encode(signature)[:86] != closing[1]:
        raise BadProof(
            Fault.ALTERED,
            noted("proof_wrong", "A signature in it is not written as a device writes it."),
        )
    return line[: closing.start()] + b"}", signature


def _check(body: bytes, signature: bytes, key: bytes, kind: type[ProofCore | ProofAnnex]) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _SAYS[kind] + body)
    except (InvalidSignature, ValueError):
        name = "core" if kind is ProofCore else "annex"
        why = "it was altered, or another device signed it"
        raise BadProof(
            Fault.ALTERED, noted("proof_wrong", f"The signature of its {name} does not fit: {why}.")
        ) from None


def _part(body: bytes, kind: type[PartT], key: bytes) -> PartT:
    part = _decoded(body, kind)
    if msgspec.json.encode(part) != body:
        raise BadProof(
            Fault.CONTENT,
            noted("proof_wrong", "A part of it is not written as a device writes it."),
        )
    if part.box != fingerprint(key):
        raise BadProof(
            Fault.MIXED,
            noted("proof_wrong", "A part of it names another device than its first line."),
        )
    return part


def _proved(core: ProofCore) -> ProvedRecording:
    return ProvedRecording(
        core=core,
        meta=_decoded(core.meta.encode(), CallMeta),
        receipt=_decoded(core.receipt.encode(), ConsentReceipt),
        rule=_decoded(core.rule.encode(), SealedRule),
    )


StructT = TypeVar("StructT", bound=msgspec.Struct)


def _decoded(raw: bytes, kind: type[StructT]) -> StructT:
    try:
        return decode_json(raw, kind, "A part of it")
    except FileFormatError as error:
        raise BadProof(Fault.CONTENT, noted("proof_wrong", str(error))) from error
