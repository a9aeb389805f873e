"""Hand a call over: what is wrong is said, and nothing leaves."""

from appliance.model.limits import LONGEST_RECIPIENT
from tests.samples import PAPER
from tests.web.conftest import Panel

POLICE = {"recipient": "authority", "words": "KMP", **PAPER}


def test_what_is_wrong_with_a_hand_over_is_said_and_nothing_leaves(panel: Panel) -> None:
    rid, browser = panel.record(), panel.log_in()
    too_long = "x" * (LONGEST_RECIPIENT + 1)
    for form, sentence in (
        ({}, "Say for whom the copy is."),
        ({"recipient": "everybody"}, "Say for whom the copy is."),
        ({"recipient": "caller", "words": too_long}, "Use at most 200 characters."),
        ({"recipient": "authority", "words": "KMP"}, "who signed the paper"),
        ({"recipient": "caller", "silent_until": "2027-01-01"}, "Only a copy for an authority"),
        (POLICE | {"silent_until": "2000-01-01"}, "Choose a day to come"),
        (POLICE | {"silent_until": "2066-01-01"}, "at most twelve months"),
        (POLICE | {"silent_until": "<b>soon</b>"}, "&lt;b&gt;soon&lt;/b&gt; is not a day"),
    ):
        answer = browser.send(f"/calls/{rid}/hand-over", **form)
        assert answer.status_code == 400
        assert sentence in answer.text
    assert "exported" not in panel.box.acts()


def test_the_sheet_of_the_authority_and_the_office_names_the_paper(panel: Panel) -> None:
    rid, browser = panel.record(), panel.log_in()
    assert browser.send(f"/calls/{rid}/hand-over", **POLICE).status_code == 200
    for reader in ("office", "authority"):
        sheet = browser.get(f"/calls/{rid}/proof?for={reader}").text
        for name, text in PAPER.items():
            assert f"{name.replace('_', ' ')}: {text}" in sheet
    assert not [text for text in PAPER.values() if text in browser.get(f"/calls/{rid}/proof").text]
