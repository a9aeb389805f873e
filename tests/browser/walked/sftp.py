"""Bring the page about backups by SFTP into its states: mistakes, a key shown, another key."""

from collections.abc import Iterator

from playwright.sync_api import Page

from appliance.keeper.backup.far.target import FarTarget
from appliance.link.requests.outside.sftp import AcceptSftp, ChangeSftp, SftpPlace
from appliance.model.outside.sftp import fingerprint
from tests.boxes import PASSWORD
from tests.browser.filled import Filled

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHjJWVWMd5TgUnPcYWhlBkHKoBeQjgYyqBOVYqPVGTLA"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"


def shows(server: FarTarget, key: str) -> None:
    """Let the server have answered."""
    if server._looking is not None:
        server._looking.join()
    server.code, server.offered = "", key


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    kept = box.panel.box
    assert kept.keeper.box is not None
    parts = kept.keeper.box.records.parts
    page.goto(box.url + "backup/sftp")
    page.locator("form[action='/backup/sftp'] button").click()
    page.locator(".mistake").first.wait_for()
    yield "sftp-mistakes", page
    parts.server.ferry.close()  # nobody carries here
    token = kept.log_in()
    kept.ask(
        ChangeSftp(SftpPlace("backup.office.example", 22, "zgoda", "", "day"), PASSWORD), token
    )
    shows(parts.server, KEY)
    page.goto(box.url + "backup/sftp?done=set")
    yield "sftp-key-shown", page
    kept.ask(AcceptSftp(fingerprint(KEY), PASSWORD), token)
    page.goto(box.url + "backup/sftp?done=accepted")
    yield "sftp-accepted", page
    parts.far._seen = "", "host_key", ""
    shows(parts.server, OTHER)
    page.goto(box.url + "backup/sftp")
    yield "sftp-other-key", page
    page.locator("#stop-password").fill(PASSWORD)
    page.locator("form[action='/backup/sftp/stop'] button").click()
    page.locator(".notice.good").wait_for()
    yield "sftp-stopped", page
