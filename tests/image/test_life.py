"""A card's life: first start, wizard, calls, a backup, the plug pulled, an update in vain.

The tests stand in the order of that life, and each goes on where the one before ended.
"""

import hashlib
import re
import ssl
from pathlib import Path

import pytest
from playwright.sync_api import expect

from appliance.card.sticks import NAME as STICK
from tests.browser.box import place_call
from tests.browser.setting_up import (  # fmt: skip
    WORDS_OF_ONE_PURPOSE,
    choose_a_ready_purpose,
    choose_the_line,
    first_run,
    give_a_voice,
    is_at,
    listen_in_polish,
    name_the_office,
    work_alone,
)
from tests.image.handover import Handover
from tests.image.life import (
    FINGERPRINT,
    LOCAL,
    MOST_SECONDS,
    PASSWORD,
    Life,
    Property,
    answers,
    stick,
    times,
)
from tests.image.updates import dead, install, settled

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]


def test_the_first_start_tells_where_the_panel_is_and_the_password(
    life: Life, record_property: Property
) -> None:
    running = life.switch_on()
    life.seen["code"] = password = running.wait_for(PASSWORD)[1]
    life.seen["fingerprint"] = running.wait_for(FINGERPRINT)[1]
    record_property("password on the console after", f"{running.seconds:.0f} s")
    while password.encode() not in life.card.read("zgoda-password.txt"):
        running.let_run()
    record_property("and on the card after", f"{running.seconds:.0f} s")
    console = running.console

    assert LOCAL in console
    assert "login:" not in console
    assert password in life.card.read("zgoda-password.txt").decode("utf-8-sig")
    der = ssl.PEM_cert_to_DER_cert(life.trusted.read_text())
    told = life.seen["fingerprint"].replace(":", "")
    assert hashlib.sha256(der).hexdigest().upper().startswith(told)


def test_an_office_sets_it_up_and_a_call_is_recorded(life: Life) -> None:
    answers(life.running, life.trusted)
    visit = life.first_visit(life.seen["code"])
    page = visit.page
    life.seen["sheet"] = first_run(page, visit.box)
    expect(page.get_by_role("heading", name="Konfiguracja", exact=True)).to_be_visible()
    page.locator("main .main").click()
    name_the_office(page)
    choose_the_line(page)
    choose_a_ready_purpose(page)
    page.goto(visit.box.url + "setup/words")
    give_a_voice(page, visit.box, life.voice, WORDS_OF_ONE_PURPOSE)
    work_alone(page)
    is_at(page, "test")
    page.locator("button[value=call]").click()
    state = page.locator("[data-part=name]").first
    expect(state).to_have_text("Nagrywanie")
    expect(page.locator("#news a.call")).to_have_count(1)
    expect(state).not_to_have_text("Nagrywanie")
    assert life.card.read("zgoda-password.txt") == b""


def test_a_stick_that_is_named_for_it_gets_a_backup_by_itself(
    life: Life, handover: Handover, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = stick(tmp_path_factory.mktemp("copy"), label=STICK)
    life.plug_in(copy)
    page = life.visit.go("backup")
    copied = page.locator("section[aria-labelledby=medium-1] dd")
    while not copied.count():  # root prepares it, and the keeper copies
        life.running.let_run()
        page.reload()
    expect(page.locator("h2 .badge.complete")).to_be_visible()
    expect(copied.nth(1)).to_have_text("1")
    life.pull_out()
    handover.give(copy, life.seen["sheet"])


def test_after_a_cut_in_a_call_it_is_there_as_far_as_it_was_spoken(
    life: Life, record_property: Property
) -> None:
    page = life.visit.go("")
    place_call(page, "Rozmówca, który się zgadza")
    expect(page.locator("[data-part=name]").first).to_have_text("Nagrywanie")
    lasted = page.locator("[data-part=state-clock]").first
    expect(lasted).to_have_text(re.compile(r"0:(0[89]|[1-5]\d)"))

    running = life.switch_on()
    headers, said = answers(running, life.trusted)
    record_property("panel after a cut in a call", times(running, headers))
    assert running.own_seconds(headers) <= MOST_SECONDS
    assert 'id="password"' in said
    assert running.wait_for(FINGERPRINT)[1] == life.seen["fingerprint"]
    assert not re.search(PASSWORD, running.console)
    page = life.visit.go("calls")
    expect(page.locator("a.call")).to_have_count(2)
    page.locator("a.call").first.click()
    expect(page.locator("main")).to_contain_text("rozpatrzenia reklamacji")
    listen_in_polish(page)


def test_an_update_that_does_not_start_gives_way_to_the_system_before(
    life: Life, tmp_path: Path
) -> None:
    life.plug_in(dead(tmp_path))
    install(life)
    for _ in range(3):
        tried = life.switch_on()
        assert tried.wait_for(r"zgoda: system ([AB])\s")[1] == "B"
        tried.wait_for("does not start")  # U-Boot waits then, which lasts: the plug is pulled
    again = life.switch_on()
    assert again.wait_for(r"zgoda: system ([AB])\s")[1] == "A"
    answers(again, life.trusted)
    settled(life, "wróciła stara")
    expect(life.visit.go("calls").locator("a.call")).to_have_count(2)
