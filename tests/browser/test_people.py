"""An owner lets a listener in, and the listener makes the box theirs: in a real browser."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect

from appliance.clock import SystemClock
from appliance.exchange.scene import Scene
from tests.boxes import PASSWORD, make_box
from tests.browser.box import OWNER, Box, chromium, listen, running

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(120)]

LENA = "Lena Wiśniewska"
OWN = "zielony kajak tonie w marcu"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    data = tmp_path_factory.mktemp("box") / "data"
    made = make_box(data)
    made.call(Scene.ordinary("+48221234567", "1", talk=2.0))
    assert len(made.recordings()) == 1
    with running(data, set_up=True) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def open_page(browser: Browser) -> tuple[Page, list[str]]:
    """Return a page of a browser of its own, and what it complains about."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def log_in(page: Page, box: Box, name: str, password: str) -> None:
    page.goto(box.url + "login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_a_listener_is_let_in_and_can_listen_and_nothing_else(box: Box, browser: Browser) -> None:
    owner, complaints = open_page(browser)
    log_in(owner, box, OWNER, PASSWORD)
    password = _adds_lena(owner)

    lena, more = open_page(browser)
    _chooses_a_password(lena, box, password)
    app = _sets_an_app_up(lena)
    lena.get_by_role("button", name="Log out").click()
    _logs_in_with_the_app(lena, box, app)

    expect(lena.get_by_role("link", name="Activity log")).to_have_count(0)
    expect(lena.get_by_role("link", name="People", exact=True)).to_have_count(0)
    lena.get_by_role("link", name="Calls", exact=True).click()
    lena.locator("a.call").click()
    listen(lena)
    assert complaints + more == []
    refused = lena.goto(box.url + "audit")
    assert refused is not None
    assert refused.status == 403
    _reads_the_audit_on_a_phone(owner, box)
    _removes_lena(owner, lena, box)


def _adds_lena(owner: Page) -> str:
    owner.get_by_role("link", name="People", exact=True).click()
    owner.get_by_label("Their name").fill(LENA)
    expect(owner.get_by_label("Listening")).to_be_checked()
    owner.get_by_label("Your own password").fill(PASSWORD)
    owner.get_by_role("button", name="Add them").click()
    expect(owner.get_by_role("heading", name=f"{LENA} may log in")).to_be_visible()
    return owner.locator(".once").inner_text()


def _chooses_a_password(lena: Page, box: Box, password: str) -> None:
    log_in(lena, box, LENA, password)
    expect(lena.get_by_role("heading", name="Choose a password")).to_be_visible()
    expect(lena.get_by_label("One-time password")).to_have_count(0)  # it was just typed
    lena.get_by_label("New password", exact=True).fill(OWN)
    lena.get_by_label("New password again").fill(OWN)
    lena.get_by_role("button", name="Choose this password").click()
    expect(lena.get_by_role("link", name="Calls", exact=True)).to_be_visible()


def _sets_an_app_up(lena: Page) -> pyotp.TOTP:
    lena.get_by_role("link", name=LENA).click()
    lena.locator("form[action='/me/totp']").get_by_label("Password now").fill(OWN)
    lena.get_by_role("button", name="Set up an app").click()
    expect(lena.locator(".qr svg")).to_be_visible()
    app = pyotp.TOTP(re.sub(r"\s", "", lena.locator("code.key").inner_text()))
    lena.get_by_label("Code from the app").fill(_code(app))
    lena.get_by_role("button", name="Ask for codes from now on").click()
    expect(lena.get_by_text("From now on every login asks for a code")).to_be_visible()
    return app


def _code(app: pyotp.TOTP, ahead: int = 0) -> str:
    """Return the code of now, or of a step ahead, as a telephone with a fast clock shows it."""
    return str(app.generate_otp(int(SystemClock().now()) // 30 + ahead))


def _logs_in_with_the_app(lena: Page, box: Box, app: pyotp.TOTP) -> None:
    log_in(lena, box, LENA, OWN)
    expect(lena.get_by_role("heading", name="Code from the app")).to_be_visible()
    # The step of now was used to set it up.
    lena.get_by_label("Code").fill(_code(app, ahead=1))
    lena.get_by_role("button", name="Log in").click()
    expect(lena.get_by_role("link", name="Calls", exact=True)).to_be_visible()


def _reads_the_audit_on_a_phone(owner: Page, box: Box) -> None:
    """Every act has room for its words, also where it says what about whom."""
    owner.set_viewport_size({"width": 360, "height": 800})
    owner.goto(box.url + "audit")
    expect(owner.get_by_role("cell", name=re.compile(f"{LENA}.*Listening"))).to_be_visible()
    acts = owner.locator(".audit .act").all()
    assert min((place.bounding_box() or {"width": 0.0})["width"] for place in acts) > 100
    owner.set_viewport_size({"width": 1280, "height": 900})


def _removes_lena(owner: Page, lena: Page, box: Box) -> None:
    owner.get_by_role("link", name="People", exact=True).click()
    owner.locator("a.person", has_text=LENA).click()
    owner.get_by_label("no longer works with this device").check()
    removing = owner.locator("form[action$='/remove']")
    removing.get_by_label("Your own password").fill(PASSWORD)
    owner.get_by_role("button", name="Remove them").click()
    expect(owner.get_by_text("They are removed and logged out.")).to_be_visible()
    lena.goto(box.url + "calls")
    expect(lena.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_page_warns_before_it_locks_and_lets_one_stay(box: Box, browser: Browser) -> None:
    page, complaints = open_page(browser)
    page.clock.install()
    log_in(page, box, OWNER, PASSWORD)
    page.goto(box.url + "me")
    warning = page.get_by_role("dialog", name="Are you still there?")

    def nearly_over(route: Route) -> None:
        route.fulfill(json={"left": 45, "ends": 40_000})

    page.route("**/me/session.json", nearly_over)
    page.clock.fast_forward(14 * 60 * 1000)
    expect(warning).to_be_visible()
    expect(warning.locator("[data-count]")).to_have_text(re.compile(r"4[0-5]"))
    page.clock.run_for(5000)
    expect(warning.locator("[data-count]")).to_have_text(re.compile(r"3\d|40"))
    page.unroute("**/me/session.json")
    page.clock.run_for(5000)  # the page asks again, and the keeper knows better: nobody was idle
    expect(warning).to_be_hidden()

    page.route("**/me/session.json", nearly_over)
    page.clock.fast_forward(14 * 60 * 1000)
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Stay logged in").click()
    expect(warning).to_be_hidden()

    page.clock.fast_forward(14 * 60 * 1000)
    expect(warning).to_be_visible()
    page.unroute("**/me/session.json")
    page.context.clear_cookies(name="zgoda")  # as if it had ended
    page.clock.run_for(46_000)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_label("Name").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/me")
    assert [said for said in complaints if "401" not in said] == []  # it asked, and heard so
