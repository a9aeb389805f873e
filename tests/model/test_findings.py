"""Test the doctor's findings and their order."""

import re

import msgspec
import pytest

from appliance.model.findings import SUBJECTS, Finding, find, group_by_subject
from appliance.model.sentences.findings import SENTENCES

NAMES = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("id", SENTENCES)
def test_a_sentence_can_be_said_with_its_values_and_ends(id: str) -> None:
    english = SENTENCES[id].english
    values = {name: f"<{name}>" for name in NAMES.findall(english)}
    text = find(id, **values).text
    assert all(f"<{name}>" in text for name in values)
    assert text.endswith((".", ">"))
    assert id.partition(".")[0] in SUBJECTS


@pytest.mark.parametrize("id", [id for id, said in SENTENCES.items() if said.level == "fail"])
def test_what_fails_says_how_to_mend_it(id: str) -> None:
    english = SENTENCES[id].english
    assert ":" in english, english


def test_a_misspelt_id_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        find("disk.rooom")
    with pytest.raises(KeyError):
        find("disk.room", free="1 GB")


def test_a_finding_crosses_a_socket() -> None:
    finding = find("vault.keys", count=7)
    line = msgspec.json.encode(finding)
    assert msgspec.json.decode(line, type=Finding) == finding
    assert (finding.subject, finding.level) == ("vault", "ok")
    assert finding.text == "Keys for 7 more recordings are ready."


def test_the_worst_subject_and_finding_stand_first() -> None:
    kept, unset = find("clock.kept"), find("clock.unset")
    swap, denied = find("memory.swap"), find("disk.denied", path="/x")
    runs, private = find("processes.keeper_runs"), find("disk.private", path="/x")
    assert group_by_subject([runs, kept, swap, private, unset, denied]) == [
        ("disk", [denied, private]),
        ("clock", [unset, kept]),
        ("memory", [swap]),
        ("processes", [runs]),
    ]
