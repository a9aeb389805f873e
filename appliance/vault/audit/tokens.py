"""Hold the bytes of a time-stamp token to the one way in which it is written.

A token's signature covers what is stamped and when, and of the rest too little: the versions, the
names of algorithms, and whatever was put into the bag of certificates could be written otherwise.
So each of them is held to the one way in which an authority writes it.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_GRANTED = bytes.fromhex("3003020100")  # PKIStatusInfo, as any answer that has a token
_INTEGER, _OCTETS, _SEQUENCE, _SET, _TAGGED_0 = 0x02, 0x04, 0x30, 0x31, 0xA0
_SIGNED = [_INTEGER, _SET, _SEQUENCE, _TAGGED_0, _SET]
"""The parts of SignedData: without lists of revoked certificates."""

_SIGNER = [_INTEGER, _SEQUENCE, _SEQUENCE, _TAGGED_0, _SEQUENCE, _OCTETS]
"""The parts of SignerInfo: without attributes that nobody signs."""

_VERSIONS = (bytes.fromhex("020103"), bytes.fromhex("020101"))  # of these two
_NULL = bytes.fromhex("0500")
_SHA2 = {bytes.fromhex(f"06096086480165030402{which:02x}"): which for which in (1, 2, 3)}
_RSA = bytes.fromhex("06092a864886f70d0101")  # and 01 for any digest, or that of its own
_RSA_WITH = {1: b"\x0b", 2: b"\x0c", 3: b"\x0d"}
_ECDSA = bytes.fromhex("06082a8648ce3d0403")
_ECDSA_WITH = {1: b"\x02", 2: b"\x03", 3: b"\x04"}


class _Element(NamedTuple):
    """One element of DER: its tag, and where it, its content and its end are."""

    tag: int
    begin: int
    content: int
    end: int


def check_written(token: bytes, signer: x509.Certificate) -> None:
    """Check what the signature of a token leaves open.

    Args:
        token: that was decoded as one, with one signer.
        signer: the certificate of its signer.

    Raises:
        ValueError, IndexError: it is not written as an authority writes one.
    """
    (whole,) = _elements(token, 0, len(token))
    content = _parts(token, whole)[1]
    signed = _parts(token, _parts(token, content)[0])
    if [one.tag for one in signed] != _SIGNED:
        raise ValueError("parts")
    version, digests, _, bag, signers = signed
    info = _parts(token, _parts(token, signers)[0])
    if [one.tag for one in info] != _SIGNER:
        raise ValueError("parts of the signer")
    if (_raw(token, version), _raw(token, info[0])) != _VERSIONS:
        raise ValueError("versions")
    digest = _raw(token, info[2])
    if token[digests.content : digests.end] != digest:
        raise ValueError("digests")
    each = [_raw(token, one) for one in _parts(token, bag)]
    if each != sorted(set(each)):
        raise ValueError("certificates")
    if token[info[4].content : info[4].end] not in _ways(token, info[2], signer):
        raise ValueError("algorithm")


def _ways(token: bytes, digest: _Element, signer: x509.Certificate) -> list[bytes]:
    """Return how the algorithm of a signature may be named: for RSA in one of two ways."""
    name, *rest = (_raw(token, one) for one in _parts(token, digest))
    which, key = _SHA2[name] if name in _SHA2 else 0, signer.public_key()
    if not which or rest not in ([], [_NULL]):
        return []
    if isinstance(key, RSAPublicKey):
        return [_RSA + b"\1" + _NULL, _RSA + _RSA_WITH[which] + _NULL]
    return [_ECDSA + _ECDSA_WITH[which]] if isinstance(key, EllipticCurvePublicKey) else []


def has_strays(
    bag: Collection[x509.Certificate],
    signer: x509.Certificate,
    roots: Collection[x509.Certificate],
) -> bool:
    """Say whether a token carries a certificate that has no part in its signature.

    Each has to be on the way up from the signer's, and signed by one that is there or was given.
    Of one with name and key of a certificate that was given, which somebody unknown has signed,
    the signature is left aside: authorities send their root as another root has signed it, and
    nothing rests on it.

    Args:
        bag: the certificates in the token.
        signer: that of its signer.
        roots: that the reader was given.
    """
    way = [signer]
    for one in way:
        way += [by for by in bag if by.subject == one.issuer and by not in way]
    given = [(one.subject, one.public_key()) for one in roots]
    for one in bag:
        issuers = [by for by in (*bag, *roots) if by.subject == one.issuer]
        known = not issuers and (one.subject, one.public_key()) in given
        if one not in way or not (known or any(_issued(one, by) for by in issuers)):
            return True
    return False


def _issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _parts(raw: bytes, of: _Element) -> list[_Element]:
    return list(_elements(raw, of.content, of.end))


def _raw(raw: bytes, one: _Element) -> bytes:
    return raw[one.begin : one.end]


def answer_with(token: bytes) -> bytes:
    """Return the answer that a token came in: a status in front of it."""
    length = len(_GRANTED) + len(token)
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    size = bytes([length]) if length < 0x80 else bytes([0x80 | len(digits)]) + digits
    return bytes([_SEQUENCE]) + size + _GRANTED + token


def in_order(raw: bytes) -> bytes:
    """Sort an answer's certificates as DER has them.

    Nothing signs their order. OpenSSL's ``ts`` writes the signer's first, and strict readers refuse
    that; what is no answer is returned as it came.
    """
    try:
        (whole,) = _elements(raw, 0, len(raw))
        token = list(_elements(raw, whole.content, whole.end))[1]
        content = list(_elements(raw, token.content, token.end))[1]
        (signed,) = _elements(raw, content.content, content.end)
        for part in _elements(raw, signed.content, signed.end):
            if part.tag == _TAGGED_0:
                each = _elements(raw, part.content, part.end)
                ordered = b"".join(sorted(raw[one.begin : one.end] for one in each))
                return raw[: part.content] + ordered + raw[part.end :]
    except (ValueError, IndexError):
        pass
    return raw


def _elements(raw: bytes, at: int, end: int) -> Iterator[_Element]:
    """Yield the elements between two places; raises ValueError, IndexError."""
    while at < end:
        size, content = raw[at + 1], at + 2
        if size >= 0x80:
            digits = size & 0x7F
            size = int.from_bytes(raw[content : content + digits], "big")
            content += digits
        if content + size > end:
            raise ValueError(at)
        yield _Element(raw[at], at, content, content + size)
        at = content + size
