"""Another card: looked at by neighbours, begun from a backup, updated, a day later erased.

The backup is the one that ``test_life.py`` makes.
"""

import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.box import OWNER
from tests.browser.setting_up import listen_in_polish
from tests.image.card import BOOT_SECONDS
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
from tests.image.updates import good, install, settled

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

FRESH = "eleven quiet herons by the canal"
"""The owner's password on the other card."""

OPEN = {"80", "443", "8470", "8471"}
"""The panel, and what sends browsers to it; the first two lead to the others."""

SEVERITIES = {"LOW", "MEDIUM", "HIGH", "CRITICAL"}
"""What testssl.sh calls a fault, and not a warning about itself."""


@pytest.fixture(scope="module")
def update(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[Path]]:
    """An update on a stick, which is made while the first card's backup is waited for."""
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(good, tmp_path_factory.mktemp("update"))


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


@pytest.mark.usefixtures("update")
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


def test_an_order_to_erase_everything_waits_for_a_day(life: Life, handover: Handover) -> None:
    """Or for a second person, of whom this office has none.

    What the backup opens is kept, to be tried again.
    """
    life.sealed = from_stick(*handover.take(), life.card.folder / "medium")
    assert life.sealed.opens()
    page = life.visit.go("time")
    page.locator("[name=time][value=clock]").check()
    page.locator("#password").fill(life.password)
    page.locator("form[action='/time'] button.main").click()
    page.wait_for_url("**/time?done=time")
    life.visit.go("erase-all")
    page.locator("[name=ground]").first.check()
    page.locator("[name=sure]").check()
    page.locator("#password").fill(life.password)
    page.locator("form[action='/erase-all'] button").click()
    left = page.locator("#order-title ~ .outcome").inner_text()
    assert re.search(r"za 2[34] godz\. .*druga osoba", left), left


def test_an_update_from_a_stick_runs_after_a_restart(
    life: Life, handover: Handover, update: Future[Path], record_property: Property
) -> None:
    """The restart lasts a day, without power; then the stick with the backup is back."""
    copy, _ = handover.take()
    life.plug_in(update.result())
    record_property("installed within", f"{install(life):.0f} s")
    again = life.switch_on(*plugged_in(copy), later=timedelta(hours=25))
    again.wait_for(r"zgoda: system B")
    answers(again, life.trusted)
    settled(life, "zadziałała poprawnie")


def test_a_day_later_everything_is_erased(life: Life, record_property: Property) -> None:
    """The clock chip has counted it: a board without one waits for as long as it has power."""
    page = life.visit.go("erase-all")
    made = page.locator("article.certificate")
    expect(made.locator(".badge")).to_have_text("usunięte", timeout=BOOT_SECONDS * 1000)
    record_property("the certificate", made.inner_text())
    recordings, *_ = made.locator("dd").all_inner_texts()
    assert recordings == "wszystkie na tym urządzeniu"  # how many, the office alone is told
    assert page.locator("#record dd").first.inner_text() == "1"
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
    copies = list(data.glob("keyring.?"))
    assert copies
    for copy in copies:
        assert not replace(life.sealed, keyring=copy).opens()
