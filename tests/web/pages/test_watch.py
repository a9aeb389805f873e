"""Watch a line in the panel: its parts, its stream, and the check by tones."""

import json
import re
from typing import Any

import pytest
from msgspec import structs

from appliance.errors import Refused
from appliance.link.requests.doctor import (
    BeginToneCheck,
    Channel,
    ChannelFigures,
    EndToneCheck,
    LineEvent,
    LineMoment,
    ToneCheck,
)
from appliance.model.findings import find
from appliance.model.records import LineStatus
from appliance.model.sentences.refusals import REFUSALS
from appliance.model.terms import Obstacle
from tests.web.conftest import Browser, Panel
from web.pages.doctor import NO_TONES, PARTS
from web.words import doctor as said

HUMS = find("sound.hums", line="Reception", channel="voltage", level=-28, hertz=50)
GAIN = find("sound.controls_gain", line="Reception", apart="12.1", dial="5.0")
ONE_SIGNAL = find("grade.one_signal", line="Reception")


def channel(name: Channel, **changes: Any) -> ChannelFigures:
    figures = ChannelFigures(
        channel=name,
        dbm0=-18.2,
        headroom_db=9.5,
        hum_dbm0=-28.0,
        hum_hz=50,
        hum_percent=12.5,
        offset_percent=0.03,
        clipped=0,
        silent=False,
    )
    return structs.replace(figures, **changes)


SEEN = LineMoment(
    status=LineStatus(line="Reception", state="dialling"),
    now=1_790_000_010.0,
    hook="off",
    hook_since=1_790_000_000.0,
    figures="measured",
    channels=(channel("voltage"), channel("current", dbm0=-24.0, hum_hz=0, clipped=3)),
    happened=(LineEvent(1_790_000_005.0, "caller_id"), LineEvent(1_790_000_001.0, "ring")),
    found=(HUMS,),
    in_the_way=(ONE_SIGNAL,),
    grade="none",
    checkable=True,
)
DONE = ToneCheck(
    stage="done",
    at=1_790_000_009.0,
    round_trip_ms=84,
    level_db=-1.2,
    sent=(-30.0, -10.0, -30.0, -20.0),
    heard=(-31.0, -18.9, -31.2, -25.0),
    dial_tone_db=5.0,
    found=(GAIN,),
)


def page(browser: Browser, query: str = "?line=Reception", language: str = "en") -> str:
    return browser.get(f"/doctor/line{query}", Accept_Language=language).text


def part(text: str, name: str) -> str:
    """Cut a part out of a page, without its markup."""
    inner = text.split(f'data-part="{name}"')[1].split(">", 1)[1].split("</section>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inner).split())


@pytest.fixture
def admin(panel: Panel) -> Browser:
    panel.recorder.seen = SEEN
    return panel.log_in("Adam Admin")


def test_a_page_without_script_shows_all_of_it(admin: Browser) -> None:
    text = page(admin)
    assert part(text, "state").startswith("Off the hook since")
    assert "Dialling" in part(text, "state")
    levels = part(text, "levels")
    for words in ("voltage", "current", "-18.2 dBm0", "-24.0 dBm0", "9.5 dB", "3 samples"):
        assert words in levels
    assert "-28.0 dBm0, 50 Hz (12.5 %)" in levels
    assert "no hum" in levels
    assert "“voltage”: -28 dBm0" in part(text, "found")
    assert "never evidence grade A" in part(text, "way")
    assert re.search(r"A caller’s number was sent .* Ring", part(text, "events"))
    assert "Play tones" in part(text, "check")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("pl", ("Słuchawka podniesiona", "-18,2 dBm0", "Dzwonek", "„napięcie”", "Odtwórz tony")),
        ("de", ("-18,2 dBm0", "Klingeln", "„Spannung“", "Töne spielen")),
    ],
)
def test_it_is_in_the_readers_language(
    admin: Browser, language: str, words: tuple[str, ...]
) -> None:
    text = page(admin, language=language)
    for each in words:
        assert each in text


def test_the_stream_tells_the_parts_as_they_stand_on_the_page(panel: Panel, admin: Browser) -> None:
    answer = admin.client.get(
        "/doctor/line/events?line=Reception", headers={"Accept-Language": "en"}
    )
    pieces = answer.iter_encoded()
    told = event(pieces)
    assert told["recorder"] is True
    assert set(told["parts"]) == set(PARTS)
    asked = admin.get("/doctor/line.json?line=Reception", Accept_Language="en").json
    assert asked == told
    for name in PARTS:
        assert " ".join(told["parts"][name].split()) in " ".join(page(admin).split())
    panel.recorder.seen = structs.replace(SEEN, hook="on")
    assert "On the hook" in event(pieces)["parts"]["state"]
    answer.close()


def event(pieces: Any) -> dict[str, Any]:
    for piece in pieces:
        for line in piece.decode().splitlines():
            if line.startswith("data: {"):
                told: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return told
    raise AssertionError("the stream is over")


def test_parts_say_the_same_twice(admin: Browser) -> None:
    """A part that differed each time would be read aloud each time."""
    one, two = (admin.get("/doctor/line.json?line=Reception").json for _ in range(2))
    assert one == two


def test_a_recorder_that_dies_ends_the_stream_and_is_told(panel: Panel, admin: Browser) -> None:
    answer = admin.client.get("/doctor/line/events?line=Reception")
    pieces = answer.iter_encoded()
    event(pieces)
    panel.recorder.away = True
    assert "event: end\ndata: recorder_away" in b"".join(pieces).decode()
    assert admin.get("/doctor/line.json?line=Reception").json == {"recorder": False}
    text = page(admin, language="en")
    assert '<p class="notice warn" id="recorder-away" role="status">' in text
    panel.recorder.away = False
    assert '<p class="notice warn" id="recorder-away" role="status" hidden>' in page(admin)


def test_a_line_that_asks_nobody_is_not_called_ready(panel: Panel, admin: Browser) -> None:
    idle = LineStatus(line="Reception", state="idle")
    panel.recorder.seen = structs.replace(SEEN, status=idle)
    assert "Ready" in part(page(admin), "state")
    lacks = structs.replace(idle, obstacle=Obstacle.WORDS)
    panel.recorder.seen = structs.replace(SEEN, status=lacks)
    state = part(page(admin), "state")
    assert "Not ready" in state
    assert "an announcement is missing" in state


@pytest.mark.parametrize("figures", ["unheard", "private"])
def test_without_figures_none_are_shown(panel: Panel, admin: Browser, figures: Any) -> None:
    panel.recorder.seen = structs.replace(SEEN, figures=figures, channels=(), found=())
    levels = part(page(admin), "levels")
    assert "dBm0" not in levels
    assert str(said.FIGURES[figures]) in levels


def test_a_dead_channel_has_no_level(panel: Panel, admin: Browser) -> None:
    silent = (channel("both", silent=True, dbm0=-99.0, hum_hz=0),)
    panel.recorder.seen = structs.replace(SEEN, channels=silent)
    assert "no sound at all" in part(page(admin), "levels")
    assert "-99" not in part(page(admin), "levels")


def test_a_check_begins_and_ends_by_its_button(panel: Panel, admin: Browser) -> None:
    acts = len(panel.box.acts())
    answer = admin.send("/doctor/line/tones", line="Reception", do="begin")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/doctor/line?line=Reception#check")
    assert panel.recorder.asked == [BeginToneCheck("Reception")]
    assert panel.box.acts()[acts:] == ["line_checked"]
    panel.recorder.seen = structs.replace(SEEN, check=ToneCheck(stage="lift"))
    assert "Lift the phone now" in part(page(admin), "check")
    assert 'value="end">Stop' in page(admin)
    admin.send("/doctor/line/tones", line="Reception", do="end")
    assert panel.recorder.asked == [BeginToneCheck("Reception"), EndToneCheck("Reception")]
    assert admin.send("/doctor/line/tones", line="Reception", do="sing").status_code == 400


def test_what_a_check_has_shown_stands_with_its_figures(panel: Panel, admin: Browser) -> None:
    panel.recorder.seen = structs.replace(SEEN, check=DONE)
    check = part(page(admin), "check")
    for words in ("Auto Gain Control", "84 ms", "-30 · -10 · -30 · -20", "-31.0 · -18.9", "5.0 dB"):
        assert words in check


@pytest.mark.parametrize("why", [word for word in said.STOPPED])
def test_why_a_check_was_broken_off_is_said(panel: Panel, admin: Browser, why: Any) -> None:
    panel.recorder.seen = structs.replace(SEEN, check=ToneCheck(stage="stopped", stopped=why))
    assert str(said.STOPPED[why]) in part(page(admin), "check")


@pytest.mark.parametrize("code", sorted(NO_TONES))
def test_a_check_that_is_refused_says_so_in_a_sentence(
    panel: Panel, admin: Browser, code: str
) -> None:
    panel.recorder.refusal = Refused(code)
    answer = admin.send("/doctor/line/tones", line="Reception", do="begin")
    text = admin.get(answer.headers["Location"].partition("#")[0], Accept_Language="en").text
    assert f'role="alert">{REFUSALS[code].sentence}' in text


def test_on_a_line_that_cannot_play_there_is_no_button(panel: Panel, admin: Browser) -> None:
    panel.recorder.seen = structs.replace(SEEN, checkable=False)
    assert "Play tones" not in page(admin)


@pytest.mark.parametrize("name", ["Nowhere", "<b>", "", "x" * 3000])
def test_a_line_that_is_not_there_is_not_shown(admin: Browser, name: str) -> None:
    answer = admin.client.get("/doctor/line", query_string={"line": name})
    assert answer.status_code == 404
    assert 'class="watched"' not in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("name", ["Lena Listener", "Otto Operator", "Pola Officer"])
def test_only_administrators_watch(panel: Panel, name: str) -> None:
    browser = panel.log_in(name)
    for path in ("", "/events", ".json"):
        assert browser.get(f"/doctor/line{path}?line=Reception").status_code == 403
    assert browser.send("/doctor/line/tones", line="Reception", do="begin").status_code == 403
    assert BeginToneCheck("Reception") not in panel.recorder.asked


def test_the_doctor_leads_to_each_line(admin: Browser) -> None:
    assert 'href="/doctor/line?line=Reception"' in admin.get("/doctor").text


def test_what_the_recorder_says_is_no_markup(panel: Panel, admin: Browser) -> None:
    evil = structs.replace(HUMS, values={**HUMS.values, "channel": "<script>", "line": "<i>"})
    panel.recorder.seen = structs.replace(
        SEEN, found=(evil,), status=LineStatus(line="Reception", state="<u>")
    )
    text = page(admin)
    assert "<script>alert" not in text
    assert "“&lt;script&gt;”" in text
    assert "<u>" not in text
