"""Another card: looked at by neighbours, begun from a backup, updated in vain, erased.

The backup is the one that ``test_life.py`` makes.
"""

import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.box import OWNER
from tests.browser.setting_up import listen_in_polish
from tests.image.handover import Handover
from tests.image.life import (
    LOCAL,
    PASSWORD,
    Life,
    Property,
    answers,
    followed,
    plugged_in,
)
from tests.image.opening import from_card, from_stick
from tests.image.updates import dead, install

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

FRESH = "eleven quiet herons by the canal"
"""The owner's password on the other card."""

OPEN = {"80", "443", "8470", "8471"}
"""The panel, and what sends browsers to it; the first two lead to the others."""

SEVERITIES = {"LOW", "MEDIUM", "HIGH", "CRITICAL"}
"""What testssl.sh calls a fault, and not a warning about itself."""


def test_before_the_first_run_only_its_page_is_there(life: Life) -> None:
    running = life.switch_on()
    life.seen["code"] = running.wait_for(PASSWORD)[1]
    while not life.card.read("zgoda.crt"):
        running.let_run()
    assert 'id="code"' in answers(running, life.trusted)[1]
    status, headers, _ = running.get_in_clear("/calls")
    assert (status // 100, headers["location"]) == (3, LOCAL + "calls")
    for path in ("/calls", "/settings", "/login", "/update"):
        assert 'id="code"' in followed(running, life.trusted, path)[1], path


def test_a_neighbour_finds_the_panel_and_its_name_and_nothing_else(
    life: Life, record_property: Property
) -> None:
    running = life.running
    asking = "from tests.image.network import ask; print(ask('zgoda.local', 60))"
    address = life.there.run(sys.executable, "-c", asking).strip()
    life.seen["address"] = address
    scan = ("nmap", "-n", "-Pn", "--min-rate", "2000", "--max-retries", "2", "-oG", "-", address)
    found = set(re.findall(r"(\d+)/open/", life.there.run(*scan, "-p-")))
    record_property("TCP ports of 65,535 that answer", " ".join(sorted(found, key=int)))
    assert found == OPEN
    running.must_run()


def test_strangers_find_no_fault_with_its_tls(life: Life, record_property: Property) -> None:
    """By testssl.sh, which speaks every protocol and cipher there is.

    HSTS comes once an administrator says that the office's browsers trust the certificate.
    """
    life.running.must_run()
    report = life.card.folder / "tls.json"
    report.unlink(missing_ok=True)
    life.there.run(
        *("testssl", "--quiet", "--color", "0", "--ip", life.seen["address"]),
        *("--add-ca", str(life.trusted), "--severity", "LOW", "--jsonfile", str(report)),
        *("-p", "-s", "-f", "-h", "-U", LOCAL),
        seconds=1800,
    )
    lines = json.loads(report.read_text())
    faults = {line["id"]: line["finding"] for line in lines if line["severity"] in SEVERITIES}
    assert faults.pop("HSTS") == "not offered"
    record_property("faults that testssl.sh finds", len(faults))
    assert faults == {}


def test_it_begins_from_the_first_cards_backup(life: Life, handover: Handover) -> None:
    copy, sheet = handover.take()
    life.plug_in(copy)
    visit = life.first_visit(life.seen["code"])
    page = visit.go("first-run/restore")
    while page.locator("p.notice.warn").count():  # root mounts it meanwhile
        life.running.let_run()
        page.reload()
    page.locator("#code").fill(life.seen["code"])
    page.locator("#sheet").fill(sheet)
    page.locator("#name").fill(OWNER)
    page.locator("#password").fill(FRESH)
    page.locator("#repeated").fill(FRESH)
    page.locator("#today").fill(datetime.now(UTC).date().isoformat())
    page.locator("[name=today_sure]").check()
    page.locator("[name=plain]").check()
    page.locator("form.card button.main").click()
    expect(page.get_by_role("link", name="Zaloguj się")).to_be_visible()
    life.pull_out()
    life.password = FRESH
    visit.log_in(FRESH)
    calls = visit.go("calls").locator("a.call")
    expect(calls).to_have_count(1)
    calls.first.click()
    listen_in_polish(page)


def test_an_update_that_does_not_start_gives_way_to_the_system_before(
    life: Life, handover: Handover, tmp_path: Path
) -> None:
    """Afterwards the stick with the backup is back; what it opens is kept, to be tried again."""
    copy, sheet = handover.take()
    life.sealed = from_stick(copy, sheet, life.card.folder / "medium")
    assert life.sealed.opens()
    life.plug_in(dead(tmp_path))
    install(life)
    for _ in range(3):
        tried = life.switch_on()
        assert tried.wait_for(r"zgoda: system ([AB])\s")[1] == "B"
        tried.wait_for("does not start")  # U-Boot waits then, which lasts: the plug is pulled
    again = life.switch_on(*plugged_in(copy))
    assert again.wait_for(r"zgoda: system ([AB])\s")[1] == "A"
    answers(again, life.trusted)
    expect(life.visit.go("update").locator(".outcome")).to_contain_text("wróciła stara")


def test_all_waits_for_a_second_person_and_one_call_goes_at_once(
    life: Life, record_property: Property
) -> None:
    page = life.visit.go("erase-all")
    page.locator("[name=ground]").first.check()
    page.locator("[name=sure]").check()
    page.locator("#password").fill(life.password)
    page.locator("form[action='/erase-all'] button").click()
    left = page.locator("#order-title ~ .outcome").inner_text()
    record_property("an office of one waits", left)
    assert "druga osoba" in left, left

    life.visit.go("calls").locator("a.call").click()
    page.locator("a[href$='/erase']").click()
    page.locator("[name=ground]").first.check()
    page.locator("#reason").fill("Rozmówca poprosił o to na piśmie.")
    page.locator("[name=sure]").check()
    page.locator("button.danger.main").click()
    expect(page.locator(".outcome .badge")).to_have_text("usunięte")
    life.visit.go("calls")
    expect(page.locator("form.me")).to_be_attached()
    expect(page.locator("a.call")).to_have_count(0)


def test_the_next_backup_loses_what_was_erased(life: Life) -> None:
    page = life.visit.go("backup")
    page.locator("form[action='/backup'] button").click()
    copied = page.locator("section[aria-labelledby=medium-1] dd")
    while copied.count() < 2 or copied.nth(1).inner_text() != "0":
        life.running.let_run()
        page.reload()


def test_nothing_on_the_card_opens_what_was_erased(life: Life) -> None:
    """The sheet does not help: the copy of the sealed call that was kept stays closed."""
    life.pull()
    assert life.sealed is not None
    data = from_card(life.card, life.card.folder / "data")
    assert list((data / "rec").iterdir()) == []
    for copy in data.glob("keyring.?"):
        assert not replace(life.sealed, keyring=copy).opens()
