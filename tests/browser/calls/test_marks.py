"""Jump from mark to mark by button and key, and play faster, as the page says."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from appliance.model.audio import RATE
from appliance.model.records import RecordingMark
from tests.browser.box import chromium, listen
from tests.browser.filled import Filled, enter, filled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

MARKS = (
    RecordingMark(kind="blank", sample=5 * RATE, samples=1600),
    RecordingMark(kind="pause", sample=20 * RATE),
    RecordingMark(kind="resume", sample=30 * RATE),
)
PLACES = [0, 5, 20, 30, 40]
"""Seconds: the consent, these marks, and the end, at which another party came on the line."""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("filled"), calls=4) as served:
        served.annas.append(served.panel.record(seconds=40, marks=MARKS, ended="far_changed"))
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(box: Filled, browser: Browser) -> Iterator[Page]:
    """The player of the call; whatever a policy of the page forbids is a failure."""
    page = enter(browser, box, "Lena Listener", locale="en-GB")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{box.url}calls/{box.annas[-1]}")
    expect(page.locator("#player .seek")).to_have_count(len(PLACES))
    assert page.locator("#player .seek:enabled").count() == 0, "there is no sound to jump in yet"
    listen(page)
    yield page
    assert complaints == []
    page.context.close()


def now(page: Page) -> float:
    at: float = page.evaluate("document.querySelector('audio').currentTime")
    return at


def told(page: Page) -> Locator:
    return page.locator("#player [role=status]")


def test_keys_lead_from_mark_to_mark_and_a_live_region_names_each(page: Page) -> None:
    wave = page.get_by_role("slider", name="Position in the recording")
    wave.focus()
    expect(told(page)).to_have_count(1)
    expect(told(page)).to_have_text("")
    for key, at, said in (
        ("n", 5, "2/5 · 0:05 A key was made silent (0.2 s)"),
        ("N", 20, "3/5 · 0:20 Recording paused"),
        ("n", 30, "4/5 · 0:30 Recording went on"),
        ("p", 20, "3/5 · 0:20 Recording paused"),
        ("n", 30, "4/5 · 0:30 Recording went on"),
        ("n", 40, "5/5 · 0:40 Recording stopped: another party came on the line"),
        ("n", 40, "No mark lies that way."),
    ):
        page.keyboard.press(key)
        assert now(page) == pytest.approx(at, abs=0.01)
        expect(told(page)).to_have_text(said)
    expect(wave).to_have_attribute("aria-valuetext", "0:40")


def test_buttons_do_the_same_and_the_page_names_their_keys(page: Page) -> None:
    later = page.get_by_role("button", name="Next mark")
    earlier = page.get_by_role("button", name="Previous mark")
    expect(page.get_by_text("N leads to the next mark and P to the previous one")).to_be_visible()
    assert later.get_attribute("aria-keyshortcuts") == "N"
    assert earlier.get_attribute("aria-keyshortcuts") == "P"
    later.click()
    assert now(page) == pytest.approx(5, abs=0.01)
    page.keyboard.press("n")  # from the button that has the focus
    assert now(page) == pytest.approx(20, abs=0.01)
    earlier.focus()
    page.keyboard.press("Enter")
    assert now(page) == pytest.approx(5, abs=0.01)
    assert page.evaluate("document.querySelector('audio').paused"), "a jump starts nothing"


def test_the_list_is_read_in_order_and_each_button_by_time_and_name(page: Page) -> None:
    listed = page.get_by_role("list", name="In the recording")
    expect(listed.get_by_role("listitem")).to_have_count(len(PLACES))
    assert [
        float(place.get_attribute("data-seek") or "") for place in listed.locator(".seek").all()
    ] == PLACES
    listed.get_by_role("button", name="0:20 Recording paused").click()
    page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          while (audio.currentTime < 20.1)
            await new Promise((next) => audio.addEventListener("timeupdate", next, { once: true }));
        }"""
    )
    expect(told(page)).to_have_text("3/5 · 0:20 Recording paused")


def test_the_browsers_own_player_and_the_rest_of_the_page_keep_their_keys(page: Page) -> None:
    page.locator("audio").focus()
    for key in ("n", "p"):
        page.keyboard.press(key)
        assert now(page) == 0
    page.locator("#speed").focus()
    page.keyboard.press("n")
    assert now(page) == 0
    page.locator("body").press("n")
    assert now(page) == 0
    page.get_by_role("slider", name="Position in the recording").focus()
    page.keyboard.press("Control+p")  # it prints
    page.keyboard.press("Alt+n")
    assert now(page) == 0


def test_a_mark_is_drawn_where_it_is_with_its_number(page: Page) -> None:
    page.get_by_role("slider", name="Position in the recording").focus()
    for key in ("ArrowRight", "ArrowRight"):  # so that the line of what is heard covers no mark
        page.keyboard.press(key)
    expect(page.locator("canvas")).to_have_attribute("aria-valuetext", "0:10")
    drawn = page.evaluate(
        """async ([places, length]) => {
          const audio = document.querySelector("audio");
          while (audio.seeking)
            await new Promise((next) => audio.addEventListener("seeked", next, { once: true }));
          await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
          const canvas = document.querySelector("canvas");
          const { width, height } = canvas;
          const soft = getComputedStyle(document.documentElement).getPropertyValue("--soft");
          const parts = soft.trim().match(/[0-9a-f]{2}/g).map((two) => parseInt(two, 16));
          const dots = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          const dot = (x, y) => dots.slice(4 * (y * width + x));
          const like = (x, y) => parts.every((one, at) => Math.abs(dot(x, y)[at] - one) < 3);
          return places.map((at) => {
            const x = Math.min(Math.floor((at / length) * width) + 1, width - 1);
            return like(x, 2) && like(x, height - 8);
          });
        }""",
        [[*PLACES, 12, 35], 40],
    )
    assert drawn == [True] * 5 + [False] * 2


def test_a_speed_lasts_while_the_page_is_open(page: Page) -> None:
    rate = "(() => { const a = document.querySelector('audio'); return a.playbackRate; })()"
    speed = page.get_by_label("Speed")
    assert speed.locator("option").all_inner_texts() == ["0.75×", "1×", "1.25×", "1.5×", "2×"]
    speed.select_option("1.5×")
    assert page.evaluate(rate) == 1.5
    page.get_by_role("button", name="Next mark").click()
    page.evaluate(
        """() => new Promise((next) => {
          const audio = document.querySelector("audio");
          audio.onloadedmetadata = next;
          audio.load();  // as after the network was away
        })"""
    )
    assert page.evaluate(rate) == 1.5
    page.evaluate("document.querySelector('audio').playbackRate = 2")  # by the browser's own menu
    expect(speed).to_have_value("2")
    page.reload()
    page.wait_for_load_state()
    expect(speed).to_have_value("1")
    assert page.evaluate(rate) == 1
