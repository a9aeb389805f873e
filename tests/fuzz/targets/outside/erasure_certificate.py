"""Read a certificate of erasure from anybody.

An input is a file; or, after a first byte of 1, lines that are signed here.
"""

from appliance.vault.certificate import BadCertificate, read_certificate
from tests.fuzz.feeding import Target
from tests.vectors.certificates import FIRST, LATER, certificate, file, first
from tests.vectors.proofs import OURS, signed, written


def take(raw: bytes) -> None:
    """Read it as ``zgoda verify-proof`` does."""
    certificate = raw[1:]
    if raw[:1] == b"\1":
        top, *later = certificate.split(b"\n")[:8]
        lines = [_signed(top, b"certificate"), *(_signed(one, b"supplement") for one in later)]
        certificate = b"\n".join((first(), *lines, b""))
    read = read_certificate(certificate)
    assert [one.number for one in read.supplements] == list(range(1, len(read.supplements) + 1))


def _signed(body: bytes, label: bytes) -> bytes:
    return signed(body, OURS.key.sign(b"zgoda " + label + b" v1\n" + body))


def seeds() -> dict[str, bytes]:
    """Return certificates, with and without supplements, to be signed here, cut, and odd ones."""
    ours = certificate()
    whole = file(ours, FIRST, LATER)
    bodies = [written(one).encode() for one in (ours, FIRST, LATER)]
    return {
        "whole": b"\0" + whole,
        "alone": b"\1" + bodies[0],
        "bodies": b"\1" + b"\n".join(bodies),
        "cut": b"\0" + whole[:-40],
        "lines": b"\0" + whole + b"\n" * 100,
        "deep": b"\1" + b'{"certificate":1,"calls":' + b"[" * 5000,
    }


TARGET = Target(
    "erasure_certificate", take, (BadCertificate,), seeds, words=True, lines=True, longest=8192
)
