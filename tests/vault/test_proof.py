"""A proof is read without the box: every vector reads as the specification says."""

import json
import random
from base64 import b64decode
from typing import Any

import pytest

from appliance.vault.proof import MOST_BYTES, BadProof, Fault, read_proof, write_proof
from tests.vectors.proofs import OURS, VECTORS, vectors
from tests.vectors.specified import specified

KNOWN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))


def file(name: str) -> bytes:
    return b64decode(KNOWN["vectors"][name]["file"])


def failure(raw: bytes, wanted: str = "") -> str | None:
    """Say what a reader says of a file."""
    try:
        read_proof(raw, wanted)
    except BadProof as bad:
        return bad.fault.value if str(bad).endswith(".") else f"no sentence: {bad}"
    return None


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert {"fingerprint": OURS.fingerprint, "vectors": vectors()} == KNOWN


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    must = {name: one["failure"] or "none" for name, one in KNOWN["vectors"].items()}
    assert specified("## 15. Proofs") == must


@pytest.mark.parametrize("name", KNOWN["vectors"])
def test_a_vector_causes_what_it_must(name: str) -> None:
    assert failure(file(name), KNOWN["fingerprint"]) == KNOWN["vectors"][name]["failure"]


def test_each_kind_of_failure_has_a_vector_or_is_a_large_file() -> None:
    caused = {one["failure"] for one in KNOWN["vectors"].values()}
    assert caused | {Fault.LARGE.value} == {None, *(fault.value for fault in Fault)}
    assert failure(b"\n" * (MOST_BYTES + 1)) == Fault.LARGE
    assert failure(file("one")[:-1] + b"\n" * 2**20) is not None


def test_without_a_fingerprint_a_stranger_can_sign_and_is_named() -> None:
    theirs = read_proof(file("signed_by_stranger"))
    assert theirs.fingerprint != KNOWN["fingerprint"]


def test_what_is_written_is_what_the_specification_writes() -> None:
    read = read_proof(file("two"))
    cores = [one.core for one in read.recordings]
    assert write_proof(read.key, cores, read.annex, OURS.key.sign) == file("two")
    alone = write_proof(read.key, cores[:1], read.annex, OURS.key.sign)
    assert alone.split(b"\n")[1] == file("one").split(b"\n")[1]  # the same bytes each time


def test_no_piece_of_a_proof_is_one() -> None:
    whole = file("two")
    for end in range(len(whole)):
        assert failure(whole[:end]) is not None


MUTATIONS = 10_000


@pytest.mark.parametrize("name", ["caller", "authority", "placed", "placed_for_caller"])
def test_no_mutation_of_a_proof_is_accepted(name: str) -> None:
    whole = file(name)
    draw = random.Random(name)
    for _ in range(MUTATIONS // 2):
        assert failure(mutated(whole, draw), KNOWN["fingerprint"]) is not None


def mutated(raw: bytes, draw: random.Random) -> bytes:
    """Return bytes of which a bit was flipped, or some were cut out, doubled or exchanged."""
    at, length = draw.randrange(len(raw)), draw.randint(1, 40)
    found = {
        "flip": raw[:at] + bytes([raw[at] ^ 1 << draw.randrange(8)]) + raw[at + 1 :],
        "cut": raw[:at] + raw[at + length :],
        "double": raw[: at + length] + raw[at:],
        "exchange": raw[:at] + draw.randbytes(length) + raw[at + length :],
        "end": raw[:at],
    }[draw.choice(["flip", "cut", "double", "exchange", "end"])]
    return found if found != raw else b""
