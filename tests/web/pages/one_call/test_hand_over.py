"""Hand a call over: what is wrong is said, and nothing leaves."""

from appliance.model.limits import LONGEST_RECIPIENT
from tests.web.conftest import Panel


def test_what_is_wrong_with_a_hand_over_is_said_and_nothing_leaves(panel: Panel) -> None:
    rid, browser = panel.record(), panel.log_in()
    too_long = "x" * (LONGEST_RECIPIENT + 1)
    for form, sentence in (
        ({}, "Say for whom the copy is."),
        ({"recipient": "everybody"}, "Say for whom the copy is."),
        ({"recipient": "caller", "words": too_long}, "Use at most 200 characters."),
    ):
        answer = browser.send(f"/calls/{rid}/hand-over", **form)
        assert answer.status_code == 400
        assert sentence in answer.text
    assert "exported" not in panel.box.acts()
