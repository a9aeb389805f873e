"""A proof that was made after its recording was erased contradicts the certificate."""

import pytest

from appliance.commands.helpers.compared.comparing import compared
from appliance.commands.helpers.compared.stories import (
    AFTER_LATE_SECONDS,
    NamedCertificate,
    NamedProof,
)
from appliance.vault.certificate import read_certificate
from appliance.vault.proof import read_proof
from tests.vectors import certificates
from tests.vectors.certificates import DONE
from tests.vectors.office import made
from tests.vectors.proofs import OURS

READERS = {"caller": OURS.for_caller, "office": OURS.annex}


def found(
    reader: str, made_at: float, *, sure: bool = True, certain: bool = True, other: bool = False
) -> list[str]:
    """Return what is wrong between a proof and a caller's certificate, which names no entry."""
    core = OURS.core(**({"recording": made("another", 16).hex()} if other else {}))
    annex = READERS[reader](core, made_at=made_at, clock_ok=sure)
    proof = NamedProof("proof", read_proof(OURS.proof(core, annex)))
    raw = certificates.file(certificates.certificate(clock_ok=certain))
    certificate = NamedCertificate("certificate", read_certificate(raw))
    return [one.code for one in compared([proof], [certificate], [], None).wrong]


@pytest.mark.parametrize("reader", READERS)
def test_a_proof_made_after_the_erasure_cannot_be(reader: str) -> None:
    late = DONE + AFTER_LATE_SECONDS + 1
    assert found(reader, late) == ["order_erased_time"]
    assert found(reader, DONE + AFTER_LATE_SECONDS - 1) == [], "two clocks"
    assert found(reader, DONE - 60) == []
    assert found(reader, late, sure=False) == found(reader, late, certain=False) == []
    assert found(reader, late, other=True) == [], "another recording is not erased"
