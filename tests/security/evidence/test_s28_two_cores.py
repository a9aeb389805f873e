"""A recording has one core: another one, though the box signed it, is a second story."""

import json
from pathlib import Path

import pytest
from msgspec import structs
from msgspec.json import encode

from appliance.link.requests.calls import Recipient
from appliance.vault.proof import part_digest, read_proof, write_proof
from tests.keeper.office import Office, make_office
from tests.security.evidence.test_s28_one_story_of_one_device import call, says, take, verify


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path / "data")


def retold(office: Office, proof: Path, to: Path, **changes: object) -> Path:
    """Sign a core of the same recording that says something else, with the box key."""
    read = read_proof(proof.read_bytes())
    cores = [one.core for one in read.recordings]
    texts = {name: json.loads(getattr(cores[0], name)) for name in ("meta", "receipt", "rule")}
    for text in texts.values():
        text |= {name: value for name, value in changes.items() if name in text}
    told = {name: encode(text).decode() for name, text in texts.items()}
    plain = {name: value for name, value in changes.items() if hasattr(cores[0], name)}
    cores[0] = structs.replace(cores[0], **told, **plain)
    annex = structs.replace(read.annex, cores=tuple(map(part_digest, cores)))
    to.write_bytes(write_proof(read.key, cores, annex, office.keyring.sign))
    return to


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "+48221111111"},
        {"name": "Somebody Else"},
        {"key": "3"},
        {"contact": "elsewhere@example.org"},
        {"samples": 16_000},
        {"ended": "cut"},
    ],
    ids=str,
)
@pytest.mark.parametrize("recipients", [("office", "office"), ("caller", "office")])
def test_two_cores_of_one_recording_are_two_stories(
    office: Office, tmp_path: Path, changes: dict[str, object], recipients: tuple[str, str]
) -> None:
    rid = call(office)
    one, two = (
        take(office, rid, tmp_path / str(at), Recipient(name)) for at, name in enumerate(recipients)
    )
    log = ("--audit", office.folders.audit)
    assert verify(one, two)[0] == verify(one, two, *log)[0] == 0
    other = retold(office, two, tmp_path / "other", **changes)
    assert verify(other)[0] == 0, "nobody sees it in one of them"
    for given in ((one, other), (other, one, *log)):
        code, answer = verify(*given)
        assert (code, answer["outcome"]) == (1, "two_recordings")
        (line,) = {line for line in says(*given)[1] if line.startswith("Two stories of one")}
        assert rid in line


def test_two_cores_of_one_recording_in_one_file_are_no_proof(
    office: Office, tmp_path: Path
) -> None:
    proof = take(office, call(office), tmp_path / "a")
    (first,) = read_proof(proof.read_bytes()).recordings
    (other,) = read_proof(retold(office, proof, tmp_path / "b", name="X").read_bytes()).recordings
    read, cores = read_proof(proof.read_bytes()), [first.core, other.core]
    for both in (cores, cores[:1] * 2):
        annex = structs.replace(
            read.annex,
            cores=tuple(map(part_digest, both)),
            kept=read.annex.kept * 2,
            evidence=read.annex.evidence * 2,
        )
        proof.write_bytes(write_proof(read.key, both, annex, office.keyring.sign))
        code, answer = verify(proof)
        assert (code, answer["outcome"]) == (1, "content")
