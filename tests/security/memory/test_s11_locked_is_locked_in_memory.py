"""Nothing of the people is left in memory once the last of them has logged out.

Recorder, keeper and panel run as ``zgoda run`` starts them. Three people log in, look for calls
and listen; one erases. After the last logout root reads all memory of every process of the box.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.first_run.create import make_eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import read_by_sheet, read_sheet
from tests.boxes import PASSWORD, make_box
from tests.faults.browsing import OWNER, Browser
from tests.rig.ports import free_port
from tests.security.memory.locked_office import (
    APP,
    PEOPLE,
    Office,
    needles,
    processes,
    running,
    started,
)
from tests.security.memory.remembered import found, locked_kib, spelled, unlocked

pytestmark = [pytest.mark.root, pytest.mark.timeout(300)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with running(make_box(tmp_path / "data"), free_port()) as box:
        yield box


def hits(box: "subprocess.Popen[str]", wanted: dict[str, bytes]) -> dict[str, Counter[str]]:
    """Return what each process of a box remembers."""
    every: dict[str, Counter[str]] = {}
    for pid, name in processes(box).items():
        every[name] = every.get(name, Counter()) + found(pid, wanted)
    return every


def test_after_the_last_logout_nothing_is_remembered(office: Office) -> None:
    keyring = office.box.box.keyring()
    wanted = needles(office.box, office.rids)
    erased = {"key of the erased recording": keyring.private(office.rids[2])}
    browsers = [office.log_in(name) for name in PEOPLE if name != APP]
    browsers.append(office.give_password(APP))
    # Between password and code a process waits with the key that opens the app's secret, which no
    # process knows before a code is typed.
    waiting = hits(office.process, wanted)
    assert waiting["reading child"]["reading key"]
    assert not any(known["secret of the app (utf-8)"] for known in waiting.values())
    office.give_code(browsers[-1])
    for browser in browsers:
        office.work(browser)
    browsers[0].post(
        f"/calls/{office.rids[2]}/erase", f"/calls/{office.rids[2]}/erase",
        ground="consent_withdrawn", reason="asked for it", sure="yes",
    )  # fmt: skip

    # The control: while they work it is all there, so that nothing can be found by mistake.
    working = hits(office.process, wanted)
    assert set(working) == {"recorder", "keeper", "reading child", "panel"}
    assert working["reading child"]["number 693471852 (utf-8)"]
    assert working["reading child"]["second key"]
    # Not even then do both keys stand in the process that stays.
    assert not working["keeper"]["second key"]
    assert not working["keeper"]["reading key"]
    assert working["reading child"]["reading key"]

    # None of it can be written to swap meanwhile, in none of the processes.
    there = processes(office.process)
    assert {name: unlocked(pid) for pid, name in there.items()} == {name: [] for name in working}
    assert all(map(locked_kib, there))

    for browser in browsers:
        path, _ = browser.post("/", "/logout")
        assert path == "/login"

    locked = hits(office.process, wanted | erased)
    assert set(locked) == {"recorder", "keeper", "panel"}  # the reading child is gone
    assert {name: dict(told) for name, told in locked.items() if told} == {}
    # The keeper's keyring names its people, to know them again; the panel has no reason to.
    people = {
        spelling: needle for name in PEOPLE for spelling, needle in spelled(name, name).items()
    }
    assert dict(hits(office.process, people)["panel"]) == {}


def test_after_the_first_run_its_sheet_is_not_remembered(tmp_path: Path) -> None:
    """The sheet opens everything for good. It is shown once, and nobody can ask for it again."""
    folders, port = Folders(tmp_path / "data"), free_port()
    with started(folders.data, port) as box:
        code = folders.first_run_code.read_text("ascii").strip()
        browser = Browser(port)
        _, raw = browser.post(
            "/first-run",
            "/first-run",
            code=code,
            name=OWNER,
            password=PASSWORD,
            repeated=PASSWORD,
            plain="yes",
        )
        page = raw.decode()
        groups = re.findall(r"<code>(\w{5})</code>", page)
        drawn = re.search(r"<path[^>]* d=\"([^\"]{200})", page)
        assert len(groups) == 13
        assert drawn is not None
        secret = bytes(read_sheet("".join(groups)))
        content = Keyring.open(folders.keyring, make_eraser(folders, trial())).content
        reading = read_by_sheet(secret, content.sheet.sealed, content.vault_id)
        wanted = {"secret": secret, "reading key": bytes(reading)}
        for name, text in {
            "sheet": "-".join(groups),
            "sheet, without signs": "".join(groups),
            "two groups": "-".join(groups[4:6]),
            "drawing": drawn[1][100:160],
            "one-time password": code,
            "password": PASSWORD,
            "password in a form": PASSWORD.replace(" ", "+"),
        }.items():
            wanted |= spelled(name, text)
        assert hits(box, wanted)["reading child"]["reading key"]  # the control

        asked = re.findall(r'name="(group-(\d+))"', page)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        path, _ = browser.send(
            "/first-run/sheet", csrf_token=token[1],
            **{field: groups[int(index)] for field, index in asked},
        )  # fmt: skip
        assert path == "/"
        browser.post("/", "/logout")

        locked = hits(box, wanted)
        assert set(locked) == {"recorder", "keeper", "panel"}
        assert {name: dict(told) for name, told in locked.items() if told} == {}
