"""A backup on a stick becomes another card's box; then everything is erased there.

The tests go on with the card and the office of ``test_life.py``.
"""

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from appliance.card.sticks import NAME as STICK
from tests.browser.box import OWNER
from tests.browser.setting_up import listen_in_polish
from tests.image.browser import at_the_panel
from tests.image.card import COUNTED, new_card
from tests.image.life import PASSWORD as CODE
from tests.image.life import Life, Property, answers, plugged_in, stick

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

FRESH = "eleven quiet herons by the canal"
"""The owner's password on the other card."""

A_DAY_LATER = timedelta(hours=25)
"""Of the clock module, while the plug is out."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new stick with the name that offers it for backups."""
    return stick(tmp_path_factory.mktemp("copy"), label=STICK)


@pytest.fixture(scope="module")
def other(life: Life, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Another card, in the hands of the same owner."""
    return dataclasses.replace(life, card=new_card(tmp_path_factory.mktemp("other")))


def test_a_stick_that_is_named_for_it_gets_a_backup_by_itself(life: Life, copy: Path) -> None:
    running = life.switch_on(*plugged_in(copy))
    answers(running, life.trusted)
    with at_the_panel(running, life.trusted, life.voice) as visit:
        visit.log_in()
        page = visit.go("backup")
        copied = page.locator("section[aria-labelledby=medium-1] dd")
        while not copied.count():  # root prepares it, and the keeper copies
            running.let_run()
            page.reload()
        expect(page.locator("h2 .badge.complete")).to_be_visible()
        expect(copied.nth(1)).to_have_text("2")
    life.pull()


def test_another_card_begins_from_it(
    life: Life, other: Life, copy: Path, record_property: Property
) -> None:
    running = other.switch_on(*plugged_in(copy))
    code = running.wait_for(CODE)[1]
    assert code != life.seen["code"]
    answers(running, other.trusted)
    with at_the_panel(running, other.trusted, other.voice, code) as visit:
        page = visit.go("first-run/restore")
        while page.locator("p.notice.warn").count():  # root mounts it meanwhile
            running.let_run()
            page.reload()
        page.locator("#code").fill(code)
        page.locator("#sheet").fill(other.seen["sheet"])
        page.locator("#name").fill(OWNER)
        page.locator("#password").fill(FRESH)
        page.locator("#repeated").fill(FRESH)
        page.locator("#today").fill(datetime.now(UTC).date().isoformat())
        page.locator("[name=today_sure]").check()
        page.locator("[name=plain]").check()
        page.locator("form.card button.main").click()
        expect(page.locator("main a[href='/login']").first).to_be_visible()
        visit.log_in(FRESH)
        calls = visit.go("calls").locator("a.call")
        expect(calls).to_have_count(2)
        calls.first.click()
        listen_in_polish(visit.page)
        page = visit.go("time")
        page.locator("[name=time][value=clock]").check()
        page.locator("#password").fill(FRESH)
        page.locator("form[action='/time'] button.main").click()
        page.wait_for_url("**/time?done=time")
        page = visit.go("erase-all")
        page.locator("[name=ground]").first.check()
        page.locator("[name=sure]").check()
        page.locator("#password").fill(FRESH)
        page.locator("form[action='/erase-all'] button").click()
        left = page.locator("#order-title ~ .outcome").inner_text()
        record_property("an office of one waits", left)
        assert re.search(r"\b2[34]\b", left), left
    other.pull()


def test_a_day_later_nothing_of_it_is_there(other: Life, copy: Path) -> None:
    then = (datetime.now(UTC) + A_DAY_LATER).strftime("%Y-%m-%dT%H:%M:%S")
    running = other.switch_on(*COUNTED[:3], f"base={then},clock=vm", *plugged_in(copy))
    answers(running, other.trusted)
    with at_the_panel(running, other.trusted, other.voice) as visit:
        visit.log_in(FRESH)
        while not visit.go("erase-all").locator("#done-title").count():  # it logs everybody out
            running.let_run()
            visit.log_in(FRESH)
        expect(visit.go("calls").locator("a.call")).to_have_count(0)
        page = visit.go("backup")
        expect(page.locator("section[aria-labelledby=medium-1]")).to_be_visible()
