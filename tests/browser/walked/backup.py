"""Bring the page of the backups into its states: media, copies, failures."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import structs
from playwright.sync_api import Page

from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.writing import Progress
from appliance.vault.opening.content import MediumState
from tests.browser.filled import Filled
from tests.browser.walked.sticks import sticks_in, told_by_root
from tests.keeper.backup.copies import backups, keyring, point_to
from tests.keeper.boxes import KeeperBox
from tests.small.media import any_taken

FAR = "5e" * 16


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    kept = box.panel.box
    made = backups(kept)
    address = box.url + "backup"
    with tempfile.TemporaryDirectory() as folder, any_taken():
        place = Path(folder) / "medium"
        yield from _without(page, address, kept, Path(folder) / "none")
        place.mkdir()
        prepare(place).close()
        point_to(kept, place)
        made._wanted = True
        made.run()
        page.goto(f"{address}?done=started")
        yield "backup-made", page
        page.locator("summary").first.click()
        page.locator("form[action='/backup/forget'] button").first.click()
        page.locator(".mistake").first.wait_for()
        yield "backup-mistakes", page
        made._progress = Progress("recordings", done=12, total=340, bytes_done=4, bytes_total=9)
        page.goto(address)
        yield "backup-running", page
        page.goto("about:blank")  # the page would load itself again
        made._progress = None
        yield from _with_others(page, address, kept)
        point_to(kept, None)


def _without(page: Page, address: str, kept: KeeperBox, folder: Path) -> Iterator[tuple[str, Page]]:
    """No medium is plugged in: on a computer whose root mounts them, and on a card."""
    folder.mkdir()
    made = backups(kept)
    point_to(kept, folder / "absent", "hand")
    made._wanted = True
    made.run()
    page.goto(address)
    yield "backup-no-medium", page
    point_to(kept, folder / "absent")
    with told_by_root(kept, sticks_in(folder, "not_empty", "second", "kind", "making")):
        page.goto(address)
        yield "backup-no-medium-of-a-card", page


def _with_others(page: Page, address: str, kept: KeeperBox) -> Iterator[tuple[str, Page]]:
    """Media that are elsewhere, and one that is full."""
    made = backups(kept)
    mine = keyring(kept).content.media[made.seen().medium]
    others = {
        FAR: structs.replace(mine, far=True, unknown=True),
        "c0" * 16: structs.replace(mine, begun=mine.number + 1),
        "d1" * 16: structs.replace(mine, unknown=True, number=0),
        "e2" * 16: structs.replace(mine, generation=mine.generation - 1),
    }
    before = _keep(kept, others)
    made._seen, made._older = (*made._seen[:1], "full", ()), True
    page.goto(f"{address}?done=forgotten")
    yield "backup-full", page
    with keyring(kept).changing() as draft:
        draft.media = before
    made.moved()


def _keep(kept: KeeperBox, others: dict[str, MediumState]) -> dict[str, MediumState]:
    """Know further media; return those that were known."""
    before = keyring(kept).content.media
    with keyring(kept).changing() as draft:
        draft.media = before | others
    return before
