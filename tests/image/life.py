"""The life of cards under QEMU, which the tests of this folder lead on."""

import contextlib
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError

from tests.browser.box import PASSWORD as PANEL_PASSWORD
from tests.browser.setting_up import Voice
from tests.image import qmp
from tests.image.browser import Visit, at_the_panel
from tests.image.card import NOW, Card, Running
from tests.image.network import Neighbour
from tests.image.opening import Sealed

PASSWORD = r"One-time password of the first page: ([0-9A-Z]{5}(?:-[0-9A-Z]{5}){3})"
FINGERPRINT = r"SHA-256 of zgoda.crt, the certificate to trust:\s+((?:[0-9A-F]{2}:){15}[0-9A-F]{2})"

LOCAL = "https://zgoda.local/"

MOST_SECONDS = 60
"""From power on to the panel's first page."""

Property = Callable[[str, object], None]


@dataclass
class Life:
    """A card, its owner's voice and password, and what was seen of it so far."""

    card: Card
    voice: Voice
    there: Neighbour
    plug: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    password: str = PANEL_PASSWORD
    seen: dict[str, str] = field(default_factory=dict)
    sealed: Sealed | None = None
    _running: Running | None = None
    _visit: Visit | None = None

    def switch_on(self, *more: str, later: timedelta = NOW) -> Running:
        """Start the machine with a cable to the neighbour."""
        self.pull()
        plugged = *self.there.plugged, *more
        booting = self.card.boot(*plugged, files=[self.there.cable], later=later)
        self._running = self.plug.enter_context(booting)
        return self._running

    @property
    def running(self) -> Running:
        """Return the machine that the test before left running."""
        assert self._running is not None, "it was never switched on"
        self._running.must_run()
        return self._running

    @property
    def visit(self) -> Visit:
        """Return a browser in which the owner is logged in, until the plug is pulled."""
        if self._visit is None:
            self.first_visit().log_in(self.password)
        assert self._visit is not None
        return self._visit

    def first_visit(self, code: str = "") -> Visit:
        """Return a browser in which nobody is logged in yet."""
        at = at_the_panel(self.running, self.trusted, self.voice, code)
        self._visit = self.plug.enter_context(at)
        return self._visit

    def shown(self) -> str:
        """Return what the owner's page shows, and its source; empty if nobody looks."""
        if self._visit is None:
            return ""
        page = self._visit.page
        with contextlib.suppress(PlaywrightError):
            return f"{page.url}\n{page.locator('body').inner_text()}\n\n{page.content()}"
        return f"{page.url}, which does not answer"

    def plug_in(self, disk: Path) -> None:
        """Plug a stick into the machine that runs."""
        qmp.plug_in_stick(self.card.monitor, disk)

    def pull_out(self) -> None:
        """Pull the stick out of the machine that runs."""
        qmp.pull_out_stick(self.card.monitor)

    def pull(self) -> None:
        """Pull the plug; the browser finds out later."""
        if self._running is not None:
            self._running.qemu.kill()
        self._visit = None
        self.plug.close()

    @property
    def trusted(self) -> Path:
        """Return the authority that the card's first partition held when it was last looked at."""
        path = self.card.folder / "zgoda.crt"
        if not path.exists():
            path.write_bytes(self.card.read("zgoda.crt"))
        return path


def times(running: Running, headers: Mapping[str, str]) -> str:
    own = running.own_seconds(headers)
    return f"{own:.0f} s of its own time, {running.seconds:.0f} s of this computer's"


def answers(running: Running, trusted: Path) -> tuple[dict[str, str], str]:
    """Return the panel's first page and its headers, as soon as there is one."""
    while True:
        running.let_run()
        with contextlib.suppress(OSError):
            return followed(running, trusted, "/")


def followed(running: Running, trusted: Path, path: str) -> tuple[dict[str, str], str]:
    status, headers, page = running.get(path, trusted)
    while status in {302, 303}:
        status, headers, page = running.get(headers["location"], trusted)
    assert status == 200, (path, status)
    return headers, page


def stick(folder: Path, *files: Path, label: str = "STICK") -> Path:
    """Make a FAT stick, as shops sell them, with files on it."""
    disk = folder / "stick.img"
    with disk.open("wb") as bare:
        bare.truncate(sum(file.stat().st_size for file in files) + (64 << 20))
    make = ["/usr/sbin/mkfs.vfat", "-F", "32", "-n", label, str(disk)]
    subprocess.run(make, check=True, capture_output=True)
    for file in files:
        subprocess.run(["mcopy", "-i", str(disk), str(file), "::"], check=True)
    return disk


def plugged_in(disk: Path) -> tuple[str, ...]:
    """Return QEMU's options for a stick that is plugged in."""
    return (
        *("-drive", f"file={disk},if=none,id=stick,format=raw"),
        *("-device", "usb-storage,drive=stick,serial=STICK"),
    )
