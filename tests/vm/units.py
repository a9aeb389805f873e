"""Ask and drive the machine's systemd."""

import re
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

UNITS = ("zgoda-recorder", "zgoda-keeper", "zgoda-panel")
SECONDS = 120.0
_LOOK = 0.5  # asking systemd costs this processor a good part of that

_nothing = threading.Event()


def wait_until(true: Callable[[], bool], seconds: float = SECONDS, every: float = _LOOK) -> bool:
    """Look again and again; False if it did not come true in time.

    systemd and the kernel's files tell no one when they change.
    """
    until = monotonic() + seconds
    while not true():
        if monotonic() > until:
            return False
        _nothing.wait(every)
    return True


def shown(unit: str, *names: str) -> Mapping[str, str]:
    """Return properties of a unit."""
    command = ["systemctl", "show", unit, f"--property={','.join(names)}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(line.split("=", 1) for line in told.splitlines())


def pid_of(unit: str) -> int:
    """Return a unit's main process; 0 if it has none."""
    return int(shown(unit, "MainPID")["MainPID"])


def ready_pid(unit: str) -> int:
    """Return the main process of a unit that has told systemd that it is ready; 0 of another."""
    told = shown(unit, "ActiveState", "SubState", "MainPID")
    ready = (told["ActiveState"], told["SubState"]) == ("active", "running")
    return int(told["MainPID"]) if ready else 0


def is_ready(unit: str) -> bool:
    """Say whether a unit has told systemd that it is ready, and runs."""
    return ready_pid(unit) != 0


@dataclass(frozen=True)
class Restarted:
    """A unit that was killed and is ready again."""

    before: int  # process
    after: int
    seconds: float


killed: Counter[str] = Counter()
"""How often each unit was killed in this boot."""


def kill(unit: str, then: Callable[[], None] = lambda: None) -> Restarted:
    """Kill a unit's main process as nothing could stop it; wait until it is ready again.

    Args:
        unit: which.
        then: looked at as soon as it is dead.
    """
    killed[unit] += 1
    before, began = pid_of(unit), monotonic()
    subprocess.run(["systemctl", "kill", "--kill-whom=main", "--signal=KILL", unit], check=True)
    then()
    assert wait_until(lambda: ready_pid(unit) not in {0, before}), unit
    return Restarted(before, pid_of(unit), monotonic() - began)


def restart(unit: str) -> None:
    """Start a unit anew, as somebody who has changed its configuration does."""
    subprocess.run(["systemctl", "restart", unit], check=True)
    killed[unit] = 0  # systemd counts from here, too
    assert wait_until(lambda: is_ready(unit)), logged(unit)


def exposure(unit: str) -> float:
    """Return systemd's own figure of what a unit could reach, 0 to 10."""
    command = ["systemd-analyze", "security", "--no-pager", f"{unit}.service"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
    assert found, told
    return float(found[1])


def status(pid: int) -> Mapping[str, str]:
    """Return what the kernel says of a process."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def logged(unit: str) -> str:
    """Return what a unit has logged since the boot."""
    command = ["journalctl", "--no-pager", "--output=cat", f"--unit={unit}"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return told.stdout
