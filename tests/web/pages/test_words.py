"""The page of words: what the lines say, and recordings of one's own, without scripts, too."""

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from appliance.config.kept import in_force
from appliance.errors import Refused
from appliance.link.requests.settings import OutdatedLine
from appliance.link.requests.words import MeasuredTakes, MeasureTakes
from appliance.model.takes import LARGEST_TAKE, Measure
from appliance.prompts.recorded import entries
from tests.keeper.boxes import OWNER
from tests.web.conftest import Browser, Panel
from tests.web.pages.test_settings import filled, hidden
from tests.web.pages.test_settings import send as send_form

GOOD = (Measure("length", "good", 2.0), Measure("noise", "warn", 25.0))
SOUND = (2000 * np.sin(np.arange(16_000) / 4)).astype("<i2").tobytes()


@pytest.fixture
def office(panel: Panel) -> Panel:
    """A panel whose recorder measures whatever comes as a good recording."""
    panel.recorder.measured = (MeasuredTakes(GOOD, 16_000, 16_000), SOUND)
    return panel


def send(browser: Browser, path: str, *files: bytes) -> TestResponse:
    takes = [FileStorage(io.BytesIO(raw), "take.wav") for raw in files]
    form = MultiDict([("csrf_token", browser.token()), *(("take", take) for take in takes)])
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.client.post(path, data=body, content_type=kind)


def test_every_text_stands_with_its_seconds_voice_and_sound(office: Panel) -> None:
    browser = office.log_in()
    text = browser.get("/words").text
    assert text.count("<audio") == 9
    assert "Na oba cele: jedynka." in text
    assert re.search(r"27\.\d s, as shipped: RHVoice Natan", text)
    assert "not spoken" not in text
    sound = browser.get("/words/Reception/refused.wav")
    assert sound.content_type == "audio/wav"
    assert sound.data[:4] == b"RIFF"
    assert 'href="/words"' in browser.get("/settings").text


def test_words_that_nobody_has_confirmed_are_confirmed_by_name(office: Panel) -> None:
    browser = office.log_in()
    page = browser.get("/words").text
    assert f"Confirm as {OWNER}" in page
    assert "Kancelaria Nowak w Warszawie" in page
    assert browser.send("/words/confirm", base="0").headers["Location"].endswith("done=nothing")
    answer = browser.send("/words/confirm", base="0", confirmed="words")
    assert answer.headers["Location"] == "/words?done=confirmed"
    assert "Words that nobody has confirmed" not in browser.get("/words").text
    confirmed = in_force(office.box.folders, office.box.seed).config.office.confirmed
    assert confirmed is not None
    assert confirmed.by == OWNER
    late = browser.send("/words/confirm", base="0", confirmed="words")
    assert late.status_code == 409
    assert "has changed the settings meanwhile" in late.text


def test_a_recording_is_measured_heard_confirmed_and_removed(office: Panel) -> None:
    browser = office.log_in()
    page = browser.get("/words/Reception/refused")
    assert "Dobrze, nie nagrywamy." in page.text
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    sent = send(browser, "/words/Reception/refused", b"RIFF")
    where = sent.headers["Location"]
    draft = browser.get(where).text
    assert "There is noise; close the window" in draft
    assert draft.index("There is noise") < draft.index("It is short enough.")
    assert draft.count("<rect") == 240
    heard = browser.get(where.replace("/heard", "/whole.wav"))
    assert len(heard.data) == 44 + len(SOUND)
    unsure = browser.send(where)
    assert unsure.status_code == 409
    assert "confirm each point" in unsure.text
    assert browser.send(where, confirmed="whole").headers["Location"] == "/words?done=kept"
    assert f"spoken by {OWNER}" in browser.get("/words").text
    assert [entry.by for entry in entries(office.box.folders.own_voice)] == [OWNER]
    (name,) = re.findall('name="take" value="([0-9a-f]{64})"', browser.get("/words").text)
    gone = browser.send("/words/drop", take=name)
    assert gone.headers["Location"] == "/words?done=dropped"
    assert f"spoken by {OWNER}" not in browser.get("/words").text
    assert browser.get(where).status_code == 404


def test_uploads_are_bounded_and_nothing_is_no_recording(office: Panel) -> None:
    browser = office.log_in()
    path = "/words/Reception/refused"
    for files in ((), (b"",), (b"x",) * 3, (b"x" * (LARGEST_TAKE + 1),)):
        answer = send(browser, path, *files)
        assert answer.status_code == 400
        assert f"at most {LARGEST_TAKE / 1_000_000:.1f} MB" in answer.text
    assert send(browser, path, b"x" * (LARGEST_TAKE + 50_000)).status_code == 413
    assert office.recorder.asked == []


def test_a_large_recording_of_any_bytes_is_taken(office: Panel) -> None:
    """Sound holds every byte, ends of lines among them, at any place."""
    browser = office.log_in()
    raw = np.random.default_rng(1).bytes(900_000) + b"\r\n" * 50_000 + b"\r" * 100_000
    answer = send(browser, "/words/Reception/keys", raw, raw[:700_000])
    assert answer.status_code == 303
    (asked,) = office.recorder.asked
    assert isinstance(asked, MeasureTakes)
    assert asked.sizes == (len(raw), 700_000)


def test_a_busy_box_is_told_on_the_same_page(office: Panel) -> None:
    browser = office.log_in()
    office.recorder.measured = None
    office.recorder.refusal = Refused("speaking")
    answer = send(browser, "/words/Reception/refused", b"RIFF")
    assert answer.status_code == 409
    assert "Wait until it is done" in answer.text


def test_addresses_that_name_nothing_are_not_here(office: Panel) -> None:
    browser = office.log_in()
    for path in (
        *("/words/Kitchen/refused", "/words/Reception/notice", "/words/Reception/%2e%2e"),
        *("/words/takes/..%2f..%2fpool/heard", "/words/takes/abcdefgh/other.wav"),
        "/words/Reception/notice.wav",
    ):
        assert browser.get(path).status_code == 404, path


def test_home_says_that_a_recording_is_out_of_date(office: Panel) -> None:
    browser = office.log_in()
    where = send(browser, "/words/Reception/confirmation-quality", b"RIFF").headers["Location"]
    sent = {"confirmed": ["whole", "purpose.quality"], "csrf_token": browser.token()}
    assert browser.client.post(where, data=sent).status_code == 303
    assert "not said any more" not in browser.get("/").text
    full = {"full__pl": "kontroli jakości rozmów", "full__en": "call quality checks"}
    path = "/settings/purposes/1"
    preview = send_form(browser, path, filled(office, "purposes", 1, **full), do="preview")
    form = hidden(preview)
    form["confirmed"] = "words.quality"
    assert send_form(browser, path, form, do="save").headers["Location"].startswith("/settings")
    assert "Reception: 1 recording is out of date" in browser.get("/").text
    page = browser.get("/words").text
    assert "recording out of date" in page
    assert "It lacks:" in page
    assert page.index("It lacks:") < page.index("#Reception-confirmation-quality")
    assert "they are not said any more" in page
    lena = office.log_in("Lena Listener")
    assert "not said any more" not in lena.get("/").text


def test_a_recording_without_a_place_stands_on_the_page_and_can_be_removed(office: Panel) -> None:
    """Its purpose has another name: no line has a place for it, and Home tells it all the same."""
    browser = office.log_in()
    where = send(browser, "/words/Reception/confirmation-quality", b"RIFF").headers["Location"]
    sent = {"confirmed": ["whole", "purpose.quality"], "csrf_token": browser.token()}
    assert browser.client.post(where, data=sent).status_code == 303
    path = "/settings/purposes/1"
    changes = {"id": "service", "full__pl": "kontroli jakości rozmów"}
    office.recorder.outdated = (OutdatedLine("Reception", ("confirmation-quality",)),)
    preview = send_form(browser, path, filled(office, "purposes", 1, **changes), do="preview")
    assert "Reception: 1 recording of yours is out of date then" in preview.text
    form = hidden(preview)
    form["confirmed"] = "words.service"
    assert send_form(browser, path, form, do="save").headers["Location"].startswith("/settings")
    assert "Reception: 1 recording is out of date" in browser.get("/").text
    page = browser.get("/words").text
    assert "recording out of date" not in page, "no saying of the line has its place"
    assert "Recordings that no caller hears" in page
    assert "Confirmation: service quality checks" in page
    assert "kontroli jakości obsługi" in page[page.index("Recordings that no caller hears") :]
    (name,) = re.findall('name="take" value="([0-9a-f]{64})"', page)
    assert browser.send("/words/drop", take="f" * 64).status_code == 404
    assert browser.send("/words/drop", take=name).status_code == 303
    assert "no caller hears" not in browser.get("/words").text
    assert "is out of date" not in browser.get("/").text


def test_a_line_of_two_languages_has_its_words_in_both(office: Panel) -> None:
    around = office.box.keeper._around
    (line,) = around.config.lines
    around.config = replace(around.config, lines=(replace(line, other_languages=("en",)),))
    browser = office.log_in()
    text = browser.get("/words").text
    assert text.count('class="line-name"') == 2
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "For English, press three." in text
    assert 'href="/words/Reception/question"' in text
    assert 'href="/words/Reception/question?language=en"' in text
    polish = browser.get("/words/Reception/refused.wav").data
    english = browser.get("/words/Reception/refused.wav?language=en").data
    assert polish != english
    assert browser.get("/words/Reception/refused.wav?language=pl").data == polish
    page = browser.get("/words/Reception/refused?language=en").text
    assert "All right, we are not recording." in page
    assert "Dobrze, nie nagrywamy" in browser.get("/words/Reception/refused").text
    assert browser.get("/words/Reception/refused?language=de").status_code == 404
    sent = send(browser, "/words/Reception/refused?language=en", SOUND)
    draft = browser.get(sent.headers["Location"]).text
    assert "All right, we are not recording." in draft
    assert "/words/Reception/refused?language=en" in draft
