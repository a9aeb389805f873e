"""A person sets an address for updates in a browser, fetches one, and installs it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from appliance.card.update.install import read_request
from appliance.courier.service import Courier
from appliance.courier.update import Updates
from appliance.link.client import Client
from appliance.link.requests.processes.update import PIECE
from tests.boxes import PASSWORD
from tests.browser.box import chromium
from tests.browser.filled import enter_at, served
from tests.courier.authority import Authority, make_authority
from tests.courier.taking import Waits
from tests.courier.web import WebServer, web_served
from tests.keeper.update.fetched import NEWER, Fetched, as_card
from tests.web.conftest import serve, set_up_box

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

CONTENT = hashlib.shake_256(b"a system").digest(2 * PIECE + 4321)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    (tmp_path / "authority").mkdir()
    return make_authority(tmp_path / "authority")


@pytest.fixture
def web(authority: Authority) -> Iterator[WebServer]:
    with web_served(authority.serving(), CONTENT) as one:
        yield one


@pytest.fixture
def page(tmp_path: Path, authority: Authority) -> Iterator[tuple[Page, Fetched, Courier]]:
    """A card's panel in a browser, and a courier that goes round when the test says so."""
    for panel in serve(set_up_box(tmp_path)):
        one = Fetched(panel.box, as_card(panel.box, tmp_path / "card"))
        keeper = Client(panel.box.folders.keeper_socket)
        courier = Courier(keeper, lambda letter: "", [Updates(keeper, authority.trusting, Waits())])
        with served(panel) as url, chromium() as browser:
            there = enter_at(browser, url, locale="en-GB")
            there.goto(f"{url}update/network")
            yield there, one, courier
            there.context.close()


def test_an_update_comes_from_an_address_by_keyboard_and_is_asked_for(
    page: tuple[Page, Fetched, Courier], web: WebServer
) -> None:
    there, one, courier = page
    press = there.keyboard.press
    there.get_by_label("Address").focus()
    there.keyboard.type(web.address)
    press("Tab")
    there.keyboard.type(PASSWORD)
    press("Enter")
    expect(there.get_by_text("The address is set.")).to_be_visible()
    assert courier.go_round()
    expect(there.get_by_role("heading", name=f"Fetch version {NEWER}")).to_be_visible()

    there.locator("#password-fetch").focus()  # the page has followed the look by itself
    there.keyboard.type(PASSWORD)
    press("Enter")
    expect(there.get_by_role("progressbar")).to_have_attribute("value", "0")
    assert courier.go_round()
    one.fetches.check()
    expect(there.get_by_role("heading", name=f"Install version {NEWER}")).to_be_visible()

    there.locator("#password-install").focus()
    there.keyboard.type(PASSWORD)
    press("Enter")
    expect(there.get_by_role("heading", name="An update is being installed")).to_be_visible()
    assert one.updates.handover is not None
    assert read_request(one.updates.handover / "update") == "fetched"
    assert (one.folder / "bundle.raucb").read_bytes() == CONTENT


def test_a_server_that_nobody_vouches_for_is_told_and_asked_for_nothing(
    page: tuple[Page, Fetched, Courier], tmp_path: Path
) -> None:
    there, _, courier = page
    (tmp_path / "other").mkdir()
    with web_served(make_authority(tmp_path / "other").serving(), CONTENT) as impostor:
        there.get_by_label("Address").fill(impostor.address)
        there.locator("#password-address").fill(PASSWORD)
        there.get_by_role("button", name="Save").click()
        expect(there.get_by_text("The address is set.")).to_be_visible()
        assert courier.go_round()
        expect(there.get_by_role("alert")).to_contain_text("certificate does not hold")
        assert impostor.requests == []
    expect(there.get_by_role("heading", name="Fetch version")).to_have_count(0)
