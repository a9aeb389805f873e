"""Hold certificates of a real erasure against log, heads, proofs and each other."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.keeper.audit.entries import Act
from appliance.link.requests.calls import Recipient
from appliance.link.requests.proof import GetProof
from appliance.model.proof import ProofReader
from appliance.vault.certificate import read_certificate, supplement_line, write_certificate
from appliance.vault.proof import read_proof, write_proof
from tests.commands.test_verify_proof import verify
from tests.keeper.office import Office, make_office
from tests.keeper.recordings.certified.orders import erase, file, read, settle


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str, Path]]:
    """An office that erased a call, its files of the day after, and a proof of before."""
    folder = tmp_path_factory.mktemp("erased")
    office = make_office(folder / "box")
    rid, other = office.record(seconds=2.0), office.record(seconds=2.0)
    office.unlock()
    _, proof = office.answer(GetProof(rid, recipient=Recipient.OFFICE))
    (folder / "before.proof.jsonl").write_bytes(proof)
    erase(office, rid)
    settle(office)
    for reader in ("caller", "office"):
        (folder / f"early-{reader}.jsonl").write_bytes(file(office, rid, reader))
    _, later = office.answer(GetProof(other, recipient=Recipient.OFFICE))
    (folder / "other.proof.jsonl").write_bytes(later)
    office.clock.advance(DAY)
    office.confirm()
    office.audit.append("viewed", "keeper")
    office.records.sweep()
    for reader in ("caller", "office"):
        (folder / f"{reader}.jsonl").write_bytes(file(office, rid, reader))
    office.audit.sign_head()
    for at, head in enumerate(sorted((office.folders.audit / "heads").iterdir())):
        shutil.copy(head, folder / f"head-{at}.json")
    shutil.copytree(office.folders.audit, folder / "audit")
    yield office, rid, folder
    office.close()


Erased = tuple[Office, str, Path]


def signed(office: Office, path: Path, file: Path, **changes: object) -> Path:
    """Write a certificate that the box signed, which differs from a file."""
    one = read_certificate(file.read_bytes()).certificate
    key = office.keyring
    path.write_bytes(write_certificate(key.box_key, structs.replace(one, **changes), key.sign))
    return path


@pytest.mark.parametrize("reader", ["caller", "office", "early-caller", "early-office"])
def test_a_log_that_has_the_erasure_and_the_certificate_fits(erased: Erased, reader: str) -> None:
    _, _, folder = erased
    code, said = verify(folder / f"{reader}.jsonl", "--audit", str(folder / "audit"))
    assert code == 0, said
    assert said.startswith("No witness outside the device.")
    unfinished = "was not finished yet when the file was handed out" in said
    assert unfinished is (reader == "early-office")


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("reader", ["caller", "office", "early-office"])
def test_a_head_from_outside_is_a_witness_of_what_leads_to_it(
    erased: Erased, reader: str, log: bool
) -> None:
    """A caller's file leads nowhere by itself: it takes the log beside it."""
    _, _, folder = erased
    given = ["--head", str(folder / "head-0.json"), *(["--audit", str(folder / "audit")] * log)]
    code, said = verify(folder / f"{reader}.jsonl", *given)
    assert code == 0, said
    if not log and reader != "office":
        assert said.startswith("No witness outside the device.")
        assert "Nothing shows that the heads given contain the erasure" in said
        assert "by a person who kept" not in said
    else:
        day = json.loads((folder / "head-0.json").read_text())["day"]
        assert f"Witness outside the device: the signed head of {day}" in said
        assert f"erased before the end of {day} (UTC) by a person who kept the head" in said


def test_a_later_head_needs_the_log(erased: Erased) -> None:
    _, _, folder = erased
    later = ["--head", str(folder / "head-1.json")]
    code, said = verify(folder / "office.jsonl", *later)
    assert (code, said.splitlines()[0]) == (0, "No witness outside the device.")
    code, said = verify(folder / "office.jsonl", *later, "--audit", str(folder / "audit"))
    assert (code, said.startswith("Witness outside the device: the signed head")) == (0, True)


@pytest.mark.parametrize("reader", ["caller", "office"])
def test_a_log_that_was_cut_before_the_erasure_does_not_pass(
    erased: Erased, reader: str, tmp_path: Path
) -> None:
    office, rid, folder = erased
    first = next(e.seq for e in office.audit.of_recording(rid) if e.type == "erased")
    code, said = verify(
        folder / f"early-{reader}.jsonl", "--audit", str(cut(folder / "audit", tmp_path, first))
    )
    assert (code, len(said.strip().splitlines())) == (1, 1)
    assert "cut" in said


@pytest.mark.parametrize("reader", ["caller", "office"])
def test_a_log_that_was_cut_before_the_signing_does_not_pass(
    erased: Erased, reader: str, tmp_path: Path
) -> None:
    office, rid, folder = erased
    first = next(e.seq for e in office.audit.of_recording(rid) if e.type == "certified")
    code, said = verify(
        folder / f"early-{reader}.jsonl", "--audit", str(cut(folder / "audit", tmp_path, first))
    )
    assert code == 1
    assert "does not say that" in said


def cut(audit: Path, to: Path, seq: int) -> Path:
    """Copy a log without its entries from a number on, as an older card has it."""
    folder = to / "older"
    (folder / "heads").mkdir(parents=True)
    for log in sorted(audit.glob("*.log")):
        lines = log.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if json.loads(line)["seq"] < seq]
        (folder / log.name).write_bytes(b"".join(kept))
    return folder


@pytest.mark.parametrize("reader", ["caller", "office"])
@pytest.mark.parametrize(
    "changes",
    [{"ground": "unlawful"}, {"controller": "Somebody Else"}, {"ordered_at": 1_789_999_000.0}],
)
def test_two_certificates_of_one_order_are_two_stories(
    erased: Erased, tmp_path: Path, reader: str, changes: dict[str, object]
) -> None:
    office, _, folder = erased
    ours = folder / f"{reader}.jsonl"
    forged = signed(office, tmp_path / "forged.jsonl", ours, **changes)
    assert verify(forged)[0] == 0, "signed by the box: by itself nothing shows it"
    for other in (ours, folder / "caller.jsonl", folder / "office.jsonl"):
        code, said = verify(other, str(forged))
        assert code == 1
        assert said.startswith("Two stories of one erasure: ")
    code, said = verify(forged, "--audit", str(folder / "audit"))
    assert code == 1
    assert "names another certificate of this order" in said
    code, said = verify(ours, str(forged), "--json")
    assert json.loads(said)["outcome"] == "two_certificates"


def test_all_files_of_one_order_fit_together(erased: Erased) -> None:
    _, _, folder = erased
    names = ["early-caller", "caller", "early-office", "office"]
    paths = [folder / f"{name}.jsonl" for name in names]
    audit = ["--audit", str(folder / "audit"), "--head", str(folder / "head-0.json")]
    code, said = verify(paths[0], *map(str, paths[1:]), *audit, "--json")
    told = json.loads(said)
    assert (code, told["outcome"], len(told["certificates"])) == (0, "whole", 4)


def test_two_supplements_of_one_number_are_two_stories(erased: Erased, tmp_path: Path) -> None:
    office, rid, folder = erased
    ours = read(office, rid, "office")
    (said_then,) = ours.supplements
    other = structs.replace(said_then, day=said_then.day + 1)
    forged = tmp_path / "forged.jsonl"
    lines = (folder / "office.jsonl").read_bytes().splitlines(keepends=True)
    forged.write_bytes(b"".join(lines[:2]) + supplement_line(other, office.keyring.sign))
    code, said = verify(folder / "office.jsonl", str(forged))
    assert code == 1
    assert "Two stories of one erasure: supplement 1 in" in said


def test_a_certificate_of_a_call_that_is_not_erased_does_not_pass(
    erased: Erased, tmp_path: Path
) -> None:
    """The box's owner signs that a call is erased which is still there."""
    office, rid, folder = erased
    kept = _kept(office)
    for reader in ("caller", "office"):
        (call,) = read(office, rid, reader).certificate.calls
        calls = (structs.replace(call, rids=(rid, kept)),)
        forged = signed(office, tmp_path / reader, folder / f"{reader}.jsonl", calls=calls)
        assert verify(forged)[0] == 0
        code, said = verify(forged, "--audit", str(folder / "audit"))
        assert code == 1
        assert f"certifies that recording {kept} is erased" in said


def _kept(office: Office) -> str:
    sealed = [e.rid for e in office.audit.entries() if e.type == "sealed" and e.rid]
    return next(rid for rid in sealed if rid in office.keyring)


def test_another_entry_is_not_that_of_the_erasure(erased: Erased, tmp_path: Path) -> None:
    office, rid, folder = erased
    ours = read(office, rid).certificate
    other = next(line for line in _lines(folder) if json.loads(line)["type"] == "erasing")
    wrong = structs.replace(ours.erased, hash=json.loads(other)["hash"])
    forged = signed(office, tmp_path / "forged", folder / "caller.jsonl", erased=wrong)
    code, said = verify(forged, "--audit", str(folder / "audit"))
    assert code == 1
    assert "is not that of its erasure" in said


def _lines(folder: Path) -> list[bytes]:
    logs = sorted((folder / "audit").glob("*.log"))
    return [line for log in logs for line in log.read_bytes().splitlines()]


def test_what_was_opened_behind_its_erasure_does_not_pass(tmp_path: Path) -> None:
    office = make_office(tmp_path / "box")
    rid = office.record(seconds=2.0)
    office.unlock()
    erase(office, rid)
    settle(office)
    path = tmp_path / "caller.jsonl"
    path.write_bytes(file(office, rid))
    audit = ["--audit", str(office.folders.audit)]
    office.audit.sign_head()
    assert verify(path, *audit)[0] == 0
    office.audit.append_many([Act(type="played", actor="0a0b0c0d", rid=rid)])
    office.audit.sign_head()
    code, said = verify(path, *audit)
    office.close()
    assert code == 1
    assert "names it behind that" in said


def test_a_proof_made_behind_the_erasure_is_an_order_that_cannot_be(erased: Erased) -> None:
    office, rid, folder = erased
    honest, ours = folder / "before.proof.jsonl", folder / "office.jsonl"
    assert verify(honest, str(ours), "--simulated")[0] == 0
    assert verify(folder / "other.proof.jsonl", str(ours), "--simulated")[0] == 0
    proof = read_proof(honest.read_bytes())
    assert proof.annex.reader is ProofReader.OFFICE
    late = structs.replace(
        proof.annex, audit_seq=office.audit.newest[0], audit_hash=office.audit.newest[1]
    )
    forged = folder / "late.proof.jsonl"
    forged.write_bytes(resigned(office, honest, late))
    code, said = verify(forged, str(ours), "--simulated")
    assert code == 1
    assert f"certifies that its recording {rid} was erased before" in said


def resigned(office: Office, honest: Path, annex: object) -> bytes:
    cores = [one.core for one in read_proof(honest.read_bytes()).recordings]
    return write_proof(office.keyring.box_key, cores, annex, office.keyring.sign)  # type: ignore[arg-type]
