"""Hand over, hold and erase several calls at once."""

import hashlib
import io
import re
import zipfile
from typing import Any

import pytest
from werkzeug.test import TestResponse

from appliance.model.sentences.heard import UNREAL_SENTENCES, unreal_sentence
from appliance.vault.proof import read_proof
from tests import samples
from tests.web.conftest import NUMBER, Browser, Panel
from tests.web.pages.one_call.question import SOUND, keep_question
from web.pages.calls import chosen_calls

POLA = "Pola Officer"
ERASE = {"ground": "consent_withdrawn", "reason": "Asked by letter.", "sure": "yes"}
HOLD = {"ground": "claims", "reason": "A claim of 12 May.", "review": "2027-05-01"}


def choose(browser: Browser, do: str, *recordings: str, **more: str) -> TestResponse:
    fields = {"csrf_token": browser.token(), "do": do, "recording": list(recordings), **more}
    return browser.client.post("/calls/chosen", data=fields)


def copies(browser: Browser, *recordings: str, **typed: str) -> TestResponse:
    """Choose calls and hand them over, to the caller if nobody else is named."""
    name = chosen(browser, "copies", *recordings)
    fields = {"chosen": name, "recipient": "caller", **typed}
    return browser.send("/calls/chosen/hand-over", **fields)


def chosen(browser: Browser, do: str, *recordings: str) -> str:
    where = choose(browser, do, *recordings).headers["Location"]
    assert all(rid not in where for rid in recordings)
    return where.partition("chosen=")[2]


def names(answer: TestResponse) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert file.testzip() is None
        return file.namelist()


def opened(answer: TestResponse) -> dict[str, bytes]:
    assert answer.content_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_copies_of_several_calls_hold_what_a_copy_of_one_holds(panel: Panel) -> None:
    rids = [panel.record(), panel.record()]
    browser = panel.log_in(POLA)
    files = opened(copies(browser, *rids, words="Anna Nowak"))
    assert panel.box.acts().count("exported") == 2
    *calls, contents = files
    assert contents == "contents.txt"
    assert "for the caller: Anna Nowak" in files[contents].decode()
    for rid, (sound, signed, sheet) in zip(rids, batched(calls), strict=True):
        folder, _, name = sound.partition("/")
        assert rid[:8] in folder
        assert signed == sound.replace(".wav", ".proof.jsonl")
        assert sheet == f"{folder}/proof.html"
        annex = read_proof(files[signed]).annex
        (copy,) = annex.copies
        assert copy.sha256 == hashlib.sha256(files[sound]).hexdigest()
        assert (annex.reader, copy.recipient) == ("caller", "caller")
        assert samples.RULE.controller in files[sheet].decode()
        handed = opened(browser.send(f"/calls/{rid}/hand-over", recipient="caller"))
        assert {name, signed.partition("/")[2], "proof.html"} == set(handed)
        assert handed[name] == files[sound]
    assert NUMBER[3:] not in "".join(files)
    assert NUMBER[3:].encode() not in files[contents]


def batched(names: list[str]) -> list[tuple[str, str, str]]:
    return list(zip(names[::3], names[1::3], names[2::3], strict=True))


def test_words_that_several_callers_heard_lie_in_the_file_once(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = keep_question(panel, monkeypatch)
    rids = [panel.record(), panel.record()]
    files = opened(copies(panel.log_in(POLA), *rids))
    assert [name for name in files if name.startswith("words/")] == ["words/1-question.wav"]
    assert files["words/1-question.wav"][44:] == SOUND
    sheets = [raw.decode() for name, raw in files.items() if name.endswith("proof.html")]
    assert [sheet.count('src="../words/1-question.wav"') for sheet in sheets] == [1, 1]
    assert said in sheets[0]


def test_a_copy_is_for_somebody_and_a_mistake_keeps_what_was_typed(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in(POLA)
    name = chosen(browser, "copies", rid)
    assert "Hand over 1 call" in browser.get(f"/calls/chosen/hand-over?chosen={name}").text
    for nobody in ("", "everybody"):
        fields = {"chosen": name, "recipient": nobody, "words": "Anna <b>Nowak"}
        answer = browser.send("/calls/chosen/hand-over", **fields)
        assert (answer.status_code, "Say for whom the copy is." in answer.text) == (400, True)
        assert "Anna &lt;b&gt;Nowak" in answer.text
    lacks = browser.send("/calls/chosen/hand-over", chosen=name, recipient="authority", words="KMP")
    assert (lacks.status_code, "who signed the paper" in lacks.text) == (400, True)
    gone = browser.send("/calls/chosen/hand-over", chosen="x" * 16, recipient="caller")
    assert (gone.status_code, "Nothing is chosen any more" in gone.text) == (410, True)
    assert "exported" not in panel.box.acts()
    files = opened(copies(browser, rid, recipient="authority", words="KMP", **samples.PAPER))
    (signed,) = [raw for file, raw in files.items() if file.endswith(".jsonl")]
    (copy,) = read_proof(signed).annex.copies
    assert (copy.words, copy.file_number) == ("KMP", samples.PAPER["file_number"])
    assert "for a court or an authority" in browser.get(f"/calls/{rid}/proof").text


def test_a_call_that_is_gone_is_named_in_the_list_inside(panel: Panel) -> None:
    gone, there = panel.record(), panel.record()
    browser = panel.log_in(POLA)
    browser.send(f"/calls/{gone}/erase", **ERASE)
    answer = copies(browser, gone, there)
    assert len(names(answer)) == 4  # sound, proof, sheet, and the list
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        said = file.read("contents.txt").decode()
    assert f"{gone[:8]}: This call was erased." in said
    assert copies(browser, gone).status_code == 410


def test_a_call_that_was_changed_is_left_out_and_the_file_says_so(panel: Panel) -> None:
    changed, whole = panel.record(seconds=40), panel.record()
    path = panel.box.folders.recordings / changed
    path.chmod(0o600)
    raw = bytearray(path.read_bytes())
    raw[60 * 4096] ^= 1
    path.write_bytes(raw)
    answer = copies(panel.log_in(POLA), changed, whole)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        said = file.read("contents.txt").decode()
        sounds = [name for name in file.namelist() if name.endswith(".wav")]
    assert f"{changed[:8]}: This file was changed since it was encrypted." in said
    assert [whole[:8] in name for name in sounds] == [True]


def test_several_are_erased_for_one_reason_with_one_certificate(panel: Panel) -> None:
    rids = [panel.record(), panel.record()]
    browser = panel.log_in(POLA)
    name = chosen(browser, "erase", *rids)
    assert "Erase 2 calls" in browser.get(f"/calls/chosen/erase?chosen={name}").text
    assert browser.send("/calls/chosen/erase", chosen=name, ground="objection").status_code == 400
    assert "erasing" not in panel.box.acts()
    answer = browser.send("/calls/chosen/erase", chosen=name, by="authority", **ERASE)
    assert answer.headers["Location"] == "/calls/erased"
    settle(panel)
    listed = browser.get("/calls/erased").text
    assert sum(f"/calls/{rid}/certificate" in listed for rid in rids) == 1
    articles = set()
    for rid in rids:
        page = browser.get(f"/calls/{rid}/certificate").text
        found = re.search(r"<article.*?</article>", page, re.DOTALL)
        assert found is not None
        articles.add(found[0])
        assert "Asked by letter." in page
        assert "Asked by letter." not in found[0]
        assert POLA in page
        assert POLA not in found[0]
    (article,) = articles
    assert all(rid in article for rid in rids)
    assert "Kancelaria Nowak sp. k., Warszawa" in article
    assert "a court or an authority" in article
    assert "0 calls" in browser.get("/calls").text
    again = browser.send("/calls/chosen/erase", chosen=name, **ERASE)
    assert (again.status_code, "Nothing is chosen any more" in again.text) == (410, True)


def settle(panel: Panel) -> None:
    """Let half a minute pass, after which an erasure is final and its certificate signed."""
    assert panel.box.keeper.box is not None
    for _ in range(2):
        panel.box.clock.advance(40)
        panel.box.keeper.box.records.tick()


def test_a_held_call_stays_and_is_named_and_the_others_are_erased(panel: Panel) -> None:
    free, held = panel.record(), panel.record()
    browser = panel.log_in(POLA)
    browser.send(f"/calls/{held}/hold", **HOLD)
    name = chosen(browser, "erase", free, held)
    answer = browser.send("/calls/chosen/erase", chosen=name, **ERASE)
    assert answer.status_code == 200
    for said in ("1 call stays", "1 call is being erased.", f"/calls/{held}", "legal claims"):
        assert said in answer.text
    assert "1 May 2027" in answer.text
    assert free not in answer.text
    assert "1 call<" in browser.get("/calls").text
    assert panel.box.acts().count("erasing") == 1
    again = browser.send("/calls/chosen/erase", chosen=name, **ERASE)
    assert (again.status_code, "All of them are held" in again.text) == (409, True)


def test_several_are_held_and_each_is_lifted_by_itself(panel: Panel) -> None:
    rids = [panel.record(), panel.record()]
    browser = panel.log_in(POLA)
    name = chosen(browser, "hold", *rids)
    early = browser.send("/calls/chosen/hold", chosen=name, **HOLD | {"review": "2026-01-01"})
    assert (early.status_code, "Choose a day to come for the review." in early.text) == (400, True)
    assert not {"held", "failed"} & set(panel.box.acts())
    browser.send("/calls/chosen/hold", chosen=name, **HOLD)
    assert browser.get("/calls").text.count("badge held") == 2
    browser.send(f"/calls/{rids[0]}/release", sure="yes")
    assert "A claim of 12 May." in browser.get(f"/calls/{rids[1]}").text


def test_a_hold_of_several_leaves_those_that_are_held_as_they_are(panel: Panel) -> None:
    free, held = panel.record(), panel.record()
    browser = panel.log_in(POLA)
    before = {"ground": "legal_duty", "reason": "The order of 3 March."}
    browser.send(f"/calls/{held}/hold", **HOLD | before)
    name = chosen(browser, "hold", free, held)
    assert "1 of them is held already" in browser.get(f"/calls/chosen/hold?chosen={name}").text
    answer = browser.send("/calls/chosen/hold", chosen=name, **HOLD)
    told = browser.get(answer.headers["Location"]).text
    assert "Those that were held before keep their ground, reason and day of review." in told
    assert "A claim of 12 May." in browser.get(f"/calls/{free}").text
    page = browser.get(f"/calls/{held}").text
    assert "The order of 3 March." in page
    assert "A claim of 12 May." not in page
    assert panel.box.acts().count("held") == 2
    answer = browser.send("/calls/chosen/hold", chosen=chosen(browser, "hold", free, held), **HOLD)
    told = browser.get(answer.headers["Location"]).text
    assert "The chosen calls were held before; nothing was changed." in told
    assert "The chosen calls are held." not in told
    assert panel.box.acts().count("held") == 2


def test_a_hold_that_comes_between_page_and_answer_stays_as_it_is(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rids = [panel.record(), panel.record(), panel.record()]
    browser, other = panel.log_in(POLA), panel.log_in(POLA)

    def between() -> Any:
        seen = chosen_calls()
        order = HOLD | {"ground": "legal_duty", "reason": "The order of 3 March."}
        other.send(f"/calls/{rids[1]}/hold", **order)
        other.send(f"/calls/{rids[2]}/erase", **ERASE)
        return seen

    name = chosen(browser, "hold", *rids)
    monkeypatch.setattr("web.pages.one_call.holds.chosen_calls", between)
    answer = browser.send("/calls/chosen/hold", chosen=name, **HOLD)
    told = browser.get(answer.headers["Location"]).text
    assert "Some of the chosen calls could not be held" in told
    assert "A claim of 12 May." in browser.get(f"/calls/{rids[0]}").text
    page = browser.get(f"/calls/{rids[1]}").text
    assert "The order of 3 March." in page
    assert "A claim of 12 May." not in page
    assert panel.box.acts().count("held") == 2
    assert "failed" not in panel.box.acts()


@pytest.mark.parametrize("do", ["copies", "erase", "hold"])
def test_nothing_chosen_is_said_in_a_sentence(panel: Panel, do: str) -> None:
    panel.record()
    answer = choose(panel.log_in(POLA), do)
    assert (answer.status_code, "Choose at least one call." in answer.text) == (400, True)
    assert choose(panel.log_in(POLA), do, "../../etc").status_code == 404
    many = [f"{number:032x}" for number in range(101)]
    answer = choose(panel.log_in(POLA), do, *many)
    assert (answer.status_code, "at most 100 calls" in answer.text) == (400, True)


def test_a_listener_is_offered_no_choice_and_gets_none(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in("Lena Listener")
    assert 'name="recording"' not in browser.get("/calls").text
    for do in ("copies", "erase", "hold"):
        assert choose(browser, do, rid).status_code == 403
    assert "exported" not in panel.box.acts()


def test_the_list_inside_says_first_which_call_was_on_no_telephone_line(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: dict[str, Any] = {}
    buses: dict[Any, Any] = {"simulated": "simulated", "virtual": "virtual", "usb": ""}
    for bus, kind in buses.items():
        monkeypatch.setattr(samples, "RULE", samples.rule_of(bus))
        kinds[panel.record()] = kind
    files = opened(copies(panel.log_in(POLA), *kinds))
    lines = files["contents.txt"].decode().splitlines()
    for rid, kind in kinds.items():
        (line,) = [line for line in lines if line.endswith(rid[:8])]
        assert [each for each in UNREAL_SENTENCES if unreal_sentence(each, "en") in line] == (
            [kind] if kind else []
        )
        assert line.startswith(unreal_sentence(kind, "en"))
