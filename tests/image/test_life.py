"""A card's life: first start, wizard, calls, the plug pulled, neighbours, updates.

The tests stand in the order of that life, and each goes on where the one before ended.
"""

import hashlib
import json
import re
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.box import PASSWORD as OWN_PASSWORD
from tests.browser.box import place_call
from tests.browser.setting_up import (  # fmt: skip
    choose_the_line,
    first_run,
    give_a_voice,
    is_at,
    listen_in_polish,
    name_the_office,
    say_why,
    work_alone,
)
from tests.image.browser import at_the_panel
from tests.image.card import BOOT_SECONDS, ROOT, Running, built
from tests.image.life import (
    FINGERPRINT,
    PASSWORD,
    Life,
    Property,
    answers,
    followed,
    plugged_in,
    stick,
    times,
)

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

LOCAL = "https://zgoda.local/"
OPEN = {"80", "443", "8470", "8471"}
"""The panel, and what sends browsers to it; the first two lead to the others."""

SEVERITIES = {"LOW", "MEDIUM", "HIGH", "CRITICAL"}
"""What testssl.sh calls a fault, and not a warning about itself."""

MOST_SECONDS = 60
"""From power on to the panel's first page."""


def test_the_first_start_tells_where_the_panel_is_and_the_password(
    life: Life, record_property: Property
) -> None:
    running = life.switch_on()
    life.seen["password"] = running.wait_for(PASSWORD)[1]
    life.seen["fingerprint"] = running.wait_for(FINGERPRINT)[1]
    record_property("password on the console after", f"{running.seconds:.0f} s")
    while life.seen["password"].encode() not in life.card.read("zgoda-password.txt"):
        running.let_run()
    record_property("and on the card after", f"{running.seconds:.0f} s")
    console = running.console
    life.pull()

    assert LOCAL in console
    assert "login:" not in console
    assert life.seen["password"] in life.card.read("zgoda-password.txt").decode("utf-8-sig")
    der = ssl.PEM_cert_to_DER_cert(life.trusted.read_text())
    told = life.seen["fingerprint"].replace(":", "")
    assert hashlib.sha256(der).hexdigest().upper().startswith(told)


def test_after_a_power_cut_it_is_the_same_box_and_only_its_first_page_is_there(
    life: Life, record_property: Property
) -> None:
    running = life.switch_on()
    headers, page = answers(running, life.trusted)
    record_property("panel after", times(running, headers))
    assert running.own_seconds(headers) <= MOST_SECONDS
    assert 'id="code"' in page
    assert running.wait_for(FINGERPRINT)[1] == life.seen["fingerprint"]
    life.seen["code"] = running.wait_for(PASSWORD)[1]
    assert "a fresh card" not in running.console
    status, headers, _ = running.get_in_clear("/calls")
    assert (status // 100, headers["location"]) == (3, LOCAL + "calls")
    for path in ("/calls", "/settings", "/login", "/update"):
        assert 'id="code"' in followed(running, life.trusted, path)[1], path


def test_an_office_sets_it_up_and_a_call_is_recorded(life: Life, record_property: Property) -> None:
    """A second one is recorded while the plug is pulled."""
    running = life.running
    with at_the_panel(running, life.trusted, life.voice, life.seen["code"]) as visit:
        page = visit.page
        life.seen["sheet"] = first_run(page, visit.box)
        expect(page.get_by_role("heading", name="Konfiguracja", exact=True)).to_be_visible()
        page.locator("main .main").click()
        name_the_office(page)
        choose_the_line(page)
        say_why(page)
        page.goto(visit.box.url + "setup/words")
        give_a_voice(page, visit.box, life.voice)
        work_alone(page)
        is_at(page, "test")
        page.locator("button[value=call]").click()
        state = page.locator("[data-part=name]").first
        expect(state).to_have_text("Nagrywanie")
        expect(page.locator("#news a.call")).to_have_count(1)
        expect(state).not_to_have_text("Nagrywanie")
        visit.go("")
        place_call(page, "Rozmówca, który się zgadza")
        expect(state).to_have_text("Nagrywanie")
        lasted = page.locator("[data-part=state-clock]").first
        expect(lasted).to_have_text(re.compile(r"0:(0[89]|[1-5]\d)"))
        life.pull()
    assert life.card.read("zgoda-password.txt") == b""


def test_after_the_cut_the_call_is_there_as_far_as_it_was_spoken(
    life: Life, record_property: Property
) -> None:
    running = life.switch_on()
    headers, page = answers(running, life.trusted)
    record_property("panel after a cut in a call", times(running, headers))
    assert running.own_seconds(headers) <= MOST_SECONDS
    assert 'id="password"' in page
    assert not re.search(PASSWORD, running.console)
    with at_the_panel(running, life.trusted, life.voice) as visit:
        visit.log_in()
        calls = visit.go("calls").locator("a.call")
        expect(calls).to_have_count(2)
        calls.first.click()
        expect(visit.page.locator("main")).to_contain_text("ustalenia terminu wyjazdu")
        listen_in_polish(visit.page)


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


def test_an_update_from_a_stick_runs_after_a_restart(
    life: Life, record_property: Property, tmp_path: Path
) -> None:
    root = built("root") / "root.ext4"
    running = life.switch_on(*plugged_in(stick(tmp_path, _bundle(tmp_path, root, "9.0.1"))))
    answers(running, life.trusted)
    seconds = _installs(life, running)
    record_property("installed within", f"{seconds:.0f} s")
    running.wait_until_off()
    again = life.switch_on()
    again.wait_for(r"zgoda: system B")
    answers(again, life.trusted)
    with at_the_panel(again, life.trusted, life.voice) as visit:
        visit.log_in()
        _update_ended(visit.go("update"), "zadziałała poprawnie")
        expect(visit.go("calls").locator("a.call")).to_have_count(2)


def test_an_update_that_does_not_start_gives_way_to_the_system_before(
    life: Life, tmp_path: Path
) -> None:
    nothing = tmp_path / "system"
    (nothing / "boot").mkdir(parents=True)
    for name in ("vmlinuz", "initrd.img"):
        (nothing / "boot" / name).write_text("none")
    root = tmp_path / "root.ext4"
    make = ["/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-d", str(nothing), str(root), "64M"]
    subprocess.run(make, check=True)
    running = life.switch_on(*plugged_in(stick(tmp_path, _bundle(tmp_path, root, "9.0.2"))))
    answers(running, life.trusted)
    _installs(life, running)
    running.wait_until_off()
    for _ in range(3):
        tried = life.switch_on()
        assert tried.wait_for(r"zgoda: system ([AB])\s")[1] == "A"
        tried.wait_for("does not start")
        tried.wait_until_off()
    again = life.switch_on()
    assert again.wait_for(r"zgoda: system ([AB])\s")[1] == "B"
    answers(again, life.trusted)
    with at_the_panel(again, life.trusted, life.voice) as visit:
        visit.log_in()
        _update_ended(visit.go("update"), "wróciła stara")


def _bundle(folder: Path, root: Path, version: str) -> Path:
    """Sign an update with the key for development."""
    keys = built("root").parent / "development"
    bundle = folder / f"zgoda-{version}.raucb"
    signing = (
        *("--key", str(keys / "update.key"), "--certificate", str(keys / "update.pem")),
        *("--keyring", str(keys / "ca.pem")),
    )
    subprocess.run(
        [
            sys.executable,
            "-m",
            "card.bundle",
            str(root),
            str(bundle),
            "--version",
            version,
            *signing,
        ],
        cwd=ROOT / "image-build",
        check=True,
    )
    return bundle


def _installs(life: Life, running: Running) -> float:
    """Have the stick's update installed, and the box restarted."""
    with at_the_panel(running, life.trusted, life.voice) as visit:
        visit.log_in()
        page = visit.go("update")
        page.locator("#password-install").fill(OWN_PASSWORD)
        began = running.seconds
        page.locator("form[action='/update'] button").click()
        restart = page.locator("#password-restart")
        restart.wait_for(timeout=BOOT_SECONDS * 1000)
        seconds = running.seconds - began
        restart.fill(OWN_PASSWORD)
        page.locator("form[action='/update/restart'] button").click()
        page.wait_for_url("**/update?done=restarts")
    return seconds


def _update_ended(page: Page, words: str) -> None:
    expect(page.locator(".outcome")).to_contain_text(words)
