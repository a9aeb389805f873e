"""A certificate is read without the box: every vector reads as the specification says."""

import json
import random
from base64 import b64decode
from typing import Any

import pytest

from appliance.model.certificate import MOST_SUPPLEMENTS
from appliance.vault.certificate import (
    MOST_BYTES,
    BadCertificate,
    CertificateFault,
    read_certificate,
    supplement_line,
    write_certificate,
)
from tests.vault.test_proof import mutated
from tests.vectors.certificates import (
    FIRST,
    HOLDER,
    VECTORS,
    certificate,
    file,
    supplement,
    vectors,
)
from tests.vectors.proofs import OURS
from tests.vectors.specified import specified

KNOWN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
MUTATIONS = 10_000


def vector(name: str) -> bytes:
    return b64decode(KNOWN["vectors"][name]["file"])


def failure(raw: bytes, wanted: str = "") -> str | None:
    """Say what a reader says of a file."""
    try:
        read_certificate(raw, wanted)
    except BadCertificate as bad:
        return bad.fault.value if str(bad).endswith(".") else f"no sentence: {bad}"
    return None


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert {"fingerprint": OURS.fingerprint, "vectors": vectors()} == KNOWN


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    must = {name: one["failure"] or "none" for name, one in KNOWN["vectors"].items()}
    assert specified("## 19. Certificates") == must


@pytest.mark.parametrize("name", KNOWN["vectors"])
def test_a_vector_causes_what_it_must(name: str) -> None:
    assert failure(vector(name), KNOWN["fingerprint"]) == KNOWN["vectors"][name]["failure"]


def test_each_kind_of_failure_has_a_vector_or_is_a_large_file() -> None:
    caused = {one["failure"] for one in KNOWN["vectors"].values()}
    kinds = {fault.value for fault in CertificateFault}
    assert caused | {CertificateFault.LARGE.value} == {None, *kinds}
    assert failure(b"\n" * (MOST_BYTES + 1)) == CertificateFault.LARGE


def test_without_a_fingerprint_a_stranger_can_sign_and_is_named() -> None:
    theirs = read_certificate(vector("signed_by_stranger"))
    assert theirs.fingerprint != KNOWN["fingerprint"]


def test_what_is_written_is_what_the_specification_writes() -> None:
    read = read_certificate(vector("supplements"))
    raw = write_certificate(read.key, read.certificate, OURS.key.sign)
    assert raw == vector("one")
    raw += b"".join(supplement_line(one, OURS.key.sign) for one in read.supplements)
    assert raw == vector("supplements")


def test_supplements_end_somewhere() -> None:
    many = [
        supplement(at, about="holder", id=f"{at:064x}", state="asked")
        for at in range(1, MOST_SUPPLEMENTS + 2)
    ]
    assert failure(file(certificate(), *many[:-1])) is None
    assert failure(file(certificate(), *many)) is not None


def test_an_earlier_copy_of_a_certificate_stays_one() -> None:
    """What a person got before the supplements came is as good as ever."""
    lines = vector("supplements").splitlines(keepends=True)
    for end in range(2, len(lines) + 1):
        assert failure(b"".join(lines[:end]), KNOWN["fingerprint"]) is None


def test_no_piece_of_a_certificate_is_one_but_at_the_end_of_a_line() -> None:
    whole = vector("supplements")
    for end in range(len(whole)):
        lines = whole[:end].count(b"\n")
        whole_lines = lines > 1 and whole[:end].endswith(b"\n")
        assert (failure(whole[:end]) is None) is whole_lines


@pytest.mark.parametrize("name", ["one", "supplements"])
def test_no_mutation_of_a_certificate_is_accepted(name: str) -> None:
    whole = vector(name)
    draw = random.Random(name)
    earlier = {b"".join(whole.splitlines(keepends=True)[:end]) for end in range(2, 5)}
    for _ in range(MUTATIONS // 2):
        if (raw := mutated(whole, draw)) not in earlier:
            assert failure(raw, KNOWN["fingerprint"]) is not None


def test_a_holder_may_be_asked_later_and_be_done_once() -> None:
    other = "ab" * 32
    later = [
        supplement(1, about="holder", id=other, state="asked"),
        supplement(2, about="holder", id=other, state="done"),
        supplement(3, about="holder", id=HOLDER, state="done"),
    ]
    assert failure(file(certificate(), *later)) is None
    assert failure(file(certificate(), *later, later[1] | {"number": 4})) == "content"
    assert failure(file(certificate(), FIRST | {"about": "holder"})) == "content"
