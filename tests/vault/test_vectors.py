"""Test that each vector causes exactly the failure or verdict the format names."""

import json
import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from appliance.model.records import Verdict
from appliance.vault.format import FormatFault, Malformed
from appliance.vault.opening.unseal import Reader
from appliance.vault.opening.verdicts import AuditFacts, KeysAtHand, assess
from tests.vectors import make

EXPECTED: dict[str, Any] = json.loads(make.EXPECTED.read_text())
MUST_CAUSE: dict[str, str] = EXPECTED["must_cause"]
SECOND: dict[str, Any] = EXPECTED["second"]
TO_SECOND: dict[str, str] = SECOND["must_cause"]
"""What a reader must say with a second holder's keys."""


@pytest.fixture(scope="module")
def vectors() -> dict[str, bytes]:
    found = {}
    with tarfile.open(make.ARCHIVE) as archive:
        for entry in archive.getmembers():
            file = archive.extractfile(entry)
            assert file is not None
            found[entry.name] = file.read()
    return found


def _keys(expected: Mapping[str, object]) -> tuple[bytes, bytes]:
    """Return the reading key and the recording key of a set of vectors."""
    return bytes.fromhex(str(expected["reading"])), bytes.fromhex(str(expected["recording"]))


def _opened(raw: bytes, path: Path, expected: Mapping[str, object], *, second: bool = False) -> str:
    """Say what a reader says of a file."""
    path.write_bytes(raw)
    try:
        with Reader.open(path, *_keys(expected), second=second) as reader:
            return f"verdict {reader.survey.verdict}"
    except Malformed as error:
        return f"failure {error.failure}"


@pytest.mark.parametrize("name", MUST_CAUSE)
def test_a_vector_causes_what_it_must(name: str, vectors: dict[str, bytes], tmp_path: Path) -> None:
    assert _opened(vectors[name], tmp_path / "file", EXPECTED) == MUST_CAUSE[name]


@pytest.mark.parametrize("name", TO_SECOND)
def test_a_vector_causes_what_it_must_for_a_second_holder(
    name: str, vectors: dict[str, bytes], tmp_path: Path
) -> None:
    assert _opened(vectors[name], tmp_path / "file", SECOND, second=True) == TO_SECOND[name]


def test_the_vectors_are_those_that_the_specification_makes(vectors: dict[str, bytes]) -> None:
    assert make.build() == (vectors, EXPECTED)


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    text = (make.HERE.parents[1] / "docs" / "format.md").read_text()
    section = text.split("## 10. Test vectors")[1].split("## 11.")[0]
    rows = [row for row in section.splitlines() if row.startswith("| `")]
    named = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in rows]
    cause = {
        name: row.split("|")[3:] for names, row in zip(named, rows, strict=True) for name in names
    }
    assert cause.keys() == MUST_CAUSE.keys()
    for name, must in MUST_CAUSE.items():
        assert f"`{must.split()[1]}`" in cause[name][0], name
    assert {name for name, cells in cause.items() if len(cells) > 2} == TO_SECOND.keys()
    for name, must in TO_SECOND.items():
        assert f"`{must.split()[1]}`" in cause[name][1], name


def test_every_failure_class_has_a_vector() -> None:
    caused = {must.split()[1] for must in MUST_CAUSE.values() if must.startswith("failure")}
    assert caused == {failure.value for failure in FormatFault} - {"frame"}


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("complete", Verdict.COMPLETE),
        ("overwritten_header", Verdict.DAMAGED),
        ("empty", Verdict.CUT),
        ("padding", Verdict.DAMAGED),
        ("mac", Verdict.TAMPERED),
        ("ticket", Verdict.TAMPERED),
        ("rid", Verdict.TAMPERED),
        ("frame_type", Verdict.DAMAGED),
        ("hole", Verdict.DAMAGED),
        ("torn", Verdict.CUT),
    ],
)
def test_verdicts_follow_from_faults(
    name: str, verdict: Verdict, vectors: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / EXPECTED["rid"]
    path.write_bytes(vectors[name])
    reading, recording = _keys(EXPECTED)
    found = assess(path, AuditFacts(), KeysAtHand(recording, reading))
    assert found.verdict is verdict
    assert found.why.endswith(".")
