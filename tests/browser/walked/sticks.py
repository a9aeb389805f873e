"""Let root have said something of media that are plugged in."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from appliance.card.sticks import Sticks
from appliance.keeper.handlers.backup import BackupDesk
from appliance.link.requests.outside.backup import GetSticks
from tests.keeper.boxes import KeeperBox


def sticks_in(folder: Path, *words: str) -> Sticks:
    """Return media of which root says a word each."""
    (folder / "run").mkdir()
    sticks = Sticks(folder / "run", folder / "devices")
    for number, word in enumerate(words, 1):
        (folder / "devices" / f"sda{number}").mkdir(parents=True)
        sticks.tell(f"sda{number}", word)
    return sticks


@contextlib.contextmanager
def told_by_root(box: KeeperBox, sticks: Sticks) -> Iterator[None]:
    """Let a keeper find these meanwhile."""
    desk = box.keeper._handlers[GetSticks].__self__  # type: ignore[attr-defined]
    assert isinstance(desk, BackupDesk)
    before, desk.sticks = desk.sticks, sticks
    yield
    desk.sticks = before
