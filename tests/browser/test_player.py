"""Listen by keyboard, and find no way to take the sound away as a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.box import chromium, listen
from tests.browser.filled import Filled, enter, filled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("filled"), calls=4) as served:
        served.annas.append(served.panel.record(seconds=40))
        served.annas.append(served.panel.record(seconds=150))
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_the_drawing_seeks_by_keyboard_and_says_where_it_is(box: Filled, browser: Browser) -> None:
    page = enter(browser, box, "Lena Listener", locale="en-GB")
    page.goto(f"{box.url}calls/{box.annas[-2]}")
    listen(page)
    wave = page.get_by_role("slider", name="Position in the recording")
    wave.focus()
    for key, at in (("ArrowRight", "0:05"), ("PageUp", "0:35"), ("ArrowLeft", "0:30")):
        page.keyboard.press(key)
        expect(wave).to_have_attribute("aria-valuetext", at)
    page.keyboard.press("End")
    expect(wave).to_have_attribute("aria-valuetext", "0:40")
    page.keyboard.press("Home")
    expect(wave).to_have_attribute("aria-valuetext", "0:00")
    page.context.close()


def test_a_long_call_is_drawn_too_and_says_that_it_is_of_samples(
    box: Filled, browser: Browser
) -> None:
    page = enter(browser, box, "Lena Listener", locale="en-GB")
    page.goto(f"{box.url}calls/{box.annas[-1]}")
    listen(page)
    expect(page.get_by_text("the drawing shows samples of the sound")).to_be_visible()
    drawn = page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas");
          const { width, height } = canvas;
          const dots = canvas.getContext("2d").getImageData(0, 0, width, height).data;
          const rows = Array.from({ length: height }, (_, y) => y);
          const lit = (x) => rows.some((y) => dots[4 * (y * width + x) + 3] > 0);
          return [0.25, 0.5, 0.75, 0.95].map((part) => lit(Math.floor(part * width / 6) * 6));
        }"""
    )
    assert drawn == [True] * 4
    page.context.close()


def test_no_menu_and_no_address_gives_a_listener_the_file(box: Filled, browser: Browser) -> None:
    page = enter(browser, box, "Lena Listener", locale="en-GB")
    page.goto(f"{box.url}calls/{box.annas[-2]}")
    listen(page)
    audio = page.locator("audio")
    assert "nodownload" in (audio.get_attribute("controlslist") or "")
    expect(page.get_by_text("The sound alone")).to_have_count(0)
    answer = page.goto(box.url + (audio.get_attribute("src") or "").lstrip("/"))
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", name="Only in the player")).to_be_visible()
    assert "exported" not in box.panel.box.acts()
    page.context.close()


def test_on_a_phone_playing_is_in_sight_and_erasing_is_not_far(
    box: Filled, browser: Browser
) -> None:
    page = enter(browser, box, locale="pl", viewport={"width": 360, "height": 740})
    page.goto(f"{box.url}calls/{box.annas[0]}")
    play = page.locator("#player button.main").bounding_box()
    erase = page.locator(".acts-card a[href$='/erase']").bounding_box()
    assert play is not None
    assert erase is not None
    assert play["y"] < 740
    assert erase["y"] < 2200
    page.context.close()


def test_what_only_an_authority_has_is_asked_for_an_authority_and_never_out_of_reach(
    box: Filled, browser: Browser
) -> None:
    page = enter(browser, box, locale="en-GB")
    page.goto(f"{box.url}calls/{box.annas[0]}")
    paper = page.locator("#hand-over .for-authority")
    recipient = page.locator("#recipient")
    for value in recipient.locator("option").evaluate_all("all => all.map(one => one.value)"):
        recipient.select_option(value)
        expect(paper).to_be_visible(visible=value == "authority")
    recipient.select_option("authority")
    page.locator("#hand-over #file_number").fill("RSD 7/26")
    recipient.select_option("caller")
    page.get_by_role("button", name="Download the copy").click()
    expect(paper).to_be_visible()
    expect(paper.get_by_text("Only a copy for an authority has a file number")).to_be_visible()
    expect(paper.locator("#file_number")).to_have_value("RSD 7/26")
    page.context.close()
