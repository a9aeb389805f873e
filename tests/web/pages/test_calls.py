"""Find calls, look at one, hand it over, erase it."""

import io
import re
import wave

import pytest

from appliance.model.limits import LONGEST_REASON
from tests import samples
from tests.keeper.split_calls import SplitCall
from tests.web.conftest import CALLER, NUMBER, Panel

SPOKEN_NUMBER = "+48 22 123 45 67"


def test_the_list_names_callers_and_counts(panel: Panel) -> None:
    panel.record()
    panel.box.clock.advance(60)
    panel.record(number=None)
    page = panel.log_in().get("/calls").text
    assert "2 calls" in page
    assert CALLER in page
    assert SPOKEN_NUMBER in page
    assert "Number withheld" in page
    assert page.index("Number withheld") < page.index(CALLER)


@pytest.mark.parametrize("text", ["221234567", "+48 22 123-45-67", "0048221234567", "żółć"])
def test_a_search_finds_a_number_in_any_spelling_and_a_name(panel: Panel, text: str) -> None:
    panel.record()
    panel.box.clock.advance(60)
    panel.record(number="+48225550142")
    answer = panel.log_in().find("/calls", text=text)
    assert SPOKEN_NUMBER in answer.text


class NoThread:
    """In place of the thread that reads on."""

    def __init__(self, target: object, name: str) -> None:
        pass

    def start(self) -> None:
        pass


@pytest.mark.parametrize(
    ("language", "reading", "missing"),
    [
        ("en", "Still reading, back to", "1 call is not in the list yet"),
        ("pl", "Lista jest jeszcze wczytywana", "1 rozmowy nie ma jeszcze na liście"),
        ("de", "Die Liste wird noch gelesen", "1 Gespräch steht noch nicht in der Liste"),
    ],
)
def test_a_list_that_is_not_whole_says_so(
    panel: Panel, monkeypatch: pytest.MonkeyPatch, language: str, reading: str, missing: str
) -> None:
    monkeypatch.setattr("appliance.keeper.catalogue.readers.NamedThread", NoThread)
    monkeypatch.setattr("appliance.keeper.catalogue.readers.AT_LOGIN", 0)
    panel.record()
    browser = panel.log_in()
    for path in ("/calls", "/"):
        page = browser.get(path, Accept_Language=language).text
        assert (missing in page, reading in page) == (True, False)
        assert "Nothing has been recorded yet" not in page
    keeper = panel.box.keeper.box
    assert keeper is not None
    keeper.records.tick()
    assert missing not in browser.get("/calls", Accept_Language=language).text
    browser.send("/logout")
    monkeypatch.setattr("appliance.keeper.catalogue.catalogue.FIRST_ROWS", 0)
    browser = panel.log_in()
    page = browser.get("/calls", Accept_Language=language).text
    assert (missing in page, reading in page) == (False, True)
    keeper.records.readers.read_on()
    assert reading not in browser.get("/calls", Accept_Language=language).text


def test_a_number_stands_in_no_address_and_no_log(
    panel: Panel, caplog: pytest.LogCaptureFixture
) -> None:
    rid = panel.record()
    browser = panel.log_in()
    answer = browser.find("/calls", text="22 123 45 67", since="2020-01-01")
    assert answer.status_code == 200
    assert "2212345" not in answer.request.url
    assert "1 call" in answer.text
    for page in (answer.text, browser.get(f"/calls/{rid}").text):
        for link in page.split('href="')[1:]:
            assert "2212345" not in link.split('"')[0]
    assert "2212345" not in caplog.text


def test_pages_that_are_none_are_not_taken_for_any(panel: Panel) -> None:
    panel.record()
    browser = panel.log_in()
    assert "1 call" in browser.get("/calls?page=-7").text
    assert "1 call" in browser.get("/calls?page=²").text
    assert "0 calls" in browser.find("/calls", until="2001-01-01").text


def test_pages_are_turned_by_links_that_keep_search_and_order(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.calls.PER_PAGE", 2)
    for _ in range(3):
        panel.box.clock.advance(60)
        panel.record()
    browser = panel.log_in()
    first = browser.find("/calls", text="Anna", order="oldest")
    assert "3 calls" in first.text
    (link,) = re.findall(r'rel="next" href="([^"]+)"', first.text)
    last = browser.get(link.replace("&amp;", "&")).text
    assert "Page 2 of 2" in last
    assert last.count('class="call"') == 1
    assert 'value="Anna"' in last
    newest = re.findall(r'href="(/calls/[0-9a-f]{32})"', browser.get("/calls").text)
    assert newest[0] in last


def test_the_call_tells_the_consent_in_words(panel: Panel) -> None:
    rid = panel.record()
    page = panel.log_in().get(f"/calls/{rid}").text
    assert "The caller heard the question in Polish and pressed 1." in page
    assert "(evidence grade A)" in page
    assert samples.RULE.purposes[0].says in page
    assert "question-pl" in page
    assert "Every part is there and unaltered." in page
    assert "A key was made silent" in page
    assert "Recording sealed" in page


def test_a_call_says_whether_its_origin_is_attested(panel: Panel) -> None:
    rid, browser = panel.record(), panel.log_in()
    grey = browser.get(f"/calls/{rid}").text
    assert re.search(r'<span class="badge" title="[^"]+">not attested</span>', grey)
    said = "Nobody can confirm that this device recorded it. That alone is no fault."
    assert f'<p class="hint" id="origin">Not attested: {said}</p>' in grey
    assert 'class="badge complete"' not in grey  # a badge says what is not as usual
    panel.box.keeper.meet_recorder(samples.ORIGIN.public)
    page = browser.get(f"/calls/{panel.record()}").text
    assert "not attested" not in page
    assert "Sealed by the recording process that this device knew." in page


def test_a_call_shows_the_words_of_its_own_day(panel: Panel) -> None:
    page = panel.log_in().get(f"/calls/{panel.record()}").text
    (purpose,) = samples.RULE.purposes
    assert purpose.says in page
    assert samples.RULE.controller in page
    assert samples.RULE.contact in page


def test_a_call_that_is_none_is_not_found(panel: Panel) -> None:
    browser = panel.log_in()
    for name in ("0" * 32, "zz", "..%2f..%2froot", "A" * 32):
        assert browser.get(f"/calls/{name}").status_code == 404


def test_a_download_is_the_sound_and_on_the_record(panel: Panel) -> None:
    rid = panel.record()
    browser = panel.log_in()
    answer = browser.send(f"/calls/{rid}/export", format="wav")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert NUMBER[3:] not in answer.headers["Content-Disposition"]
    with wave.open(io.BytesIO(answer.data)) as sound:
        assert sound.getnframes() == 16000
    assert browser.send(f"/calls/{rid}/export", format="flac").data.startswith(b"fLaC")
    assert browser.send(f"/calls/{rid}/export", format="exe").status_code == 400
    assert panel.box.acts().count("exported") == 2


def test_a_call_in_parts_is_one_page_and_every_part_is_on_record(panel: Panel) -> None:
    keeper = panel.box.keeper
    assert keeper.box is not None
    call = SplitCall(panel.box.folders, keeper.box.keyring.parts, started_at=panel.box.clock.now())
    call.record(8.0, 1.0)
    call.record(12.0, 0.5)
    keeper.take_up()
    browser = panel.log_in("Pola Officer")
    assert "1 call" in browser.get("/calls").text
    first, second = call.rids
    page = browser.get(f"/calls/{second}").text
    other = browser.get(f"/calls/{first}").text
    assert page.partition("<h1>")[2].partition("csrf")[0] in other
    assert "Parts of this call" in page
    assert "Not recorded (3.0 s)" in page
    assert f'action="/calls/{first}/export"' in page
    browser.send(f"/calls/{second}/export", format="wav")
    browser.send(f"/calls/{second}/hold", ground="claims", reason="x", review="2027-05-01")
    assert "The call has 2 parts; all are erased" in browser.get(f"/calls/{second}/erase").text
    for rid in call.rids:
        acts = [entry.type for entry in keeper.box.audit.of_recording(rid)]
        assert list(dict.fromkeys(acts)) == ["sealed", "viewed", "exported", "held"]


@pytest.mark.parametrize("listed", [False, True])
def test_a_part_that_cannot_be_read_is_told_with_what_it_may_hide(
    panel: Panel, *, listed: bool
) -> None:
    keeper = panel.box.keeper
    assert keeper.box is not None
    call = SplitCall(panel.box.folders, keeper.box.keyring.parts, started_at=panel.box.clock.now())
    purposes = (("training", 30), ("evidence", 90))
    call.record(8.0, 2.0, fails_at=1.0, purposes=purposes, withdrawn=("training",))
    keeper.take_up()
    first, second = call.rids
    warning = "If a purpose ended in it during the call, this page does not know."
    if listed:
        assert warning not in panel.log_in("Pola Officer").get(f"/calls/{first}").text
    path = panel.box.folders.recordings / second
    path.write_bytes(bytes(path.stat().st_size))
    browser = panel.log_in("Pola Officer")
    page = browser.get(f"/calls/{first}").text
    assert warning in page
    assert page.index(warning) < page.index("What do you listen for?")
    which = "Part 2 of this call" if listed else f'href="/calls/{second}"'
    assert which in page


def erase(panel: Panel, rid: str, **form: str) -> "str | int":
    asked = {"ground": "consent_withdrawn", "reason": "Asked by letter.", "sure": "yes", **form}
    answer = panel.log_in("Pola Officer").send(f"/calls/{rid}/erase", **asked)
    return answer.headers["Location"] if answer.status_code == 303 else answer.status_code


def test_erased_is_certified_and_gone(panel: Panel) -> None:
    rid = panel.record()
    assert erase(panel, rid) == f"/calls/{rid}/certificate"
    browser = panel.log_in("Pola Officer")
    first = browser.get(f"/calls/{rid}/certificate").text
    assert "must not be called erased" in first
    assert 'data-state="erasing"' in first
    panel.box.clock.advance(31)
    assert panel.box.keeper.box is not None
    panel.box.keeper.box.records.tick()
    final = browser.get(f"/calls/{rid}/certificate").text
    assert "Nothing on this device opens it any more." in final
    assert "The caller withdrew the consent, Art. 17(1)(b) GDPR" in final
    assert "E0 (trial)" in final
    assert "The memory card may keep old blocks" in final
    assert browser.get(f"/calls/{rid}").headers["Location"] == f"/calls/{rid}/certificate"
    assert panel.log_in("Lena Listener").get(f"/calls/{rid}").status_code == 404
    assert browser.send(f"/calls/{rid}/listen", purpose="training").status_code in {404, 410}
    assert "0 calls" in browser.get("/calls").text
    assert not (panel.box.folders.recordings / rid).exists()


def test_why_a_call_was_erased_stands_beside_the_certificate(panel: Panel) -> None:
    rid = panel.record()
    erase(panel, rid, reason="Asked by <b>letter</b> of 3 May.")
    browser = panel.log_in("Pola Officer")
    page = browser.get(f"/calls/{rid}/certificate").text
    certificate, _, order = page.partition("</article>")
    assert "letter" not in certificate
    assert "Asked by &lt;b&gt;letter&lt;/b&gt; of 3 May." in order
    assert "Pola Officer" in order
    assert panel.box.acts()[-1] == "viewed"


LOCKED = {
    "en": "Locked: nobody is logged in whose key opens it.",
    "pl": "Zablokowane: w systemie nie ma nikogo, czyj klucz to otwiera.",
    "de": "Gesperrt: Niemand ist angemeldet, dessen Schlüssel es öffnet.",
}


@pytest.mark.parametrize("language", LOCKED)
def test_without_a_key_the_reason_is_locked(panel: Panel, language: str) -> None:
    rid = panel.record()
    erase(panel, rid)
    browser = panel.log_in("Pola Officer")
    assert panel.box.keeper.box is not None
    panel.box.keeper.box.records.lock()
    page = browser.get(f"/calls/{rid}/certificate", Accept_Language=language)
    assert page.status_code == 200
    assert LOCKED[language] in page.text
    assert "Asked by letter." not in page.text


def test_a_certificate_names_the_files_that_were_handed_over(panel: Panel) -> None:
    rid = panel.record()
    panel.log_in("Pola Officer").send(f"/calls/{rid}/export", format="wav")
    erase(panel, rid)
    page = panel.log_in("Pola Officer").get(f"/calls/{rid}/certificate").text
    assert "Files that were handed over before" in page


@pytest.mark.parametrize("missing", ["ground", "reason", "sure"])
def test_nothing_is_erased_half_meant(panel: Panel, missing: str) -> None:
    rid = panel.record()
    assert erase(panel, rid, **{missing: ""}) == 400
    assert "erasing" not in panel.box.acts()
    assert panel.log_in().get(f"/calls/{rid}").status_code == 200


def test_a_reason_without_end_is_refused(panel: Panel) -> None:
    rid = panel.record()
    assert erase(panel, rid, reason="x" * (LONGEST_REASON + 1)) == 400
    assert erase(panel, rid, reason="x" * 100_000) == 413
    assert "erasing" not in panel.box.acts()


def test_the_number_of_an_unknown_caller_is_added_and_found(panel: Panel) -> None:
    rid = panel.record(number=None)
    officer = panel.log_in("Pola Officer")
    assert "Add the caller's number" in officer.get(f"/calls/{rid}", Accept_Language="en").text
    wrong = officer.send(f"/calls/{rid}/number", number="Anna")
    assert wrong.status_code == 400
    assert 'id="number-mistake"' in wrong.text
    assert officer.send(f"/calls/{rid}/number", number="22 123 45 99").status_code == 303
    page = officer.get(f"/calls/{rid}", Accept_Language="en").text
    assert "+48 22 123 45 99" in page
    assert "The number was added by" in page
    assert "Number of the caller added" in page
    found = officer.send("/calls", text="22 123 45 99").headers["Location"]
    assert f"/calls/{rid}" in officer.get(found).text
    listener = panel.log_in("Lena Listener").get(f"/calls/{rid}", Accept_Language="en").text
    assert "/number" not in listener


def test_a_number_that_the_network_told_cannot_be_changed(panel: Panel) -> None:
    rid = panel.record()
    officer = panel.log_in("Pola Officer")
    assert f"/calls/{rid}/number" not in officer.get(f"/calls/{rid}").text
    assert officer.send(f"/calls/{rid}/number", number="22 123 45 99").status_code == 409
