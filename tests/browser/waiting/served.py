"""Show a panel's pages, whose box has moved clocks, in a real browser."""

import contextlib
import threading
from collections.abc import Iterator

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER
from tests.web.conftest import Panel


@contextlib.contextmanager
def logged_in(panel: Panel, browser: Browser) -> Iterator[Page]:
    """Yield a page on which the owner has logged in, whose clock the test moves."""
    server = make_server("127.0.0.1", 0, panel.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        with contextlib.closing(browser.new_context(base_url=base, locale="en-GB")) as context:
            made = context.new_page()
            made.clock.install()
            made.goto("/login")
            made.get_by_label("Name").fill(OWNER)
            made.get_by_label("Password").fill(PASSWORD)
            made.get_by_role("button", name="Log in").click()
            made.wait_for_url("**/")
            yield made
    finally:
        server.shutdown()
        thread.join()
