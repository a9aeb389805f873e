"""Use the demo phone's routes: the recorder's orders and the script's events."""

import json
from typing import Any, get_args

import pytest
from msgspec import structs

from appliance.config.read import trial
from appliance.errors import Refused
from appliance.link.requests.demo_phone import LONGEST_CLIP, LendVoice, PhoneAct, PhoneNews
from appliance.model.demo_phone import (
    LiveAct,
    PhoneNow,
    PhonesNow,
    Sounding,
    State,
    Why,
    idle,
)
from appliance.model.policy import PromptKind, Saying
from appliance.model.prompts import digest
from appliance.model.records import LineStatus
from appliance.model.terms import DialogueWait
from appliance.prompts.library import Library
from appliance.prompts.speech import simulated_voices
from tests.web.conftest import Browser, Panel
from web.app import PanelSettings, create_app
from web.pages import demo_phone as phone
from web.pages.demo_phone import hint
from web.words import demo_phone as phone_words

QUESTION = Library().prompts(trial(), trial().lines[0])[Saying(PromptKind.QUESTION)]


def now(**states: State) -> PhonesNow:
    """Return phones of which some are in a state of their own."""
    phones = tuple(
        structs.replace(one, state=states.get(one.party, one.state)) for one in idle(0).phones
    )
    return PhonesNow(at=8000, phones=phones)


def with_status(panel: Panel, state: str, **more: object) -> None:
    panel.recorder.status = LineStatus(line="Reception", state=state, trial=True, **more)  # type: ignore[arg-type]  # as a test gives them


def told(browser: Browser) -> dict[str, Any]:
    """Return the first thing that the page's script is told."""
    stream = browser.client.get(
        "/phone/events?line=Reception", headers={"Accept-Language": "en"}, buffered=True
    )
    line = next(line for line in stream.text.splitlines() if line.startswith("data: {"))
    found: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return found


def test_the_page_is_there_for_a_simulated_line_alone(panel: Panel) -> None:
    browser = panel.log_in("Otto Operator")
    page = browser.get("/phone", Accept_Language="en")
    assert page.status_code == 200
    assert "The caller's phone" in page.text
    assert page.headers["Permissions-Policy"] == phone.MICROPHONE
    assert "microphone=()" in browser.get("/").headers["Permissions-Policy"]
    assert browser.get("/phone?line=Warehouse").status_code == 404
    with_status(panel, "idle")
    panel.recorder.status = structs.replace(panel.recorder.status, trial=False)
    gone = browser.get("/phone", Accept_Language="en")
    assert gone.status_code == 404
    assert "there is no demo phone" in gone.text
    assert "<script src" not in gone.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("simulated", "name", "shown"),
    [
        (True, "Otto Operator", True),
        (True, "Lena Listener", False),
        (False, "Otto Operator", False),
    ],
)
def test_the_navigation_names_it_where_there_is_one(
    panel: Panel, simulated: bool, name: str, shown: bool
) -> None:
    settings = PanelSettings(trial=simulated)
    panel.app = create_app(panel.app.extensions["keeper"], settings, panel.box.clock)
    top = panel.log_in(name).get("/").text.partition("<main")[0]
    assert ('<a href="/phone"' in top) is shown


@pytest.mark.parametrize(
    ("form", "act"),
    [
        ({"by": "office", "do": "lift"}, LiveAct(by="office", do="lift")),
        ({"by": "caller", "do": "key", "keys": "1"}, LiveAct(by="caller", do="key", keys="1")),
        (
            {"by": "caller", "do": "talk", "voice": "ab"},
            LiveAct(by="caller", do="talk", voice="ab"),
        ),
        (
            {"by": "caller", "do": "call", "who": "adam"},
            LiveAct(by="caller", do="call", number="+48325550123", name="Adam Testowy"),
        ),
        ({"by": "caller", "do": "call", "who": "hidden"}, LiveAct(by="caller", do="call")),
        (
            {"by": "third", "do": "call", "who": "adam"},
            LiveAct(by="third", do="call", number="+48585550142", name="Maria Testowa"),
        ),
    ],
)
def test_an_act_reaches_the_recorder(panel: Panel, form: dict[str, str], act: LiveAct) -> None:
    answer = panel.log_in("Otto Operator").send("/phone/act", line="Reception", **form)
    assert answer.status_code == 204
    assert panel.recorder.asked == [PhoneAct(line="Reception", act=act)]


@pytest.mark.parametrize(
    "form", [{"by": "nobody", "do": "lift"}, {"by": "office", "do": "jump"}, {}]
)
def test_an_act_that_there_is_not_goes_nowhere(panel: Panel, form: dict[str, str]) -> None:
    assert panel.log_in().send("/phone/act", line="Reception", **form).status_code == 400
    assert panel.recorder.asked == []


@pytest.mark.parametrize("why", get_args(Why))
def test_a_refusal_is_a_sentence_in_the_readers_language(panel: Panel, why: Why) -> None:
    panel.recorder.refusal = Refused(f"phone_{why}")
    browser = panel.log_in()
    form = {"csrf_token": browser.token(), "line": "Reception", "by": "office", "do": "lift"}
    said = [
        browser.client.post("/phone/act", data=form, headers={"Accept-Language": language})
        for language in ("en", "pl", "de")
    ]
    assert {answer.status_code for answer in said} == {409}
    assert len({(answer.json or {})["message"] for answer in said}) == 3


def test_what_a_phone_does_not_have_is_refused(panel: Panel) -> None:
    panel.recorder.refusal = Refused("phone_keys", most=20)
    answer = panel.log_in().send("/phone/act", line="Reception", by="office", do="key", keys="A")
    assert answer.status_code == 400


def lend(browser: Browser, raw: bytes, kind: str = "audio/wav") -> int:
    token = browser.token()
    answer = browser.client.post(
        "/phone/voice?line=Reception&by=caller",
        data=raw,
        content_type=kind,
        headers={"X-CSRFToken": token},
    )
    return answer.status_code


def test_a_voice_is_larger_than_any_form_and_reaches_the_recorder(panel: Panel) -> None:
    browser = panel.log_in("Otto Operator")
    voice = bytes(44 + LONGEST_CLIP * 16_000)
    assert lend(browser, voice) == 200
    assert panel.recorder.lent == [voice]
    assert panel.recorder.asked == [LendVoice(line="Reception", by="caller")]
    assert lend(browser, bytes(LendVoice.upload + 1)) == 413
    assert lend(browser, voice, "text/plain") == 400
    assert len(panel.recorder.lent) == 1


def test_a_sound_is_given_by_its_hash_and_may_be_kept(panel: Panel) -> None:
    browser = panel.log_in("Adam Admin")
    far, near = simulated_voices()
    for sound in (QUESTION.sound, far, near):
        answer = browser.get(f"/phone/sound/{digest(sound)}.wav")
        assert answer.mimetype == "audio/wav"
        assert answer.data[44:] == sound.astype("<i2").tobytes()
        assert answer.headers["Cache-Control"] == phone.KEPT
    assert browser.get(f"/phone/sound/{'0' * 64}.wav").status_code == 404
    assert browser.get("/phone/sound/question.wav").status_code == 404


def test_the_script_is_told_what_each_phone_lets_one_hear_and_read(panel: Panel) -> None:
    asks = Sounding(
        id=7, kind="prompt", what=QUESTION.ref.sha256, by="box", began=4000, spoken="question"
    )
    phones = (
        PhoneNow(party="caller", state="talking", hears=(asks,), may=("hang_up", "key", "talk")),
        PhoneNow(party="office", state="talking", display="+48600555012"),
        PhoneNow(party="third"),
    )
    panel.recorder.phones_now = (PhonesNow(at=8000, phones=phones),)
    with_status(panel, "asking", awaited=DialogueWait.KEY)
    said = told(panel.log_in("Otto Operator"))
    assert said["hint"] == "asking"
    caller, office = said["phones"]["caller"], said["phones"]["office"]
    (heard,) = caller["hears"]
    assert (heard["what"], heard["said"], heard["language"]) == (asks.what, "the device asks", "pl")
    assert heard["text"].startswith("Dzień dobry, tu Kancelaria Nowak")
    assert caller["may"] == ["hang_up", "key", "talk"]
    assert office["display"] == "+48 600 555 012"


@pytest.mark.parametrize(
    ("states", "line", "expected"),
    [
        ({}, "idle", "idle"),
        ({"caller": "calling", "office": "ringing"}, "ringing", "ringing"),
        ({"office": "dial_tone"}, "dialling", "dialling"),
        ({"office": "calling", "caller": "ringing"}, "dialling", "called"),
        ({"caller": "busy"}, "idle", "busy"),
        ({"office": "busy"}, "refused", "busy"),
        ({"office": "talking", "caller": "talking"}, "settling", "settling"),
        ({"office": "talking", "caller": "talking"}, "fault", "connected"),
        ({"office": "talking", "caller": "talking"}, "awaiting", "awaiting"),
        ({"office": "talking", "caller": "talking"}, "recording", "recording"),
        ({"office": "talking", "caller": "talking"}, "refused", "unrecorded"),
        ({"office": "talking", "third": "talking"}, "far_changed", "stopped"),
    ],
)
def test_there_is_always_a_next_step(states: dict[str, State], line: str, expected: str) -> None:
    news = PhoneNews(now(**states), LineStatus(line="Reception", state=line))
    assert hint(news) == expected
    assert expected in phone_words.HINTS
    taken = structs.replace(news, phones=idle(0, taken=True))
    assert hint(taken) == "taken"


def test_the_outcome_names_the_recording_to_whoever_may_see_it(panel: Panel) -> None:
    rid = panel.record()
    with_status(panel, "idle", outcome="recorded")
    owner, operator = panel.log_in(), panel.log_in("Otto Operator")
    path = "/phone/outcome.json?line=Reception"
    assert owner.get(path, Accept_Language="en").json == {
        "said": "Last call: recorded.",
        "recorded": True,
        "recording": rid,
        "address": f"/calls/{rid}",
    }
    assert (operator.get(path).json or {})["recording"] == ""
    with_status(panel, "idle", outcome="unrecorded", reason="refused")
    said = owner.get(path, Accept_Language="en").json or {}
    assert (said["said"], said["recorded"]) == (
        "Last call: not recorded: the caller refused.",
        False,
    )


def test_while_the_recorder_is_away_nothing_is_said_about_its_lines(panel: Panel) -> None:
    panel.recorder.away = True
    answer = panel.log_in().get("/phone", Accept_Language="en")
    assert answer.status_code == 503
    assert "The recorder does not answer." in answer.text
    assert "simulated, so" not in answer.text
