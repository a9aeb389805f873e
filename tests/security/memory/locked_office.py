"""Run a whole box as its owner does, with people who look for calls and listen to them."""

import base64
import contextlib
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
from msgspec import structs

from appliance.keeper.people.operators import new_operator
from appliance.link.operations import Role
from appliance.vault.container import derive
from tests.boxes import CHEAP, PASSWORD, TrialBox
from tests.faults.browsing import Browser
from tests.faults.fault_box import FaultBox
from tests.proofs import give_totp
from tests.samples import META
from tests.security.memory.remembered import command, family, spelled
from tests.small.pool import small_trial_file

PEOPLE = {
    "Ewa Nowak": PASSWORD,
    "Jan Ćwik": "hasło z żółtą łodzią 77",
    "Marta Wójcik": "another quiet walrus garden",
}
"""Each person's password: of plain and of Polish letters, which Python keeps differently."""

CALLERS = {
    "693471852": "Zofia Łękawska",
    "693471874": "Bogdan Testowski",
    "693471896": "Carl Musterhuber",
}
"""Subscriber's number -> the name that the network sent."""

APP, APP_SECRET = "Marta Wójcik", "MFZWIZLTOR4XK3LQNBUW4ZLEORSXG5DJ"
"""Who gives a code at the login, and what their authenticator app knows."""

PROCESSES = {
    "recorder": "appliance recorder",
    "keeper": "appliance keeper",
    "reading child": "appliance.keeper.unlocked.prover",
    "panel": "-m web",
}


@dataclass(frozen=True)
class Office:
    """A running box with three recordings and three people."""

    box: FaultBox
    rids: tuple[str, ...]
    port: int
    process: subprocess.Popen[str]

    def log_in(self, name: str) -> Browser:
        """Log a person in with a browser of their own."""
        browser = self.give_password(name)
        if name == APP:
            self.give_code(browser)
        return browser

    def give_password(self, name: str) -> Browser:
        """Do the first step of a login, which is the only one without an app."""
        browser = Browser(self.port)
        path, _ = browser.post("/login", "/login", name=name, password=PEOPLE[name])
        assert path == ("/login/code" if name == APP else "/")
        return browser

    @staticmethod
    def give_code(browser: Browser) -> None:
        """Do the second step, with the app's code; each counts once."""
        path, _ = browser.post("/login/code", "/login/code", code=pyotp.TOTP(APP_SECRET).now())
        assert path == "/"

    def work(self, browser: Browser) -> None:
        """List, look for numbers and names, look at a call, and listen to all of it."""
        browser.get("/")
        for number, name in CALLERS.items():
            for text in (number, f"+48 {number}", name, name[:4].lower()):
                _, page = browser.post("/calls", "/calls", text=text)
                assert name in page.decode()
        browser.get("/calls")
        self.listen(browser, self.rids[0])

    def listen(self, browser: Browser, rid: str) -> None:
        """Open the player of a call, and fetch its sound whole and in ranges."""
        _, page = browser.post(f"/calls/{rid}", f"/calls/{rid}/listen", purpose="training")
        found = re.search(r"/playback/[\w-]+\.wav", page.decode())
        assert found is not None
        whole = b""
        while piece := self._piece(browser, found[0], len(whole)):
            whole += piece
        sound = self.box.sounds[rid].astype("<i2").tobytes()
        assert whole.endswith(sound)
        assert browser.get(found[0], Range="bytes=0-9999") == whole[:10_000]

    @staticmethod
    def _piece(browser: Browser, address: str, start: int) -> bytes:
        """Fetch the next piece of a sound; nothing at its end."""
        try:
            return browser.get(address, Range=f"bytes={start}-")
        except urllib.error.HTTPError as error:
            if error.code == 416:
                return b""
            raise


@contextlib.contextmanager
def running(box: TrialBox, port: int, **environment: str) -> Iterator[Office]:
    """Seal calls into a box, add people, and run it until the block ends."""
    faulty = FaultBox(box)
    rids = tuple(
        faulty.seal(3, meta=structs.replace(META, number=f"+48{number}", name=name))
        for number, name in CALLERS.items()
    )
    with box.keyring().changing() as draft:
        for name, password in list(PEOPLE.items())[1:]:
            entry = new_operator(name, password, frozenset(Role), box.reading_key(), CHEAP)
            if name == APP:
                give_totp(entry, APP_SECRET, password)
            draft.operators[entry.id] = entry
    with started(box.folders.data, port, **environment) as process:
        yield Office(faulty, rids, port, process)


@contextlib.contextmanager
def started(data: Path, port: int, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a box as its owner does, until the block ends."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "appliance", "run", "--config", str(small_trial_file())),
            *("--data", str(data), "--port", str(port)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    assert process.stdout is not None
    try:
        assert any(line.startswith("Panel: ") for line in process.stdout), "it did not start"
        yield process
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def processes(process: "subprocess.Popen[str]") -> dict[int, str]:
    """Return the processes of a running box, and which each is."""
    return {
        pid: name
        for pid in family(process.pid)
        for name, mark in PROCESSES.items()
        if mark in command(pid)
    }


def needles(box: FaultBox, rids: tuple[str, ...]) -> dict[str, bytes]:
    """Return what must not be found in a locked box: its secrets in every spelling."""
    wanted: dict[str, bytes] = {}
    for name, password in PEOPLE.items():
        wanted |= spelled(f"password of {name}", password)
        wanted[f"password of {name} in a form"] = urllib.parse.quote_plus(password).encode()
    for number, name in CALLERS.items():
        shown = f"{number[:3]} {number[3:6]} {number[6:]}"
        wanted |= spelled(f"number {number}", number) | spelled(f"number {number} as shown", shown)
        wanted |= spelled(f"name of {number}", name)
        wanted[f"name of {number} in an address"] = urllib.parse.quote_plus(name).encode()
    wanted |= spelled("secret of the app", APP_SECRET)
    wanted["secret of the app, decoded"] = base64.b32decode(APP_SECRET)
    reading = bytes(box.box.reading_key())
    wanted["reading key"] = reading
    wanted["second key"] = derive(reading, b"", b"zgoda catalogue v1")
    sound = box.sounds[rids[0]].astype("<i2").tobytes()
    for at in range(4000, len(sound) - 32, 8000):
        wanted[f"sound at {at}"] = sound[at : at + 32]
    return wanted
