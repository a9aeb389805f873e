"""Set updates from the network up at a keeper on a card, and be its courier."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.card.update.ask import CardUpdates
from appliance.card.update.story import Story
from appliance.keeper.audit.lines import readable
from appliance.keeper.update.fetches import Fetches
from appliance.link.requests.outside.update import (
    ChangeUpdateAddress,
    FetchUpdate,
    GetUpdates,
    LookForUpdate,
    NetworkState,
)
from appliance.link.requests.processes.update import PIECE, BringPiece, Fetch, TakeFetch, TellFetch
from appliance.model.outside.update import Description
from tests.boxes import PASSWORD
from tests.keeper.boxes import KeeperBox
from tests.keeper.desks import fetches_of, updates_of

ADDRESS = "https://updates.example/zgoda/zgoda-update.json"
NEWER = "0.9.0"
BUNDLE = hashlib.shake_256(b"an update").digest(2 * PIECE + 4321)


def described(content: bytes = BUNDLE, version: str = NEWER, **changes: Any) -> Description:
    """Return what a description says of an update."""
    fields: dict[str, Any] = {
        "version": version,
        "file": f"zgoda-{version}-arm64.raucb",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "published": "2026-11-27",
    }
    return Description(**fields | changes)


def as_card(box: KeeperBox, folder: Path) -> CardUpdates:
    """Make a box a card, in which system A runs."""
    handover = folder / "handover"
    handover.mkdir(parents=True)
    updates = CardUpdates(Story(folder / "kept", folder / "volatile"), "A", handover)
    updates_of(box.keeper).updates = updates
    return updates


@dataclass
class Fetched:
    """A box on a card; this test is its courier."""

    box: KeeperBox
    updates: CardUpdates

    @property
    def fetches(self) -> Fetches:
        """Return what looks and fetches."""
        return fetches_of(self.box.keeper)

    @property
    def folder(self) -> Path:
        """Return where the file lies."""
        return self.box.folders.update

    def change(self, address: str = ADDRESS, password: str = PASSWORD) -> None:
        """Say where updates are looked for."""
        self.box.ask(ChangeUpdateAddress(address, password), self.box.log_in())

    def take(self) -> Fetch:
        """Ask for an errand."""
        return self.box.ask(TakeFetch())

    def bring(self, errand: Fetch, content: bytes = BUNDLE, upto: int | None = None) -> None:
        """Bring an errand's bytes, in pieces."""
        end = errand.end if upto is None else min(errand.start + upto, errand.end)
        for start in range(errand.start, end, PIECE):
            piece = content[start : min(start + PIECE, end)]
            self.box.keeper.handle(BringPiece(errand.number, start, '"one"'), upload=piece)

    def tell(self, errand: Fetch, code: str = "", found: Description | None = None) -> None:
        """Tell how an errand ended."""
        self.box.ask(TellFetch(errand.number, code, found))

    def look(self, found: Description | None = None, code: str = "") -> None:
        """Look, as was asked for or is due."""
        errand = self.take()
        assert (errand.address, errand.size) == (ADDRESS, 0)
        self.tell(errand, code, None if code else found or described())

    def ask_look(self) -> None:
        """Ask for a look."""
        self.box.ask(LookForUpdate(), self.box.log_in())

    def ask_fetch(self, version: str = NEWER) -> None:
        """Ask for the update."""
        self.box.ask(FetchUpdate(version, PASSWORD), self.box.log_in())

    def set_up(self, found: Description | None = None) -> None:
        """Set updates up, find one and ask for it."""
        self.change()
        self.look(found)
        self.ask_fetch((found or described()).version)

    def fetch(self, content: bytes = BUNDLE) -> None:
        """Fetch all of an update, and have it compared."""
        while (errand := self.take()).address:
            self.bring(errand, content)
            self.tell(errand)
        self.fetches.check()

    def state(self) -> NetworkState:
        """Return how it stands, as the page gets it."""
        network = self.box.ask(GetUpdates(), self.box.log_in()).network
        assert network is not None
        return network

    def findings(self) -> list[str]:
        """Return the doctor's findings about it."""
        return [finding.id for finding in updates_of(self.box.keeper).examine()]

    def acts(self) -> list[tuple[str, str | None]]:
        """Return what the audit says of updates."""
        found = (entry for entry, _ in readable(self.box.folders.audit))
        return [(one.type, one.detail) for one in found if "update" in one.type]

    def restart(self) -> None:
        """Restart the keeper."""
        self.box.restart()
        updates_of(self.box.keeper).updates = self.updates
