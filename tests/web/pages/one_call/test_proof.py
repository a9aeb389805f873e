"""The proof sheet of a call: read, taken out, handed over with the sound."""

import hashlib
import io
import re
import zipfile

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.model.rule import RuleRecipients
from appliance.vault.proof import read_proof
from tests import samples
from tests.samples import PAPER
from tests.web.conftest import Panel
from tests.web.pages.one_call.question import SOUND, keep_question


@pytest.fixture
def said(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the sample's question have a sound that is kept; return its hash."""
    return keep_question(panel, monkeypatch)


def test_the_sheet_is_taken_out_handed_over_and_heard(panel: Panel, said: str) -> None:
    rid, browser = panel.record(), panel.log_in()
    assert f'href="/calls/{rid}/proof"' in browser.get(f"/calls/{rid}").text

    # Read.
    page = browser.get(f"/calls/{rid}/proof").text
    for told in (
        samples.RULE.controller,
        samples.RULE.words[0].text,
        "The caller heard the question in Polish and pressed 1.",
        "szkolenia naszych pracowników",
        "Not agreed to",
        "kept on the device for 90 days",
        "No time is listed.",
        f"/proof/words/{said}.wav",
    ):
        assert told in page
    wav = browser.get(f"/proof/words/{said}.wav")
    assert wav.data[44:] == SOUND
    assert browser.get(f"/proof/words/{'0' * 64}.wav").status_code == 404

    # Taken out.
    taken = browser.send(f"/calls/{rid}/proof")
    assert ".proof.jsonl" in taken.headers["Content-Disposition"]
    assert panel.box.keeper.box is not None
    fingerprint = panel.box.keeper.box.records.recordings.proofs.fingerprint
    proof = read_proof(taken.data, fingerprint)
    assert re.sub(r"\s", "", page).count(fingerprint[:8]) == 1
    assert proof.annex.copies == ()

    # Handed over.
    handed = browser.send(
        f"/calls/{rid}/hand-over", recipient="authority", words="Sąd Rejonowy", **samples.PAPER
    )
    assert handed.status_code == 200
    with zipfile.ZipFile(io.BytesIO(handed.data)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    (sound,) = [name for name in files if name.endswith(".wav") and "/" not in name]
    (signed,) = [name for name in files if name.endswith(".proof.jsonl")]
    assert signed.removesuffix(".proof.jsonl") == sound.removesuffix(".wav")
    with_copy = read_proof(files[signed], fingerprint)
    (copy,) = with_copy.annex.copies
    assert copy.sha256 == hashlib.sha256(files[sound]).hexdigest()
    assert (copy.recipient, copy.words) == ("authority", "Sąd Rejonowy")
    assert [one.core for one in with_copy.recordings] == [one.core for one in proof.recordings]
    assert files["words/1-question.wav"] == wav.data
    paper = files["proof.html"].decode()
    assert 'src="words/1-question.wav"' in paper
    assert samples.RULE.words[0].text in paper
    assert "http" not in paper.replace("http-equiv", "")
    assert panel.box.acts().count("exported") == 1
    page = browser.get(f"/calls/{rid}/proof?for=office").text
    assert "for a court or an authority: Sąd Rejonowy" in page
    assert "Sąd Rejonowy" not in browser.get(f"/calls/{rid}/proof").text
    assert "for a court or an authority: Sąd Rejonowy" in browser.get(f"/calls/{rid}").text
    assert browser.get(f"/calls/{rid}/proof?for=police").status_code == 404
    assert browser.send(f"/calls/{rid}/proof", recipient="police").status_code == 404
    for_office = browser.send(f"/calls/{rid}/proof", recipient="office")
    assert read_proof(for_office.data).annex.reader == "office"
    lena = panel.log_in("Lena Listener")
    assert lena.get(f"/calls/{rid}/proof?for=office").status_code == 403
    listener = lena.get(f"/calls/{rid}").text
    assert "for a court or an authority" in listener
    assert "Sąd Rejonowy" not in listener


def test_who_refused_the_choice_of_a_mixed_line_is_not_said_to_have_had_none(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = structs.replace(
        samples.RECEIPT, outcome="notice", key=None, grade=None, refused=("quality",)
    )
    monkeypatch.setattr("tests.web.conftest.RECEIPT", receipt)
    rid, browser = panel.record(), panel.log_in()
    handed = browser.send(f"/calls/{rid}/hand-over", recipient="office")
    with zipfile.ZipFile(io.BytesIO(handed.data)) as archive:
        paper = archive.read("proof.html").decode()
    for page in (
        browser.get(f"/calls/{rid}").text,
        browser.get(f"/calls/{rid}/proof").text,
        paper,
    ):
        assert "did not agree to what was a choice" in page
        assert "its basis asks for no key" not in page


def test_the_sheet_says_sensitive_data_what_a_contract_needs_recipients_and_the_officer(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    purpose = structs.replace(
        samples.RULE.purposes[0],
        basis="contract",
        contract_to="perform",
        health=True,
        special=("religion",),
        care_reason="Opieka <nad> pacjentem",
    )
    rule = structs.replace(
        samples.RULE,
        purposes=(purpose,),
        officer="Jan Nowak, iod@urzad.example",
        recipients=RuleRecipients(answer="these", says="Biuro Rachunkowe Lipowa"),
    )
    plain, browser = panel.record(), panel.log_in()
    monkeypatch.setattr(samples, "RULE", rule)
    rid = panel.record()
    handed = browser.send(f"/calls/{rid}/hand-over", recipient="caller")
    with zipfile.ZipFile(io.BytesIO(handed.data)) as archive:
        paper = archive.read("proof.html").decode()
    wanted = (
        "Contract (to perform the contract)",
        "Sensitive data (Art. 9 GDPR): health, religion or belief",
        "<q>Opieka &lt;nad&gt; pacjentem</q>",
        "Jan Nowak, iod@urzad.example",
        "Biuro Rachunkowe Lipowa",
    )
    for page in (browser.get(f"/calls/{rid}/proof").text, paper):
        assert [told for told in wanted if told not in page] == []
    without = browser.get(f"/calls/{plain}/proof").text
    for heading in ("Art. 9 GDPR", "Who else receives", "Data protection officer"):
        assert heading not in without


@pytest.mark.parametrize("language", ["pl", "de"])
def test_the_sheet_speaks_the_readers_language_and_quotes_that_of_the_line(
    language: str, panel: Panel
) -> None:
    rid, browser = panel.record(), panel.log_in()
    browser.client.set_cookie("language", language)
    page = browser.get(f"/calls/{rid}/proof").text
    assert {"pl": "Karta rozmowy", "de": "Nachweisblatt"}[language] in page
    assert samples.RULE.words[0].text in page


def test_a_name_that_is_markup_is_shown_as_it_is(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = '<script>alert("x")</script>'
    rule = structs.replace(samples.RULE, controller=odd)
    monkeypatch.setattr("tests.samples.RULE", rule)
    rid, browser = panel.record(), panel.log_in()
    assert odd not in browser.get(f"/calls/{rid}/proof").text
    handed = browser.send(f"/calls/{rid}/hand-over", recipient="office")
    with zipfile.ZipFile(io.BytesIO(handed.data)) as archive:
        paper = archive.read("proof.html").decode()
    assert odd not in paper
    assert "&lt;script&gt;" in paper


WORD = {
    "pl": "Ta karta jest oświadczeniem urządzenia, które należy do biura.",
    "de": "Dieses Blatt ist die Aussage eines Geräts, das dem Büro gehört.",
    "en": "This sheet is the word of a device that belongs to the office.",
}


@pytest.mark.parametrize("language", WORD)
@pytest.mark.parametrize("kind", ["caller", "authority", "office"])
def test_every_sheet_says_whose_word_it_is_and_where_the_call_stands(
    panel: Panel, language: str, kind: str
) -> None:
    rid, browser = panel.record(), panel.log_in("Pola Officer")
    browser.client.set_cookie("language", language)
    assert panel.box.keeper.box is not None
    audit = panel.box.keeper.box.audit
    sealed = next(one for one in audit.of_recording(rid) if one.type == "sealed")
    day, behind = audit.day, {"pl": "jeszcze go nie ma", "de": "noch nicht", "en": "not finished"}

    def read() -> str:
        page = browser.get(f"/calls/{rid}/proof?for={kind}").text
        assert WORD[language] in page
        assert str(sealed.seq) in page
        return page

    assert behind[language] in read()
    panel.box.clock.advance(DAY)
    panel.box.keeper.box.records.look_at_the_time()
    audit.append("locked", "keeper")
    browser = panel.log_in("Pola Officer")
    browser.client.set_cookie("language", language)
    page = read()
    assert day in page
    head = audit.head_behind(sealed.seq)
    assert head is not None
    counts = {"pl": f"z wpisami od 1 do {head.seq}", "de": f"Einträgen 1 bis {head.seq}"}
    assert (counts.get(language, f"entries 1 to {head.seq}") in page) is (kind != "caller")
    paper = {"words": "Sąd", **PAPER} if kind == "authority" else {"words": "Anna"}
    handed = browser.send(f"/calls/{rid}/hand-over", recipient=kind, **paper)
    with zipfile.ZipFile(io.BytesIO(handed.data)) as archive:
        (sheet,) = [name for name in archive.namelist() if name.endswith(".html")]
        assert WORD[language] in archive.read(sheet).decode()
