"""Read a call's proof from anybody.

An input is a file; or, after a first byte of 1, lines that are signed here; or, after one of 2,
lines that count as signed, since signing and checking cost more than all the reading.
"""

from appliance.vault.proof import BadProof, joined, read_proof
from tests.fuzz.feeding import Target
from tests.vectors import speakers, stamped
from tests.vectors.proofs import META, OURS, signed, written


def take(raw: bytes) -> None:
    """Read it as ``zgoda verify-proof`` does."""
    proof = raw[1:]
    if raw[:1] == b"\2":
        *cores, annex = proof.split(b"\n")[:8]
        read = joined(OURS.public, cores, annex)
        assert len(read.recordings) == len(cores)
        return
    if raw[:1] == b"\1":
        *cores, annex = proof.split(b"\n")[:70]
        lines = [*(_signed(core, b"core") for core in cores), _signed(annex, b"annex")]
        proof = b"\n".join((OURS.first(), *lines, b""))
    read = read_proof(proof)
    assert len(read.recordings) == len(read.annex.cores)


def _signed(body: bytes, label: bytes) -> bytes:
    return signed(body, OURS.key.sign(b"zgoda proof " + label + b" v2\n" + body))


def _bodies(proof: bytes) -> list[bytes]:
    """Return a proof's parts without their signatures."""
    return [line.rsplit(b',"sig":"', 1)[0] + b"}" for line in proof.split(b"\n")[1:-1]]


def seeds() -> dict[str, bytes]:
    """Return a proof, its parts to be signed here, stamped ones, one cut short, and odd ones."""
    core = OURS.core()
    whole = OURS.proof(core, OURS.annex(core))
    bodies = _bodies(whole)
    beside = stamped.proofs(OURS, written, META)
    return {
        "whole": b"\0" + whole,
        "bodies": b"\1" + b"\n".join(bodies),
        "caller": b"\2" + bodies[0] + b"\n" + written(OURS.for_caller(core)).encode(),
        "annex_alone": b"\1" + bodies[1],
        "read": b"\2" + b"\n".join(bodies),
        "read_two": b"\2" + b"\n".join((bodies[0], *bodies)),
        "speakers": b"\0" + speakers.of(OURS)["speakers_ended"][0],
        "stamped": b"\0" + beside["stamped"][0],
        "stamped_read": b"\2" + b"\n".join(_bodies(beside["stamped"][0])),
        "stamped_for_caller": b"\2" + b"\n".join(_bodies(beside["stamped_for_caller"][0])),
        "cut": b"\0" + whole[:-40],
        "lines": b"\0" + whole + b"\n" * 100,
        "deep": b"\1" + b'{"proof":2,"part":"annex",' + b"[" * 5000,
    }


TARGET = Target("proof", take, (BadProof,), seeds, words=True, lines=True, longest=12_288)
