"""Let go of what was fixed on the open first page, and of its badge."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from appliance.model.findings import find
from tests.browser.box import chromium
from tests.browser.filled import enter, filled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_home_lets_go_of_what_was_fixed_and_keeps_what_was_not(tmp_path: Path) -> None:
    refused, unsaid = find("panel.refused"), find("prompts.missing", line="Reception")
    with filled(tmp_path, calls=4) as box, chromium() as browser:
        box.panel.recorder.found = (refused, unsaid)
        box.panel.box.clock.advance(61)  # what was counted before is too old
        page = enter(browser, box, locale="en-GB")
        page.clock.install()
        page.goto(box.url)
        heading, badge = page.locator("#amiss h2"), page.locator("header .count")
        expect(heading).to_have_text("2 things must be fixed.")
        expect(badge).to_have_text("2")
        for left, told in (((refused,), "1 thing must be fixed."), ((), "")):
            box.panel.recorder.found = left
            box.panel.box.clock.advance(6)
            with page.expect_response("**/amiss"):
                page.clock.run_for(6000)
            if told:
                expect(heading).to_have_text(told)
                expect(badge).to_have_text("1")
        expect(heading).to_have_count(0)
        expect(badge).to_have_count(0)
        page.context.close()
