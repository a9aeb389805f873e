"""Hand a call over: what is wrong is said, and nothing leaves."""

import io
import zipfile

from appliance.clock import DAY
from appliance.model.limits import LONGEST_RECIPIENT
from tests.samples import PAPER
from tests.web.conftest import Panel
from tests.web.lists.test_several import copies

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


def test_what_a_silent_hold_alone_keeps_goes_to_no_caller_and_is_named_in_no_file(
    panel: Panel,
) -> None:
    pola, kept = panel.log_in("Pola Officer"), panel.record()
    answer = pola.send(f"/calls/{kept}/hand-over", **POLICE, silent_until="2027-06-01")
    assert answer.data
    hold = {"ground": "legal_duty", "reason": "KMP", "review": "2027-06-01"}
    pola.send(f"/calls/{kept}/hold", **hold)
    assert panel.box.keeper.box is not None
    for _ in range(91):
        panel.box.clock.advance(DAY)
        panel.box.keeper.box.records.sweep()
    other, pola = panel.record(), panel.log_in("Pola Officer")
    page = pola.get(f"/calls/{kept}").text
    assert "it counts as erased: answer as you do for an erased call" in page
    assert f"/calls/{kept}/proof?for=office" in page
    assert pola.get(f"/calls/{kept}/proof").status_code == 409
    assert pola.get(f"/calls/{kept}/proof?for=office").status_code == 200
    assert "counts as erased" not in pola.get(f"/calls/{other}").text
    single = pola.send(f"/calls/{kept}/hand-over", recipient="caller")
    assert single.status_code == 400
    assert "Copies and proofs leave for an authority or the office alone." in single.text
    before = panel.box.acts().count("exported")
    for chosen in ((other, kept), (kept, other)):
        several = copies(pola, *chosen)
        assert several.status_code == 400
        assert f"these calls count as erased: {kept[:8]}." in several.text
    assert panel.box.acts().count("exported") == before
    for calls, typed in (
        ([other], {"recipient": "caller"}),
        ([other, kept], {"recipient": "office"}),
        ([other, kept], POLICE),
    ):
        with zipfile.ZipFile(io.BytesIO(copies(pola, *calls, **typed).data)) as file:
            assert sum(name.endswith("proof.html") for name in file.namelist()) == len(calls)
            assert (kept[:8] in file.read("contents.txt").decode()) is (kept in calls)
