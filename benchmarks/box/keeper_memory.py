"""Print the resident memory of a real unlocked keeper and of its reading child."""

import sys
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.keeper.service import Keeper
from appliance.link.requests.login import LogIn
from benchmarks.box.keeper_material import OPERATOR
from benchmarks.box.resident import resident_mb


def main() -> None:
    """Open the vault of the data folder, log in with the password on standard input, print MB."""
    keeper = Keeper(trial(), Folders(Path(sys.argv[1])), SystemClock())
    keeper.open()
    try:
        keeper.handle(LogIn(OPERATOR, sys.stdin.read()))
        assert keeper.box is not None
        keeper.box.records.readers.read_on()
        children = Path("/proc/self/task").glob("*/children")
        child = next(pid for listed in children for pid in listed.read_text().split())
        own, reading = resident_mb("self"), resident_mb(child)
        sys.stdout.write(f"{own:.1f} {reading:.1f}\n")
    finally:
        keeper.close()


if __name__ == "__main__":
    main()
