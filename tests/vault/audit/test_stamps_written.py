"""A token is written in one way: of 10,000 that were altered none passes for a stamp."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate
from rfc3161_client import decode_timestamp_response

from appliance.errors import FileFormatError
from appliance.vault.audit.stamps import BadStamp, TimeStamp, read_token
from appliance.vault.audit.tokens import answer_with
from tests.deep import spread
from tests.vault.audit.der import Element, changed
from tests.vault.audit.stamped import NAME, StampAuthority, certificate
from tests.vault.audit.test_stamps import stamped

MUTATIONS = 500  # of each turn: 10,500 in all
TURNS = 21
KINDS: dict[str, Any] = {
    "elliptic curve": {},
    "root in the bag": {"sends_root": True},
    "RSA": {"rsa": True},
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256."""

NULL = Element(5, [])
RSA, SHA256_WITH_RSA = (bytes.fromhex(f"2a864886f70d0101{last}") for last in ("01", "0b"))

pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StampAuthority]:
    folder = tmp_path_factory.mktemp("authorities")
    return {kind: StampAuthority(folder / kind, **how) for kind, how in KINDS.items()}


def believed(raw: bytes, authority: StampAuthority) -> TimeStamp | None:
    """Return a token that somebody believes who has the authority's certificate."""
    try:
        stamp = read_token(raw)
        stamp.check_signer([authority.root])
    except (FileFormatError, BadStamp):
        return None
    return stamp


def told(stamp: TimeStamp) -> tuple[object, ...]:
    """Return all that a token tells: the whole TSTInfo, and who has signed it."""
    answer = decode_timestamp_response(answer_with(stamp.token))
    (info,), whole = answer.signed_data.signer_infos, Element.of(stamp.token)
    tst_info = whole.parts[1].parts[0].parts[2].der
    return tst_info, info.issuer, info.serial_number, stamp.at, stamp.imprint, stamp.authority


def named_otherwise(token: bytes) -> bytes:
    """Return a token with the other name of RSA's signature, if it has one."""
    return token[::-1].replace(RSA[::-1], SHA256_WITH_RSA[::-1], 1)[::-1]


def but_for_root(stamp: TimeStamp, other: TimeStamp) -> bytes:
    """Return a token with what stands in another one for its root, if that is not the root's own.

    It has to have the root's name and key, and to name somebody else as who signed it.
    """
    for raw in decode_timestamp_response(answer_with(stamp.token)).signed_data.certificates:
        root = load_der_x509_certificate(raw)
        if root.subject == root.issuer:
            at = stamp.token.index(raw)
            there = other.token[at : at + len(raw)]
            cross = load_der_x509_certificate(there)
            assert (cross.subject, cross.public_key()) == (root.subject, root.public_key())
            assert cross.issuer != cross.subject
            return stamp.token[:at] + there + stamp.token[at + len(raw) :]
    return b""


@pytest.mark.parametrize(
    ("kind", "turn"), spread([(list(KINDS)[turn % 3], turn) for turn in range(TURNS)], keep=3)
)
def test_no_mutation_is_a_stamp(
    authorities: dict[str, StampAuthority], kind: str, turn: int
) -> None:
    """But for what is named here, and tells the same.

    RSA's signature has two names, which differ in one byte; and a root that is sent as another root
    has signed it is believed by nobody, so its bytes count for nothing.
    """
    authority, draw = authorities[kind], random.Random(turn)
    stamp = stamped(authority)
    assert believed(stamp.token, authority) == stamp
    for _ in range(MUTATIONS):
        raw = bytearray(stamp.token)
        for _ in range(draw.randint(1, 3)):
            raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        other = believed(bytes(raw), authority)
        if other is not None and other != stamp:  # three bits can undo each other
            assert other.token in {named_otherwise(stamp.token), but_for_root(stamp, other)}
            assert told(other) == told(stamp)


def negate(signed: Element, signer: Element) -> None:
    """Negate the second half of a signature, which fits as well."""
    one, two = decode_dss_signature(signer.parts[5].raw)
    signer.parts[5].raw = encode_dss_signature(one, ORDER - two)


def shorten(signed: Element, signer: Element) -> None:
    """Leave out the parameters of the digest, which are none."""
    for algorithm in (signed.parts[1].parts[0], signer.parts[2]):
        del algorithm.parts[1:]


def anothers_root(signed: Element, signer: Element) -> None:
    """Add a certificate of the root's name, with another key."""
    key = ec.generate_private_key(ec.SECP256R1())
    add(signed, certificate(f"{NAME} Root", key, "Another Root", key, ca=True))


def rename(signed: Element, signer: Element) -> None:
    signer.parts[4].parts[0].raw = SHA256_WITH_RSA


def add(signed: Element, one: Certificate) -> None:
    bag = signed.parts[3].parts
    bag.append(Element.of(one.public_bytes(Encoding.DER)))
    bag.sort(key=lambda part: part.der)


Change = Callable[[Element, Element], None]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("elliptic curve", negate),
        ("elliptic curve", shorten),
        ("RSA", rename),
    ],
)
def test_what_can_be_written_otherwise_tells_the_same(
    authorities: dict[str, StampAuthority], kind: str, change: Change
) -> None:
    """All that nobody can hold to one way, since authorities differ in it."""
    authority = authorities[kind]
    stamp = stamped(authority)
    other = believed(changed(stamp.token, change), authority)
    assert other is not None
    assert other.token != stamp.token
    assert told(other) == told(stamp)


def namesake(signed: Element, signer: Element) -> None:
    """Add a certificate of the signer's number, whose name is another's."""
    serial, issuer = signer.parts[1].parts[1].raw, signer.parts[1].parts[0]
    (own,) = (
        one
        for one in signed.parts[3].parts
        if (one.parts[0].parts[1].raw, one.parts[0].parts[3].der) == (serial, issuer.der)
    )
    fake = Element.of(own.der)
    fake.parts[0].parts[5].parts[0].parts[0].parts[1].raw = b"Federal Time Office"
    signed.parts[3].parts.append(fake)
    signed.parts[3].parts.sort(key=lambda part: part.der)


def unrelated(signed: Element, signer: Element) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    add(signed, certificate("Anybody", key, "Anybody", key, ca=True))


def second_between(signed: Element, signer: Element) -> None:
    """Add a certificate of the name of the one between, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    add(signed, certificate(f"{NAME} CA", key, "Nobody", key, ca=True))


def twice(signed: Element, signer: Element) -> None:
    signed.parts[3].parts[1:1] = signed.parts[3].parts[:1]


def revoked(signed: Element, signer: Element) -> None:
    signed.parts.insert(4, Element(0xA1, [Element(0x30, [])]))


def unsigned(signed: Element, signer: Element) -> None:
    kind = Element(6, [], bytes.fromhex("2a0304"))
    signer.parts.append(Element(0xA1, [Element(0x30, [kind, Element(0x31, [NULL])])]))


def version(signed: Element, signer: Element) -> None:
    signed.parts[0].raw = b"\1"


def version_of_signer(signed: Element, signer: Element) -> None:
    signer.parts[0].raw = b"\3"


def another_algorithm(signed: Element, signer: Element) -> None:
    signer.parts[4].parts[0].raw = bytes.fromhex("2a8648ce3d040303")


def other_digests(signed: Element, signer: Element) -> None:
    del signed.parts[1].parts[0].parts[1:]


REFUSED: list[Change] = [
    *(namesake, unrelated, second_between, anothers_root, twice, revoked, unsigned),
    *(version, version_of_signer, another_algorithm, other_digests),
]


@pytest.mark.parametrize("change", REFUSED)
def test_what_nobody_signs_is_written_in_one_way(
    authorities: dict[str, StampAuthority], change: Change
) -> None:
    authority = authorities["elliptic curve"]
    token = changed(stamped(authority).token, change)
    assert token != stamped(authority).token
    assert believed(token, authority) is None


def test_a_token_taken_apart_and_put_together_is_the_same(
    authorities: dict[str, StampAuthority],
) -> None:
    for authority in authorities.values():
        token = stamped(authority).token
        assert changed(token, lambda signed, signer: None) == token


def test_a_root_that_another_root_has_signed_may_come_with_it(
    authorities: dict[str, StampAuthority],
) -> None:
    """As large authorities send theirs; altered as it may be, nothing rests on it."""
    authority, draw = authorities["elliptic curve"], random.Random(5)
    stamp = stamped(authority)
    token = changed(stamp.token, lambda signed, signer: add(signed, authority.cross))
    assert token != stamp.token
    other = believed(token, authority)
    assert other is not None
    assert told(other) == told(stamp)
    raw = authority.cross.public_bytes(Encoding.DER)
    at, accepted = token.index(raw), 0
    for _ in range(MUTATIONS):
        changed_cross = bytearray(token)
        changed_cross[at + draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        if (other := believed(bytes(changed_cross), authority)) is not None:
            accepted += 1
            assert told(other) == told(stamp)
    assert accepted, "its own signature, its number, its days"
