"""Test proofs of passwords: a real process and the tests' own one keep the same contract."""

import os
import sys

import pyotp
import pytest

from appliance.errors import LinkError, Refused
from appliance.keeper.people.prover import PasswordProof, ProofProcess, Prove, prove
from appliance.keeper.reading.protocol import Summarise
from appliance.keeper.reading.reading import Reading
from appliance.vault.opening.keys import unwrap, wrap
from tests.boxes import CHEAP
from tests.keeper.office import Office
from tests.proofs import prove_here

READING, SECRET, PASSWORD = bytes(range(32)), pyotp.random_base32(32), "zażółć gęślą jaźń"
WRAP = wrap(READING + SECRET.encode(), PASSWORD, "a1", CHEAP)
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


def test_a_code_fits_the_secret_in_the_wrap(proof: PasswordProof) -> None:
    code = pyotp.TOTP(SECRET).at(int(NOW))
    step = proof.right_step(code, NOW, 0)
    assert step is not None
    assert proof.right_step(code, NOW, step) is None, "it serves once"
    assert proof.right_step("000000", NOW, 0) is None
    proof.end()


def test_a_wrap_without_a_secret_takes_no_code(proving: Prove) -> None:
    proof = proving(wrap(READING, PASSWORD, "a1", CHEAP), PASSWORD, "a1")
    assert proof is not None
    assert proof.right_step("", NOW, 0) is None
    assert proof.right_step("000000", NOW, 0) is None
    proof.end()


def test_a_new_wrap_holds_what_is_asked_for(proof: PasswordProof) -> None:
    drawn = proof.draw_totp()
    assert drawn != SECRET
    code = pyotp.TOTP(drawn).at(int(NOW))
    assert proof.right_step(code, NOW, 0) is None
    assert proof.right_step(code, NOW, 0, drawn=True) is not None
    for totp, secret in (("", ""), ("own", SECRET), ("drawn", drawn)):
        made = proof.wrapped("another quiet walrus", "b2", CHEAP, totp)
        assert made.salt != WRAP.salt
        assert unwrap(made, "another quiet walrus", "b2") == READING + secret.encode()
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
    with pytest.raises(Refused, match="type the password again"):
        proof.right_step("000000", NOW, 0)


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
