"""A person sets backups by SFTP up in a browser, and reads how they fare."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.keeper.backup.checking import check_backup
from appliance.link.requests.outside.sftp import AcceptSftp, ChangeSftp, SftpPlace
from appliance.model.outside.sftp import fingerprint
from tests.boxes import PASSWORD
from tests.browser.box import chromium
from tests.browser.filled import enter_at, served
from tests.courier.authority import HERE
from tests.courier.lying import Cut, Lies, LyingServer
from tests.keeper.backup.far.carried import Carried, carried
from tests.web.conftest import Panel, serve, set_up_box

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@dataclass
class Office:
    """A box with a courier, a server elsewhere, the line between them, and a browser."""

    panel: Panel
    courier: Carried
    server: LyingServer
    line: Cut
    page: Page
    address: str

    def lets_in(self, written: str) -> None:
        """Let the server's operator write the line of the page into authorized_keys."""
        self.server.authorized.write_text(written.partition(" ")[2] + "\n")  # OpenSSH's options

    def settle(self) -> None:
        """Set backups up, and let the first one come to its end, without the browser."""
        place = SftpPlace(HERE, self.line.port, "zgoda", "", "day", "own")
        self.courier.ask(ChangeSftp(place, PASSWORD))
        self.courier.looked()
        self.lets_in(self.courier.seen().public)
        self.courier.ask(AcceptSftp(fingerprint(self.server.line), PASSWORD))
        self.courier.finished()
        assert self.courier.seen().code == ""
        self.page.goto(self.address)

    def make_a_backup(self) -> None:
        """Press the button, and look at the page once the copy has ended."""
        self.page.get_by_role("button", name="Make a backup now").click()
        self.courier.finished()
        self.page.goto(self.address)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "root").mkdir()
    server = LyingServer(tmp_path / "root", Lies(), tmp_path / "authorized_keys")
    with contextlib.closing(server), contextlib.closing(Cut(server.port)) as line:
        for panel in serve(set_up_box(tmp_path)):
            panel.record()
            with carried(panel.box) as courier, served(panel) as url, chromium() as browser:
                page = enter_at(browser, url, locale="en-GB")
                address = f"{url}backup/sftp"
                page.goto(address)
                yield Office(panel, courier, server, line, page, address)
                page.context.close()


def test_a_server_is_set_up_by_keyboard_compared_and_copied_to(office: Office) -> None:
    page, press = office.page, office.page.keyboard.press
    page.get_by_label("Server", exact=True).focus()
    for typed in (HERE, str(office.line.port), "zgoda", "", "", " ", PASSWORD):
        page.keyboard.type(typed)
        press("Tab") if typed != PASSWORD else press("Enter")
    expect(page.get_by_text("It is set up.")).to_be_visible()
    shown = page.locator("#key-title ~ .facts code")  # the page follows the look by itself
    expect(shown).to_have_text(fingerprint(office.server.line))
    expect(page.get_by_text("Nothing goes there yet.")).to_be_visible()
    office.lets_in(page.locator("#line-title ~ p code").inner_text())

    page.get_by_role("button", name="Accept this key").focus()
    press("Enter")
    expect(page.get_by_text("Confirm that it is meant.")).to_be_visible()
    assert list(office.server.root.iterdir()) == []
    page.get_by_label("I have compared them").focus()
    press("Space")
    press("Tab")
    page.keyboard.type(PASSWORD)
    press("Enter")
    expect(page.get_by_text("The key is accepted")).to_be_visible()
    expect(page.get_by_text("number 1,")).to_be_visible(timeout=60_000)  # as it does the copy
    assert check_backup(office.server.root / "zgoda-backup").bad == ()


def test_another_server_on_the_way_gets_nothing_and_the_page_shows_both_keys(
    office: Office, tmp_path: Path
) -> None:
    office.settle()
    (tmp_path / "other").mkdir()
    page = office.page
    other = LyingServer(tmp_path / "other", Lies(), office.server.authorized)
    with contextlib.closing(other):
        office.line.port_there = other.port
        office.make_a_backup()
        expect(page.get_by_text("The server shows another key")).to_be_visible()
        page.get_by_role("button", name="Ask the server for its key").click()
        keys = page.locator("#key-title ~ .facts code")
        expect(keys).to_have_text([fingerprint(office.server.line), fingerprint(other.line)])
        expect(page.get_by_role("button", name="Make a backup now")).to_be_hidden()
        assert list(other.root.iterdir()) == []
    office.line.port_there = office.server.port
    page.get_by_role("button", name="Ask the server for its key").click()
    expect(page.get_by_text("It is the key that was accepted.")).to_be_visible()
    office.make_a_backup()
    expect(page.get_by_text("number 2,")).to_be_visible()


def test_a_full_server_is_told_and_the_copy_before_it_stays_good(office: Office) -> None:
    office.settle()
    office.panel.record()
    office.server.lies.full = True
    office.make_a_backup()
    page = office.page
    expect(page.get_by_role("alert")).to_have_text(
        re.compile(r"The server's disk is full\. It is tried again by itself\.")
    )
    expect(page.get_by_text("number 1,")).to_be_visible()
    assert check_backup(office.server.root / "zgoda-backup").bad == ()
    page.goto(office.address.removesuffix("/sftp"))
    expect(page.get_by_text("A later backup was begun and is not finished.")).to_be_visible()
    page.goto(office.address)
    office.server.lies.full = False
    office.make_a_backup()
    expect(page.get_by_text("number 3,")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
