"""A header says of a recording whether a second holder could open it."""

import json
import tarfile
from pathlib import Path

import pytest

from appliance.errors import FileFormatError
from appliance.keeper.unlocked.proved import proved
from appliance.vault.opening.digest import digest
from appliance.vault.opening.verdicts import AuditFacts, KeysAtHand
from tests.vectors import make

EXPECTED = json.loads(make.EXPECTED.read_text())
KEYS = KeysAtHand(bytes.fromhex(EXPECTED["recording"]), bytes.fromhex(EXPECTED["reading"]))
NAMED = {
    "complete": (False, 0, None),
    "second_ok": (True, 1, None),
    "second_absent": (False, 1, "pool_empty"),
    "second_other_holder": (True, 1, None),  # rubbish, which they alone would notice
    "second_other_key": (True, 1, None),
}
"""Vector -> whether the header names a holder, how many the rule names, why there is no key."""


def sealed(name: str, path: Path) -> AuditFacts:
    """Write a vector; return what the audit says of it."""
    with tarfile.open(make.ARCHIVE) as archive:
        file = archive.extractfile(name)
        assert file is not None
        path.write_bytes(file.read())
    found = digest(path)
    return AuditFacts(found.frames, found.sha256, found.head)


@pytest.mark.parametrize("name", NAMED)
def test_the_header_says_whether_somebody_else_could_open_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / EXPECTED["rid"]
    facts = proved(path, sealed(name, path), KEYS)
    meta, rule = json.loads(facts.meta), json.loads(facts.rule)
    told = facts.second, len(rule.get("holders", ())), meta.get("alone")
    assert told == NAMED[name]


@pytest.mark.parametrize(
    "name",
    [
        "second_rule_names_none",
        "second_rule_names_other",
        "second_alone_beside",
        "second_alone_unsaid",
        "second_alone_unpromised",
    ],
)
def test_a_recording_that_disagrees_with_itself_proves_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / EXPECTED["rid"]
    with pytest.raises(FileFormatError):
        proved(path, sealed(name, path), KEYS)
