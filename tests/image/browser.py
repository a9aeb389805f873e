"""A browser at a card's panel: it knows the name, and trusts one certificate."""

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, expect

from tests.browser.box import OWNER, Box, chromium
from tests.browser.setting_up import Voice
from tests.image.card import NAME, Running

SLOW_MS = 300_000
"""A page of an emulated board on a busy computer."""


@dataclass(frozen=True)
class Visit:
    """A box, and a page of it."""

    box: Box
    page: Page

    def log_in(self, password: str) -> None:
        """Log in as the box's owner, by the login page."""
        page = self.page
        page.goto(self.box.url + "login")
        page.locator("#name").fill(OWNER)
        page.locator("#password").fill(password)
        page.locator("form.card button.main").click()
        expect(page.locator("form.me")).to_be_attached()

    def go(self, path: str) -> Page:
        """Open a page of the panel."""
        self.page.goto(self.box.url + path)
        return self.page


@contextlib.contextmanager
def at_the_panel(running: Running, trusted: Path, voice: Voice, code: str = "") -> Iterator[Visit]:
    """Open the panel in Polish.

    Args:
        running: the machine.
        trusted: the authority that the card vouches for itself with.
        voice: what its microphone hears.
        code: the one-time password.
    """
    with running.secure(trusted) as connected:
        leaf = x509.load_der_x509_certificate(connected.getpeercert(binary_form=True) or b"")
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pinned = base64.b64encode(hashlib.sha256(key).digest()).decode()
    options = (
        *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
        f"--use-file-for-fake-audio-capture={voice.microphone}",
        f"--ignore-certificate-errors-spki-list={pinned}",
        f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{running.ports[0]}",
    )
    expect.set_options(timeout=SLOW_MS)
    with chromium(*options) as browser:
        context = browser.new_context(locale="pl-PL", accept_downloads=True)
        context.set_default_timeout(SLOW_MS)
        yield Visit(Box(f"https://{NAME}/", code, trusted.parent), context.new_page())
