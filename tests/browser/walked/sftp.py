"""Bring the page about backups by SFTP into its states: keys, copies, failures."""

from collections.abc import Iterator

from msgspec import structs
from playwright.sync_api import Page

from appliance.keeper.backup.far.target import FarTarget
from appliance.keeper.backup.writing import Progress
from appliance.link.requests.outside.sftp import AcceptSftp, ChangeSftp, SftpPlace
from appliance.model.outside.sftp import fingerprint
from appliance.vault.opening.content import MediumState
from tests.boxes import PASSWORD
from tests.browser.filled import Filled
from tests.keeper.backup.copies import keyring
from tests.keeper.desks import far_of, server_of

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHjJWVWMd5TgUnPcYWhlBkHKoBeQjgYyqBOVYqPVGTLA"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"

NOTHING = MediumState(0, 0, 0.0, None, 0, 0, 0, 0, 713_000, far=True)


def shows(server: FarTarget, key: str) -> None:
    """Let the server have answered."""
    if server._looking is not None:
        server._looking.join()
    server.code, server.offered = "", key


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    kept = box.panel.box
    assert kept.keeper.box is not None
    server, far = server_of(kept.keeper), far_of(kept.keeper)
    address = box.url + "backup/sftp"
    page.goto(address)
    page.locator("form[action='/backup/sftp'] button").click()
    page.locator(".mistake").first.wait_for()
    yield "sftp-mistakes", page
    token = kept.log_in()
    kept.ask(
        ChangeSftp(SftpPlace("backup.office.example", 22, "zgoda", "", "day", "own"), PASSWORD),
        token,
    )
    page.goto(f"{address}?done=set")
    yield "sftp-looking", page
    page.goto("about:blank")  # the page would load itself again
    server.ferry.close()  # nobody carries here
    shows(server, KEY)
    page.goto(address)
    yield "sftp-key-shown", page
    page.locator("form[action='/backup/sftp/accept'] button").click()
    page.locator(".mistake").first.wait_for()
    yield "sftp-accept-mistakes", page
    kept.ask(AcceptSftp(fingerprint(KEY), PASSWORD), token)
    thread = far._thread
    assert thread is not None
    thread.join()
    yield from _copies(page, box, address)
    far._seen = "", "host_key", ()
    shows(server, OTHER)
    page.goto(address)
    yield "sftp-other-key", page
    page.locator("#stop-title").click()
    page.locator("#stop-password").fill(PASSWORD)
    page.locator("form[action='/backup/sftp/stop'] button").click()
    page.locator(".notice.good").wait_for()
    yield "sftp-stopped", page


def _copies(page: Page, box: Filled, address: str) -> Iterator[tuple[str, Page]]:
    assert box.panel.box.keeper.box is not None
    far = far_of(box.panel.box.keeper)
    far._seen = "", "", ()
    page.goto(f"{address}?done=accepted")
    yield "sftp-accepted", page
    far._progress = Progress("recordings", done=12, total=340, bytes_done=4, bytes_total=9)
    page.goto(address)
    yield "sftp-running", page
    page.goto("about:blank")  # the page would load itself again
    far._progress = None
    server = far._target.medium
    made = structs.replace(NOTHING, number=3, begun=3, at=1_795_000_000.0, recordings=338)
    for code in ("login", "full", "waits", ""):
        far._seen, far._older = ("", code, ()), code == "full"
        waits, unknown = code == "waits", code in {"waits", "login"}
        with keyring(box.panel.box).changing() as draft:
            known = structs.replace(made, waits=waits, unknown=unknown)
            draft.media = draft.media | {server: known}
        page.goto(address)
        yield f"sftp-{code or 'made'}", page
    far._older = False
    with keyring(box.panel.box).changing() as draft:
        draft.media = {name: one for name, one in draft.media.items() if name != server}
