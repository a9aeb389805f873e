"""Set up the box whose processes systemd runs, and ask it as the panel and the keeper do."""

import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.places import APPLIANCE_DATA, KEEPER_USER, places
from appliance.link.requests.first_run import ConfirmSheet, FirstRun
from appliance.link.requests.login import LogIn
from appliance.link.requests.processes.news import RecorderNews
from tests.rig.box import OWNER, READY_SECONDS, Box
from tests.rig.news import News, NotTold
from tests.vm.prepare import CONFIG, OFFICES
from tests.vm.units import UNITS, is_ready, logged, restart, wait_until
from tests.vm.users import UserClient

PANEL_USER = "zgoda-panel"
URL = "http://127.0.0.1:8470"
_FIRST_SECONDS = 60.0
_LOST = re.compile(r"(\d+) ms of sound were lost; the card ran dry (\d+) times")
_OPT_INS = Path("/usr/share/zgoda/opt-in/zgoda-recorder.service.d")
_DROP_INS = Path("/etc/systemd/system/zgoda-recorder.service.d")


@dataclass
class UnitBox(Box):
    """The box of the units, after its first run."""

    @property
    def log(self) -> str:
        """What the units have logged."""
        return "".join(map(logged, UNITS))

    @property
    def sound_lost(self) -> tuple[int, int]:
        """Milliseconds of sound that did not arrive, and how often the card ran dry meanwhile.

        The recorder puts little out ahead at first, and more each time that it was too little.
        """
        told = [(int(lost), int(dry)) for lost, dry in _LOST.findall(self.log)]
        return sum(lost for lost, _ in told), sum(dry for _, dry in told)

    def use(self, office: str, drop_in: str = "") -> None:
        """Give the recorder another office's line.

        Args:
            office: one of those prepared.
            drop_in: the opt-in of its unit that such a line needs.
        """
        shutil.copy(OFFICES / f"{office}.toml", CONFIG)
        if drop_in:
            shutil.copy(_OPT_INS / drop_in, _DROP_INS)
            subprocess.run(["systemctl", "daemon-reload"], check=True)
        restart("zgoda-recorder")
        self.listen_again()

    def wait_ready(self, seconds: float = READY_SECONDS, since: int = 0) -> None:
        """Wait until the line could record; one that does not get so far tells what it lacks."""
        try:
            super().wait_ready(seconds, since)
        except NotTold as error:
            raise NotTold(f"{error} {self.news.after(0, 1.0)[-1]}") from None

    def log_in(self) -> None:
        """Log in again, after the keeper has started anew."""
        self.token = self.keeper.call(LogIn(name=self.owner, password=self.password)).token

    def listen_again(self) -> None:
        """Follow the news of a recorder that has started anew."""
        self.news = _news(self.folders)


def set_up() -> UnitBox:
    """Wait for the units and do the first run."""
    assert wait_until(lambda: all(map(is_ready, UNITS))), [logged(unit) for unit in UNITS]
    folders = places(APPLIANCE_DATA)
    keeper = UserClient(PANEL_USER, folders, "keeper")
    assert wait_until(folders.first_run_code.exists), logged("zgoda-keeper")
    code = subprocess.run(
        ["/opt/zgoda/bin/zgoda", "first-run", "--data", str(APPLIANCE_DATA)],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    clock = SystemClock()  # a real line asks nobody before the time was ever confirmed
    first = FirstRun(code, OWNER, password, clock.now(), clock.monotonic(), plain=True)
    sheet = keeper.call(first)
    typed = {number: sheet.groups[number] for number in sheet.ask_groups}
    keeper.call(ConfirmSheet(groups=typed), sheet.token)
    return UnitBox(URL, folders, keeper, _news(folders), OWNER, password, sheet.token)


def _news(folders: Folders) -> News:
    told = News(UserClient(KEEPER_USER, folders, "recorder"))
    told.wait(_any, _FIRST_SECONDS)
    return told


def _any(_news: RecorderNews) -> bool:
    return True
