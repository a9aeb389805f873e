"""Watch the live page: its events, their limit, and the page without script."""

import json
import threading
import time
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec import structs
from werkzeug.test import TestResponse

from appliance.clock import DAY
from appliance.link.requests.lines import PressButton
from appliance.link.requests.live import LineLevel, LiveNews, OnLine
from appliance.link.requests.trial import EndSilence
from appliance.model.lamps import Need
from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle
from tests.web.conftest import Browser, Panel
from web.app import create_app
from web.pages import live
from web.server import THREADS
from web.streams import MOST_EACH, MOST_STREAMS, Streams
from web.words import formats

RECORDING = LineStatus(
    line="Reception",
    state="recording",
    since=1_790_000_000.0,
    call_since=1_789_999_980.0,
    began=1_789_999_985.0,
)
ZOFIA = OnLine("Reception", "incoming", "known", "+48221234567", "Zofia Testowa")
ENGLISH = {"Accept-Language": "en"}


class Stream:
    """One open stream of a browser, read event by event."""

    def __init__(self, client: FlaskClient, **environ: Any) -> None:
        self.answer: TestResponse = client.get(
            "/lines/events", headers=ENGLISH, environ_overrides=environ
        )
        self._pieces = self.answer.iter_encoded()

    def event(self) -> dict[str, Any]:
        """Return the data of the next message, as JSON."""
        for piece in self._pieces:
            for line in piece.decode().splitlines():
                if line.startswith("data: {"):
                    told: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    return told
        raise AssertionError("the stream is over")

    def rest(self) -> str:
        """Return all that still comes."""
        return b"".join(self._pieces).decode()

    def close(self) -> None:
        self.answer.close()


def on_call(panel: Panel, person: OnLine = ZOFIA) -> Browser:
    panel.recorder.status, panel.recorder.people = RECORDING, (person,)
    return panel.log_in()


def test_a_page_is_told_the_whole_state_and_then_levels(panel: Panel) -> None:
    browser = on_call(panel)
    panel.recorder.levels = (LineLevel("Reception", -18.2),)
    stream = Stream(browser.client)
    assert stream.answer.status_code == 200
    assert stream.answer.mimetype == "text/event-stream"
    told = stream.event()
    (line,) = told["lines"]
    assert (line["state"], line["name"], line["lamp"]) == ("recording", "Recording", "red-steady")
    assert (line["who"], line["number"]) == ("Zofia Testowa", "+48 22 123 45 67")
    assert line["began"].endswith(time.strftime(", %H:%M", time.localtime(RECORDING.began)))
    assert (line["at"], line["call_at"]) == (RECORDING.since, RECORDING.call_since)
    assert line["buttons"] == ["pause", "private"]
    assert told["now"] == panel.box.clock.now()
    assert told["recorder"] is True
    assert stream.event() == {"levels": {"Reception": -18.2}}
    stream.close()


def test_a_page_that_asks_is_told_the_same(panel: Panel) -> None:
    browser = on_call(panel)
    stream = Stream(browser.client)
    assert browser.get("/lines.json", Accept_Language="en").json == stream.event()
    stream.close()


def test_a_page_without_script_shows_it_all(panel: Panel) -> None:
    page = on_call(panel).get("/", Accept_Language="en").text
    for words in (
        "Recording",
        "Zofia Testowa",
        "+48 22 123 45 67",
        "Red: recording.",
    ):
        assert words in page
    assert 'value="pause" data-press="pause">' in page
    assert 'value="ask" data-press="ask" hidden>' in page


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        (OnLine("Reception", "incoming", "withheld"), "Number withheld"),
        (OnLine("Reception", "incoming", "unknown"), "Number unknown"),
        (OnLine("Reception", "incoming", "listed"), "A number that is never recorded"),
        (OnLine("Reception", "outgoing", "known", "+48221234567"), "+48 22 123 45 67"),
    ],
)
def test_who_is_on_in_words(panel: Panel, person: OnLine, shown: str) -> None:
    told: Any = on_call(panel, person).get("/lines.json", Accept_Language="en").json
    line = told["lines"][0]
    assert (line["who"], line["number"]) == (shown, "")
    assert line["way"] == person.direction


def test_an_administrator_sees_the_line_but_not_the_caller(panel: Panel) -> None:
    on_call(panel)
    admin = panel.log_in("Adam Admin")
    stream = Stream(admin.client)
    for told in (stream.event(), admin.get("/lines.json").json or {}):
        assert told["lines"][0]["state"] == "recording"
        assert told["lines"][0]["who"] == told["lines"][0]["number"] == ""
    stream.close()
    assert "Zofia" not in admin.get("/").text


def test_without_the_recorder_no_line_and_no_lamp_is_known(panel: Panel) -> None:
    panel.recorder.away = True
    stream = Stream(panel.log_in().client)
    told = stream.event()
    assert (told["recorder"], told["lines"]) == (False, [])
    assert told["front"]["green"] == told["front"]["red"] == "off"
    assert "Not known now" in told["front"]["text"]
    assert told["unknown"]["state"] == "unknown"
    stream.close()


def test_the_stream_says_that_its_session_is_over(panel: Panel) -> None:
    browser = panel.log_in()
    stream = Stream(browser.client)
    assert stream.event()["recorder"]
    browser.send("/logout")
    assert stream.rest().endswith("event: end\ndata: not_logged_in\n\n")
    stream.close()
    again = browser.client.get("/lines/events", headers={"Accept": "text/event-stream"})
    assert again.status_code == 401


def test_one_person_has_so_many_streams_and_each_place_is_given_back(panel: Panel) -> None:
    browser = panel.log_in()
    streams = [Stream(browser.client) for _ in range(MOST_EACH)]
    assert {stream.answer.status_code for stream in streams} == {200}
    assert Stream(browser.client).answer.status_code == 503
    assert browser.get("/lines.json").status_code == 200, "it asks instead"
    streams.pop().close()
    streams.append(Stream(browser.client))
    assert streams[-1].event()["recorder"]
    for stream in streams:
        stream.close()
        stream.close()
    again = [Stream(browser.client) for _ in range(MOST_EACH)]
    assert {stream.answer.status_code for stream in again} == {200}
    for stream in again:
        stream.close()


def test_sixteen_tabs_of_one_leave_a_colleague_every_stream(panel: Panel) -> None:
    adam, pola = panel.log_in("Adam Admin"), panel.log_in("Pola Officer")
    tabs = [Stream(adam.client) for _ in range(MOST_STREAMS)]
    assert Counter(tab.answer.status_code for tab in tabs) == {200: MOST_EACH, 503: 12}
    hers = [Stream(pola.client) for _ in range(MOST_EACH)]
    assert {tab.answer.status_code for tab in hers} == {200}
    for tab in tabs + hers:
        tab.close()


def test_whoever_comes_when_all_places_are_taken_gets_one_of_whoever_has_most(
    panel: Panel,
) -> None:
    panel.app.extensions["streams"] = Streams(most=MOST_EACH)
    adam, pola = panel.log_in("Adam Admin"), panel.log_in("Pola Officer")
    tabs = [Stream(adam.client) for _ in range(MOST_EACH)]
    for tab in tabs:
        assert tab.event()["recorder"]
    hers = Stream(pola.client)
    assert hers.event()["recorder"]
    assert tabs[-1].rest().endswith("event: end\ndata: full\n\n"), "that page asks from now on"
    assert Stream(adam.client).answer.status_code == 503, "and does not take it back"
    for tab in (*tabs, hers):
        tab.close()


def test_pages_find_a_thread_beside_all_streams() -> None:
    assert THREADS >= 2 * MOST_STREAMS


def test_a_stream_that_is_refused_takes_no_place(panel: Panel) -> None:
    stranger = panel.browser()
    for _ in range(MOST_STREAMS + 1):
        assert Stream(stranger.client).answer.status_code == 303
    stream = Stream(panel.log_in().client)
    assert stream.event()["recorder"]
    stream.close()


def test_a_browser_that_left_ends_its_stream(panel: Panel) -> None:
    gone = threading.Event()
    stream = Stream(panel.log_in().client, **{"waitress.client_disconnected": gone.is_set})
    assert stream.event()["recorder"]
    gone.set()
    assert stream.rest() == ""
    stream.close()


def test_streams_end_when_the_panel_stops(panel: Panel) -> None:
    stream = Stream(panel.log_in().client)
    assert stream.event()["recorder"]
    streams: Streams = panel.app.extensions["streams"]
    streams.close()
    assert stream.rest() == ""
    stream.close()
    assert Stream(panel.log_in().client).answer.status_code == 503


def test_a_button_pressed_by_the_script_answers_without_a_page(panel: Panel) -> None:
    browser = on_call(panel)
    form = {"csrf_token": browser.token(), "line": "Reception", "button": "pause"}
    answer = browser.client.post("/press", data=form, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert panel.recorder.asked == [PressButton(line="Reception", button="pause")]
    assert browser.send("/press", line="Reception", button="private").status_code == 303
    forged = {**form, "csrf_token": "forged"}
    refused = browser.client.post("/press", data=forged, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.mimetype) == (400, "application/json")


def test_another_start_of_the_panel_can_be_told(panel: Panel) -> None:
    one = (panel.log_in().get("/lines.json").json or {})["panel"]
    assert one == (panel.log_in().get("/lines.json").json or {})["panel"]
    other = create_app(panel.app.extensions["keeper"])
    with other.test_request_context("/"):
        assert live.told(LiveNews("state"))["panel"] != one


def test_a_line_on_a_full_disk_says_that_nobody_is_asked(panel: Panel) -> None:
    panel.recorder.status = structs.replace(
        RECORDING, state="idle", recording=False, obstacle=Obstacle.STORAGE
    )
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    assert told["lines"][0]["sentence"].startswith("Nothing can be stored")
    assert told["front"]["text"] == "Red flashes: Reception asks nobody: nothing can be stored."


def test_a_slow_disk_is_told_beside_the_state(panel: Panel) -> None:
    panel.recorder.status = structs.replace(RECORDING, slow_sync_ms=640)
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    said = told["lines"][0]["sentence"]
    assert said.startswith("The call is being recorded and encrypted")
    assert "took 640 ms to keep a piece of a call" in said
    assert told["front"]["red"] == "steady", "the call outranks it"


@pytest.mark.parametrize(("obstacle", "asked"), [(Obstacle.EMERGENCY, False), (None, True)])
def test_a_line_after_a_call_for_help_says_that_nobody_is_asked(
    panel: Panel, obstacle: Obstacle | None, asked: bool
) -> None:
    until = panel.box.clock.now() + 60 if obstacle else 0.0
    idle = structs.replace(
        RECORDING, state="idle", recording=False, obstacle=obstacle, exempt_until=until
    )
    panel.recorder.status = idle
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    said = told["lines"][0]["sentence"]
    assert said.startswith(
        "The next caller will be asked" if asked else "An emergency number was called"
    )
    assert asked or said.endswith("no caller is asked."), "whoever is called may be asked"


def test_what_befell_a_line_before_its_first_call_is_not_told_as_a_call(panel: Panel) -> None:
    panel.recorder.status = LineStatus(line="Reception", state="idle", reason="cut")
    told: Any = panel.log_in().get("/lines.json").json
    assert told["lines"][0]["last"] == ""


def test_an_unrecorded_call_whose_reason_is_gone_is_told_without_one(panel: Panel) -> None:
    panel.recorder.status = LineStatus(line="Reception", state="ringing", outcome="unrecorded")
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    assert told["lines"][0]["last"] == "not recorded"


def test_a_line_before_its_first_day_says_from_when_on_it_records(panel: Panel) -> None:
    idle = structs.replace(
        RECORDING,
        state="idle",
        recording=False,
        obstacle=Obstacle.DAY,
        records_from="2027-01-11",
    )
    panel.recorder.status = idle
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    said = told["lines"][0]["sentence"]
    assert said.startswith("Nobody is asked or recorded here before 11 January 2027")
    assert (told["lines"][0]["name"], told["lines"][0]["lamp"]) == (
        "Ready from 11 January 2027",
        "green-wink",
    )
    assert (told["front"]["green"], told["front"]["red"]) == ("wink", "off")
    assert told["front"]["text"].startswith("Green flashes: ready from 11 January 2027.")
    panel.recorder.status = structs.replace(idle, complete=False)
    told = panel.log_in().get("/lines.json", Accept_Language="en").json
    assert (told["lines"][0]["name"], told["lines"][0]["lamp"]) == ("Not ready", "red-wink")
    assert "Something is missing before it can ask then." in told["lines"][0]["sentence"]
    assert (told["front"]["green"], told["front"]["red"]) == ("off", "wink")
    panel.recorder.status = structs.replace(idle, records_from="2027-13-99")
    assert panel.log_in().get("/").status_code == 200, "a recorder's nonsense breaks no page"


@pytest.mark.parametrize("why", list(Obstacle))
def test_a_line_that_asks_nobody_never_looks_ready(panel: Panel, why: Obstacle) -> None:
    status = LineStatus(
        line="Reception", state="idle", obstacle=why, exempt_until=panel.box.clock.now() + 60
    )
    panel.recorder.status = status
    browser = panel.log_in()
    told: Any = browser.get("/lines.json", Accept_Language="en").json
    line = told["lines"][0]
    green = "wink" if why is Obstacle.DAY else "off"
    assert (line["asks"], told["front"]["green"]) == (False, green)
    assert line["name"] != "Ready"
    lamp = {Obstacle.DAY: "green-wink", Obstacle.KIND: ""}.get(why, "red-wink")
    assert line["lamp"] == lamp
    assert "The next caller will be asked." not in browser.get("/", Accept_Language="en").text


def test_older_settings_are_told_beside_the_line_that_follows_them(panel: Panel) -> None:
    panel.recorder.older, panel.recorder.need = True, Need.OLDER
    panel.recorder.status = LineStatus(line="Reception", state="idle")
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    assert told["lines"][0]["sentence"] == (
        "The next caller will be asked. The line still follows older settings. The device check "
        "says why."
    )
    assert told["front"]["text"] == "Green: ready. Red flashes: a line follows older settings."


def test_a_state_of_another_day_is_told_with_its_date(panel: Panel) -> None:
    now = panel.box.clock.now()
    for since, long in ((now - 1, False), (now - 3 * DAY, True)):
        panel.recorder.status = LineStatus(line="Reception", state="idle", since=since)
        with panel.app.test_request_context("/", headers={"Accept-Language": "en"}):
            assert (formats.since(since, now) == formats.moment(since)) is long


def test_a_line_that_asks_nothing_announces_its_notice(panel: Panel) -> None:
    panel.recorder.status = LineStatus(line="Reception", state="idle", notice=True)
    told: Any = panel.log_in().get("/lines.json", Accept_Language="en").json
    assert told["lines"][0]["sentence"] == "The next caller hears a notice and is then recorded."
    assert told["front"]["green"] == "steady"


def test_the_silence_after_an_emergency_call_ends_by_a_button_in_a_trial_alone(
    panel: Panel,
) -> None:
    silent = LineStatus(
        line="Reception",
        state="idle",
        obstacle=Obstacle.EMERGENCY,
        exempt_until=panel.box.clock.now() + 60,
        trial=True,
    )
    for trial, buttons in ((True, ["end_silence"]), (False, [])):
        panel.recorder.status = structs.replace(silent, trial=trial)
        told: Any = panel.log_in().get("/lines.json").json
        assert told["lines"][0]["buttons"] == buttons
    browser = panel.log_in("Otto Operator")
    assert browser.send("/press", line="Reception", button="end_silence").status_code == 303
    assert panel.recorder.asked[-1] == EndSilence()
    assert panel.box.acts()[-1] == "quiet_ended"
