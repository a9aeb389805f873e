"""The resident memory of a real keeper that is unlocked, and of its reading child."""

import sys
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.service import Keeper
from appliance.link.requests.login import LogIn
from benchmarks.box.keeper_material import OPERATOR


def main() -> None:
    """Open the vault of the data folder, log in with the password on standard input, print MB."""
    keeper = Keeper(trial(), Folders(Path(sys.argv[1])), SystemClock())
    keeper.open()
    try:
        keeper.handle(LogIn(OPERATOR, sys.stdin.read()))
        children = Path("/proc/self/task").glob("*/children")
        child = next(pid for listed in children for pid in listed.read_text().split())
        own, reading = resident_mb("self"), resident_mb(child)
        sys.stdout.write(f"{own:.1f} {reading:.1f}\n")
    finally:
        keeper.close()


def resident_mb(process: str) -> float:
    """Return a process's resident memory in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    main()
