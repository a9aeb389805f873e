"""A person names a time-stamp authority in a browser, and sees what became of its answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.courier.service import Courier
from appliance.courier.stamps import Stamps
from appliance.keeper.audit.stamps import kept_on
from appliance.link.client import Client
from appliance.vault.audit.stamps import read_roots, read_stamp
from tests.browser.box import chromium
from tests.browser.filled import enter_at, served
from tests.courier.authority import make_authority
from tests.courier.stamping import Lie, StampServer, send, stamps_served
from tests.keeper.stamps.stamped_box import StampedBox
from tests.vault.audit.stamped import StampAuthority
from tests.web.conftest import serve, set_up_box

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@dataclass
class Office:
    """A panel in a browser, an authority's server, and a courier that goes round when told."""

    page: Page
    url: str
    box: StampedBox
    server: StampServer
    courier: Courier

    def name(self, address: str, *, qualified: bool = False) -> None:
        """Fill the form of the settings, and look at what it would change."""
        self.page.goto(f"{self.url}settings")
        self.page.get_by_role("link", name="Time stamps").click()
        self.page.get_by_label("Address of the time-stamp authority").fill(address)
        roots = self.page.get_by_label("File with the authority's certificate")
        roots.fill(str(self.box.authority.roots))
        said = self.page.get_by_label("It is a qualified time-stamp authority (eIDAS)")
        said.set_checked(qualified)
        self.page.get_by_role("button", name="Preview").click()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_role("status").first).to_be_visible()

    def stamp(self) -> str:
        """Let a day end and the courier go round; look at the device check, logged in anew."""
        day = self.box.next_day()
        assert self.courier.go_round()
        browser = self.page.context.browser
        assert browser is not None
        self.page = enter_at(browser, self.url, locale="en-GB")
        self.page.goto(f"{self.url}doctor")
        return day


@pytest.fixture
def office(tmp_path: Path, authority: StampAuthority) -> Iterator[Office]:
    (tmp_path / "tls").mkdir()
    tls = make_authority(tmp_path / "tls")
    with stamps_served(authority, tls.serving()) as server:
        for panel in serve(set_up_box(tmp_path)):
            keeper = Client(panel.box.folders.keeper_socket)
            courier = Courier(keeper, lambda letter: "", [Stamps(keeper, tls.trusting)])
            with served(panel) as url, chromium() as browser:
                page = enter_at(browser, url, locale="en-GB")
                yield Office(page, url, StampedBox(panel.box, authority), server, courier)


@pytest.mark.parametrize("qualified", [False, True])
def test_an_authority_is_named_and_stamps_a_day(office: Office, qualified: bool) -> None:
    office.name(office.server.address, qualified=qualified)
    office.save()
    day = office.stamp()
    expect(office.page.get_by_text("stamped by the authority named, up to")).to_be_visible()
    kept = kept_on(office.box.audit.folder, day)
    assert kept is not None
    assert kept.qualified is qualified
    read_stamp(kept).check_signer(read_roots(office.box.authority.roots.read_bytes()))


@pytest.mark.parametrize(
    "address", ["stamps.example", "ftp://stamps.example/tsa", "https://ewa:secret@stamps.example/"]
)
def test_a_wrong_address_is_said_beside_it_and_asks_nobody(office: Office, address: str) -> None:
    office.name(address)
    expect(office.page.get_by_role("alert")).to_contain_text("begins with https:// or http://")
    field = office.page.get_by_label("Address of the time-stamp authority")
    expect(field).to_have_value(address)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(office.page.get_by_role("button", name="Save")).to_have_count(0)
    assert not office.courier.go_round()
    assert office.server.headers == []


def rubbish(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, b"\x30\x03\x02\x01\x00 and more")


def another_page(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, b"<html>", "text/html")


def an_error(to: BaseHTTPRequestHandler, query: bytes) -> None:
    send(to, b"", status=500)


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (rubbish, "is no stamp of its own over the activity log, and was not kept"),
        (another_page, "could not be asked, and is asked again"),
        (an_error, "could not be asked, and is asked again"),
    ],
)
def test_what_is_no_stamp_is_not_kept_and_said(office: Office, lie: Lie, said: str) -> None:
    office.name(office.server.address)
    office.save()
    office.server.lie = lie
    day = office.stamp()
    expect(office.page.get_by_text(said)).to_be_visible()
    assert kept_on(office.box.audit.folder, day) is None
