"""Test that each vector of the audit makes a check name exactly the entry the format names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from appliance.keeper.audit.check import check
from appliance.vault.opening.shard import Anchor
from tests.vectors import audit

VECTORS: dict[str, Any] = json.loads(audit.VECTORS.read_text())


def first_bad(vector: dict[str, Any], folder: Path) -> int | None:
    """Write a vector's files and return the first bad entry."""
    (folder / "heads").mkdir(parents=True)
    for name, text in vector["files"].items():
        (folder / name).write_text(text)
    key = bytes.fromhex(vector["key"]) if "key" in vector else None
    seq, head = vector.get("anchor", (0, ""))
    found = check(folder, key, Anchor(seq, bytes.fromhex(head)))
    assert found.sound is (found.first_bad is None)
    assert bool(found.problem) is not found.sound
    assert found.problem == "" or found.problem.endswith(".")
    return found.first_bad


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_has_the_first_bad_entry_that_it_must(name: str, tmp_path: Path) -> None:
    assert first_bad(VECTORS[name], tmp_path) == VECTORS[name]["first_bad"]


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert audit.build() == VECTORS


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    text = (audit.VECTORS.parents[2] / "docs" / "format.md").read_text()
    section = text.split("## 8. Audit")[1].split("## 9.")[0]
    rows = [row for row in section.splitlines() if row.startswith("| `")]
    told = {
        name: row.split("|")[3].strip()
        for row in rows
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    assert told == {name: str(v["first_bad"] or "none") for name, v in VECTORS.items()}
