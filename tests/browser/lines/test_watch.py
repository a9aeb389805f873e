"""Watch a line in a browser: lift its phone, play tones on it, and look without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.box import Box, chromium, log_in, set_up
from tests.browser.test_live import second_panel

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(240)]

SECONDS = 1000


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with set_up(tmp_path_factory.mktemp("watch") / "data") as running:
        yield running


def use_phone(page: Page, box: Box, do: str) -> None:
    """Use the office's phone, as the demo phone's page does."""
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    form: dict[str, str | float | bool] = {
        "csrf_token": token,
        "line": "Reception",
        "by": "office",
        "do": do,
    }
    answer = page.request.post(f"{box.url}phone/act", form=form, headers={"Referer": box.url})
    assert answer.status == 204


def test_a_line_is_seen_at_work_and_checked_by_tones(box: Box) -> None:
    with chromium() as browser:
        context = browser.new_context(locale="en-GB")
        page, phone = context.new_page(), context.new_page()
        log_in(page, box)
        phone.goto(f"{box.url}phone?line=Reception")  # a phone whose page is closed hangs up
        page.goto(f"{box.url}doctor")
        page.get_by_role("link", name="Watch Reception").click()
        hook = page.locator("[data-part=state]")
        expect(hook).to_contain_text("On the hook", timeout=20 * SECONDS)
        expect(page.locator("[data-part=levels]")).to_contain_text("dBm0", timeout=20 * SECONDS)
        page.get_by_role("button", name="Play tones").click()
        check = page.locator("[data-part=check]")
        expect(check).to_contain_text("Lift the phone now", timeout=20 * SECONDS)
        use_phone(page, box, "lift")
        expect(hook).to_contain_text("Off the hook", timeout=20 * SECONDS)
        expect(check).to_contain_text("Done.", timeout=60 * SECONDS)
        expect(check).to_contain_text("nothing controlled their level")
        use_phone(page, box, "hang_up")
        expect(hook).to_contain_text("On the hook", timeout=20 * SECONDS)
        expect(page.locator("[data-part=events] li")).to_have_count(2)

        plain = browser.new_context(
            java_script_enabled=False, locale="en-GB", storage_state=context.storage_state()
        ).new_page()
        plain.goto(f"{box.url}doctor/line?line=Reception")
        expect(plain.locator("[data-part=check]")).to_contain_text("Done.")
        plain.get_by_role("button", name="Look again").click()
        expect(plain.locator("[data-part=levels]")).to_contain_text("dBm0")


def test_a_panel_that_is_gone_shows_nothing_that_may_be_old(box: Box) -> None:
    with chromium() as browser, second_panel(box.data) as panel:
        page = browser.new_context(locale="en-GB").new_page()
        url = f"http://127.0.0.1:{panel.port}/"
        log_in(page, Box(url, "", box.data))
        page.goto(f"{url}doctor/line?line=Reception")
        watched = page.locator(".watched")
        expect(watched).to_be_visible()
        panel.kill()
        expect(page.locator("#panel-away")).to_be_visible(timeout=30 * SECONDS)
        expect(watched).to_be_hidden()
        panel.start()
        expect(watched).to_be_visible(timeout=30 * SECONDS)
        expect(page.locator("#panel-away")).to_be_hidden()


SILENT_AT_FIRST = """
const Real = window.EventSource;
window.asked = 0;
window.EventSource = function (url) {
  window.asked += 1;
  if (window.asked > 1) return new Real(url);
  return { readyState: 1, close() {}, addEventListener() {} };
};
window.EventSource.CLOSED = Real.CLOSED;
"""
"""A first stream that neither says anything nor fails."""

STREAM = "/doctor/line/events"
"""This page's own: the first page, which is left meanwhile, may just have asked for its own."""


def test_a_stream_that_hangs_is_asked_for_again(box: Box) -> None:
    with chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        log_in(page, box)
        page.add_init_script(SILENT_AT_FIRST)
        with page.expect_request(lambda one: STREAM in one.url, timeout=30 * SECONDS):
            page.goto(f"{box.url}doctor/line?line=Reception")
        assert page.evaluate("window.asked") == 2
        expect(page.locator("[data-part=levels]")).to_contain_text("dBm0", timeout=20 * SECONDS)
        expect(page.locator(".watched")).to_be_visible()


def test_an_answer_that_is_cut_is_asked_for_again(box: Box) -> None:
    with chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        log_in(page, box)
        page.route("**/doctor/line/events*", lambda route: route.fulfill(status=503))
        page.route("**/doctor/line.json*", lambda route: route.fulfill(body='{"recorder": tr'))
        page.goto(f"{box.url}doctor/line?line=Reception")
        expect(page.locator("#panel-away")).to_be_visible(timeout=20 * SECONDS)
        expect(page.locator(".watched")).to_be_hidden()
        page.unroute_all()
        expect(page.locator("#panel-away")).to_be_hidden(timeout=20 * SECONDS)
        expect(page.locator(".watched")).to_be_visible()
