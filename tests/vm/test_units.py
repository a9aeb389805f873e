"""Three units run sandboxed under a real systemd; killed, they return, and no call is lost."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from urllib.request import urlopen

import pytest

from tests.rig.calls import short_call
from tests.rig.hearing import read_wav
from tests.vm.office import Office
from tests.vm.units import (
    UNITS,
    exposure,
    is_ready,
    kill,
    killed,
    logged,
    pid_of,
    ready_pid,
    restart,
    shown,
    status,
    wait_until,
)

pytestmark = pytest.mark.vm

EXPOSURE: Mapping[str, float] = {
    "zgoda-recorder": 1.0,
    "zgoda-keeper": 1.0,
    "zgoda-panel": 1.5,
}
"""systemd's own figure at most: the targets of the design."""

DATA = Path("/var/lib/zgoda")
KEEPERS = ("rec", "keyring.0", "keyring.1", "keys", "root", "audit", "ledger", "shelf", "said")
HANDED_IN = ("notes", "withdrawn", "recorder", "calibration", "settings")
CLOSED: Mapping[str, tuple[Path, ...]] = {
    "zgoda-recorder": tuple(DATA / name for name in KEEPERS),
    "zgoda-keeper": (Path("/run/zgoda-recorder/origin.key"),),
    "zgoda-panel": tuple(DATA / name for name in KEEPERS + HANDED_IN),
    "nobody": tuple(DATA / name for name in KEEPERS + HANDED_IN),
}
"""User -> files and folders that it must not read."""

Property = Callable[[str, object], None]


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_started_at_boot_and_said_that_it_is_ready(office: Office, unit: str) -> None:
    told = shown(unit, "Type", "ActiveState", "SubState", "NRestarts", "StatusText")

    assert (told["Type"], told["ActiveState"], told["SubState"]) == ("notify", "active", "running")
    assert told["NRestarts"] == "0"


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_a_unit_no_more_exposed_than_it_may_be(
    office: Office, unit: str, record_property: Property
) -> None:
    figure = exposure(unit)
    record_property("exposure", figure)

    assert figure <= EXPOSURE[unit]


@pytest.mark.parametrize("unit", UNITS)
def test_the_kernel_holds_a_unit_in_its_sandbox(office: Office, unit: str) -> None:
    pid = pid_of(unit)
    told = status(pid)

    assert int(told["CapEff"], 16) == int(told["CapBnd"], 16) == 0
    assert told["NoNewPrivs"] == "1"
    assert told["Seccomp"] == "2"  # a filter
    assert os.readlink(f"/proc/{pid}/ns/mnt") != os.readlink("/proc/1/ns/mnt")


@pytest.mark.parametrize("unit", ["zgoda-recorder", "zgoda-keeper"])
def test_recorder_and_keeper_have_no_network(office: Office, unit: str) -> None:
    devices = Path(f"/proc/{pid_of(unit)}/net/dev").read_text("ascii").splitlines()[2:]

    assert [line.split(":")[0].strip() for line in devices] == ["lo"]


@pytest.mark.parametrize("user", CLOSED)
def test_no_user_reads_what_belongs_to_another(office: Office, user: str) -> None:
    there = [path for path in CLOSED[user] if path.exists()]
    assert there[:1] == list(CLOSED[user][:1])
    assert all(_reads("root", path) for path in there)

    for path in there:
        assert not _reads(user, path), path
    for unit in UNITS:
        if unit != user:
            assert not _reads(user, Path(f"/proc/{pid_of(unit)}/environ")), unit


def test_the_panel_answers_browsers(office: Office) -> None:
    with urlopen(office.box.url + "/login", timeout=60) as page:  # noqa: S310 - its own loopback
        assert page.status == 200


def test_systemd_feeds_the_machines_watchdog() -> None:
    (watchdog,) = Path("/sys/class/watchdog").iterdir()

    assert wait_until(lambda: (watchdog / "state").read_text("ascii").strip() == "active")
    assert (watchdog / "timeout").read_text("ascii").strip() == "15"


def test_the_panel_is_killed_and_returns(office: Office, record_property: Property) -> None:
    again = kill("zgoda-panel")
    record_property("ready again after s", round(again.seconds, 1))

    with urlopen(office.box.url + "/login", timeout=60) as page:  # noqa: S310
        assert page.status == 200


def test_a_panel_that_stands_still_is_started_anew(
    office: Office, record_property: Property
) -> None:
    """With a sixth of its time, for each second costs this machine several."""
    unit = "zgoda-panel"
    patience = Path(f"/run/systemd/system/{unit}.service.d/watchdog.conf")
    patience.parent.mkdir(parents=True, exist_ok=True)
    patience.write_text("[Service]\nWatchdogSec=10\n", "ascii")
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    restart(unit)
    before, began = pid_of(unit), monotonic()
    killed[unit] += 1
    stop = ["systemctl", "kill", "--kill-whom=main", "--signal=STOP", unit]
    subprocess.run(stop, check=True)

    assert wait_until(lambda: ready_pid(unit) not in {0, before}, 120.0, every=2.0)
    record_property("ready again after s", round(monotonic() - began, 1))
    assert "Watchdog timeout" in logged(unit)
    with urlopen(office.box.url + "/login", timeout=60) as page:  # noqa: S310
        assert page.status == 200


def test_a_call_is_cut_and_plays_when_the_recorder_dies(
    office: Office, record_property: Property
) -> None:
    place = office.place(short_call("1", longer=4.0))
    office.comes_to("recording", place)
    opened = office.box.news.wait(lambda news: news.kind == "opened", 60.0, place)
    heard = office.line.on_the_wires
    assert office.line.wait_wires(heard + 4 * 8000, 60.0)

    again = kill("zgoda-recorder")
    record_property("ready again after s", round(again.seconds, 1))
    office.box.listen_again()
    assert office.line.far_end.wait_over(120.0)
    office.box.wait_ready(120.0)

    assert wait_until(lambda: any(c.recording == opened.recording for c in office.box.calls()))
    (call,) = (call for call in office.box.calls() if call.recording == opened.recording)
    assert (call.ended, call.verdict.value) == ("cut", "cut")
    assert call.seconds >= 3.0
    assert read_wav(office.box.export(call.recording)).size >= 3 * 8000


def test_nothing_has_failed_or_restarted_beyond_what_was_killed(office: Office) -> None:
    restarts = {unit: int(shown(unit, "NRestarts")["NRestarts"]) for unit in UNITS}

    assert restarts == {unit: killed[unit] for unit in UNITS}
    assert all(map(is_ready, UNITS))


def _reads(user: str, path: Path) -> bool:
    """Say whether a user can read a file, or list a folder."""
    act = "ls" if path.is_dir() else "cat"
    become = ["setpriv", f"--reuid={user}", f"--regid={_group(user)}", "--init-groups"]
    done = subprocess.run([*become, act, str(path)], check=False, capture_output=True)
    return done.returncode == 0


def _group(user: str) -> str:
    """Return a user's own group, as its unit names it."""
    return {"zgoda-recorder": "zgoda-in", "nobody": "nogroup"}.get(user, user)
