"""A trial's doctor says once what a trial does without, and nothing else is left out."""

from appliance.keeper.doctor.trial import OF_REAL_LINES, in_its_place
from appliance.model.findings import find
from appliance.model.sentences.findings import SENTENCES

FOUND = [
    find("vault.E0"),
    find("clock.not_kept"),
    find("clock.no_chip"),
    find("memory.swap"),
    find("vault.copies"),
    find("prompts.no_voice"),
]


def test_one_finding_in_order_stands_for_what_only_a_real_line_needs() -> None:
    found = [finding.id for finding in in_its_place(FOUND, "trial")]
    assert found == ["vault.copies", "prompts.no_voice", "configuration.trial"]
    assert find("configuration.trial").level == "ok"


def test_every_other_folder_is_told_all() -> None:
    for kind in ("", "real"):
        assert list(in_its_place(FOUND, kind)) == FOUND


def test_only_what_should_be_looked_at_is_left_out() -> None:
    assert {SENTENCES[id].level for id in OF_REAL_LINES} == {"warn"}
