"""Test proofs of passwords: a real process and the tests' own one keep the same contract."""

import os
import sys

import pyotp
import pytest

from appliance.errors import LinkError
from appliance.keeper.people.prover import PasswordProof, ProofProcess, Prove, prove
from appliance.keeper.reading.protocol import Summarise
from appliance.keeper.reading.reading import Reading
from appliance.vault.opening.keys import seal_authenticator, unwrap, wrap
from tests.boxes import CHEAP
from tests.keeper.office import Office
from tests.model.refusals import refuses
from tests.proofs import prove_here

READING, SECRET, PASSWORD = bytes(range(32)), pyotp.random_base32(32), "zażółć gęślą jaźń"
WRAP = wrap(READING, PASSWORD, "a1", CHEAP)
SEALED = seal_authenticator(SECRET.encode(), READING, "a1")
NOW = 1_790_000_000.0


@pytest.fixture(params=[prove, prove_here], ids=["process", "here"])
def proving(request: pytest.FixtureRequest) -> Prove:
    chosen: Prove = request.param
    return chosen


@pytest.fixture
def proof(proving: Prove) -> PasswordProof:
    made = proving(WRAP, PASSWORD, "a1")
    assert made is not None
    return made


@pytest.mark.parametrize(("password", "owner"), [("wrong", "a1"), ("", "a1"), (PASSWORD, "b2")])
def test_a_wrong_password_or_owner_proves_nothing(
    proving: Prove, password: str, owner: str
) -> None:
    assert proving(WRAP, password, owner) is None


def test_a_code_fits_the_sealed_secret(proof: PasswordProof) -> None:
    code = pyotp.TOTP(SECRET).at(int(NOW))
    step = proof.right_step(code, NOW, 0, "a1", SEALED)
    assert step is not None
    assert proof.right_step(code, NOW, step, "a1", SEALED) is None, "it serves once"
    assert proof.right_step("000000", NOW, 0, "a1", SEALED) is None
    proof.end()


def test_a_secret_that_is_none_altered_or_another_persons_takes_no_code(
    proof: PasswordProof,
) -> None:
    code = pyotp.TOTP(SECRET).at(int(NOW))
    elsewhere = seal_authenticator(SECRET.encode(), bytes(32), "a1")
    flipped = SEALED[:-1] + bytes([SEALED[-1] ^ 1])
    for sealed in (b"", SEALED[:20], flipped, elsewhere):
        assert proof.right_step(code, NOW, 0, "a1", sealed) is None
        assert proof.right_step("", NOW, 0, "a1", sealed) is None
    assert proof.right_step(code, NOW, 0, "b2", SEALED) is None
    assert proof.right_step(code, NOW, 0, "a1", SEALED) is not None
    proof.end()


def test_a_drawn_secret_is_sealed_for_its_owner(proof: PasswordProof) -> None:
    drawn, sealed = proof.draw_totp("b2")
    assert drawn != SECRET
    assert drawn.encode() not in sealed
    code = pyotp.TOTP(drawn).at(int(NOW))
    assert proof.right_step(code, NOW, 0, "b2", sealed) is not None
    assert proof.right_step(code, NOW, 0, "a1", sealed) is None
    assert proof.right_step(code, NOW, 0, "a1", SEALED) is None
    proof.end()


def test_a_new_wrap_holds_the_reading_key_alone(proof: PasswordProof) -> None:
    made = proof.wrapped("another quiet walrus", "b2", CHEAP)
    assert made.salt != WRAP.salt
    assert unwrap(made, "another quiet walrus", "b2") == READING
    proof.end()
    proof.end()


def test_what_has_ended_answers_nothing_and_its_process_is_gone() -> None:
    proof = prove(WRAP, PASSWORD, "a1")
    assert isinstance(proof, ProofProcess)
    pid = proof._process.pid
    os.kill(pid, 0)
    proof.end()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with refuses("login_expired"):
        proof.right_step("000000", NOW, 0, "a1", SEALED)


def test_it_starts_bare_and_imports_what_reading_takes_when_it_becomes_the_reading_child(
    office: Office,
) -> None:
    wrapped = wrap(office.reading_key(), PASSWORD, "a1", CHEAP)
    proof = prove(wrapped, PASSWORD, "a1")
    assert isinstance(proof, ProofProcess)
    pid = proof._process.pid
    assert not loaded(pid, "numpy")
    reading = Reading(office.folders.recordings, office.keyring, "PL", lambda: None)
    rid = office.record()
    reading.adopt(proof)
    proof.end()
    assert reading.process_id == pid, "the same process"
    assert loaded(pid, "numpy")
    assert reading.summary(rid).meta.number == "+48221234567"
    reading.end()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def loaded(pid: int, name: str) -> bool:
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        return f"/{name}" in maps.read()


def test_a_prover_that_cannot_start_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(LinkError, match="the log says why"):
        prove(WRAP, PASSWORD, "a1")


def test_where_no_process_can_be_started_it_is_said_and_no_socket_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")
    before = os.listdir("/proc/self/fd")
    with pytest.raises(LinkError, match="no process could be started"):
        prove(WRAP, PASSWORD, "a1")
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_a_prover_that_is_asked_to_read_first_ends() -> None:
    proof = prove(WRAP, PASSWORD, "a1")
    assert isinstance(proof, ProofProcess)
    with pytest.raises(LinkError):
        proof._talk(Summarise("00" * 16, bytes(32)), object)  # type: ignore[arg-type,type-var]
    proof.end()
